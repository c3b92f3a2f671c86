"""The shapes of releases at the edge."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from afterword.journal.releases import OpenedBy, Release, State
from afterword.monitoring.releases.budget import alpha_of
from afterword.monitoring.releases.register import id_of
from afterword.server.times import write_time

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class GateQuery(Struct, frozen=True, kw_only=True):
    """Which release, against which; ``margin`` is a share."""

    candidate: Name
    baseline: Name | None = None
    by: str = "release"
    margin: float = 0.05
    environment: str = "production"


class ReleaseBody(Struct, frozen=True, kw_only=True):
    """What is opened; without ``baseline`` against the one accepted last, else the one before."""

    name: Name
    by: str = "release"
    baseline: Name | None = None


class ReleaseView(Struct, frozen=True, kw_only=True):
    """A release that was opened.

    ``opened_by``: ``operator``, or ``traffic`` where a new model or prompt was seen. ``alpha``:
    the chance that it is ever wrongly called worse.
    """

    id: str
    by: str
    name: str
    state: State
    opened_at: str
    opened_by: OpenedBy
    accepted_at: str | None
    baseline: str | None
    alpha: float


class ReleaseList(Struct, frozen=True):
    """Releases, the newest opening first."""

    releases: tuple[ReleaseView, ...]


def release_view(release: Release) -> ReleaseView:
    """Give a release as it is answered."""
    return ReleaseView(
        id=id_of(release.kind, release.name),
        by=release.kind,
        name=release.name,
        state=release.state,
        opened_at=write_time(release.opened_us),
        opened_by=release.opened_by,
        accepted_at=None if release.accepted_us is None else write_time(release.accepted_us),
        baseline=release.baseline,
        alpha=alpha_of(release.place),
    )
