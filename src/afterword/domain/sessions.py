"""From events to sessions: which session an event belongs to, and what it makes of it.

``assign`` depends on arrival; its result is stored on the event and never changes. ``fold`` does
not depend on arrival: with assignment held fixed it commutes and counts each event once.
"""

from __future__ import annotations

import copy
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain import events as ev
from afterword.domain.moments.hearing import Hearing
from afterword.domain.policy import SECOND_US, Policy
from afterword.domain.retries import add_turn
from afterword.domain.session import CloseReason, Exposure, LastMessage, Session, Stamp
from afterword.domain.use_cases import Inferred

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ROLE_RANK: Final = {ev.Role.USER: 0, ev.Role.TOOL: 1, ev.Role.AGENT: 2}
_ATTRIBUTES: Final = (
    "agent",
    "release",
    "model",
    "prompt_version",
    "use_case",
    "channel",
    "device",
    "locale",
    "timezone",
    "trace_id",
)
NEXT: Final = 0  # no session yet: what waits for the next one
# What an event is known again by: its conversation, None where it is about a person, and its id.
Name = tuple[str | None, str]


class Arrival(Struct, gc=False):
    """An event with the times and facts that intake found, its text already dropped."""

    id: str
    at_us: int
    received_us: int
    event: ev.AnyEvent | ev.Unrated
    words: int = 0
    closing: float = 0.0  # probability that the user has finished
    mark: int = 0  # of a user message: as ``retries.mark_of``
    is_refusal: bool | None = None  # the agent declined; None where there is no text to tell
    inferred: Inferred | None = None  # what the user seems to have come for
    number: int | None = None  # the session it was assigned to
    hearing: Hearing | None = None  # where somebody was ahead

    @property
    def conversation_id(self) -> str | None:
        """The conversation that it is of, if any."""
        return getattr(self.event, "conversation_id", None)

    @property
    def name(self) -> Name:
        """What it is known again by."""
        return self.conversation_id, self.id


class Span(Struct, frozen=True):
    """Where one session lies in time, for ``assign``. Both ends are inclusive, in microseconds."""

    number: int
    opened_us: int
    first_us: int
    last_us: int
    is_open: bool


def span(session: Session, *, is_import: bool = False) -> Span:
    """Give a session's span; imports close by event time, so only an end or the cap closes one."""
    last_us = session.last_us
    is_open = session.closed_us is None or (
        is_import and session.is_imported and session.close_reason is CloseReason.SILENCE
    )
    if session.ended_us is not None and session.close_reason in (None, CloseReason.ENDED):
        # The host's end closes at once, and what was said before it was said in this session.
        is_open = False
        last_us = max(last_us, session.ended_us)
    return Span(session.number, session.opened_us, session.first_us, last_us, is_open)


def goes_on(session: Session, at_us: int, policy: Policy) -> bool:
    """Tell whether an event plainly belongs to the open session, as nearly all do.

    Args:
        session: The last one of its conversation.
        at_us: When the event happened.
        policy: Gives the gap and the cap.

    Returns:
        Whether the event comes after the session's last message, within reach of it: ``assign``
        would say the same. Where False, ``assign`` knows.
    """
    if session.closed_us is not None or session.ended_us is not None:
        return False
    is_near = session.last_us < at_us <= session.last_us + policy.session_gap * SECOND_US
    return is_near and at_us < session.opened_us + policy.session_cap * SECOND_US


def needs_earlier(at_us: int, latest: Span) -> bool:
    """Tell whether only the earlier spans of a conversation can place an event."""
    return latest.number > 1 and at_us < latest.first_us


class IfLater(StrEnum):
    """What an event does that comes after every session of its conversation."""

    OPEN = "open"  # messages open a session
    WAIT = "wait"  # attributes and flows wait for the next one
    BELONG = "belong"  # everything else belongs to the last one


def assign(at_us: int, spans: Sequence[Span], policy: Policy, if_later: IfLater) -> int:
    """Find the session of an event.

    Args:
        at_us: When the event happened.
        spans: Sessions of the conversation so far, by number; only the last may be open.
        policy: Gives the gap and the cap.
        if_later: What the event does where it comes after all of them, or where there is none.

    Returns:
        A number in ``spans``; the next number where the event opens a session; ``NEXT`` where it
        waits for one, or belongs to one and there is none. Sessions never merge, and none opens
        before the last one of its conversation.
    """
    if not spans:
        return 1 if if_later is IfLater.OPEN else NEXT
    latest = spans[-1]
    if len(spans) > 1 or at_us <= latest.last_us:
        inside = [known.number for known in spans if known.first_us <= at_us <= known.last_us]
        if inside:
            return inside[-1]
    if _is_within_reach(at_us, latest, policy):
        return latest.number
    if at_us > latest.last_us:
        if if_later is IfLater.BELONG:
            return latest.number
        return latest.number + 1 if if_later is IfLater.OPEN else NEXT
    earlier = [known for known in spans if known.last_us < at_us]
    return max(earlier, key=lambda known: known.last_us, default=spans[0]).number


def _is_within_reach(at_us: int, latest: Span, policy: Policy) -> bool:
    gap_us = policy.session_gap * SECOND_US
    is_capped = at_us >= latest.opened_us + policy.session_cap * SECOND_US
    is_near = latest.first_us - gap_us <= at_us <= latest.last_us + gap_us
    return latest.is_open and is_near and not is_capped


def open_session(
    project: str, arrival: Arrival, number: int, *, environment: str, is_import: bool
) -> Session:
    """Open a session at a message."""
    event = arrival.event
    if not isinstance(event, ev.Message):
        msg = f"only a message opens a session, not {type(event).__name__}"
        raise TypeError(msg)
    return Session(
        project=project,
        conversation_id=event.conversation_id,
        number=number,
        opened_us=arrival.at_us,
        first_us=arrival.at_us,
        last_us=arrival.at_us,
        environment=environment,
        is_imported=is_import,
        longest_pause_us=None if is_import else 0,
    )


def fold(session: Session, arrivals: Iterable[Arrival]) -> Session:
    """Make the session that also knows these events.

    Args:
        session: Unchanged.
        arrivals: Events assigned to it that it has not seen, in any order; repeats of one id
            within the call count once (the journal keeps repeats out across calls).

    Returns:
        A new session; the same for every order and grouping of the same events.
    """
    folded = thaw(session)
    seen: set[str] = set()
    for arrival in arrivals:
        if arrival.id not in seen:
            seen.add(arrival.id)
            apply(folded, arrival)
    return folded


def thaw(session: Session) -> Session:
    """Copy a session so deep that ``apply`` may change it."""
    copied = copy.copy(session)
    for name in _CONTAINERS:
        value = getattr(session, name)
        if value:
            setattr(copied, name, value.copy())
        else:
            setattr(copied, name, type(value)())
    return copied


_CONTAINERS: Final = (
    "traits",
    "labels",
    "metadata",
    "stamps",
    "tools",
    "features",
    "feedback",
    "flows",
    "turns",
    "asks",
)


def apply(session: Session, arrival: Arrival) -> None:
    """Fold one event into a thawed session, in place."""
    event = arrival.event
    user_id = event.user_id
    if user_id is not None and type(event) is not ev.Rated:
        _name_person(session, user_id, arrival)
    folder = _FOLDERS.get(type(event))
    if folder is not None:
        folder(session, arrival, event)


def _name_person(session: Session, user_id: str, arrival: Arrival) -> None:
    # The first non-null user_id of a session is its person: "last stamp wins", turned round.
    known = session.stamps.get("user_id")
    if known is not None and known[0] < arrival.at_us:
        return
    stamp = (arrival.at_us, 0, arrival.id)
    if known is None or stamp < known:
        session.stamps["user_id"] = stamp
        session.user_id = user_id


def _set(session: Session, name: str, value: object, stamp: Stamp) -> None:
    known = session.stamps.get(name)
    if known is None or stamp > known:
        session.stamps[name] = stamp
        setattr(session, name, value)


def _fold_message(session: Session, arrival: Arrival, event: ev.Message) -> None:
    at_us = arrival.at_us
    # Comparisons, not min and max: this runs for every message.
    if at_us > session.last_us:
        session.last_us = at_us
    elif at_us < session.first_us:
        session.first_us = at_us
    session.seen_us = max(session.seen_us, arrival.received_us)
    stamp = (at_us, _ROLE_RANK[event.role], arrival.id)
    _fold_turn(session, arrival, event, stamp)
    _fold_measures(session, event)
    if event.model is not None:
        _set(session, "model", event.model, stamp)
    if event.prompt_version is not None:
        _set(session, "prompt_version", event.prompt_version, stamp)
    if event.trace_id is not None:
        _set(session, "trace_id", event.trace_id, stamp)


def _fold_turn(session: Session, arrival: Arrival, event: ev.Message, stamp: Stamp) -> None:
    role = event.role
    if event.final or role is not ev.Role.AGENT:  # a part of an answer is no turn
        add_turn(session.turns, arrival.at_us - session.opened_us, stamp[1], arrival.mark)
    if role is ev.Role.USER:
        session.n_user += 1
        session.user_words += arrival.words
        if session.last_user is None or stamp > session.last_user.stamp:
            session.last_user = LastMessage(stamp, closing=arrival.closing)
        if arrival.inferred is not None:
            _infer(session, arrival.inferred)
    elif role is ev.Role.AGENT:
        session.n_agent += 1
        session.agent_words += arrival.words
        if arrival.is_refusal is not None and event.final:
            session.n_refusals = (session.n_refusals or 0) + arrival.is_refusal
        if session.last_agent is None or stamp > session.last_agent.stamp:
            session.last_agent = LastMessage(stamp, event.final, event.awaits_reply)
    else:
        session.n_tool += 1


def _infer(session: Session, found: Inferred) -> None:
    if session.inferred is None or found.rank < session.inferred.rank:
        session.inferred = found


def _fold_measures(session: Session, event: ev.Message) -> None:
    # Whole numbers only: sums of floats depend on their order.
    if event.latency_ms is not None:
        session.latency_us += round(event.latency_ms * 1000)
        session.n_latency += 1
    if event.tokens is not None:
        session.tokens += event.tokens
    if event.cost_usd is not None:
        session.cost_nano_usd += round(event.cost_usd * 1e9)
    if event.error is not None:
        session.n_errors += 1
    if event.tools is not None:
        for tool in event.tools:
            session.tools[tool] = session.tools.get(tool, 0) + 1


def _fold_attributes(session: Session, arrival: Arrival, event: ev.SessionAttributes) -> None:
    stamp = (arrival.at_us, 0, arrival.id)
    for name in _ATTRIBUTES:
        value = getattr(event, name)
        if value is not None:
            _set(session, name, value, stamp)
    for group in ("traits", "labels", "metadata"):
        values = getattr(event, group)
        for key, value in (values or {}).items():
            _set_item(session, group, key, value, stamp)


def _set_item(session: Session, group: str, key: str, value: object, stamp: Stamp) -> None:
    name = f"{group}.{key}"
    known = session.stamps.get(name)
    if known is None or stamp > known:
        session.stamps[name] = stamp
        getattr(session, group)[key] = value


def _fold_end(session: Session, arrival: Arrival, event: ev.SessionEnded) -> None:
    ended_us = arrival.at_us
    session.ended_us = ended_us if session.ended_us is None else min(session.ended_us, ended_us)
    seen_us, known_us = arrival.received_us, session.end_seen_us
    session.end_seen_us = seen_us if known_us is None else min(known_us, seen_us)
    if event.outcome is not None:
        _set(session, "outcome", event.outcome, (arrival.at_us, 0, arrival.id))


def _fold_feedback(session: Session, arrival: Arrival, event: ev.Feedback) -> None:
    score = event.score if event.score is not None else float(event.value is ev.Vote.UP)
    stamp = (arrival.at_us, 0, arrival.id)
    known = session.feedback.get(event.message_id)
    if known is None or stamp > known[0]:
        session.feedback[event.message_id] = (stamp, score)


def _fold_flow(session: Session, arrival: Arrival, event: ev.Flow) -> None:
    known = session.flows.get(event.flow) or Exposure(event.kind.value)
    stamp = (arrival.at_us, 0, arrival.id)
    name = f"{event.step}_us"
    times: dict[str, int | None] = {
        f"{step}_us": getattr(known, f"{step}_us") for step in ev.FlowStep
    }
    before = times[name]
    times[name] = arrival.at_us if before is None else min(before, arrival.at_us)
    told = {"kind": known.kind, "variant": known.variant, "answer": known.answer}
    said = {"kind": event.kind.value, "variant": event.variant, "answer": event.answer}
    for key, value in said.items():
        mark = f"flow.{event.flow}.{key}"
        last = session.stamps.get(mark)
        if value is not None and (last is None or stamp > last):
            session.stamps[mark] = stamp
            told[key] = value
    session.flows[event.flow] = Exposure(
        told["kind"] or known.kind, told["variant"], answer=told["answer"], **times
    )


def _fold_feature(session: Session, _arrival: Arrival, event: ev.Feature) -> None:
    session.features[event.feature] = session.features.get(event.feature, 0) + 1


def _fold_handover(session: Session, _arrival: Arrival, _event: ev.Handover) -> None:
    session.n_handovers += 1


_FOLDERS: Final[dict[type, Callable[..., None]]] = {
    ev.Message: _fold_message,
    ev.SessionStarted: _fold_attributes,
    ev.SessionUpdated: _fold_attributes,
    ev.SessionEnded: _fold_end,
    ev.Feedback: _fold_feedback,
    ev.Flow: _fold_flow,
    ev.Feature: _fold_feature,
    ev.Handover: _fold_handover,
}


def close_if_due(session: Session, policy: Policy, now_us: int) -> bool:
    """Close a thawed session that has ended, fallen silent or reached the cap.

    Args:
        session: Changed in place where it closes.
        policy: Gives the gap and the cap.
        now_us: Server time; an imported session is measured against it by its event times.

    Returns:
        Whether the session's closing changed.
    """
    found = _closing(session, policy, now_us)
    if found is None or found == (session.closed_us, session.close_reason):
        return False
    session.closed_us, session.close_reason = found
    return True


_Closing = tuple[int, CloseReason]


def _closing(session: Session, policy: Policy, now_us: int) -> _Closing | None:
    by_itself = _closing_by_itself(session, policy)
    if session.ended_us is not None:
        by_host = (max(session.ended_us, session.last_us), CloseReason.ENDED)
        if session.is_imported:
            return by_host if by_host[0] <= by_itself[0] else by_itself
        return by_host if session.close_reason in (None, CloseReason.ENDED) else None
    if session.closed_us is not None and not session.is_imported:
        return None
    return by_itself if by_itself[0] <= now_us else None


def _closing_by_itself(session: Session, policy: Policy) -> _Closing:
    quiet_us = session.last_us if session.is_imported else session.seen_us
    silent_us = quiet_us + policy.session_gap * SECOND_US
    cap_us = session.opened_us + policy.session_cap * SECOND_US
    return (silent_us, CloseReason.SILENCE) if silent_us <= cap_us else (cap_us, CloseReason.CAP)


def settles_us(session: Session, policy: Policy) -> int | None:
    """Give the time after which a closed session takes no more ratings; None while it is open."""
    if session.closed_us is None:
        return None
    return session.closed_us + policy.settles_after * SECOND_US
