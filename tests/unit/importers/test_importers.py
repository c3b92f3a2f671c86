"""The formats as one."""

import pytest

from afterword import importers
from afterword.errors import SetupError
from import_files import options, read, write


def test_an_unknown_format_is_refused():
    """The error lists those there are."""
    with pytest.raises(SetupError, match="xml is no format; there are events, csv, uss"):
        read("xml")


@pytest.mark.parametrize("name", ["events", "uss"])
@pytest.mark.parametrize("given", [{"maps": ("rating=score",)}, {"scale": "1-5"}])
def test_a_map_or_scale_for_another_format_is_refused(name, given):
    """Only tables have columns."""
    with pytest.raises(SetupError, match="are for csv"):
        read(name, **given)


@pytest.mark.parametrize("name", importers.FORMATS)
def test_an_absent_file_is_refused_before_anything_is_read(tmp_path, name):
    """The call itself fails, not the reading."""
    there = write(tmp_path / "there", "")

    with pytest.raises(SetupError, match="absent does not exist"):
        importers.read(name, [there, tmp_path / "absent"], options())
