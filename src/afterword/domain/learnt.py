"""What the system has learnt from a project's own traffic, as a policy holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_TOLD: Final = 3  # in a marker, which is one line


class Silence(Struct, frozen=True, kw_only=True):
    """How long a silence must be before it means that the user has finished.

    ``channel`` and ``agent`` say of which sessions: null is any, an empty string those that have
    none.

    Attributes:
        idle_after: Seconds.
        n_sessions: Sessions in which a silence reached ``idle_after``.
        n_resumed: Those of them that went on after it.
        since_us: When this was learnt.
    """

    channel: str | None = None
    agent: str | None = None
    idle_after: int
    n_sessions: int
    n_resumed: int
    since_us: int

    def fits(self, channel: str | None, agent: str | None) -> bool:
        """Tell whether it was learnt from sessions like these."""
        is_channel = self.channel is None or self.channel == (channel or "")
        return is_channel and (self.agent is None or self.agent == (agent or ""))


class Caution(Struct, frozen=True, kw_only=True):
    """How many steps a trigger's threshold stands above where it was set or learnt.

    Attributes:
        step: 0 where asks of this trigger were withdrawn no oftener than they may be.
        n_asks: Asks of the trigger that the last step was taken for.
        n_withdrawn: Those of them that were withdrawn.
        since_us: When the last step was taken.
    """

    step: int = 0
    n_asks: int = 0
    n_withdrawn: int = 0
    since_us: int | None = None


class Learnt(Struct, frozen=True, kw_only=True):
    """All of it; of ``silences``, the first that fits a session counts."""

    silences: tuple[Silence, ...] = ()
    closing: Caution = Caution()
    inactivity: Caution = Caution()


def lines(learnt: Learnt) -> list[str]:
    """Say all that was learnt, a line each, without its dates."""
    cautions = ((learnt.closing, "closing messages"), (learnt.inactivity, "silence"))
    found = [_silence_line(one) for one in learnt.silences]
    return found + [_caution_line(one, name) for one, name in cautions if one.since_us]


def news(before: Learnt, after: Learnt) -> str:
    """Say in one line what is new; empty where nothing is."""
    known = set(lines(before))
    told = [line for line in lines(after) if line not in known]
    told += [f"{_where(one)} has too few sessions" for one in _gone(before, after)]
    left = len(told) - _MOST_TOLD
    more = f"; {left} more" if left > 0 else ""
    return "; ".join(told[:_MOST_TOLD]) + more


def _gone(before: Learnt, after: Learnt) -> Iterator[Silence]:
    kept = {(one.channel, one.agent) for one in after.silences}
    return (one for one in before.silences if (one.channel, one.agent) not in kept)


def _silence_line(one: Silence) -> str:
    went_on = f"{one.n_sessions:,} sessions, {one.n_resumed:,} went on"
    return f"{_where(one)} {one.idle_after:,} s ({went_on})"


def _where(one: Silence) -> str:
    if one.channel is None:
        return "silence"
    agent = "" if one.agent is None else f", {one.agent or 'no agent'}"
    return f"silence on {one.channel or 'no channel'}{agent}"


def _caution_line(one: Caution, name: str) -> str:
    steps = "no step" if not one.step else f"{one.step} step{'s' if one.step > 1 else ''}"
    return f"{name} {steps} of caution ({one.n_asks:,} asks, {one.n_withdrawn:,} withdrawn)"
