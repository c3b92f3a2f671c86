"""What the user says about a session: ratings, their taking back, and what became of asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from afterword.domain import asks
from afterword.domain import events as ev
from afterword.domain.people import Person, note_answered, note_unanswered
from afterword.domain.ratings import Rater, RatingStatus, rate, take_back
from afterword.domain.session import Ask, AskState, Session
from afterword.domain.sessions import close_if_due
from afterword.errors import NothingToRate, UnknownAsk, UnknownConversation, UnknownSession
from afterword.intake.envelope import RatingResult
from afterword.journal import asking
from afterword.journal.asking import LoggedRating
from afterword.journal.sessions import parse_id

if TYPE_CHECKING:
    from afterword.domain.sessions import Arrival
    from afterword.intake.group import Group, Request


def take_rating(request: Request, index: int, arrival: Arrival, event: ev.Rated) -> None:
    """Rate a session.

    Raises:
        AfterwordError: There is nothing to rate, or the rating may not change any more.
    """
    group, is_import = request.group, request.envelope.is_import
    ask = None if event.ask_id is None else _find_ask(group, event.conversation_id, event.ask_id)
    session = _rated_session(request, event, ask)
    if ask is not None and ask.session_id != session.id:
        raise UnknownAsk(f"Session {session.id} has no ask {ask.id}.", field="ask_id")
    if ask is None and session.rating is None:
        ask = session.open_ask
    source = ev.Source.IMPORT if is_import else event.source or ev.Source.API
    rater = Rater(
        now_us=arrival.at_us if is_import else group.space.now_us,
        source=source,
        user_id=event.user_id,
        ask=ask,
        is_import=is_import,
    )
    close_if_due(session, group.policy, rater.now_us)  # whether it has settled is judged now
    status, record = rate(session, event, rater, group.policy)
    arrival.number = session.number
    if isinstance(event.reason, str):
        arrival.event = msgspec.structs.replace(event, reason=record.reason)  # as it was kept
    request.outcome.ratings[index] = RatingResult(status, session.id, record)
    if status is RatingStatus.SAME:
        return
    session.rating = record
    group.space.ratings.append(LoggedRating(session.id, rater.now_us, status, record))
    if ask is not None and ask.state is not AskState.ANSWERED:
        group.space.put_ask(session, asks.end(ask, AskState.ANSWERED, group.space.now_us))
        group.persons.tell(session, note_answered)


def take_back_rating(request: Request, index: int, arrival: Arrival, event: ev.Unrated) -> None:
    """Take a rating back inside its change window; its history stays.

    Raises:
        AfterwordError: There is no rating, or it is locked.
    """
    group = request.group
    session = _rated_session(request, event, None)
    now_us = group.space.now_us
    close_if_due(session, group.policy, now_us)
    take_back(session, group.policy, now_us, event.user_id)
    arrival.number = session.number
    for ask in session.asks:
        if ask.state is AskState.ANSWERED:
            dismissed = asks.reopen_as_dismissed(ask)
            group.space.put_ask(session, dismissed)
    session.rating = None
    group.space.ratings.append(LoggedRating(session.id, now_us, RatingStatus.REMOVED, None))
    request.outcome.ratings[index] = RatingResult(RatingStatus.REMOVED, session.id, None)


def take_step(request: Request, arrival: Arrival, event: ev.AskStepped) -> None:
    """Note what a client tells of an ask; telling it twice changes nothing.

    Raises:
        UnknownAsk: The conversation has no such ask.
    """
    group = request.group
    ask = _find_ask(group, event.conversation_id, event.ask_id)
    speaker = request.envelope.speaker
    if speaker is not None and ask.person not in speaker.persons:
        raise _unknown_ask(event.conversation_id, event.ask_id)
    session = _session_of(group, ask)
    arrival.number = session.number
    now_us = group.space.now_us
    if event.step is ev.AskStep.SHOWN:
        stepped = asks.show(ask, now_us)
    elif event.step is ev.AskStep.WITHDRAWN:
        stepped = asks.end(ask, AskState.WITHDRAWN, now_us)
    else:
        stepped = asks.end(ask, AskState.DISMISSED, now_us)
    if event.step is ev.AskStep.NEVER:
        group.persons.tell(session, _stop)
    _keep(group, session, ask, stepped)


def withdraw(group: Group, session: Session) -> None:
    """End an open ask because the user went on: we asked too early."""
    ask = session.open_ask
    if ask is not None:
        _keep(group, session, ask, asks.end(ask, AskState.WITHDRAWN, group.space.now_us))


def lapse(group: Group, session: Session) -> None:
    """End an open ask that time has ended."""
    ask = session.open_ask
    if ask is not None:
        _keep(group, session, ask, asks.lapse(ask, session, group.policy, group.space.now_us))


def _keep(group: Group, session: Session, before: Ask, after: Ask) -> None:
    if after is before:
        return
    group.space.put_ask(session, after)
    if after.state in (AskState.DISMISSED, AskState.IGNORED):
        is_dismissed = after.state is AskState.DISMISSED
        group.persons.tell(
            session, lambda person: note_unanswered(person, session, is_dismissed=is_dismissed)
        )


def _stop(person: Person) -> None:
    person.has_stopped = True


def _find_ask(group: Group, conversation_id: str, ask_id: str) -> Ask:
    for session in group.space.thawed.values():
        for ask in session.asks:
            if ask.id == ask_id and ask.conversation_id == conversation_id:
                return ask
    stored = asking.find_ask(group.space.connection, group.space.name, ask_id)
    if stored is None or stored.conversation_id != conversation_id:
        raise _unknown_ask(conversation_id, ask_id)
    return _latest(_session_of(group, stored), stored)


def _unknown_ask(conversation_id: str, ask_id: str) -> UnknownAsk:
    return UnknownAsk(f"Conversation {conversation_id} has no ask {ask_id}.", field="ask_id")


def _latest(session: Session, ask: Ask) -> Ask:
    return next((known for known in session.asks if known.id == ask.id), ask)


def _session_of(group: Group, ask: Ask) -> Session:
    parsed = parse_id(ask.session_id)
    if parsed is None:
        raise UnknownAsk(field="ask_id")
    return group.space.session(*parsed)


def _rated_session(request: Request, event: ev.Rated | ev.Unrated, ask: Ask | None) -> Session:
    space, speaker = request.group.space, request.envelope.speaker
    conversation = space.conversation(event.conversation_id)
    if conversation.session is None:
        raise UnknownConversation(
            f"No message of conversation {event.conversation_id} has arrived yet.",
            field="conversation_id",
        )

    def may(session: Session) -> bool:
        return speaker is None or speaker.may_rate(session)

    if event.session_id is not None:
        parsed = parse_id(event.session_id)
        is_here = parsed is not None and parsed[0] == event.conversation_id
        known = space.peek(*parsed) if parsed is not None and is_here else None
        if known is None or not may(known):
            raise UnknownSession(f"There is no session {event.session_id}.", field="session_id")
        return space.session(known.conversation_id, known.number)
    if ask is not None:
        session = _session_of(request.group, ask)
        if not may(session):
            raise _unknown_ask(event.conversation_id, ask.id)
        return session
    latest = space.session(event.conversation_id, conversation.latest)
    if latest.meets_minimum and may(latest):
        return latest
    for earlier in reversed(space.all_sessions(event.conversation_id)[:-1]):
        if earlier.meets_minimum and may(earlier):
            return space.hold_session(earlier)
    raise NothingToRate
