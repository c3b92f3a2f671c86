"""What makes a kind of report: how it is counted, how it reads, what draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from afterword.reports.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct

    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.reports.report import View
    from afterword.reports.tables import Table

    Beside = type[Struct]  # inside the class, ``type`` is a field

R = TypeVar("R", bound=Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[R]):
    """A kind of report.

    Attributes:
        name: As people ask for it.
        title: Its heading.
        type: What its JSON is read back as; the type of ``rows`` gives the columns of CSV.
        run: Asks the history; raises InvalidField for what it cannot follow.
        tables: What a terminal and a page show.
        chart: The module whose ``chart(report, canvas)`` draws it; loaded only for a picture.
        text: What a terminal shows instead of the tables.
        compares: Whether it follows ``compare``.
        compared: Of a kind that is compared as it was reported, what a row's ``compared`` is: its
            fields are called like the row's, and a ``Change`` compares a share.
        splits_twice: Whether ``by`` may have two names.
    """

    name: str
    title: str
    type: type[R]
    run: Callable[[History, Filter, View], R]
    tables: Callable[[R], list[Table]]
    chart: str
    text: Callable[[R], list[str]] | None = None
    compares: bool = False
    compared: Beside | None = None
    splits_twice: bool = False
