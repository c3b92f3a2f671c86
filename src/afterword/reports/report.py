"""The shape of a report: what every one of them answers with, in any format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import UNSET, Struct, UnsetType, field

from afterword.domain.policy import Policy
from afterword.statistics.lines import DEFAULT_LINES, Lines

if TYPE_CHECKING:
    from afterword.history.filters import Filter  # noqa: TC004  # as Marker
    from afterword.history.named_filters import Named  # noqa: TC004  # as Marker
    from afterword.journal.markers import Marker  # noqa: TC004  # never decoded: a View is ours

ALL: Final = "all"
OTHER: Final = "other"
Plans = Mapping[str, Mapping[str, float]]  # by label, the share of people meant for each arm
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Level(Struct, frozen=True):
    """One level of a row; shares in [0, 1].

    ``share`` is null without ratings; ``low`` and ``high`` are null where there is no interval.
    """

    count: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


class Window(Struct, frozen=True, rename={"from_": "from"}):
    """[from, to) in UTC by the session's opening, RFC 3339; null where it is open."""

    from_: str | None
    to: str | None


class Mark(Struct, frozen=True):
    """A marker on the time line."""

    at: str
    kind: str
    text: str


class Report(Struct, frozen=True, kw_only=True):
    """An answer with everything that a reader needs beside it; each kind has rows of its own."""

    report: str
    window: Window
    rows: tuple[Struct, ...]
    notes: tuple[str, ...]
    confidence_level: float
    method: str
    by: str | UnsetType = UNSET  # in the reports that split
    where: tuple[str, ...] | UnsetType = UNSET  # key:value, where not all sessions count


class View(Struct, frozen=True, kw_only=True):
    """How a reader wants to see it."""

    by: str | None = None
    markers: tuple[Marker, ...] = ()
    confidence_level: float = 0.95
    lines: Lines = DEFAULT_LINES
    compare: str | None = None
    named: Named = field(default_factory=dict)  # filters that have names
    plans: Plans = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)  # in force
    own: Filter | None = None  # of the report that this one stands beside: it says what to split


def window(chosen: Filter) -> Window:
    """Say which time a filter lets in."""
    return Window(
        None if chosen.from_us is None else stamp(chosen.from_us),
        None if chosen.to_us is None else stamp(chosen.to_us),
    )


def stamp(time_us: int) -> str:
    """Write microseconds since 1970 UTC as RFC 3339; whole seconds without a fraction."""
    moment = _EPOCH + timedelta(microseconds=time_us)
    return moment.isoformat().replace("+00:00", "Z")
