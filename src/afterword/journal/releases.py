"""Releases that were opened: watched against what was there before, until accepted or replaced."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from afterword.errors import UnknownRelease
from afterword.journal.days import DAY_US, as_date
from afterword.journal.markers import add_marker
from afterword.journal.projects import hold_project, load_project
from afterword.journal.statements import insert
from afterword.journal.tables import RELEASES

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.engine import Connection

KINDS: Final = ("release", "model", "prompt_version")  # the attributes of sessions that name one
_NAMES: Final = (
    "project",
    "kind",
    "name",
    "opened_us",
    "opened_by",
    "place",
    "baseline",
    "accepted_us",
)


class OpenedBy(StrEnum):
    """Who opened a release."""

    OPERATOR = "operator"
    TRAFFIC = "traffic"


class State(StrEnum):
    """What became of a release."""

    OPEN = "open"
    SUPERSEDED = "superseded"  # by a newer one, before it was accepted
    ACCEPTED = "accepted"


class Release(Struct, frozen=True, kw_only=True):
    """A release of one kind: ``release``, ``model`` or ``prompt_version``.

    ``place``: among those of all kinds opened since one was last accepted, from 1. ``baseline``:
    what it stands against; None where there was nothing that had been accepted or named.
    """

    project: str
    kind: str
    name: str
    opened_us: int
    opened_by: OpenedBy
    place: int
    baseline: str | None = None
    accepted_us: int | None = None
    state: State = State.OPEN


def releases(connection: Connection, project: str) -> list[Release]:
    """Read every release, the newest opening first."""
    found = [
        Release(**{**dict(zip(_NAMES, row, strict=True)), "opened_by": OpenedBy(row[4])})
        for row in connection.execute(_query(project))
    ]
    newest: set[str] = set()
    told = []
    for one in found:
        told.append(replace(one, state=_state(one, is_newest=one.kind not in newest)))
        newest.add(one.kind)
    return told


def find_release(connection: Connection, project: str, kind: str, name: str) -> Release | None:
    """Give a release that was opened; None where it was not."""
    known = releases(connection, project)
    return next((one for one in known if (one.kind, one.name) == (kind, name)), None)


def accepted(connection: Connection, project: str, kind: str) -> str | None:
    """Name the release that was accepted last."""
    known = [one for one in releases(connection, project) if one.kind == kind]
    times = [(one.accepted_us, one.name) for one in known if one.accepted_us is not None]
    return max(times)[1] if times else None


def days_accepted(connection: Connection, project: str) -> list[date]:
    """Give the days (UTC) on which releases were accepted, in order."""
    known = releases(connection, project)
    times = sorted(one.accepted_us for one in known if one.accepted_us is not None)
    return [as_date(one // DAY_US) for one in times]


def open_release(connection: Connection, release: Release) -> tuple[Release, bool]:
    """Open a release, with its marker; one that was opened before stays as it is.

    Args:
        connection: A writing transaction.
        release: Its ``place`` is found here, and its ``baseline`` where it has none.

    Returns:
        It as it is stored, and whether it is new.
    """
    project, kind, name = release.project, release.kind, release.name
    load_project(connection, project, release.opened_us)
    hold_project(connection, project)
    known = find_release(connection, project, kind, name)
    if known is not None:
        return known, False
    baseline = release.baseline or accepted(connection, project, kind)
    made = replace(release, place=_place(connection, project), baseline=baseline)
    insert(connection, RELEASES, _NAMES, [tuple(getattr(made, one) for one in _NAMES)])
    add_marker(connection, project, "release", marker_text(kind, name), made.opened_us)
    return made, True


def accept_release(
    connection: Connection, project: str, kind: str, name: str, now_us: int
) -> Release:
    """Make a release the one that later ones stand against, with a marker.

    Raises:
        UnknownRelease: It was never opened.
    """
    hold_project(connection, project)
    known = find_release(connection, project, kind, name)
    if known is None:
        raise UnknownRelease(f"{kind} {name!r:.80} was never opened.")
    table = RELEASES.c
    connection.execute(
        sa.update(RELEASES)
        .where(table.project == project, table.kind == kind, table.name == name)
        .values(accepted_us=now_us)
    )
    add_marker(connection, project, "release", f"{marker_text(kind, name)} accepted", now_us)
    return replace(known, accepted_us=now_us, state=State.ACCEPTED)


def marker_text(kind: str, name: str) -> str:
    """Name a release on the time line: a label as intake does, anything else with its kind."""
    return name if kind == "release" else f"{kind} {name}"


def _query(project: str) -> sa.Select[Any]:
    table = RELEASES.c
    columns = [table[name] for name in _NAMES]
    return (
        sa.select(*columns)
        .where(table.project == project)
        .order_by(table.opened_us.desc(), table.place.desc(), table.kind, table.name)
    )


def _state(one: Release, *, is_newest: bool) -> State:
    if one.accepted_us is not None:
        return State.ACCEPTED
    return State.OPEN if is_newest else State.SUPERSEDED


def _place(connection: Connection, project: str) -> int:
    known = releases(connection, project)
    since = max((one.accepted_us for one in known if one.accepted_us is not None), default=None)
    return 1 + sum(since is None or one.opened_us >= since for one in known)
