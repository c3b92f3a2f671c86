"""Simulation: seeded worlds of people and sessions, with their truth beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.simulation.worlds import WORLDS, Settings, World

if TYPE_CHECKING:
    from afterword.simulation.day_files import write_data
    from afterword.simulation.events import write_events
    from afterword.simulation.simulation import Simulation, simulate
    from afterword.simulation.truth import truth_of, write_truth

__all__ = [
    "WORLDS",
    "Settings",
    "Simulation",
    "World",
    "simulate",
    "truth_of",
    "write_data",
    "write_events",
    "write_truth",
]

_HOMES = {
    "Simulation": "simulation",
    "simulate": "simulation",
    "truth_of": "truth",
    "write_data": "day_files",
    "write_events": "events",
    "write_truth": "truth",
}


def __getattr__(name: str) -> object:
    """Import what draws and writes when it is wanted: numpy is not for ``--help``."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415  # as above

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
