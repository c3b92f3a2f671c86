"""Which release is compared with which: the one before it in time, or one that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from afterword.errors import InvalidField
from afterword.history.filters import UNKNOWN
from afterword.history.questions.ratings import BETWEEN
from afterword.statistics.lines import is_enough

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.domain.counts import Cell
    from afterword.statistics.lines import Lines

Keys = tuple[str, ...]
Days = dict[str, int]


class Pair(NamedTuple):
    """A release and what it is compared with; how much of the smaller one ran beside the other."""

    first: Keys
    second: Keys
    concurrent: float


def pairs_of(
    order: Sequence[Keys], cells: Mapping[Keys, Cell], days: Mapping[Keys, Days], lines: Lines
) -> list[Pair]:
    """Pair each release with the last one before it that has enough ratings, else the one before.

    What is unknown is no release.
    """
    found: list[Pair] = []
    known = [keys for keys in order if UNKNOWN not in keys and keys in cells]
    for place, keys in enumerate(known[1:], start=1):
        found.append(_pair(last_firm(known[:place], cells, lines), keys, days))
    return found


def last_firm(earlier: Sequence[Keys], cells: Mapping[Keys, Cell], lines: Lines) -> Keys:
    """Give the last release that has enough ratings, else the last.

    Args:
        earlier: At least one, in the order of their first sessions.
        cells: The ratings of each.
        lines: How many are enough.
    """
    firm = (one for one in reversed(earlier) if is_enough(cells[one], lines))
    return next(firm, earlier[-1])


def pairs_with(told: str, by: str, order: Sequence[Keys], days: Mapping[Keys, Days]) -> list[Pair]:
    """Pair every other release with one that was named.

    Args:
        told: Its key, ``v41``, or with the name in front, ``release:v41``.
        by: What rows are split by.
        order: The releases to compare.
        days: Of all of them; an older one may be named too.

    Raises:
        InvalidField: There is none of this name.
    """
    wanted = told.removeprefix(f"{by}:")
    base = next((keys for keys in days if BETWEEN.join(keys) == wanted), None)
    if base is None:
        known = (
            ", ".join(BETWEEN.join(keys) for keys in order[-20:]) or "nothing that enough rated"
        )
        raise InvalidField(f"compare: {told!r:.80} is none of {known}.", field="compare")
    return [_pair(base, keys, days) for keys in order if keys != base and UNKNOWN not in keys]


def _pair(first: Keys, second: Keys, days: Mapping[Keys, Days]) -> Pair:
    one, other = days[first], days[second]
    small, large = (one, other) if sum(one.values()) < sum(other.values()) else (other, one)
    beside = sum(n for day, n in small.items() if day in large)
    return Pair(first, second, beside / sum(small.values()))
