"""Which sessions a question counts."""

import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter, check_name, parse_where


def test_pairs_are_read_at_the_first_colon():
    """A value may hold colons of its own."""
    assert parse_where(["release:v42", "trait.plan:pro:eu"]) == (
        ("release", "v42"),
        ("trait.plan", "pro:eu"),
    )


@pytest.mark.parametrize("pair", ["release", "colour:red", "trait.:x", "rating:positive", ":x"])
def test_an_impossible_pair_names_where(pair):
    """The error tells the field, and what would be possible."""
    with pytest.raises(InvalidField, match="where") as raised:
        parse_where([pair])

    assert raised.value.field == "where"


def test_a_filter_made_by_hand_is_checked_too():
    """No unknown name reaches a question."""
    with pytest.raises(InvalidField, match="colour"):
        Filter(where=(("colour", "red"),))


def test_a_flow_filters_but_does_not_split():
    """A session may meet many flows, so that cells by flow would overlap."""
    assert Filter(where=(("flow", "tour"),)).where == (("flow", "tour"),)
    with pytest.raises(InvalidField, match="by"):
        check_name("flow", field="by")
