"""Overviews that were written already, until something that they show has changed."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.policy import DAY_US
from afterword.journal import days, markers
from afterword.server.pages.overview.data import load
from afterword.server.pages.overview.view import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from afterword.server.pages.overview.data import Overview, Wanted
    from afterword.server.services import Services

_AT_MOST: Final = 64


class Made(NamedTuple):
    """An overview, its figures, and the mark of all that they show."""

    mark: str
    overview: Overview
    figures: Markup


class Overviews:
    """The newest overview of each kind."""

    def __init__(self, services: Services) -> None:
        """Take where they are loaded from."""
        self._services = services
        self._places: OrderedDict[Wanted, _Place] = OrderedDict()
        self._lock = Lock()

    def get(self, wanted: Wanted, now_us: int) -> Made:
        """Give an overview, made anew where something has changed.

        Raises:
            NotFoundError: There is no such project.
        """
        mark = self._mark(wanted, now_us)
        place = self._place(wanted)
        with place.lock:
            if place.made is None or place.made.mark != mark:
                found = load(self._services, wanted, now_us)
                place.made = Made(mark, found, render(found))
            return place.made

    def _mark(self, wanted: Wanted, now_us: int) -> str:
        with self._services.journal.read() as connection:
            changed = days.change_mark(connection, wanted.project)
            told = markers.mark(connection, wanted.project)
        return "-".join(map(str, (now_us // DAY_US, *changed, *told)))

    def _place(self, wanted: Wanted) -> _Place:
        with self._lock:
            place = self._places.setdefault(wanted, _Place())
            self._places.move_to_end(wanted)
            if len(self._places) > _AT_MOST:
                self._places.popitem(last=False)
        return place


class _Place:
    """Where one kind is kept; who wants it while it is being made waits, others do not."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made: Made | None = None
