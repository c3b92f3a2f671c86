"""Kinds of texts that a file names, each by phrases and by examples; all its mistakes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from afterword.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_KINDS: Final = 200
# Of each list: how many texts it may hold, and how many characters each of them.
_LISTS: Final = {"phrases": (200, 100), "examples": (100, 500)}
OTHER: Final = "other"  # the table of what is none of the others
LEAST_EXAMPLES: Final = 3  # of a kind that has any
_MOST_NAME: Final = 200  # characters: as of every name in an event


class Kind(Struct, frozen=True):
    """One kind: a use case, or a theme of reasons.

    Attributes:
        name: As reports show it.
        phrases: Each one decides by itself.
        examples: Whole texts, to learn from.
    """

    name: str
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def kinds_of(told: Mapping[str, Any]) -> tuple[Kind, ...]:
    """Read the tables of a file: ``[name]`` with ``phrases``, ``examples`` or both.

    Raises:
        SetupError: Names every field at fault, what is wrong with it and what is allowed.
    """
    faults = [fault for name, table in told.items() for fault in _faults(name, table)]
    learnt = [
        name for name, table in told.items() if isinstance(table, dict) and "examples" in table
    ]
    if len(learnt) == 1:
        faults.append(f"only {_shown(learnt[0])} has examples: they tell it from nothing else")
    if len(told) > _MOST_KINDS:
        faults.append(f"there are {len(told)} tables; at most {_MOST_KINDS} are taken")
    if faults:
        raise SetupError("; ".join(faults))
    return tuple(
        Kind(name, **{field: tuple(texts) for field, texts in table.items()})
        for name, table in told.items()
    )


def _faults(name: str, table: object) -> Iterator[str]:
    shown = _shown(name)
    if not name.strip() or len(name) > _MOST_NAME or not name.isprintable():
        yield f"{shown}: a name has 1 to {_MOST_NAME} characters, all of them printable"
    if not isinstance(table, dict):
        yield f"{shown}: must be a table with phrases or examples"
        return
    if not any(table.get(field) for field in _LISTS):
        yield f"{shown}: has neither phrases nor examples"
    for field, value in table.items():
        if field in _LISTS:
            yield from _list_faults(f"{shown}.{field}", value, *_LISTS[field])
        else:
            yield f"{shown}.{_shown(field)}: is none of {', '.join(_LISTS)}"


def _list_faults(field: str, value: object, most: int, longest: int) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > most:
        yield f"{field}: must be a list of at most {most} texts"
        return
    if field.endswith(".examples") and 0 < len(value) < LEAST_EXAMPLES:
        yield f"{field}: at least {LEAST_EXAMPLES} are needed to learn from"
    for text in value:
        if not isinstance(text, str) or not any(map(str.isalnum, text)) or len(text) > longest:
            told = _shown(text) if isinstance(text, str) else repr(text)[:40]
            yield f"{field}: a text has 1 to {longest} characters and a letter, unlike {told!r}"


def _shown(text: str) -> str:
    return f"{text:.40}" if text[:40].isprintable() else "that"
