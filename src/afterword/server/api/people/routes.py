"""``DELETE /v1/people/{id}`` and ``GET /v1/people/{id}/export``."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from litestar import delete, get
from litestar.params import FromPath

from afterword.journal.person_exports import PersonExport, export_person
from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, Given
from afterword.server.api.people.schemas import ErasureView, erasure_view

if TYPE_CHECKING:
    from afterword.journal import Journal


@delete("/people/{person_id:str}", status_code=HTTPStatus.OK)
async def erase_person(person_id: FromPath[str], admin: Admitted, services: Given) -> ErasureView:
    """Erase a person; when it is answered no file holds what was erased."""
    done = await services.count(services.eraser.erase, admin.project, read_id(person_id))
    return erasure_view(done)


@get("/people/{person_id:str}/export")
async def export(person_id: FromPath[str], admin: Admitted, services: Given) -> PersonExport:
    """Give everything that is held of a person."""
    return await services.count(_export, services.journal, admin.project, read_id(person_id))


PEOPLE: Final = (erase_person, export)


def _export(journal: Journal, project: str, person: str) -> PersonExport:
    with journal.read() as connection:
        return export_person(connection, project, person)
