"""What a session's row tells of its flows: steps, kinds, variants, and when they were met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from afterword.domain.session import Exposure, Session

# The furthest first: hosts often send only the last step, which implies those before it.
STEPS: Final = ("completed", "dismissed", "started", "shown")


def reached(*steps: str) -> Callable[[Session], list[str]]:
    """Make a column: the names of the flows of which any of these steps was taken."""
    times = [f"{step}_us" for step in steps]

    def names(session: Session) -> list[str]:
        if not session.flows:
            return []
        return sorted(
            flow
            for flow, met in session.flows.items()
            if any(getattr(met, time) is not None for time in times)
        )

    return names


def kinds(session: Session) -> list[tuple[str, str]]:
    """Give the kind of each flow."""
    return [(flow, met.kind) for flow, met in _sorted(session)]


def variants(session: Session) -> list[tuple[str, str]]:
    """Give the variant of each flow that has one."""
    return [(flow, met.variant) for flow, met in _sorted(session) if met.variant is not None]


def furthest(session: Session) -> list[tuple[str, str]]:
    """Give the furthest step of each flow."""
    return [(flow, steps[0]) for flow, met in _sorted(session) if (steps := _steps(met))]


def offsets(session: Session) -> list[tuple[str, float]]:
    """Give when each flow was met first: seconds from the opening, negative before it."""
    found = []
    for flow, met in _sorted(session):
        times = [getattr(met, f"{step}_us") for step in _steps(met)]
        if times:
            found.append((flow, (min(times) - session.opened_us) / 1e6))
    return found


def _sorted(session: Session) -> Sequence[tuple[str, Exposure]]:
    # Most sessions meet none: this runs for every row of every day that is written.
    return sorted(session.flows.items()) if session.flows else ()


def _steps(met: Exposure) -> list[str]:
    return [step for step in STEPS if getattr(met, f"{step}_us") is not None]
