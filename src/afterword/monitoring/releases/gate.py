"""The gate: may a release stay, as the ratings of now tell?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.domain.session import Trigger
from afterword.errors import InvalidField, UnknownRelease
from afterword.history.filters import UNKNOWN, Filter
from afterword.history.questions.ratings import ratings
from afterword.history.questions.releases import days_of, use_cases
from afterword.history.questions.shared import shared
from afterword.history.questions.slices import slices
from afterword.journal.releases import KINDS, State, accepted, find_release
from afterword.monitoring.releases.answer import GateAnswer, Side
from afterword.monitoring.releases.before import one_before
from afterword.monitoring.releases.budget import ALPHA, alpha_of
from afterword.monitoring.releases.judgement import Question, judge
from afterword.monitoring.releases.notes import notes_of
from afterword.monitoring.releases.plan import How, Plan, Span, plan_of
from afterword.monitoring.releases.register import check_kind, check_pair
from afterword.monitoring.releases.strata import Strata, rated_by_day, strata_of
from afterword.reports.estimates import ratio
from afterword.reports.releases.against import Verdict
from afterword.statistics.sample_sizes import POINTS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from afterword.domain.counts import Cell
    from afterword.history.history import History
    from afterword.history.questions.slices import Slice

_CASES: Final = 20  # use cases of their own
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RECENT: Final = 7  # days, for how many ratings come
# Whoever opens the rating without an ask is left out of verdicts.
_ASKED: Final = tuple(
    ("trigger", value)
    for value in (*(one.value for one in Trigger if one is not Trigger.USER_OPENED), UNKNOWN)
)


class Wanted(NamedTuple):
    """What is asked of the gate."""

    candidate: str
    baseline: str | None = None
    by: str = KINDS[0]
    margin: float = POINTS
    project: str = "default"
    environment: str = "production"


class Against(NamedTuple):
    """What the journal says: the baseline, if one is known, and what the verdict may risk."""

    baseline: str | None
    alpha: float
    is_opened: bool


def known_of(connection: Connection, wanted: Wanted) -> Against:
    """Read what the journal says of a candidate.

    Raises:
        InvalidField: What was asked for is impossible.
    """
    _check(wanted)
    found = find_release(connection, wanted.project, wanted.by, wanted.candidate)
    baseline = wanted.baseline or (None if found is None else found.baseline)
    if baseline is None:
        baseline = accepted(connection, wanted.project, wanted.by)
    alpha = ALPHA
    if found is not None and found.state is not State.ACCEPTED:
        alpha = alpha_of(found.place)
    return Against(baseline if baseline != wanted.candidate else None, alpha, found is not None)


def gate(history: History, wanted: Wanted, known: Against, now_us: int) -> GateAnswer:
    """Hold a candidate against its baseline.

    Args:
        history: Where the sessions are.
        wanted: What is asked.
        known: What ``known_of`` found.
        now_us: Server time: sessions opened later than it do not count.

    Raises:
        InvalidField: What was asked for is impossible.
        UnknownRelease: There is no session of the candidate, and it was never opened; or none of
            the baseline; or there is no baseline.
    """
    _check(wanted)
    chosen = Filter(project=wanted.project, environment=wanted.environment, to_us=now_us)
    new = _days(history, chosen, wanted.by, wanted.candidate)
    if not new and not known.is_opened:
        raise _unknown(wanted, wanted.candidate, "candidate")
    name = known.baseline or one_before(history, chosen, wanted.by, wanted.candidate, new)
    if name is None:
        raise UnknownRelease(
            f"There is no {wanted.by} before {wanted.candidate!r:.80} to hold it against: name one"
            " with baseline.",
            field="baseline",
        )
    old = _days(history, chosen, wanted.by, name)
    if not old:
        raise _unknown(wanted, name, "baseline")
    if not new:
        return GateAnswer(
            verdict=Verdict.CANNOT_TELL_YET,
            by=wanted.by,
            environment=wanted.environment,
            candidate=Side(name=wanted.candidate),
            baseline=Side(name=name),
            margin=wanted.margin,
            alpha=known.alpha,
            notes=(f"No session of {wanted.candidate} yet.",),
        )
    return _compared(history, chosen, wanted, _Pair(name, plan_of(old, new), known.alpha), now_us)


class _Pair(NamedTuple):
    baseline: str
    plan: Plan
    alpha: float


def _compared(
    history: History, chosen: Filter, wanted: Wanted, pair: _Pair, now_us: int
) -> GateAnswer:
    plan = pair.plan
    first = _within(chosen, plan.baseline, wanted.by, pair.baseline)
    second = _within(chosen, plan.candidate, wanted.by, wanted.candidate)
    is_canary = plan.how is How.CANARY
    cases = () if is_canary else use_cases(history, chosen, _CASES)
    old, new = (slices(history, one, cases) for one in (first, second))
    strata = strata_of(old, new, plan.how)
    [a], [b] = (ratings(history, one) for one in (first, second))
    both = next(iter(shared(history, first, second).values()), None)
    question = Question(wanted.margin, pair.alpha, do_both_grow=is_canary)
    found = judge(a, b, strata, both, question)
    is_settled = found.verdict not in (Verdict.CANNOT_TELL_YET, Verdict.NOT_ENOUGH_RATINGS)
    answer = GateAnswer(
        verdict=found.verdict if is_settled else Verdict.CANNOT_TELL_YET,
        by=wanted.by,
        environment=wanted.environment,
        candidate=_side(wanted.candidate, b, plan.candidate),
        baseline=_side(pair.baseline, a, plan.baseline),
        how=plan.how,
        stratified_by=_stratified(strata, is_canary=is_canary),
        positive=found.positive,
        neutral=found.neutral,
        negative=found.negative,
        win=found.win,
        margin=wanted.margin,
        alpha=pair.alpha,
        ratings_needed=found.ratings_needed,
        days_needed=_days_needed(found.ratings_needed, new, plan.candidate, now_us),
    )
    return structs.replace(answer, notes=notes_of(answer, strata))


def _check(wanted: Wanted) -> None:
    check_kind(wanted.by)
    check_pair(wanted.candidate, wanted.baseline)
    if not 0 < wanted.margin < 1:
        raise InvalidField(
            f"margin: a share between 0 and 1 such as 0.05, not {wanted.margin}.", field="margin"
        )


def _unknown(wanted: Wanted, name: str, field: str) -> UnknownRelease:
    return UnknownRelease(
        f"There is no session of the {wanted.by} {name!r:.80} in {wanted.environment!r:.80}.",
        field=field,
    )


def _days(history: History, chosen: Filter, by: str, name: str) -> dict[date, int]:
    of = structs.replace(chosen, where=((by, name),))
    found = days_of(history, of, by).get((name,), {})
    return {date.fromisoformat(day): n for day, n in found.items()}


def _within(chosen: Filter, span: Span, by: str, name: str) -> Filter:
    from_us, to_us = _us(span.first), _us(span.last + _DAY)
    return structs.replace(
        chosen,
        from_us=from_us,
        to_us=min(to_us, chosen.to_us or to_us),
        where=(*_ASKED, (by, name)),
    )


def _us(day: date) -> int:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // timedelta(
        microseconds=1
    )


def _side(name: str, cell: Cell, span: Span) -> Side:
    return Side(
        name=name,
        first_day=span.first.isoformat(),
        last_day=span.last.isoformat(),
        n_sessions=cell.n_sessions,
        n_rated=cell.n_rated,
        n_raters=cell.persons.n_raters,
        response_rate=ratio(cell.n_answered, cell.n_shown),
        positive=ratio(cell.positive, cell.n_rated),
        neutral=ratio(cell.neutral, cell.n_rated),
        negative=ratio(cell.negative, cell.n_rated),
    )


def _stratified(strata: Strata, *, is_canary: bool) -> tuple[str, ...]:
    return (strata.period.value, "trigger", *(() if is_canary else ("use_case",)))


def _days_needed(
    needed: int | None, candidate: list[Slice], span: Span, now_us: int
) -> int | None:
    if needed is None:
        return None
    today = (_EPOCH + timedelta(microseconds=now_us - 1)).date()
    since = max(span.first, today - timedelta(days=_RECENT - 1))
    n_recent = sum(n for day, n in rated_by_day(candidate).items() if day >= since)
    n_days = max((today - since).days + 1, 1)
    return ceil(needed * n_days / n_recent) if n_recent else None
