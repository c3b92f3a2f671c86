"""Flows: what rows tell of the one that a session met, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from afterword.simulation import facts
from afterword.simulation.arrays import lists, maps
from afterword.simulation.visits import COMPLETED, FLOWS, NO_FLOW, STEPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterword.simulation.visits import Visits
    from afterword.simulation.worlds import World


def columns(world: World, visits: Visits) -> dict[str, pa.Array]:
    """Make the columns of flows."""
    flow = visits.flow
    step = np.where(flow == NO_FLOW, 0, visits.step)
    reached = {
        "flows_shown": flow != NO_FLOW,
        "flows_started": (step == STEPS.index("started")) | (step == COMPLETED),
        "flows_completed": step == COMPLETED,
        "flows_dismissed": step == STEPS.index("dismissed"),
    }
    lists_of = {
        name: lists(FLOWS, np.where(is_there, flow, NO_FLOW)) for name, is_there in reached.items()
    }
    return {**lists_of, **_maps(world, flow, step, visits.arm)}


def _maps(
    world: World, flow: NDArray[Any], step: NDArray[Any], arm: NDArray[Any]
) -> dict[str, pa.Array]:
    places, names = range(len(FLOWS)), [str(name) for name in FLOWS]
    kinds: list[dict[str, Any]] = [
        {names[place]: facts.KINDS[place].value} if place else {} for place in places
    ]
    variants: list[dict[str, Any]] = [
        {names[place]: told} if (told := facts.variant(world, place, one)) else {}
        for place in places
        for one in range(2)
    ]
    steps: list[dict[str, Any]] = [
        {names[place]: one or "shown"} if place else {} for place in places for one in STEPS
    ]
    # Every flow is shown as the session opens.
    seconds: list[dict[str, Any]] = [{names[place]: 0.0} if place else {} for place in places]
    which = flow.astype(np.int64)
    return {
        "flow_kinds": maps(kinds).take(pa.array(which)),
        "flow_variants": maps(variants).take(pa.array(which * 2 + arm)),
        "flow_steps": maps(steps).take(pa.array(which * len(STEPS) + step)),
        "flow_seconds": maps(seconds, pa.float64()).take(pa.array(which)),
    }
