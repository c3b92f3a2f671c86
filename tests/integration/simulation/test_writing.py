"""A world reads the same whether it was imported through intake or written as day files."""

from collections import Counter
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from afterword import importers
from afterword.errors import SetupError
from afterword.history import Filter, History, Rewriter
from afterword.history.files import day_files
from afterword.history.questions.ratings import ratings
from afterword.history.schema import COLUMNS, arrow_schema
from afterword.importers import ImportOptions
from afterword.intake import Intake
from afterword.journal import Journal, days
from afterword.journal.markers import markers
from afterword.journal.projects import load_project
from afterword.simulation import simulate, truth_of, write_data, write_events
from unit.simulation.cast import made, settings

LEVELS = ("positive", "neutral", "negative")
# Events carry no asks; and imported sessions have settled when they are read, not by the end.
OF_ASKS = {
    *("n_asks", "n_shown", "n_answered", "ask_state", "trigger", "decision"),
    *("rating_source", "is_unasked", "is_settled"),
    *("asks", "drawn", "ask_chance"),
}


def world():
    """A small world with a worse release, over the end of summer time."""
    return made("worse-release", 700)


@cache
def read(data_dir):
    """Read all rows of a data folder, by session id."""
    files = day_files(data_dir / "history", "default")
    table = pa.concat_tables([pq.ParquetFile(file.path).read() for file in files])
    return {row["session_id"]: row for row in table.to_pylist(maps_as_pydicts="strict")}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The world as a data folder."""
    folder = tmp_path_factory.mktemp("written")
    write_data(world(), folder)
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """The world as events that went through the real intake."""
    folder = tmp_path_factory.mktemp("imported")
    write_events(world(), folder / "events.jsonl.gz")
    journal = Journal.open(folder)
    intake = Intake(journal)
    items = importers.read("events", [folder / "events.jsonl.gz"], ImportOptions.parse((), None))
    result = intake.import_events("default", items)
    while intake.tick():
        pass
    Rewriter(folder / "history", journal).run_once()
    journal.close()
    assert (result.n_rejected, result.duplicates, result.sessions) == (0, 0, 700)
    return folder


def counts(data_dir, by):
    """Give what the question of ratings counts: sessions and levels by key."""
    history = History(data_dir / "history", None)
    try:
        cells = ratings(history, Filter(), by)
    finally:
        history.close()
    return {
        cell.key: (cell.n_sessions, cell.n_closed, cell.positive, cell.neutral, cell.negative)
        for cell in cells
    }


@pytest.mark.parametrize("column", [one.name for one in COLUMNS if one.name not in OF_ASKS])
def test_both_ways_give_the_same_column(written, imported, column):
    """Everything that both carry, session by session."""
    ours, theirs = (
        {name: row[column] for name, row in read(folder).items()} for folder in (written, imported)
    )

    assert len(ours) == 700
    assert ours == theirs


@pytest.mark.parametrize(
    ("by", "split"),
    [
        ("release", "by_release"),
        ("use_case", "by_use_case"),
        ("trait.acquisition", "by_acquisition"),
        ("trait.plan", "by_plan"),
        ("day", "by_day"),
    ],
)
@pytest.mark.parametrize("way", ["written", "imported"])
def test_reports_count_what_the_truth_says(request, way, by, split):
    """By every key, exactly; all sessions are closed."""
    told = truth_of(world())["realised"][split]
    expected = {
        key: (one["sessions"], one["sessions"], *(one["rated"][level] for level in LEVELS))
        for key, one in told.items()
        if one["sessions"]
    }

    assert counts(request.getfixturevalue(way), by) == expected


def test_asks_are_counted_as_the_truth_says(written):
    """Only day files have them."""
    rows, told = read(written).values(), truth_of(world())["realised"]["asks"]
    states = Counter(row["ask_state"] for row in rows if row["ask_state"])
    decisions = Counter(row["decision"] for row in rows)
    answered = [row for row in rows if row["rating"] and not row["is_unasked"]]

    assert states == Counter(told["states"])
    assert decisions == Counter(told["decisions"])
    assert sum(row["n_shown"] for row in rows) == told["shown"]
    assert sum(row["n_answered"] for row in rows) == len(answered) == told["states"]["answered"]
    assert sum(row["is_unasked"] for row in rows) == told["opened_by_hand"]
    assert {row["trigger"] for row in rows if row["is_unasked"]} == {"user_opened"}


def test_imported_ratings_have_the_trigger_import(imported):
    """Nobody knows how they were asked for."""
    assert {row["trigger"] for row in read(imported).values()} == {"import", None}


def test_day_files_have_the_schema_of_the_history(written):
    """Column by column, each session in the file of its day."""
    for file in day_files(written / "history", "default"):
        table = pq.ParquetFile(file.path).read()

        assert table.schema.equals(arrow_schema())
        assert set(table.column("day").to_pylist()) == {file.day}


def test_equal_settings_give_equal_day_files(written, tmp_path):
    """To the byte, drawn anew."""
    write_data(simulate(settings("worse-release", 700)), tmp_path)
    ours, theirs = (
        [file.path.read_bytes() for file in day_files(folder / "history", "default")]
        for folder in (written, tmp_path)
    )

    assert ours == theirs


def test_journal_knows_policy_and_releases_and_no_day(written):
    """So that reports show when what began, and the rewriter leaves the days alone."""
    before = [file.path.read_bytes() for file in day_files(written / "history", "default")]
    journal = Journal.open(written)
    try:
        with journal.write() as connection:
            policy = load_project(connection, "default", 0).policy
            told = {one.text: one.at_us for one in markers(connection, "default")}
            known = days.days(connection, "default")
        n_written = Rewriter(written / "history", journal).run_once()
    finally:
        journal.close()
    starts_us = world().settings.release_starts_us

    assert policy.eligible_per_week == 700 * 7 // 90
    assert known == []
    assert n_written == 0
    assert {name: told[name] for name in ("v40", "v41", "v42", "v43")} == dict(
        zip(("v40", "v41", "v42", "v43"), starts_us, strict=True)
    )
    assert before == [file.path.read_bytes() for file in day_files(written / "history", "default")]


def test_second_world_is_refused_where_one_is(written):
    """Its days would mix with those of the first; another project has room."""
    with pytest.raises(SetupError, match="holds sessions of project default"):
        write_data(made("null", 50), written)
    told = []
    write_data(made("null", 50), written, "other", told.append)

    assert sum(len(pq.read_table(f.path)) for f in day_files(written / "history", "other")) == 50
    assert told[-1] == 50
