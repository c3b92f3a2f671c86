"""Events of many files in the order of their times, in little memory.

They wait in a nameless temporary database. It holds no texts of messages: of those only facts go
on, as everywhere behind intake.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from afterword.domain.events import AnyEvent, Message
from afterword.errors import SetupError
from afterword.importers.times import to_us
from afterword.intake import Refused, Sourced
from afterword.intake.reading import Facts, facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from afterword.domain.use_cases import UseCases

AT_ONCE: Final = 2_000
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODE: Final = msgspec.msgpack.Decoder(AnyEvent).decode
_DECODE_FACTS: Final = msgspec.msgpack.Decoder(Facts).decode


def by_time(
    items: Iterable[Sourced | Refused],
    on_read: Callable[[int], None] | None = None,
    use_cases: UseCases | None = None,
) -> Iterator[Sourced | Refused]:
    """Give refusals as they come, then every event by its time, equal times in reading order.

    Args:
        items: What was read; every event has a time.
        on_read: Told the number of items read so far.
        use_cases: What texts are held against before they are dropped.

    Raises:
        SetupError: The disk has no room for the temporary database.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as waiting:
            waiting.execute("PRAGMA journal_mode = OFF")
            waiting.execute(
                "CREATE TABLE waiting (at_us INTEGER, place TEXT, event BLOB, facts BLOB)"
            )
            is_ordered = yield from _hold(waiting, _read(items, use_cases), on_read)
            order = "rowid" if is_ordered else "at_us, rowid"
            query = f"SELECT place, event, facts FROM waiting ORDER BY {order}"  # noqa: S608  # two constants
            for place, event, facts in waiting.execute(query):
                yield Sourced(_DECODE(event), place, facts and _DECODE_FACTS(facts))
    except sqlite3.OperationalError as exc:
        raise SetupError(f"The events could not be sorted: {exc} (see TMPDIR).") from exc


def _hold(
    waiting: sqlite3.Connection,
    items: Iterator[Sourced | Refused],
    on_read: Callable[[int], None] | None,
) -> Generator[Refused, None, bool]:
    # Gives, at its end, whether all came in order.
    is_ordered, last_us, n_read = True, 0, 0
    waiting.execute("BEGIN")
    while part := list(islice(items, AT_ONCE)):
        rows = []
        for item in part:
            if isinstance(item, Refused):
                yield item
                continue
            at_us = to_us(item.event.at)
            is_ordered, last_us = is_ordered and at_us >= last_us, at_us
            facts = None if item.facts is None else _ENCODE(item.facts)
            rows.append((at_us, item.where, _ENCODE(item.event), facts))
        waiting.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?)", rows)
        n_read += len(part)
        if on_read is not None:
            on_read(n_read)
    return is_ordered


def _read(
    items: Iterable[Sourced | Refused], use_cases: UseCases | None
) -> Iterator[Sourced | Refused]:
    for item in items:
        event = None if isinstance(item, Refused) else item.event
        if type(event) is not Message or event.text is None:
            yield item
            continue
        facts = facts_of(event, use_cases)
        bare = msgspec.structs.replace(event, text=None, words=facts.words)
        yield Sourced(bare, item.where, facts)
