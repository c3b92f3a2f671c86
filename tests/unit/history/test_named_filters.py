"""``where`` with filters that have names."""

import pytest

from afterword.errors import InvalidField
from afterword.history.named_filters import parse_where

NAMED = {
    "paying": (("trait.plan", "pro"), ("trait.plan", "team")),
    "web": (("channel", "web"),),
    "everywhere": (("channel", "web"), ("channel", "slack")),
}


def test_a_name_stands_for_its_pairs():
    """Beside other filters and pairs, in the order told; the same one twice says nothing new."""
    told = ["filter:paying", "release:v42", "release:v41", "filter:web"]

    assert parse_where(told, NAMED) == (
        ("trait.plan", "pro"),
        ("trait.plan", "team"),
        ("release", "v42"),
        ("release", "v41"),
        ("channel", "web"),
    )


@pytest.mark.parametrize(
    ("told", "named", "words"),
    [
        (["filter:payng"], NAMED, "'payng': there are paying, web, everywhere"),
        (["filter:paying"], {}, "filters.toml names none"),
        (["filter:web", "channel:slack"], NAMED, "channel stands in filter:web and outside"),
        (["channel:slack", "filter:web"], NAMED, "channel stands in filter:web and outside"),
        (["filter:web", "filter:everywhere"], NAMED, "channel stands in filter:web and outside"),
    ],
)
def test_what_would_mean_something_else_is_refused(told, named, words):
    """Values of one key are alternatives: outside its filter they would widen it."""
    with pytest.raises(InvalidField, match=words) as caught:
        parse_where(told, named)

    assert caught.value.field == "where"
