"""``POST /v1/notes``: a marker on the time line, such as "price page changed"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import post

from afterword.domain.masking import mask
from afterword.journal.markers import Marker, add_marker
from afterword.server.api.admission import Admitted, AnyRequest, Given
from afterword.server.api.notes.schemas import MarkerView, NoteBody, marker_view
from afterword.server.api.reading import read_struct
from afterword.server.bodies import read_body
from afterword.server.times import read_time

if TYPE_CHECKING:
    from afterword.journal import Journal


@post("/notes")
async def add_note(request: AnyRequest, writer: Admitted, services: Given) -> MarkerView:
    """Write a note; trends show it at its time."""
    note = read_struct(NoteBody, await read_body(request.scope, request.receive))
    at_us = services.clock.now_us() if note.at is None else read_time(note.at, field="at")
    text = mask(note.text)
    marker = await services.read(_add, services.journal, writer.project, text, at_us)
    return marker_view(marker)


def _add(journal: Journal, project: str, text: str, at_us: int) -> Marker:
    with journal.write() as connection:
        return add_marker(connection, project, "note", text, at_us)
