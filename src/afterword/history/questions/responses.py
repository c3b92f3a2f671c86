"""How rated sessions were rated, beside what was said of their single responses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.history.filters import UNKNOWN, check_name
from afterword.history.questions.dimensions import column, matching
from afterword.history.questions.ratings import ALL, OTHER
from afterword.history.splits import check_one

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

GOOD: Final = "good"
MIXED: Final = "mixed"
BAD: Final = "bad"
# The mean score of a session's judged responses, on the scale of 1 to 5: from 3.5 good, below 2.5
# bad. For thumbs: more than five of eight up, or fewer than three.
_GOOD_FROM: Final = 0.625
_BAD_BELOW: Final = 0.375
_CELLS: Final = 9
_EPOCH: Final = date(1970, 1, 1)
_DAY_US: Final = 86_400 * 1_000_000
_LATE_US: Final = 31 * _DAY_US
LONG: Final = 10  # messages of the user; more make a session long

# What may happen inside a session, by name.
EVENTS: Final[dict[str, Callable[[ibis.Table], ibis.Value]]] = {
    "last_down": lambda table: (table.feedback_last < 0.5).fill_null(False),  # noqa: FBT003, PLR2004  # Ibis' own signature; the middle of [0, 1]
    "any_down": lambda table: table.n_down > 0,
    "error": lambda table: table.n_errors > 0,
    "refusal": lambda table: (table.n_refusals > 0).fill_null(False),  # noqa: FBT003  # as above
    "retry": lambda table: (table.n_retries > 0).fill_null(False),  # noqa: FBT003  # same
    "handover": lambda table: table.n_handovers > 0,
    "long": lambda table: table.n_user > LONG,
}


class ResponseGroup(NamedTuple):
    """Rated sessions of one key and rating whose responses were judged and went alike."""

    key: str
    rating: str
    responses: str | None  # good, mixed or bad; None where no response was judged
    events: tuple[bool, ...]  # in the order of EVENTS; empty where they were not asked for
    n: int
    last: date  # on which the newest of them opened


def responses(
    history: History,
    chosen: Filter,
    by: str | None = None,
    *,
    has_events: bool = False,
    least_rated: int = 0,
) -> list[ResponseGroup]:
    """Count rated sessions by rating, by what was said of their responses, and by what happened.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        by: A dimension; None gives the key ``all``.
        has_events: Whether to split by ``EVENTS`` too.
        least_rated: Keys with fewer ratings count as ``other``.

    Raises:
        InvalidField: ``by`` is no dimension.
    """
    if by is not None:
        check_name(check_one(by), field="by")
    rows = history.run(
        ("responses", by, has_events, least_rated, chosen.where),
        lambda table: _count(table, chosen.where, by, least_rated, has_events=has_events),
        chosen,
    )
    return [
        ResponseGroup(str(key), rating, verdict, tuple(events), n, _date(last))
        for key, rating, verdict, n, last, *events in rows
    ]


def response_sessions(
    history: History, chosen: Filter, at_most: int, last: date | None = None
) -> dict[tuple[str, str], list[str]]:
    """Name the newest sessions of each rating and each verdict on responses.

    Args:
        history: Where the sessions are.
        chosen: Which sessions.
        at_most: So many of each.
        last: The day on which the newest of them opened, if known: it saves reading the others.

    Returns:
        By (rating, responses), newest first.
    """
    # They mostly lie in the last weeks, whose files are few.
    if last is not None:
        late_us = (last - _EPOCH).days * _DAY_US - _LATE_US
        if chosen.from_us is None or late_us > chosen.from_us:
            late = _sessions(history, structs.replace(chosen, from_us=late_us), at_most)
            if len(late) == _CELLS and all(len(ids) == at_most for ids in late.values()):
                return late
    return _sessions(history, chosen, at_most)


def _sessions(history: History, chosen: Filter, at_most: int) -> dict[tuple[str, str], list[str]]:
    rows = history.run(
        ("response sessions", at_most, chosen.where),
        lambda table: _newest(table, chosen.where, at_most),
        chosen,
    )
    found: dict[tuple[str, str], list[str]] = {}
    for rating, verdict, session_id, _ in sorted(rows, key=lambda row: row[3]):
        found.setdefault((rating, verdict), []).append(session_id)
    return found


def _rated(table: ibis.Table, where: tuple[tuple[str, str], ...]) -> ibis.Table:
    kept = matching(table, where)
    return kept.filter(kept.rating.notnull())


def _count(
    table: ibis.Table,
    where: tuple[tuple[str, str], ...],
    by: str | None,
    least: int,
    *,
    has_events: bool,
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    rated = _rated(table, where)
    key = ibis.literal(ALL) if by is None else column(rated, by).fill_null(UNKNOWN)
    events = {name: event(rated) for name, event in EVENTS.items()} if has_events else {}
    split = rated.select("rating", "day", key=key, responses=_verdict(rated), **events)
    names = ["key", "rating", "responses", *events]
    counts = split.group_by(names).aggregate(n=split.count(), last=split.day.max())
    if least and by is not None:
        whole = counts.mutate(of_key=counts.n.sum().over(ibis.window(group_by="key")))
        told = whole.mutate(key=(whole.of_key >= least).ifelse(whole.key, ibis.literal(OTHER)))
        counts = told.group_by(names).aggregate(n=told.n.sum(), last=told["last"].max())
    return counts.select(*names[:3], "n", "last", *events)


def _newest(table: ibis.Table, where: tuple[tuple[str, str], ...], at_most: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    rated = _rated(table, where)
    judged = rated.filter(rated.n_feedback > 0)
    split = judged.select("rating", "session_id", "opened_at", responses=_verdict(judged))
    order = ibis.window(
        group_by=["rating", "responses"],
        order_by=[ibis.desc("opened_at"), ibis.asc("session_id")],
    )
    ranked = split.mutate(place=ibis.row_number().over(order))
    newest = ranked.filter(ranked.place < at_most)
    return newest.select("rating", "responses", "session_id", "place")


def _verdict(table: ibis.Table) -> ibis.Value:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    mean = table.feedback_mean
    return ibis.cases(
        (mean >= _GOOD_FROM, GOOD), (mean >= _BAD_BELOW, MIXED), (mean.notnull(), BAD)
    )


def _date(told: object) -> date:
    # Some engines give a day as a time.
    return date.fromisoformat(str(told)[: len("2026-11-23")])
