"""``DELETE /v1/people/{id}``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from litestar import delete
from litestar.params import FromPath

from afterword.server.addresses import read_id
from afterword.server.api.admission import Admitted, Given
from afterword.server.api.people.schemas import ErasureView, erasure_view


@delete("/people/{person_id:str}", status_code=HTTPStatus.OK)
async def erase_person(person_id: FromPath[str], admin: Admitted, services: Given) -> ErasureView:
    """Erase a person; when it is answered no file holds what was erased."""
    done = await services.count(services.eraser.erase, admin.project, read_id(person_id))
    return erasure_view(done)


PEOPLE: Final = (erase_person,)
