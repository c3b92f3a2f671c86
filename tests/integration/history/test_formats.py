"""Day files of other versions of the format, beside those of today."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from afterword.errors import SetupError
from afterword.history import Filter, History, files, formats
from afterword.history.questions.ratings import ratings
from afterword.history.schema import COLUMNS, arrow_schema, missing_in, rows
from history_cast import DAY_US, FIRST_US, ask, count, day_at, plain, store, tell, world


def age(directory, sessions, version=formats.FIRST):
    """Write sessions as a program of an earlier or a later version wrote them."""
    for day in {day_at(session) for session in sessions}:
        table = rows(session for session in sessions if day_at(session) == day)
        table = table.drop_columns(sorted(missing_in(version)))
        if version > formats.CURRENT:
            table = table.append_column("mood", pa.nulls(len(table), pa.string()))
        if version > formats.FIRST:
            table = table.replace_schema_metadata({formats.KEY: str(version)})
        folder = files.day_folder(directory, "default", day)
        folder.mkdir(parents=True)
        pq.write_table(table, folder / files.FILE)


def asked(number, at_us, state="answered"):
    """Make a session with one ask."""
    session = plain(number, at_us=at_us)
    return replace(session, asks=[ask(session, state, is_shown=True)])


def states(history):
    """Count asks by their state, and the sessions of which asks are not known."""
    told = history.run(
        ("states",),
        lambda table: (
            table.select(state=table.asks.unnest().state)
            .group_by("state")
            .agg(n=lambda t: t.count())
        ),
        Filter(),
    )
    unknown = history.run(
        ("unknown",), lambda table: table.aggregate(n=table.asks.isnull().sum()), Filter()
    )
    return {state: n for state, n in told if state is not None}, unknown[0][0]


def test_old_files_count_beside_new_ones_and_changed_rows(history, journal, directory):
    """What they know is counted; what they lack is not known, rather than nothing."""
    old = [asked(1, FIRST_US), asked(2, FIRST_US)]
    new = [asked(3, FIRST_US + DAY_US, "dismissed")]
    age(directory, old)
    store(directory, new)
    changed = asked(2, FIRST_US, "ignored")
    tell(journal, [changed])

    assert states(history) == ({"ignored": 1, "dismissed": 1}, 1)
    assert ratings(history, Filter()) == count([old[0], changed, *new])


@pytest.mark.parametrize("by", [None, "release", "is_new", "trait.plan"])
def test_a_folder_of_the_first_format_answers_as_before(directory, by):
    """Columns that are not there make one key, unknown."""
    sessions = [s for s in world(11) if s.environment == "production"]
    age(directory, sessions)
    history = History(directory, None)
    found = ratings(history, Filter(), by)
    history.close()

    if by in (None, "is_new"):
        (expected,) = count(sessions, lambda _: "unknown" if by else "all")
        assert found == [expected]
    else:
        assert len(found) > 1
        assert sum(cell.n_sessions for cell in found) == len(sessions)


def test_a_day_that_changes_is_brought_to_the_current_format(rewriter, journal, directory):
    """Its rows are made anew from the journal: nothing stays unknown that is known."""
    sessions = [asked(number, FIRST_US) for number in range(9)]
    tell(journal, sessions)
    rewriter.run_once()
    (file,) = files.day_files(directory, "default")
    file.path.unlink()
    file.path.parent.rmdir()
    age(directory, sessions)
    tell(journal, [asked(1, FIRST_US, "ignored")])

    assert rewriter.run_once() == 1
    assert formats.read_format(file.path) == formats.CURRENT
    table = pq.read_table(file.path, partitioning=None)
    assert table.schema.equals(arrow_schema())
    assert sorted(one[0]["state"] for one in table["asks"].to_pylist()) == ["answered"] * 8 + [
        "ignored"
    ]


def test_a_later_minor_version_is_read_and_another_major_version_is_refused(directory):
    """Columns are only added within a major version; beyond it a number could be wrong."""
    later = formats.Format(formats.CURRENT.major, formats.CURRENT.minor + 7)
    age(directory, [asked(1, FIRST_US)], later)
    other = formats.Format(formats.CURRENT.major + 1, 0)
    age(directory, [asked(2, FIRST_US + DAY_US)], other)
    history = History(directory, None)

    assert states_before(history, FIRST_US + DAY_US) == 1
    with pytest.raises(SetupError, match=r"day=2026-11-02.* of format 2\.0"):
        ratings(history, Filter())
    history.close()


def states_before(history, to_us):
    """Count the sessions of the days before."""
    return ratings(history, Filter(to_us=to_us))[0].n_sessions


def test_a_file_tells_its_own_format_and_no_session_can(directory):
    """What users and hosts write stands in the statistics of columns, not in the entries."""
    text = f"{formats.KEY}\x18\x039.9"
    path = files.write_day(directory, "default", day_at(plain()), rows([plain(use_case=text)]))
    assert formats.read_format(path) == formats.CURRENT

    path.unlink()
    path.parent.rmdir()
    age(directory, [plain(use_case=text)])
    assert formats.read_format(path) == formats.FIRST


def test_the_current_format_is_the_newest_of_any_column():
    """A column without a version of its own could not be told from one that old files have."""
    assert max(column.since for column in COLUMNS) == formats.CURRENT
    assert {column.since.major for column in COLUMNS} == {formats.CURRENT.major}
