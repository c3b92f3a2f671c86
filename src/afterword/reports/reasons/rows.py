"""One row of reasons: a theme or a phrase that people of one level use, and how new it is."""

from __future__ import annotations

from msgspec import Struct

LOW, HIGH = 0.3, 0.4  # of low raters elaborate, as a vendor has it


class Telling(Struct, frozen=True):
    """How much more people here use it than others: log odds, and q over all of its kind.

    Null where one side has too few people.
    """

    log_odds: float | None = None
    q: float | None = None


class ReasonRow(Struct, frozen=True, kw_only=True):
    """A theme or phrase in the reasons of one level and key; a person counts once.

    ``n_givers``: people with reasons of the same level and key. ``than_levels``: against reasons
    of the other levels. ``than_before``: against earlier reasons of the level, or those of the
    other keys where rows are split. ``is_new``: surely more than before. ``examples`` and
    ``sessions`` are the newest.
    """

    key: str
    level: str
    kind: str
    text: str
    n_reasons: int
    n_people: int
    n_givers: int
    share: float
    low: float
    high: float
    than_levels: Telling
    than_before: Telling
    is_new: bool
    examples: tuple[str, ...]
    sessions: tuple[str, ...]


class Gave(Struct, frozen=True):
    """Ratings of one level with a reason, of all ratings of the level."""

    level: str
    n_rated: int
    n_reasons: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
