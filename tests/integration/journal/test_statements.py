"""Rows are written many at a time; how many there are changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from afterword.errors import JournalUnavailable
from afterword.journal.statements import insert, upsert
from afterword.journal.tables import MARKERS, PROJECTS

PROJECT = ("name", "salt", "created_us")
MARKER = ("project", "id", "at_us", "kind", "text")


def markers(n_rows, text="first"):
    """Make rows that tell themselves apart."""
    return [("default", f"m{number:05d}", number, "note", text) for number in range(n_rows)]


def kept(journal):
    """Read every marker in the order of its id."""
    names = [MARKERS.c[name] for name in MARKER]
    with journal.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*names).order_by(MARKERS.c.id))]


@pytest.mark.parametrize("n_rows", [0, 1, 2, 3, 31, 255, 256, 257, 1_000])
def test_any_number_of_rows_is_inserted_and_replaced(journal, n_rows):
    """Each with its own values."""
    with journal.write() as connection:
        insert(connection, MARKERS, MARKER, markers(n_rows))
    assert kept(journal) == markers(n_rows)

    with journal.write() as connection:
        upsert(connection, MARKERS, MARKER, markers(n_rows + 5, "second"))
    assert kept(journal) == markers(n_rows + 5, "second")


def test_a_repeat_among_many_keeps_none_of_them(journal):
    """The transaction fails as a whole."""
    rows = [(f"p{number % 290}", b"salt", number) for number in range(300)]

    with pytest.raises(JournalUnavailable), journal.write() as connection:
        insert(connection, PROJECTS, PROJECT, rows)

    with journal.read() as connection:
        assert connection.execute(sa.select(PROJECTS.c.name)).first() is None
