"""A case: something that may be an alert, whatever it is that is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.journal.alerts import Alert
    from afterword.monitoring.alerts.steps import Step

Key = tuple[str, str, str]  # kind, stream, direction


class Telling(Struct, frozen=True, kw_only=True):
    """What an alert says. ``share`` and its bounds: what it is about, where that is a share."""

    title: str
    summary: tuple[str, ...]
    since: str | None
    finding: dict[str, Any]
    share: float | None = None
    low: float | None = None
    high: float | None = None
    is_rise: bool = False


class Case(NamedTuple):
    """What is to be done, given the newest alert of its key; and what is then said."""

    key: Key
    step: Callable[[Alert | None], Step | None]
    tell: Callable[[Step], Telling]
