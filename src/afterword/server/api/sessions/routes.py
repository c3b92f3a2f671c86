"""``GET /v1/sessions`` and ``GET /v1/sessions/{id}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import get
from litestar.params import FromPath

from afterword.errors import UnknownSession
from afterword.journal.asking import session_decisions
from afterword.journal.events import session_events
from afterword.journal.sessions import get_session, list_sessions
from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, AnyRequest, Given
from afterword.server.api.reading import read_query
from afterword.server.api.sessions.schemas import (
    SessionDetail,
    SessionPage,
    SessionQuery,
    session_view,
    timed,
)

if TYPE_CHECKING:
    from afterword.journal import Journal


@get("/sessions")
async def sessions(request: AnyRequest, reader: Admitted, services: Given) -> SessionPage:
    """List sessions, the newest opening first, a page at a time."""
    query = read_query(SessionQuery, request.query_params.multi_items())
    return await services.read(_page, services.journal, reader.project, query)


@get("/sessions/{session_id:str}")
async def session(session_id: FromPath[str], reader: Admitted, services: Given) -> SessionDetail:
    """Read one session with its events and the decisions about asking."""
    return await services.read(_detail, services.journal, reader.project, read_id(session_id))


SESSIONS = (sessions, session)


def _page(journal: Journal, project: str, query: SessionQuery) -> SessionPage:
    chosen = query.filter()
    with journal.read() as connection:
        found, cursor = list_sessions(connection, project, chosen, query.cursor, query.limit)
    return SessionPage(sessions=[session_view(one) for one in found], next_cursor=cursor)


def _detail(journal: Journal, project: str, session_id: str) -> SessionDetail:
    with journal.read() as connection:
        found = get_session(connection, project, session_id)
        if found is None:
            raise UnknownSession(f"There is no session {session_id:.300}.", field="session_id")
        events = session_events(connection, project, session_id)
        decisions = session_decisions(connection, project, session_id)
    return SessionDetail(
        session=session_view(found),
        events=[timed(row) for row in events],
        decisions=[timed(row) for row in decisions],
    )
