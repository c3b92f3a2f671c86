"""How many of the asks that were shown were answered, by day, with sums over that day's people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.journal.days import EPOCH

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

_DAY_S: Final = 86_400


class AnsweredDay(NamedTuple):
    """Asks shown about sessions that opened on a day; y = those without an answer."""

    day: date  # UTC
    n_shown: int
    n_answered: int
    n_people: int
    m2: int
    my: int
    y2: int


def answered(history: History, chosen: Filter) -> list[AnsweredDay]:
    """Count asks by the day on which their session opened; days without one are left out."""
    rows = history.run(("answered", chosen.where), _answered, chosen)
    return [
        AnsweredDay(EPOCH + timedelta(seconds=int(row[0])), *map(int, row[1:]))
        for row in sorted(rows)
    ]


def _answered(table: ibis.Table) -> ibis.Table:
    shown = table.filter(table.n_shown > 0)
    second = shown.opened_at.epoch_seconds().cast("int64")
    kept = shown.select("person_key", "n_shown", "n_answered", second=second - second % _DAY_S)
    people = kept.group_by(["second", "person_key"]).aggregate(
        m=kept.n_shown.sum(), y=kept.n_shown.sum() - kept.n_answered.sum()
    )
    return people.group_by("second").aggregate(
        n_shown=people.m.sum(),
        n_answered=people.m.sum() - people.y.sum(),
        n_people=people.count(),
        m2=(people.m * people.m).sum(),
        my=(people.m * people.y).sum(),
        y2=(people.y * people.y).sum(),
    )
