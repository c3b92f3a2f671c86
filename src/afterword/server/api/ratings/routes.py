"""``POST`` and ``DELETE`` of a conversation's or a session's rating."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from litestar import Response, delete, post
from litestar.params import FromPath
from msgspec import Struct

from afterword.domain.events import Rated, Unrated
from afterword.domain.ratings import RatingStatus
from afterword.errors import InvalidField, UnknownConversation, UnknownSession
from afterword.intake import Outcome
from afterword.journal.sessions import get_session, load_conversation, parse_id
from afterword.server.addresses import read_id
from afterword.server.api.admission import AnyRequest, Caller, Calling, Given
from afterword.server.api.ratings.schemas import RatingAnswer, rating_answer, read_rating
from afterword.server.bodies import read_body

if TYPE_CHECKING:
    from afterword.domain.texts import OwnTexts
    from afterword.journal import Journal
    from afterword.server.services import Services


class _Target(Struct, frozen=True):
    """What a call rates: a session, or whichever of the conversation is meant."""

    project: str
    conversation_id: str
    session_id: str | None = None


@post("/conversations/{conversation_id:str}/rating")
async def rate_conversation(
    request: AnyRequest, conversation_id: FromPath[str], caller: Calling, services: Given
) -> Response[RatingAnswer]:
    """Rate a conversation's open session, or the last one that was a talk."""
    target = _Target(caller.key.project, read_id(conversation_id))
    return await _rate(request, services, caller, target)


@delete("/conversations/{conversation_id:str}/rating")
async def unrate_conversation(
    conversation_id: FromPath[str], caller: Calling, services: Given
) -> None:
    """Take a conversation's rating back, inside its change window."""
    await _unrate(services, caller, _Target(caller.key.project, read_id(conversation_id)))


@post("/sessions/{session_id:str}/rating")
async def rate_session(
    request: AnyRequest, session_id: FromPath[str], caller: Calling, services: Given
) -> Response[RatingAnswer]:
    """Rate one session."""
    return await _rate(request, services, caller, _session(caller, read_id(session_id)))


@delete("/sessions/{session_id:str}/rating")
async def unrate_session(session_id: FromPath[str], caller: Calling, services: Given) -> None:
    """Take one session's rating back, inside its change window."""
    await _unrate(services, caller, _session(caller, read_id(session_id)))


RATINGS = (rate_conversation, unrate_conversation, rate_session, unrate_session)


async def _rate(
    request: AnyRequest, services: Services, caller: Caller, target: _Target
) -> Response[RatingAnswer]:
    body = await read_body(request.scope, request.receive)
    rated = read_rating(body, target.conversation_id, target.session_id)
    outcome = await _submit(services, caller, target, rated)
    result = outcome.ratings.get(0)
    if result is None or result.record is None:  # this very id was taken in before
        answer = await services.read(_as_it_stands, services.journal, target, outcome.own_texts)
        return Response(answer, status_code=HTTPStatus.OK)
    locale = await services.read(_locale, services.journal, target.project, result.session_id)
    is_new = result.status is RatingStatus.NEW
    return Response(
        rating_answer(result.session_id, result.record, locale, outcome.own_texts),
        status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK,
    )


async def _unrate(services: Services, caller: Caller, target: _Target) -> None:
    event = Unrated(conversation_id=target.conversation_id, session_id=target.session_id)
    await _submit(services, caller, target, event)


async def _submit(
    services: Services, caller: Caller, target: _Target, event: Rated | Unrated
) -> Outcome:
    outcome = await services.take(caller.envelope([(0, event)]))
    error = outcome.errors.get(0)
    if isinstance(error, UnknownConversation) and target.session_id is not None:
        raise _unknown(target.session_id)
    if error is not None:
        raise error
    return outcome


def _session(caller: Caller, session_id: str) -> _Target:
    parsed = parse_id(session_id)
    if parsed is None:
        raise _unknown(session_id)
    return _Target(caller.key.project, parsed[0], session_id)


def _unknown(session_id: str) -> UnknownSession:
    return UnknownSession(f"There is no session {session_id:.300}.", field="session_id")


def _locale(journal: Journal, project: str, session_id: str) -> str | None:
    with journal.read() as connection:
        session = get_session(connection, project, session_id)
    return None if session is None else session.locale


def _as_it_stands(journal: Journal, target: _Target, own: OwnTexts) -> RatingAnswer:
    with journal.read() as connection:
        if target.session_id is None:
            found = load_conversation(connection, target.project, target.conversation_id)
        else:
            one = get_session(connection, target.project, target.session_id)
            found = [] if one is None else [one]
    for session in reversed(found):
        if session.rating is not None:
            return rating_answer(session.id, session.rating, session.locale, own)
    raise InvalidField("id: another event came with this id before.", field="id")
