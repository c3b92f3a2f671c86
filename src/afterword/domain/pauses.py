"""The pauses of sessions, as counts in bins of equal ratio: small, exact to merge, in any order.

A session is one observation: its longest pause after which the user went on, and whether it ended
in silence. Silence of length t would have asked it if either reached t, and asked too early if the
first did.
"""

from __future__ import annotations

from math import ceil, floor, log
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from afterword.domain.asks import waits_for_silence
from afterword.domain.policy import SECOND_US
from afterword.domain.session import CloseReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.domain.policy import Policy
    from afterword.domain.session import Session

# A bin's upper edge is 1 % above its lower one: whoever is told the edge is at most 1 % too high.
RATIO: Final = 1.01
_LOG_RATIO: Final = log(RATIO)
_NOISE: Final = 1e-9  # of a logarithm: an edge belongs to its own bin


class Pauses(Struct, kw_only=True, omit_defaults=True):
    """Counts of sessions. Bin i holds pauses in (RATIO^(i-1), RATIO^i] seconds.

    At most 1,143 bins each, since a session lasts a day at most.

    Attributes:
        n_silent: Sessions that ended in a silence that could have asked.
        silent: Of those, the ones that had gone on after a pause, by bin of the longest.
        other: The same of all other sessions.
    """

    n_silent: int = 0
    silent: dict[int, int] = field(default_factory=dict)
    other: dict[int, int] = field(default_factory=dict)

    def add(self, longest_s: float, *, ends_silent: bool) -> None:
        """Count one session.

        Args:
            longest_s: Its longest pause after which the user went on; 0 where there was none.
            ends_silent: Whether it ended in a silence that could have asked.
        """
        self.n_silent += ends_silent
        if longest_s >= 1:
            bins = self.silent if ends_silent else self.other
            found = _bin(longest_s)
            bins[found] = bins.get(found, 0) + 1

    def merge(self, more: Pauses) -> None:
        """Count the sessions of another one too."""
        self.n_silent += more.n_silent
        for mine, theirs in ((self.silent, more.silent), (self.other, more.other)):
            for place, n_sessions in theirs.items():
                mine[place] = mine.get(place, 0) + n_sessions

    @property
    def n_sessions(self) -> int:
        """Sessions that silence has to do with."""
        return self.n_silent + sum(self.other.values())

    def reached(self, seconds: float) -> tuple[int, int]:
        """Count the sessions that a silence of so long would have asked, and those too early.

        Exact at the edge of a bin; between two of them as at the lower one, so never too few.
        """
        place = _edge_below(seconds)
        resumed, others = _above(self.silent, place), _above(self.other, place)
        return self.n_silent + others, resumed + others


def edges(least: int, most: int) -> Iterator[int]:
    """Give the whole seconds from ``most`` down to ``least`` that lie at the edges of bins."""
    place = _edge_below(most)
    while (seconds := ceil(RATIO**place)) >= least:
        if seconds <= most:
            yield seconds
        place -= 1


def longest_us(session: Session, policy: Policy, now_us: int) -> int | None:
    """Give a session's longest pause as it will be if its user goes on now, in microseconds.

    Args:
        session: As it stands before the message that has just arrived.
        policy: Says what is a moment.
        now_us: Server time.

    Returns:
        The silence until now where it could have asked and is the longest; else the one known.
    """
    known_us, silent_us = session.longest_pause_us, now_us - session.seen_us
    # Most messages end here: what arrives together was no pause.
    if known_us is None or silent_us <= known_us:
        return known_us
    is_pause = session.closed_us is None and waits_for_silence(session, policy)
    return silent_us if is_pause else known_us


def count(pauses: Pauses, session: Session, policy: Policy) -> None:
    """Count a session that is over, if its pauses were measured."""
    if session.longest_pause_us is not None:
        is_silent = session.close_reason is CloseReason.SILENCE
        pauses.add(
            session.longest_pause_us / SECOND_US,
            ends_silent=is_silent and waits_for_silence(session, policy),
        )


def _bin(seconds: float) -> int:
    return ceil(log(seconds) / _LOG_RATIO - _NOISE)


def _edge_below(seconds: float) -> int:
    return floor(log(seconds) / _LOG_RATIO + _NOISE)


def _above(bins: dict[int, int], place: int) -> int:
    return sum(n_sessions for found, n_sessions in bins.items() if found > place)
