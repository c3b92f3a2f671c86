"""Which sessions a question counts."""

import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter, check_name
from afterword.history.named_filters import parse_where


def test_pairs_are_read_at_the_first_colon():
    """A value may hold colons of its own."""
    assert parse_where(["release:v42", "trait.plan:pro:eu"]) == (
        ("release", "v42"),
        ("trait.plan", "pro:eu"),
    )


@pytest.mark.parametrize("pair", ["release", "colour:red", "trait.:x", "reason:late", ":x"])
def test_an_impossible_pair_names_where(pair):
    """The error tells the field, and what would be possible."""
    with pytest.raises(InvalidField, match="where") as raised:
        parse_where([pair])

    assert raised.value.field == "where"


def test_a_filter_made_by_hand_is_checked_too():
    """No unknown name reaches a question."""
    with pytest.raises(InvalidField, match="colour"):
        Filter(where=(("colour", "red"),))


@pytest.mark.parametrize(
    "pair", [("flow", "tour"), ("rating", "negative"), ("has_reason", "true")]
)
def test_some_filter_but_do_not_split(pair):
    """Cells by flow would overlap, and those by rating would say nothing."""
    assert Filter(where=(pair,)).where == (pair,)
    with pytest.raises(InvalidField, match=r"by.* none of release, .*variant\.<flow>"):
        check_name(pair[0], field="by")


@pytest.mark.parametrize(
    ("pair", "known"),
    [
        (("is_new", "yes"), "true, false, unknown"),
        (("session_number", "2"), "1, 2-3, 4-10, 11\\+, unknown"),
    ],
)
def test_a_value_that_never_is_names_those_that_are(pair, known):
    """Nothing would match it, and no sessions is no answer."""
    with pytest.raises(InvalidField, match=known):
        Filter(where=(pair,))
