"""Which release a candidate is held against where nobody named or accepted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.history.filters import UNKNOWN
from afterword.history.questions.ratings import ratings
from afterword.history.questions.releases import days_of
from afterword.reports.estimates import LEAST_PEOPLE
from afterword.reports.releases.pairs import last_firm
from afterword.statistics.lines import DEFAULT_LINES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from afterword.domain.counts import Cell
    from afterword.history.filters import Filter
    from afterword.history.history import History
    from afterword.history.questions.releases import Keys


def one_before(
    history: History, chosen: Filter, by: str, candidate: str, own: Mapping[date, int]
) -> str | None:
    """Name the last release before a candidate that has enough ratings, else the one before.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: The kind of release.
        candidate: Its name.
        own: Its sessions by day; without any it comes after all others.
    """
    days = days_of(history, chosen, by, least_rated=LEAST_PEOPLE)
    found = ratings(history, chosen, by, least_raters=LEAST_PEOPLE)
    cells: dict[Keys, Cell] = {(cell.key,): cell for cell in found if not cell.n_keys}
    order = [keys for keys in days if keys in cells and keys != (UNKNOWN,)]
    if (candidate,) in order:
        earlier = order[: order.index((candidate,))]
    else:
        start = min(own).isoformat() if own else "9"
        earlier = [keys for keys in order if min(days[keys]) <= start]
    return last_firm(earlier, cells, DEFAULT_LINES)[0] if earlier else None
