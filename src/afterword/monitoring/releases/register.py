"""Opening and accepting releases, as an operator tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.errors import InvalidField
from afterword.journal.releases import (
    KINDS,
    OpenedBy,
    Release,
    accept_release,
    open_release,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def open_by_hand(
    connection: Connection,
    project: str,
    name: str,
    kind: str,
    baseline: str | None,
    now_us: int,
) -> tuple[Release, bool]:
    """Open a release; tell whether it is new. One that was opened before stays as it is.

    Args:
        connection: A writing transaction.
        project: The tenant.
        name: As sessions carry it.
        kind: What carries it there: ``release``, ``model`` or ``prompt_version``.
        baseline: What it stands against; None: the one accepted last.
        now_us: Server time.

    Raises:
        InvalidField: It is of no known kind, or stands against itself.
    """
    check_kind(kind)
    check_pair(name, baseline)
    wanted = Release(
        project=project,
        kind=kind,
        name=name,
        opened_us=now_us,
        opened_by=OpenedBy.OPERATOR,
        place=1,
        baseline=baseline,
    )
    return open_release(connection, wanted)


def accept(connection: Connection, project: str, release_id: str, now_us: int) -> Release:
    """Accept a release: later ones stand against it, with a new budget of false alarms.

    Args:
        connection: A writing transaction.
        project: The tenant.
        release_id: As ``id_of`` gives it, or the bare name of a ``release``.
        now_us: Server time.

    Raises:
        UnknownRelease: It was never opened.
    """
    kind, _, name = release_id.partition(":")
    if kind not in KINDS or not name:
        kind, name = KINDS[0], release_id
    return accept_release(connection, project, kind, name, now_us)


def id_of(kind: str, name: str) -> str:
    """Give the id of a release: ``model:m-2``."""
    return f"{kind}:{name}"


def check_kind(kind: str) -> None:
    """Refuse what is no kind of release.

    Raises:
        InvalidField: It is none.
    """
    if kind not in KINDS:
        raise InvalidField(f"by: one of {', '.join(KINDS)}, not {kind!r:.80}.", field="by")


def check_pair(candidate: str, baseline: str | None) -> None:
    """Refuse a release that stands against itself.

    Raises:
        InvalidField: It does.
    """
    if candidate == baseline:
        raise InvalidField(
            f"baseline: {candidate!r:.80} cannot be held against itself.", field="baseline"
        )
