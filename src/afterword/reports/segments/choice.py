"""Which attributes sessions are split by: those that everybody has, and the traits and labels."""

from __future__ import annotations

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
_SOME: Final = 8  # values, where how many there are was not looked up


class Choice(NamedTuple):
    """What is split by, in passes, and what is not."""

    passes: tuple[tuple[str, ...], ...]
    too_many: tuple[str, ...] = ()  # values, for a segment
    n_rare: int = 0  # names beyond the most


def chosen_of(found: Sequence[Attribute]) -> Choice:
    """Choose among the traits and labels that were found; others are always there."""
    too_many = tuple(one.name for one in found if _is_scattered(one))
    kept = [one for one in found if one.name not in too_many]
    common = sorted(kept, key=lambda one: (-one.n_sessions, one.name))[:MOST_FOUND]
    sizes = dict.fromkeys(ALWAYS, _SOME) | {one.name: one.n_values for one in common}
    return Choice(_passes(sizes), too_many, len(kept) - len(common))


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
