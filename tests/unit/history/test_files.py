"""Day files: written whole or not at all, found by day."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from afterword.history import files
from afterword.history.schema import arrow_schema, rows
from history_cast import FIRST, plain, world

SECOND = date(2026, 11, 2)


def test_a_day_lies_where_every_reader_looks_for_it(tmp_path):
    """The names of the folders are the partition."""
    path = files.write_day(tmp_path, "default", FIRST, rows([plain()]))

    assert path == tmp_path / "project=default" / "day=2026-11-01" / "sessions.parquet"
    assert [path] == [file.path for file in files.day_files(tmp_path, "default")]


def test_what_was_written_is_read_back(tmp_path):
    """Every column of every row comes back as it was, in parts or at once."""
    table = rows(world(2, n=300))
    parts = [table.slice(start, 40) for start in range(0, 300, 40)]
    whole = files.write_day(tmp_path, "default", FIRST, table)
    pieces = files.write_day(tmp_path, "default", SECOND, iter(parts))

    for path in (whole, pieces):
        assert pq.read_table(path, partitioning=None).equals(table)
        assert pq.read_schema(path).equals(arrow_schema())


def test_parts_are_gathered_into_groups_that_a_thread_can_read(tmp_path):
    """Small parts do not make small row groups, and none is larger than a group."""
    part = rows([plain(number) for number in range(4_096)])
    path = files.write_day(tmp_path, "default", FIRST, (part for _ in range(40)))
    found = pq.ParquetFile(path).metadata

    sizes = [found.row_group(place).num_rows for place in range(found.num_row_groups)]
    assert sizes == [files.ROWS_OF_GROUP] * 5


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    """A reader sees the old day or the new one."""
    path = files.write_day(tmp_path, "default", FIRST, rows([plain()]))
    before = path.read_bytes()

    def broken():
        yield rows([plain(2)])
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        files.write_day(tmp_path, "default", FIRST, broken())

    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["sessions.parquet"]


def test_days_are_chosen_inclusively(tmp_path):
    """From the first to the last day; either may be left out."""
    for day in (FIRST, SECOND, date(2026, 12, 1)):
        files.write_day(tmp_path, "default", day, rows([plain()]))

    def found(first=None, last=None):
        return [file.day for file in files.day_files(tmp_path, "default", first, last)]

    assert found() == [FIRST, SECOND, date(2026, 12, 1)]
    assert found(SECOND) == [SECOND, date(2026, 12, 1)]
    assert found(last=SECOND) == [FIRST, SECOND]
    assert found(SECOND, SECOND) == [SECOND]


def test_only_day_files_are_listed(tmp_path):
    """Half-written files, other names and folders without a file are nobody's day."""
    folder = files.write_day(tmp_path, "default", FIRST, rows([plain()])).parent
    (folder / "sessions.parquet.77.tmp").write_bytes(b"half")
    for name in ("day=2026-11-09", "day=soon", "notes"):
        (folder.parent / name).mkdir()

    assert [file.day for file in files.day_files(tmp_path, "default")] == [FIRST]
    assert files.day_files(tmp_path, "nobody") == []


def test_what_a_killed_writer_left_is_swept(tmp_path):
    """The file itself stays."""
    path = files.write_day(tmp_path, "default", FIRST, rows([plain()]))
    path.with_name("sessions.parquet.77.tmp").write_bytes(b"half")

    files.sweep(tmp_path, "default", FIRST)

    assert list(path.parent.iterdir()) == [path]


def test_a_removed_day_is_gone(tmp_path):
    """Removing it again, or a day that never was, is no error."""
    files.write_day(tmp_path, "default", FIRST, rows([plain()]))

    for _ in range(2):
        files.remove_day(tmp_path, "default", FIRST)

    assert files.day_files(tmp_path, "default") == []


@pytest.mark.parametrize("project", ["../up", "a/b", "..", "a b=c", "ä"])
def test_no_project_leaves_its_folder(tmp_path, project):
    """Whatever the project is called, its files lie one folder below the history's."""
    path = files.write_day(tmp_path, project, FIRST, rows([plain(project=project)]))

    assert path.resolve().parents[2] == tmp_path.resolve()
    assert [file.path for file in files.day_files(tmp_path, project)] == [path]
