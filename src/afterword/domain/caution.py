"""The control of a trigger: asks that are withdrawn too often make its threshold rise a step.

docs/explanation/silence.md says why it comes to rest.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from afterword.domain.evidence import lower
from afterword.domain.learnt import Caution

MOST_STEPS: Final = 8
RECENT_WEEKS: Final = 8  # what speaks for a step up is no older
FIRST_REST: Final = 4
LAST_REST: Final = 32


class Tally(Struct, frozen=True):
    """Asks of one trigger in one week that have ended, without those that nobody was shown."""

    n_asks: int = 0
    n_withdrawn: int = 0

    def __add__(self, more: Tally) -> Tally:
        """Count the asks of both."""
        return Tally(self.n_asks + more.n_asks, self.n_withdrawn + more.n_withdrawn)


class Watch(Struct, frozen=True, kw_only=True):
    """What is remembered of a trigger between the weeks.

    Attributes:
        weeks: Since the last step, oldest first; the last 32.
        rest: Weeks without a step before one down.
        has_fallen: Whether the last step was one down.
    """

    weeks: tuple[Tally, ...] = ()
    rest: int = FIRST_REST
    has_fallen: bool = False


def steer(
    watch: Watch, caution: Caution, week: Tally, most: float, now_us: int
) -> tuple[Watch, Caution]:
    """Take one step up, one down, or none.

    Up where the share of withdrawn asks lies above ``most`` with 95 % confidence. Down where it
    was at most half of ``most`` through a rest; a step down that had to be taken back doubles it.

    Args:
        watch: What is remembered.
        caution: Where the trigger stands.
        week: The asks since the last call.
        most: The share of withdrawn asks that is borne, in (0, 1).
        now_us: Server time.
    """
    weeks = (*watch.weeks, week)[-LAST_REST:]
    recent = sum(weeks[-RECENT_WEEKS:], Tally())
    if caution.step < MOST_STEPS and lower(recent.n_withdrawn, recent.n_asks) > most:
        rest = min(2 * watch.rest, LAST_REST) if watch.has_fallen else watch.rest
        return Watch(rest=rest), _stepped(caution.step + 1, recent, now_us)
    rested = sum(weeks, Tally())
    if (
        caution.step
        and len(weeks) >= watch.rest
        and rested.n_withdrawn <= most / 2 * rested.n_asks
    ):
        fallen = replace(watch, weeks=(), has_fallen=True)
        return fallen, _stepped(caution.step - 1, rested, now_us)
    return replace(watch, weeks=weeks), caution


def _stepped(step: int, why: Tally, now_us: int) -> Caution:
    return Caution(step=step, n_asks=why.n_asks, n_withdrawn=why.n_withdrawn, since_us=now_us)
