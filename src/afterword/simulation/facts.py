"""Facts: the words that a session's numbers stand for, the same in rows and in events."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from afterword.domain.events import FlowKind
from afterword.simulation.visits import CAPABILITIES, PULSE, WELCOME
from afterword.simulation.worlds import PLACES, PLANS

if TYPE_CHECKING:
    from afterword.simulation.worlds import World

AGENT: Final = "assistant"
CHANNELS: Final = ("web", "slack")
ANSWER: Final = "That is all I found about it."
REFUSAL: Final = "I'm sorry, but I can't help with that."
AGAIN: Final = "What did you find about it?"  # said twice where somebody asks the same again
ERROR: Final = "upstream timeout"
DIGITS: Final = 8  # of a conversation's number
KINDS: Final = {
    WELCOME: FlowKind.ONBOARDING,
    CAPABILITIES: FlowKind.CAPABILITY,
    PULSE: FlowKind.SURVEY,
}
_EPOCH: Final = date(1970, 1, 1)


def conversation_head(seed: int) -> str:
    """Give what stands before a conversation's number: two worlds may share a project."""
    return f"c-{seed}-"


def traits(
    world: World, plan: int, place: int, acquisition: int, signed_up_day: int
) -> dict[str, str]:
    """Give a person's traits as of a session; the numbers are places, and days since 1970."""
    return {
        "plan": PLANS[plan],
        "country": PLACES[place].country,
        "acquisition": world.acquisitions[acquisition].name,
        "signed_up_at": f"{_EPOCH + timedelta(days=signed_up_day)}T00:00:00Z",
    }


def labels(world: World, stage: int, arm: int) -> dict[str, str]:
    """Give a session's labels: the arm of the person in the experiment that it belongs to."""
    if stage == WELCOME:
        return {"onboarding": world.onboarding[arm].name}
    if stage == CAPABILITIES:
        return {"capability": world.capability[arm].name}
    return {}


def variant(world: World, flow: int, arm: int) -> str | None:
    """Give the variant of a flow that is there: onboarding comes in two."""
    return world.onboarding[arm].name if flow == WELCOME else None
