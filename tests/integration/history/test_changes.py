"""The overlay of a real journal."""

from datetime import date

import pytest

from afterword.history.changes import JournalOverlay
from afterword.journal import days
from history_cast import FIRST, FIRST_US, plain, rated, tell


@pytest.fixture
def overlay(journal):
    """Its overlay."""
    return JournalOverlay(journal)


def found(overlay, project="default", columns=("session_id", "rating")):
    """Give these columns of the overlay's rows, in order."""
    table = overlay.table(project, frozenset(columns))
    return sorted(tuple(row[name] for name in columns) for row in table.to_pylist())


def clear(journal):
    """Pretend that every day has been written."""
    with journal.write() as connection:
        for dirty in days.dirty_days(connection):
            days.clear_day(connection, dirty)


def test_an_empty_journal_has_an_empty_overlay(overlay):
    """No rows, with every column that joins and filters need."""
    table = overlay.table("default", frozenset({"rating"}))

    assert table.num_rows == 0
    assert set(table.column_names) == {"rating", "environment", "session_id", "day", "opened_at"}


def test_a_commit_is_seen_by_the_next_question(journal, overlay):
    """What was kept in memory is dropped as soon as the journal has changed."""
    tell(journal, [plain(1)])
    before = found(overlay)
    tell(journal, [rated(plain(1), "positive"), plain(2)])

    assert before == [("c-1~1", None)]
    assert found(overlay) == [("c-1~1", "positive"), ("c-2~1", None)]


def test_further_columns_are_made_of_the_same_rows(journal, overlay):
    """Two questions with different columns agree on the rows."""
    tell(journal, [plain(1, release="v42")])

    assert found(overlay, columns=("session_id",)) == [("c-1~1",)]
    assert found(overlay, columns=("session_id", "release")) == [("c-1~1", "v42")]


def test_rows_that_are_in_their_file_leave_the_overlay(journal, overlay):
    """Only what the files lack is held in memory."""
    tell(journal, [plain(1)])
    clear(journal)
    tell(journal, [plain(2)])

    assert [name for name, _ in found(overlay)] == ["c-2~1"]


def test_projects_have_overlays_of_their_own(journal, overlay):
    """A row of one project is never another's."""
    tell(journal, [plain(1), plain(2, project="other")])

    assert [name for name, _ in found(overlay)] == ["c-1~1"]
    assert [name for name, _ in found(overlay, "other")] == ["c-2~1"]


def test_a_damaged_day_brings_all_its_rows_back(journal, overlay):
    """Until its file is written anew, the overlay stands in for it."""
    tell(journal, [plain(1), plain(2), plain(3, at_us=FIRST_US + 86_400_000_000)])
    clear(journal)
    overlay.damage("default", FIRST)

    assert [name for name, _ in found(overlay)] == ["c-1~1", "c-2~1"]
    with journal.read() as connection:
        assert [dirty.day for dirty in days.dirty_days(connection)] == [FIRST]


def test_a_damaged_day_that_the_journal_does_not_know_is_left_alone(journal, overlay):
    """Marking it would have the rewriter remove what it cannot rebuild."""
    tell(journal, [plain(1)])
    clear(journal)
    overlay.damage("default", date(2020, 2, 2))

    with journal.read() as connection:
        assert days.dirty_days(connection) == []
        assert days.days(connection, "default") == [FIRST]
