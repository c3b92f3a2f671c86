"""Placing one event: into its session, onto its person, or among what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain import events as ev
from afterword.domain.pauses import longest_us
from afterword.domain.policy import SECOND_US
from afterword.domain.session import person_of
from afterword.domain.sessions import (
    NEXT,
    Arrival,
    IfLater,
    apply,
    assign,
    goes_on,
    needs_earlier,
    open_session,
    span,
)
from afterword.errors import NotForBrowsers, NotForTests, UnknownConversation
from afterword.intake import answers
from afterword.intake.envelope import TEST
from afterword.intake.reading import read_use_case
from afterword.journal.events import Conversation, Waiting

if TYPE_CHECKING:
    from afterword.domain.session import LastMessage, Session
    from afterword.intake.envelope import Speaker
    from afterword.intake.group import Group, Request

_AWAY_US: Final = 300 * SECOND_US  # long enough to have been elsewhere
_WAITS: Final = (ev.SessionStarted, ev.SessionUpdated, ev.Flow)


def place(request: Request, index: int, arrival: Arrival) -> None:
    """Put one new event where it belongs.

    Raises:
        AfterwordError: The event cannot be kept; nothing of it was.
    """
    event = arrival.event
    if request.envelope.is_test and not isinstance(event, ev.PERSONAL):
        _check_test(request, event.conversation_id)
    if type(event) is ev.Message:  # nearly all are
        _place_in_session(request, arrival)
    elif isinstance(event, ev.PERSONAL):
        request.group.persons.tell_directly(arrival)
    elif isinstance(event, ev.Rated):
        answers.take_rating(request, index, arrival, event)
    elif isinstance(event, ev.Unrated):
        answers.take_back_rating(request, index, arrival, event)
    elif isinstance(event, ev.AskStepped):
        answers.take_step(request, arrival, event)
    else:
        _place_in_session(request, arrival)
    request.group.space.arrivals.append(arrival)


def _check_test(request: Request, conversation_id: str) -> None:
    # Without limits, trying things out would spend what a real person has of patience.
    session = request.group.space.conversation(conversation_id).session
    if session is not None and session.environment != TEST:
        raise NotForTests(
            f"Conversation {conversation_id} is of the environment {session.environment}: a test"
            " key cannot write into it. Begin one with an id of its own.",
            field="conversation_id",
        )


def check_speaker(request: Request, event: ev.AnyEvent | ev.Unrated, speaker: Speaker) -> None:
    """Check that a browser may tell this: of its person's conversations, or of its one.

    Raises:
        NotForBrowsers: The token is for another conversation, or the event for backends.
        UnknownConversation: It is not the person's; whether it is anybody's is not said.
    """
    if isinstance(event, ev.PERSONAL):
        raise NotForBrowsers
    if speaker.conversation_id is not None:
        if event.conversation_id != speaker.conversation_id:
            raise NotForBrowsers("The token is for another conversation.", field="conversation_id")
        return
    known = request.group.space.all_sessions(event.conversation_id)
    begins_here = not known and isinstance(event, ev.Message | ev.SessionAttributes)
    if not begins_here and not any(speaker.may_rate(session) for session in known):
        raise UnknownConversation(field="conversation_id")


def _place_in_session(request: Request, arrival: Arrival) -> None:
    event = arrival.event
    conversation = request.group.space.conversation(event.conversation_id)  # type: ignore[union-attr]  # place() took the others
    number = _assign(request, conversation, arrival)
    if number == NEXT:
        if not isinstance(event, _WAITS):
            raise UnknownConversation(field="conversation_id")
        conversation.waiting = [
            *conversation.waiting,
            Waiting(arrival.id, arrival.at_us, arrival.received_us, event),
        ]
        conversation.is_changed = True
        return
    arrival.number = number
    if number > conversation.latest:
        session = _open(request, conversation, arrival)
    else:
        session = request.group.space.session(conversation.id, number)
    _fold(request, session, arrival)


def _assign(request: Request, conversation: Conversation, arrival: Arrival) -> int:
    event, policy = arrival.event, request.group.policy
    if conversation.session is not None and goes_on(conversation.session, arrival.at_us, policy):
        return conversation.latest
    if isinstance(event, ev.Message):
        if_later = IfLater.OPEN
    else:
        if_later = IfLater.WAIT if isinstance(event, _WAITS) else IfLater.BELONG
    if conversation.session is None:
        return assign(arrival.at_us, (), policy, if_later)
    latest = span(conversation.session, is_import=request.envelope.is_import)
    spans = [latest]
    if needs_earlier(arrival.at_us, latest):
        spans = [
            span(session, is_import=request.envelope.is_import)
            for session in request.group.space.all_sessions(conversation.id)
        ]
    return assign(arrival.at_us, spans, policy, if_later)


def _open(request: Request, conversation: Conversation, arrival: Arrival) -> Session:
    space = request.group.space
    told = [request.envelope.environment, arrival.event.environment]
    told += [waiting.event.environment for waiting in reversed(conversation.waiting)]
    session = open_session(
        space.name,
        arrival,
        conversation.latest + 1,
        environment=next((one for one in told if one is not None), "production"),
        is_import=request.envelope.is_import,
    )
    space.add_session(session)
    for waiting in conversation.waiting:
        waited = Arrival(waiting.id, waiting.at_us, waiting.received_us, waiting.event)
        apply(session, waited)
        request.group.note(session, waited)
        space.placed_late[conversation.id, waiting.id] = session.number
    conversation.waiting = []
    return session


def _fold(request: Request, session: Session, arrival: Arrival) -> None:
    group = request.group
    before, user_id = session.last_user, session.user_id
    paused_us = _paused_us(group, session, arrival)
    read_use_case(arrival, session, group.use_cases)
    apply(session, arrival)
    if session.session_number is None:
        group.persons.greet(session, None)
    elif session.user_id != user_id:
        group.persons.greet(session, person_of(session.conversation_id, user_id))
    if session.last_user is not before:
        session.longest_pause_us = paused_us
        _go_on(group, session, is_first=before is None)
        if not session.is_imported and _has_been_away(before, arrival):
            group.returned.append((session, arrival.at_us))
    group.note(session, arrival)


def _paused_us(group: Group, session: Session, arrival: Arrival) -> int | None:
    event = arrival.event
    if type(event) is not ev.Message or event.role is not ev.Role.USER:
        return session.longest_pause_us
    return longest_us(session, group.policy, arrival.received_us)


def _has_been_away(before: LastMessage | None, arrival: Arrival) -> bool:
    # Who is in the middle of a talk has not come back since the message before.
    return before is None or arrival.at_us - before.stamp[0] > _AWAY_US


def _go_on(group: Group, session: Session, *, is_first: bool) -> None:
    # The user goes on, here or in a new session: a question that waits came too early.
    if session.asks:
        answers.withdraw(group, session)
    if not is_first or session.number == 1 or session.is_imported:
        return
    key = (session.conversation_id, session.number - 1)
    earlier = group.space.peek(*key)
    if earlier is not None and earlier.open_ask is not None:
        answers.withdraw(group, group.space.session(*key))
