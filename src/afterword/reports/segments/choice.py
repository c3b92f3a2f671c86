"""Which attributes sessions are split by: those that everybody has, and the traits and labels."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.history.questions.attributes import Attribute
    from afterword.history.questions.segments import Split

ALWAYS: Final = ("is_new", "is_onboarded", "session_number", "channel", "device", "locale")
MOST_VALUES: Final = 50
MOST_FOUND: Final = 50  # traits and labels; those that most sessions have
_RATINGS_SUMMED: Final = 250_000  # over people; with more, over a part of the people
# Values of the attributes counted in one pass, multiplied: more kinds of sessions fill the memory.
_KINDS: Final = 500_000
N_BINS: Final = 4
_NUMBERS: Final = 0.9  # of the sessions, from which on an attribute is one of numbers
_SOME: Final = 8  # values, where how many there are was not looked up


class Choice(NamedTuple):
    """What is split by, in passes, and what is not."""

    passes: tuple[tuple[str, ...], ...]
    too_many: tuple[str, ...] = ()  # values, for a segment
    n_rare: int = 0  # names beyond the most
    numeric: tuple[str, ...] = ()  # too many values too, but numbers: split at quartiles


def chosen_of(found: Sequence[Attribute]) -> Choice:
    """Choose among the traits and labels that were found; others are always there."""
    scattered = [one for one in found if _is_scattered(one)]
    numeric = tuple(one.name for one in scattered if is_numeric(one))
    too_many = tuple(one.name for one in scattered if one.name not in numeric)
    kept = [one for one in found if one.name not in too_many]
    common = sorted(kept, key=lambda one: (-one.n_sessions, one.name))[:MOST_FOUND]
    sizes = dict.fromkeys(ALWAYS, _SOME) | {
        one.name: N_BINS if one.name in numeric else one.n_values for one in common
    }
    return Choice(_passes(sizes), too_many, len(kept) - len(common), numeric)


def is_numeric(one: Attribute) -> bool:
    """Tell whether the values are numbers, but for a few, and too many to stand alone."""
    return _is_scattered(one) and one.n_numbers >= _NUMBERS * one.n_sessions


def edges_of(counts: Mapping[float, int]) -> tuple[float, ...]:
    """Split numbers at their quartiles; each edge is the last number of its part.

    Args:
        counts: Sessions of each number.

    Returns:
        Ascending, without the greatest number and without one twice: three at most.
    """
    ordered = sorted(counts)
    passed = list(accumulate(counts[value] for value in ordered))
    parts = [part * passed[-1] / N_BINS for part in range(1, N_BINS)] if passed else []
    ends = {ordered[bisect_left(passed, part)] for part in parts}
    return tuple(sorted(ends - {*ordered[-1:]}))


def without_scattered(splits: Mapping[str, Split]) -> tuple[dict[str, Split], tuple[str, ...]]:
    """Leave out what has more values in all sessions than it had where it was looked for.

    Returns:
        The rest, without attributes that no session has; and the names left out.
    """
    too_many = tuple(name for name, one in splits.items() if len(one.cells) > MOST_VALUES)
    kept = {name: one for name, one in splits.items() if one.cells and name not in too_many}
    return kept, too_many


def one_in(n_rated: int) -> int:
    """Say of how many people one is summed over."""
    return max(n_rated // _RATINGS_SUMMED, 1)


def _is_scattered(one: Attribute) -> bool:
    # Nearly one value a person names people; two or three values are few whoever has them.
    names_people = one.n_values > 3 and 2 * one.n_values > one.n_people  # noqa: PLR2004  # same
    return one.n_values > MOST_VALUES or names_people


def _passes(sizes: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[]]
    kinds = 1
    for name, size in sorted(sizes.items(), key=lambda one: one[1]):
        kinds *= size + 1
        if kinds > _KINDS and found[-1]:
            found.append([])
            kinds = size + 1
        found[-1].append(name)
    return tuple(map(tuple, found))
