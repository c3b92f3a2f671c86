"""What a week's digest says: where it stands, what moved, why, what to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import UNSET
from msgspec.structs import replace

from afterword.history.filters import UNKNOWN, Filter
from afterword.history.questions.last_words import last_words
from afterword.journal.alerts import alerts
from afterword.journal.markers import markers
from afterword.journal.sessions import SessionFilter, list_sessions
from afterword.monitoring.digest.digest import Bar, Block, Digest, Line
from afterword.reports import distribution
from afterword.reports.reasons.report import run as run_reasons
from afterword.reports.reasons.voices import THEME
from afterword.reports.report import OTHER, View
from afterword.reports.wording import (
    LEVEL_WORDS,
    LEVELS,
    bands_of,
    counted,
    health_line,
    percent,
    points,
    printable,
)
from afterword.statistics.lines import Health

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.domain.session import Session
    from afterword.history.history import History
    from afterword.journal import Journal
    from afterword.monitoring.digest.week import Week
    from afterword.reports.compared import Change
    from afterword.reports.standing import StandingReport, StandingRow

DIMENSIONS: Final = ("use_case", "release", "channel")
_SURE: Final = 0.99  # of each row's three changes: many rows are looked at
_MOVED: Final = 5
_REASONS: Final = 3
_READ: Final = 5
_READ_ALL: Final = 20  # where there are too few ratings for shares
_NEGATIVE: Final = LEVELS[-1]


def digest_of(history: History, journal: Journal, project: str, week: Week) -> Digest | None:
    """Gather the digest of a week; None where no session opened in it or the week before.

    Args:
        history: Where the sessions are.
        journal: With alerts, markers and reasons.
        project: Of its production.
        week: Which.
    """
    chosen = Filter(project=project, from_us=week.from_us, to_us=week.to_us)
    whole = distribution.run(history, chosen, View(compare="previous"))
    (row,) = whole.rows
    before = row.compared
    if not row.n_sessions and not (before and before.n_sessions):
        return None
    is_enough = Health.NOT_ENOUGH_RATINGS not in row.health and row.n_rated > 0
    read = _read(journal, chosen, _READ if is_enough else _READ_ALL)
    blocks = [
        Block("Alerts", tuple(_alerts(journal, project, week))),
        Block("What moved", tuple(_moved(history, chosen)) if is_enough else ()),
        Block("On the time line", tuple(_marked(journal, project, week))),
        Block("What people say", tuple(_said(history, chosen)) if is_enough else ()),
        Block("At risk", tuple(_at_risk(history, chosen))),
        Block("To read" if is_enough else "Read these", read),
    ]
    name = "" if project == "default" else f"{printable(project, 40)}: "
    return Digest(
        project=project,
        title=f"{name}{_days(week)}, {counted(row.n_rated, 'rating')}",
        lead=_lead(row, is_enough=is_enough),
        bars=tuple(_bars(whole, row)) if is_enough else (),
        blocks=tuple(block for block in blocks if block.lines),
    )


def _days(week: Week) -> str:
    first, last = week.monday, week.sunday
    start = f"{first.day} {first:%b}" if first.month != last.month else f"{first.day}"
    return f"Week of {start}\N{EN DASH}{last.day} {last:%b %Y}"


def _lead(row: StandingRow, *, is_enough: bool) -> str:
    answered = _answered(row)
    if not row.n_rated:
        return f"{counted(row.n_sessions, 'session')}, and nobody rated one. {answered}".strip()
    if not is_enough:
        told = f"{counted(row.n_rated, 'rating')} of {counted(row.n_sessions, 'session')}"
        return f"{told}: too few for shares, enough to read. {answered}".strip()
    return f"{health_line(row.health)} {answered}".strip()


def _answered(row: StandingRow) -> str:
    if row.response_rate is None:
        return ""
    told = f"{percent(row.response_rate)} of {counted(row.n_shown, 'ask')} shown answered"
    before = row.compared.response_rate if row.compared else None
    return f"{told}." if before is None else f"{told}, {percent(before)} the week before."


def _bars(whole: StandingReport, row: StandingRow) -> Iterator[Bar]:
    for level, band in zip(LEVELS, bands_of(whole), strict=True):
        found = getattr(row, level)
        if found.share is None or found.low is None or found.high is None:
            continue
        moved = getattr(row.compared, level) if row.compared else None
        yield Bar(
            level, LEVEL_WORDS[level], found.share, found.low, found.high, band, _change(moved)
        )


def _change(moved: Change | None) -> str:
    if moved is None or moved.difference is None or moved.low is None or moved.high is None:
        return "nothing to compare with"
    told = f"{points(moved.difference)} points ({points(moved.low)} to {points(moved.high)})"
    return told if _is_clear(moved) else f"{told}: may be chance"


def _is_clear(moved: Change) -> bool:
    return moved.low is not None and moved.high is not None and not moved.low <= 0 <= moved.high


def _moved(history: History, chosen: Filter) -> Iterator[Line]:
    """Name what surely moved since the week before, the largest change first."""
    found = []
    for dimension in DIMENSIONS:
        view = View(by=dimension, compare="previous", confidence_level=_SURE)
        for row in distribution.run(history, chosen, view).rows:
            is_named = row.key not in {OTHER, UNKNOWN}
            if row.compared is UNSET or row.compared is None or not is_named:
                continue
            moved = row.compared.negative
            if _is_clear(moved) and moved.difference is not None:
                name = f"{dimension.replace('_', ' ')} {printable(row.key, 60)}"
                told = f'{name}: "{LEVEL_WORDS[_NEGATIVE]}" {percent(moved.share)}'
                now = f"{percent(row.negative.share)} of {counted(row.n_rated, 'rating')}"
                line = Line(f"{told} \N{RIGHTWARDS ARROW} {now}")
                found.append((-abs(moved.difference), line))
    if not found:
        yield Line("No use case, release or channel surely moved.")
    yield from (line for _, line in sorted(found, key=lambda one: one[0])[:_MOVED])


def _alerts(journal: Journal, project: str, week: Week) -> Iterator[Line]:
    with journal.read() as connection:
        found = alerts(connection, project)
    for one in found:
        ended_us = one.resolved_us
        is_here = one.opened_us < week.to_us and (ended_us is None or ended_us >= week.from_us)
        if is_here:
            state = "over" if ended_us is not None and ended_us < week.to_us else one.state.value
            yield Line(f"{one.title} ({state})", f"alerts/{quote(one.id, safe='')}")


def _marked(journal: Journal, project: str, week: Week) -> Iterator[Line]:
    with journal.read() as connection:
        found = markers(connection, project, week.from_us, week.to_us)
    for one in found:
        kind = "" if one.kind == "note" else f"{'ask ' if one.kind == 'policy' else 'release '}"
        yield Line(f"{kind}{printable(one.text, 120)}")


def _said(history: History, chosen: Filter) -> Iterator[Line]:
    report = run_reasons(history, chosen, View(compare="previous"))
    low = [row for row in report.rows if row.level == _NEGATIVE]
    kept = [row for row in low if row.is_new or (row.kind == THEME and row.text != OTHER)]
    kept.sort(key=lambda row: (not row.is_new, -row.n_people, row.text))
    for row in kept[:_REASONS]:
        new = ", more than the week before" if row.is_new else ""
        yield Line(
            f"{row.n_people} of {counted(row.n_givers, 'person')} with a bad rating and a reason"
            f" speak of “{printable(row.text, 60)}”{new}"
        )


def _at_risk(history: History, chosen: Filter) -> Iterator[Line]:
    found = last_words(history, chosen)
    n_bad, n_all = found.get(_NEGATIVE, 0), sum(found.values())
    if n_bad:
        word = "person's" if n_bad == 1 else "people's"
        yield Line(
            f'{n_bad:,} {word} last word of the week was "{LEVEL_WORDS[_NEGATIVE]}",'
            f" of {n_all:,} who rated."
        )


def _read(journal: Journal, chosen: Filter, at_most: int) -> tuple[Line, ...]:
    wanted = SessionFilter(rating=_NEGATIVE, from_us=chosen.from_us, to_us=chosen.to_us)
    with journal.read() as connection:
        found, _ = list_sessions(
            connection, chosen.project, replace(wanted, has_reason=True), None, at_most
        )
        if len(found) < at_most:
            rest, _ = list_sessions(
                connection, chosen.project, replace(wanted, has_reason=False), None, at_most
            )
            found = [*found, *rest][:at_most]
    return tuple(_session(one) for one in found)


def _session(one: Session) -> Line:
    reason = one.rating.reason if one.rating else None
    told = f"“{printable(reason, 300)}”" if reason else "no reason given"
    about = " · ".join(printable(value, 40) for value in (one.use_case, one.release) if value)
    return Line(f"{told} {about}".strip(), f"sessions/{quote(one.id, safe='~')}")
