"""Markers: dated notes on the time line."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.journal.statements import insert, insert_into
from afterword.journal.tables import MARKERS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_NAMES = ("project", "id", "at_us", "kind", "text")


class Marker(Struct, frozen=True):
    """A release, a new ask policy, or what someone wrote."""

    id: str
    project: str
    at_us: int
    kind: str
    text: str


def markers(
    connection: Connection, project: str, from_us: int | None = None, to_us: int | None = None
) -> list[Marker]:
    """Read the markers of [from, to), oldest first."""
    table = MARKERS.c
    query = sa.select(table.id, table.project, table.at_us, table.kind, table.text).where(
        table.project == project
    )
    if from_us is not None:
        query = query.where(table.at_us >= from_us)
    if to_us is not None:
        query = query.where(table.at_us < to_us)
    return [Marker(*row) for row in connection.execute(query.order_by(table.at_us, table.id))]


def mark(connection: Connection, project: str) -> tuple[int, int]:
    """Give a value that differs whenever ``markers`` would answer differently."""
    table = MARKERS.c
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(table.at_us), 0)).where(
            table.project == project
        )
    ).one()
    return (int(row[0]), int(row[1]))


def add_marker(connection: Connection, project: str, kind: str, text: str, at_us: int) -> Marker:
    """Write a marker. A release or policy has one; of a release, the earliest time stands."""
    if kind == "note":
        marker = Marker(str(uuid4()), project, at_us, kind, text)
        insert(connection, MARKERS, _NAMES, [(project, marker.id, at_us, kind, text)])
        return marker
    told = f"{kind}\x1f{text}".encode()
    marker_id = f"{kind}-{blake2b(told, digest_size=10).hexdigest()}"
    where = sa.and_(MARKERS.c.project == project, MARKERS.c.id == marker_id)
    known_us = connection.execute(sa.select(MARKERS.c.at_us).where(where)).scalar()
    if known_us is not None and known_us <= at_us:
        return Marker(marker_id, project, known_us, kind, text)
    marker = Marker(marker_id, project, at_us, kind, text)
    write = insert_into(connection.dialect.name, MARKERS)
    connection.execute(  # another server may write it at this moment
        write.on_conflict_do_update(
            index_elements=[MARKERS.c.project, MARKERS.c.id],
            set_={"at_us": write.excluded.at_us},
            where=write.excluded.at_us < MARKERS.c.at_us,
        ),
        msgspec.structs.asdict(marker),
    )
    return marker
