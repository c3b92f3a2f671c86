"""What a caller says about an import."""

import pytest

from afterword.errors import InvalidField
from afterword.importers import ImportOptions, Scale


def test_maps_and_a_scale_are_read():
    """A column's name may hold anything, and an empty one leaves its field out."""
    parsed = ImportOptions.parse(["rating=How was it? (1=bad)", "role="], "1-5")

    assert parsed.columns == {"rating": "How was it? (1=bad)", "role": ""}
    assert parsed.scale == Scale.parse("1-5")


@pytest.mark.parametrize("maps", [["rating"], ["rating=a", "rating=b"]])
def test_maps_of_another_form_are_refused(maps):
    """Each field is mapped once, as field=column."""
    with pytest.raises(InvalidField, match="not field=column"):
        ImportOptions.parse(maps)
