"""What a report is compared with: the window before, another window, or other sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from afterword.domain.times import read_time
from afterword.errors import InvalidField
from afterword.history.named_filters import parse_where
from afterword.reports.report import window
from afterword.reports.wording import scope

if TYPE_CHECKING:
    from afterword.history.filters import Filter
    from afterword.history.named_filters import Named

PREVIOUS: Final = "previous"
_TO: Final = ".."
FIELD: Final = "compare"


class Comparison(NamedTuple):
    """The sessions to compare with, and how a reader is told of them."""

    chosen: Filter
    words: str


def read_comparison(told: str, chosen: Filter, named: Named | None = None) -> Comparison:
    """Read what a report is to be compared with.

    Args:
        told: ``previous``: the window of the same length just before; ``FROM..TO``: another
            window; ``key:value``, as in ``where``: other sessions of the same window. What is
            chosen by the same key gives way to it, what is chosen by others stays.
        chosen: What the report counts.
        named: The filters that have names.

    Raises:
        InvalidField: It is none of these, or the very sessions that the report counts.
    """
    found = _read(told, chosen, named)
    if found == chosen:
        raise _wrong(f"{told!r:.80} is what the report counts itself")
    where = tuple(f"{key}:{value}" for key, value in found.where)
    return Comparison(found, scope(window(found), where))


def _read(told: str, chosen: Filter, named: Named | None) -> Filter:
    if told == PREVIOUS:
        return _previous(chosen)
    first, dots, last = told.partition(_TO)
    if dots and not first[:1].isalpha():
        from_us, to_us = (read_time(one, field=FIELD) for one in (first, last))
        if from_us >= to_us:
            raise _wrong(f"{first} does not lie before {last}")
        return structs.replace(chosen, from_us=from_us, to_us=to_us)
    if ":" not in told:
        raise _wrong(f"{told!r:.80} is none of {PREVIOUS}, FROM{_TO}TO, key:value")
    pairs = parse_where([told], named, field=FIELD)
    given = {key for key, _ in pairs}
    kept = tuple((key, value) for key, value in chosen.where if key not in given)
    return structs.replace(chosen, where=(*kept, *pairs))


def _previous(chosen: Filter) -> Filter:
    if chosen.from_us is None or chosen.to_us is None:
        raise _wrong(f"{PREVIOUS} needs a window with both ends: give from and to")
    length = chosen.to_us - chosen.from_us
    return structs.replace(chosen, from_us=chosen.from_us - length, to_us=chosen.from_us)


def _wrong(why: str) -> InvalidField:
    return InvalidField(f"{FIELD}: {why}.", field=FIELD)
