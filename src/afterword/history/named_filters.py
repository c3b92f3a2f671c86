"""``where`` as people write it: pairs of key and value, and filters that have a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from afterword.errors import InvalidField
from afterword.history.filters import FILTERS, check_name

Pair = tuple[str, str]
# What each name stands for: pairs that must all hold, several values of one key meaning any.
Named = Mapping[str, tuple[Pair, ...]]
_PREFIX: Final = "filter"


def parse_where(
    pairs: Iterable[str], named: Named | None = None, *, field: str = "where"
) -> tuple[Pair, ...]:
    """Read ``key:value`` pairs; values may hold further colons.

    Args:
        pairs: As written; ``filter:NAME`` stands for the pairs of a named filter.
        named: The filters there are.
        field: The input field they came in, for errors.

    Returns:
        Pairs for a ``Filter``.

    Raises:
        InvalidField: A pair without a colon, an unknown key or filter, or a key of a filter that
            stands outside it too: its values would then be alternatives, and the filter no longer
            what its name says.
    """
    found: list[Pair] = []
    origins: dict[str, str] = {}
    for pair in pairs:
        for name, value in _expanded(pair, named or {}, field):
            origin = pair if pair.startswith(f"{_PREFIX}:") else ""
            if origins.setdefault(name, origin) != origin:
                told = f"{field}: {name} stands in {origins[name] or origin} and outside it."
                raise InvalidField(told, field=field)
            found.append((name, value))
    return tuple(found)


def is_named(pair: str) -> bool:
    """Tell whether a pair as written is a filter's name."""
    return pair.startswith(f"{_PREFIX}:")


def _expanded(pair: str, named: Named, field: str) -> tuple[Pair, ...]:
    name, colon, value = pair.partition(":")
    if not colon:
        raise InvalidField(f"{field}: {pair!r:.80} is not key:value.", field=field)
    if name != _PREFIX:
        return ((check_name(name, field=field, also=FILTERS), value),)
    if value not in named:
        there = f"there are {', '.join(named)}" if named else "filters.toml names none"
        raise InvalidField(f"{field}: there is no filter {value!r:.80}: {there}.", field=field)
    return named[value]
