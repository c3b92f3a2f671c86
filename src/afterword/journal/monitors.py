"""What is kept of monitors, between one look at their streams and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from afterword.journal.statements import upsert
from afterword.journal.tables import MONITORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

_NAMES: Final = ("project", "stream", "body")


def load_monitors(connection: Connection, project: str) -> dict[str, str]:
    """Read what was kept, by stream."""
    query = sa.select(MONITORS.c.stream, MONITORS.c.body).where(MONITORS.c.project == project)
    return {stream: body for stream, body in connection.execute(query)}  # noqa: C416  # rows are no pairs


def save_monitors(connection: Connection, project: str, bodies: Mapping[str, str]) -> None:
    """Write monitors, new or known; others stay."""
    upsert(connection, MONITORS, _NAMES, [(project, *one) for one in sorted(bodies.items())])
