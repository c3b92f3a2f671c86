"""What a reader of reasons must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.reasons.rows import HIGH, LOW
from afterword.reports.wording import LEVEL_WORDS, counted, percent, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.reports.reasons.rows import Gave, ReasonRow

_TOLD: Final = 5


def notes_of(
    rows: Sequence[ReasonRow],
    gave: Sequence[Gave],
    before: str,
    *,
    n_read: int,
    most: int,
    n_left: int,
) -> tuple[str, ...]:
    """Say how many gave reasons, what is new, and what was not read.

    Args:
        rows: Of the report.
        gave: By level.
        before: What is compared with.
        n_read: Reasons that were read.
        most: That are read at most.
        n_left: Values of a dimension without rows.
    """
    if not gave:
        return ("Nobody has rated a session in this window.",)
    if not n_read:
        n = sum(one.n_rated for one in gave)
        return (f"Nobody gave a reason with any of the {counted(n, 'rating')}.", *_low(gave))
    few = f"fewer than {LEAST_PEOPLE} people"
    return (
        *_low(gave),
        *_new(rows, before),
        *([f"Only the newest {most:,} reasons were read."] if n_read == most else []),
        *([f"{counted(n_left, 'value')} of few or {few}: no rows."] if n_left else []),
        *([] if rows else [f"No theme and no phrase was used by {LEAST_PEOPLE} people or more."]),
        f"What {few} say stands in no row. Themes are inferred, and English: read the reasons.",
    )


def _low(gave: Sequence[Gave]) -> list[str]:
    for one in gave:
        if one.level == "negative":
            words = f'"{LEVEL_WORDS[one.level]}"'
            told = f"{one.n_reasons:,} of {one.n_rated:,} who rated {words} said why"
            bounds = f", {span(one.low, one.high)}" if one.low is not None else ""
            rule = f"a vendor's rule of thumb is {span(LOW, HIGH)} %"
            return [f"{told} ({percent(one.share)}{bounds}); {rule}."]
    return []


def _new(rows: Sequence[ReasonRow], before: str) -> list[str]:
    found = [row for row in rows if row.is_new]
    if not found:
        return [f"Nothing is said surely more than {before}."] if before else []
    names = ", ".join(_named(row) for row in found[:_TOLD])
    more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return [f"Said more than {before}: {names}{more}."]


def _named(row: ReasonRow) -> str:
    where = "" if row.key == "all" else f"{row.key}, "
    return f'"{row.text}" ({where}{LEVEL_WORDS[row.level]}, {row.n_people:,} people)'
