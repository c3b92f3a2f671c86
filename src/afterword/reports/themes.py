"""Themes of reasons: what people say after a rating, sorted by phrases and by examples."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afterword.domain.kinds import OTHER, Kind, kinds_of
from afterword.domain.phrase_finder import PhraseFinder
from afterword.reports.sorter import sorter_of

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = Path(__file__).with_name("themes.toml")


class Themes:
    """The themes of a project, and how reasons speak of them.

    A theme is a suggestion of what to read, not a measurement: it may miss a reason, or take one
    for another's.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """Learn them.

        Args:
            kinds: As ``kinds_of`` reads them from a file.
        """
        held = tuple(kinds)
        self.names = tuple(kind.name for kind in held if kind.name != OTHER)
        self._finder = PhraseFinder((phrase, one.name) for one in held for phrase in one.phrases)
        sorter = sorter_of(held)
        self._sort = sorter if callable(sorter) else None

    def theme_of(self, reason: str) -> str | None:
        """Give the theme of a reason; None where no phrase is in it and no example sure enough."""
        found = self._finder.find(reason)
        if found is not None:
            return None if found == OTHER else found
        return None if self._sort is None else self._sort(reason)


@cache
def shipped() -> Themes:
    """Give the themes of this package; they are English."""
    return Themes(kinds_of(tomllib.loads(FILE.read_text("utf-8"))))
