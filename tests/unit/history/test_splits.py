"""What rows are split by."""

import pytest

from afterword.errors import InvalidField
from afterword.history.splits import is_periods, named, names_of


def test_one_name_or_two_are_read():
    """Spaces around the comma say nothing."""
    assert names_of("release") == ("release",)
    assert names_of("week, trait.plan") == ("week", "trait.plan")
    assert named("week, trait.plan") == "week and trait.plan"


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("release,shoe size", "shoe size"),
        ("release,", "none of"),
        ("release,channel,model", "at most 2"),
        ("release,release", "twice"),
    ],
)
def test_what_cannot_be_split_by_is_refused(by, told):
    """The error names the field and what is wrong with it."""
    with pytest.raises(InvalidField, match=told) as caught:
        names_of(by)

    assert caught.value.field == "by"


def test_only_rows_of_time_alone_point_at_nobody():
    """A release in one week may have had one rater."""
    assert is_periods("week")
    assert not is_periods("week,release")
