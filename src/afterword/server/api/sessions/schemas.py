"""The shapes of a session as it is read, and of what may be asked for."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from afterword.domain.events import Rating, TraitValue
from afterword.domain.session import Ask, Exposure, Session
from afterword.domain.use_cases import InferredBy
from afterword.journal.sessions import SessionFilter
from afterword.server.api.ratings.schemas import RatingView, rating_view
from afterword.server.times import read_time, write_time

PAGE: Final = 50
LARGEST_PAGE: Final = 500


class SessionQuery(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Filters of the list; [from, to) by opening, days or RFC 3339 times.

    ``flow``: sessions that met it. ``environment`` is ``production`` unless named.
    """

    rating: Rating | None = None
    release: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    agent: str | None = None
    channel: str | None = None
    locale: str | None = None
    use_case: str | None = None
    flow: str | None = None
    user_id: str | None = None
    environment: str = "production"
    from_: str | None = None
    to: str | None = None
    has_reason: bool | None = None
    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=LARGEST_PAGE)] = PAGE

    def filter(self) -> SessionFilter:
        """Give the journal's filter.

        Raises:
            InvalidField: ``from`` or ``to`` is no time.
        """
        same = {
            name: getattr(self, name)
            for name in SessionFilter.__struct_fields__
            if name in self.__struct_fields__
        }
        return SessionFilter(
            **same,
            from_us=None if self.from_ is None else read_time(self.from_, field="from"),
            to_us=None if self.to is None else read_time(self.to, field="to"),
        )


class AskRecord(Struct, frozen=True, kw_only=True):
    """One ask of a session and what became of it."""

    ask_id: str
    trigger: str
    state: str
    policy_version: int
    granted_at: str
    shown_at: str | None
    ended_at: str | None


class FlowView(Struct, frozen=True, kw_only=True):
    """The session's meeting with one flow; a time is null where the step did not happen."""

    flow: str
    kind: str
    variant: str | None
    shown_at: str | None
    started_at: str | None
    completed_at: str | None
    dismissed_at: str | None
    answer: str | None


class FeedbackView(Struct, frozen=True, kw_only=True):
    """A judgement of one agent message, never an answer about the session; score in [0, 1]."""

    message_id: str
    score: float


class SessionView(Struct, frozen=True, kw_only=True):
    """One session. ``closed_at`` null: open; ``rating`` null: nobody rated it.

    ``decision`` is the reason of the last decision about asking. ``latency_ms`` is the mean of
    the agent messages that told it.
    """

    id: str
    conversation_id: str
    number: int
    environment: str
    opened_at: str
    last_at: str
    closed_at: str | None
    close_reason: str | None
    is_settled: bool
    outcome: str | None
    user_id: str | None
    session_number: int | None
    tenure_days: int | None
    is_onboarded: bool
    traits: dict[str, TraitValue]
    agent: str | None
    release: str | None
    model: str | None
    prompt_version: str | None
    use_case: str | None
    inferred_use_case: str | None
    inferred_by: InferredBy | None
    channel: str | None
    device: str | None
    locale: str | None
    timezone: str | None
    trace_id: str | None
    labels: dict[str, str]
    metadata: dict[str, str]
    n_user: int
    n_agent: int
    n_tool: int
    n_errors: int
    n_handovers: int
    n_refusals: int | None
    n_retries: int | None
    user_words: int
    agent_words: int
    tokens: int
    cost_usd: float
    latency_ms: float | None
    tools: dict[str, int]
    features: dict[str, int]
    feedback: list[FeedbackView]
    flows: list[FlowView]
    asks: list[AskRecord]
    decision: str | None
    rating: RatingView | None


class SessionPage(Struct, frozen=True, kw_only=True):
    """One page, the newest opening first; ``next_cursor`` is null on the last page."""

    sessions: list[SessionView]
    next_cursor: str | None


class SessionDetail(Struct, frozen=True, kw_only=True):
    """One session with its events in the order of their times and every decision about asking."""

    session: SessionView
    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


# Fields that a session and its view hold alike.
_ALIKE: Final = tuple(
    name
    for name in SessionView.__struct_fields__
    if name in Session.__struct_fields__ and name not in ("feedback", "flows", "asks", "rating")
)


def session_view(session: Session) -> SessionView:
    """Give a session as it is read."""
    latency_us = session.latency_us / session.n_latency if session.n_latency else None
    return SessionView(
        **{name: getattr(session, name) for name in _ALIKE},
        id=session.id,
        opened_at=write_time(session.opened_us),
        last_at=write_time(session.last_us),
        closed_at=_time(session.closed_us),
        is_settled=session.settled,
        cost_usd=session.cost_nano_usd / 1e9,
        n_retries=session.n_retries,
        inferred_use_case=session.inferred_use_case,
        inferred_by=session.inferred_by,
        latency_ms=None if latency_us is None else latency_us / 1e3,
        feedback=[
            FeedbackView(message_id=message_id, score=score)
            for message_id, (_, score) in session.feedback.items()
        ],
        flows=[_flow(name, exposure) for name, exposure in session.flows.items()],
        asks=[_ask(ask) for ask in session.asks],
        rating=None if session.rating is None else rating_view(session.rating),
    )


def timed(row: dict[str, Any]) -> dict[str, Any]:
    """Give a journal's row with RFC 3339 times (``at``) in the place of microseconds."""
    return {
        name.removesuffix("_us"): write_time(value) if name.endswith("_us") else value
        for name, value in row.items()
    }


def _ask(ask: Ask) -> AskRecord:
    return AskRecord(
        ask_id=ask.id,
        trigger=ask.trigger,
        state=ask.state,
        policy_version=ask.policy_version,
        granted_at=write_time(ask.granted_us),
        shown_at=_time(ask.shown_us),
        ended_at=_time(ask.ended_us),
    )


def _flow(name: str, exposure: Exposure) -> FlowView:
    return FlowView(
        flow=name,
        kind=exposure.kind,
        variant=exposure.variant,
        shown_at=_time(exposure.shown_us),
        started_at=_time(exposure.started_us),
        completed_at=_time(exposure.completed_us),
        dismissed_at=_time(exposure.dismissed_us),
        answer=exposure.answer,
    )


def _time(time_us: int | None) -> str | None:
    return None if time_us is None else write_time(time_us)
