"""Session rows for analysis: in Arrow, Polars and Ibis, beside whoever writes."""

from __future__ import annotations

import sys

import ibis
import polars as pl
import pytest

import afterword
from afterword.errors import SetupError
from afterword.history import files
from afterword.history.schema import rows
from afterword.journal import Journal
from history_cast import FIRST, rated, store, tell, world

# Ibis asks DuckDB in ways that newer ones call old.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ibis")


def by_id(table):
    """Give rows by their session, maps as pairs."""
    return {row["session_id"]: row for row in table.to_pylist()}


@pytest.fixture
def sessions():
    """Three hundred sessions in five days."""
    return world(21, n=300)


@pytest.fixture
def folder(tmp_path, sessions):
    """A data folder: files, and a journal that knows some rows better and some alone."""
    store(tmp_path / "history", sessions[:280])
    changed = [rated(session, "negative", reason="late") for session in sessions[260:]]
    sessions[260:] = changed
    journal = Journal.open(tmp_path)
    tell(journal, changed)
    journal.close()
    return tmp_path


def as_arrow(opened):
    """Read everything as Arrow."""
    return opened.arrow().read_all()


def as_polars(opened):
    """Read everything through Polars, which names what maps hold in its own way."""
    return opened.polars().collect().to_arrow()


def as_ibis(opened):
    """Read everything through Ibis."""
    return opened.ibis().to_pyarrow()


@pytest.mark.parametrize("read", [as_arrow, as_ibis])
def test_every_row_is_there_once_and_as_fresh_as_the_journal(folder, sessions, read):
    """Files, less what has changed, plus what the journal knows better."""
    told = read(afterword.open_history(folder))

    assert told.num_rows == 300
    assert by_id(told) == by_id(rows(sessions))


def test_polars_reads_lazily_what_it_comes_to_need(folder, sessions):
    """Counts by rating and release, and asks one by one."""
    frame = afterword.open_history(folder).polars()
    counted = frame.group_by("rating", "release").agg(pl.len()).collect()
    asks = frame.explode("asks").filter(pl.col("asks").is_not_null()).select(pl.len()).collect()

    expected = rows(sessions).group_by(["rating", "release"]).aggregate([([], "count_all")])
    assert set(counted.iter_rows()) == {tuple(row.values()) for row in expected.to_pylist()}
    assert asks.item() == sum(len(session.asks) for session in sessions)


def test_what_is_read_stays_as_it_was(folder, sessions):
    """Whoever writes goes on meanwhile, and waits for nobody."""
    opened = afterword.open_history(folder)
    stream, table = opened.arrow(["session_id", "release"]), opened.ibis()
    for file in files.day_files(folder / "history", "default"):
        files.remove_day(folder / "history", "default", file.day)
    files.write_day(folder / "history", "default", FIRST, rows([sessions[0]]))

    assert stream.read_all().num_rows == 300
    assert table.count().execute() == 300


def test_a_copy_of_the_history_can_be_opened_alone(folder):
    """There is no journal to fill in what its files lack."""
    opened = afterword.open_history(folder / "history")

    assert as_arrow(opened).num_rows == 280
    assert as_arrow(afterword.open_history(folder, project="nobody")).num_rows == 0


def test_times_are_utc_and_flags_are_unknown_where_they_are(folder):
    """Nothing is lost on the way into an Ibis table."""
    table = afterword.open_history(folder).ibis()

    assert table.schema()["opened_at"] == ibis.dtype("timestamp('UTC', 6)")
    assert table.schema()["is_new"] == ibis.dtype("boolean")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda folder: afterword.open_history(folder / "nowhere"), "no history in"),
        (lambda folder: afterword.open_history(folder).arrow(["colour"]), "colour: not among"),
    ],
)
def test_what_is_not_there_is_named(folder, ask, message):
    """With what there would be."""
    with pytest.raises(SetupError, match=message):
        ask(folder)


@pytest.mark.parametrize(("name", "package"), [("polars", "polars"), ("ibis", "pandas")])
def test_a_missing_package_names_the_extra(folder, monkeypatch, name, package):
    """The server itself needs neither."""
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(SetupError, match=rf"{package} is not installed.*afterword\[analysis\]"):
        getattr(afterword.open_history(folder), name)()


def test_a_damaged_file_is_named(folder):
    """Rows must not be missing without a word."""
    file = files.day_files(folder / "history", "default")[0]
    file.path.write_bytes(file.path.read_bytes()[:-40])

    with pytest.raises(SetupError, match=r"day=2026-11-01.* is damaged: afterword rebuild"):
        afterword.open_history(folder).arrow()


def test_more_files_than_may_be_open_are_refused_by_name(folder, monkeypatch):
    """Up to what the system allows, the limit is raised."""
    raised = []
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: raised.append(limits))
    monkeypatch.setattr("resource.getrlimit", lambda _: (64, 300))
    assert as_arrow(afterword.open_history(folder)).num_rows == 300
    assert raised == [(261, 300)]

    monkeypatch.setattr("resource.getrlimit", lambda _: (64, 260))
    with pytest.raises(SetupError, match=r"5 day files .* \(260\)"):
        afterword.open_history(folder).arrow()
