"""What the system has learnt from a project's own traffic, as a policy holds it."""

from __future__ import annotations

from msgspec import Struct

from afterword.domain.light_hours import LightHours  # decoded


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
    """All of it; of ``silences``, the first that fits a session counts. ``light``: hours."""

    silences: tuple[Silence, ...] = ()
    closing: Caution = Caution()
    inactivity: Caution = Caution()
    light: tuple[LightHours, ...] = ()
