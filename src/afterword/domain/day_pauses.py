"""The pauses of one day by channel and agent: what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from afterword.domain.pauses import Pauses, count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.domain.policy import Policy
    from afterword.domain.session import Session

MOST_GROUPS: Final = 50


class GroupPauses(Struct, frozen=True, kw_only=True):
    """The pauses of one channel and agent; empty strings where sessions name none."""

    channel: str
    agent: str
    pauses: Pauses


class DayPauses(Struct, frozen=True, kw_only=True):
    """The pauses of the sessions that opened on one day.

    ``rest`` holds those of agents beyond the first 50: they count for the project alone.
    """

    groups: tuple[GroupPauses, ...] = ()
    rest: Pauses = field(default_factory=Pauses)


def day_of(sessions: Iterable[Session], policy: Policy) -> DayPauses:
    """Count the pauses of one day's sessions, in any order; all of them are over."""
    found: dict[tuple[str, str], Pauses] = {}
    for session in sessions:
        key = (session.channel or "", session.agent or "")
        count(found.setdefault(key, Pauses()), session, policy)
    by_size = sorted(found, key=lambda key: (-found[key].n_sessions, key))
    rest = Pauses()
    for key in by_size[MOST_GROUPS:]:
        rest.merge(found[key])
    return DayPauses(
        groups=tuple(
            GroupPauses(channel=key[0], agent=key[1], pauses=found[key])
            for key in by_size[:MOST_GROUPS]
        ),
        rest=rest,
    )
