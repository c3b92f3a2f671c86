"""Texts sorted by kinds that were learnt from examples."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from afterword.domain.kinds import Kind, kinds_of
from afterword.reports.sorter import sorter_of
from afterword.statistics.shares import NotEstimable

_PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "use-cases.md").read_text()
KINDS = kinds_of(
    tomllib.loads(
        re.search(r"```toml use_cases.toml\n(.*?)^```", _PAGE, re.DOTALL | re.MULTILINE)[1]
    )
)
NONE = Kind("other", (), ("tell me a joke", "what is the weather", "write a poem about the sea"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("where is the parcel", "delivery"),
        ("PLEASE return what I paid, money back", "refunds"),
        ("can you write a poem about the sea", None),  # "the" is all that was ever seen
        ("hello", None),
        ("", None),
    ],
)
def test_texts_go_to_the_kind_whose_words_they_have(text, kind):
    """As the examples of the documentation teach it; a text of new words goes nowhere."""
    assert sorter_of(KINDS)(text) == kind


def test_what_is_none_of_them_is_left_alone():
    """Examples of other things are learnt too, and named by nobody."""
    sort = sorter_of([*KINDS, NONE])

    assert sort("what is the weather") is None
    assert sort("where is the parcel") == "delivery"


def test_nothing_is_learnt_from_one_kind():
    """There is nothing that it could be told from."""
    assert isinstance(sorter_of(KINDS[1:2]), NotEstimable)
