"""Terms of a text: what texts are told apart by."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from afterword.domain.words import runs


def terms(text: str) -> frozenset[str]:
    """Give the words of a text and its pairs of neighbours, whatever the case.

    Where a script has no spaces (Han, Kana, Thai), two letters in a row take the place of a word.
    Each term counts once, however often it comes.
    """
    found: set[str] = set()
    before: str | None = None
    for run, is_unspaced in runs(unicodedata.normalize("NFKC", text).casefold()):
        if is_unspaced:
            found.update(a + b for a, b in pairwise(run))
            found.update({run} if len(run) == 1 else ())
            before = None
        else:
            word = run.replace("\u2019", "'")
            found.update({word} if before is None else {word, f"{before} {word}"})
            before = word
    return frozenset(found)
