"""Exports: what stands in the file is what the rows are."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from afterword.cli import main
from afterword.history import files, formats
from afterword.history.schema import arrow_schema, rows
from afterword.journal import Journal
from afterword.reports.csv_table import inert
from history_cast import FIRST_US, day_at, plain, rated, store, tell, world

HOUR_US = 3_600_000_000
NASTY = ["=1+1", " @SUM(A1)", "-2", "+3", "\uff1dx", 'say "no"\nplease', "", "ünï, code"]


def sessions():
    """A world, and some sessions whose texts want to break out."""
    some = [session for session in world(31, n=120) if session.environment == "production"]
    nasty = [rated(plain(f"x-{n}"), "neutral", reason=text) for n, text in enumerate(NASTY)]
    return [*some, *nasty]


@pytest.fixture
def folder(tmp_path):
    """A data folder with sessions in files; the journal knows one of them better."""
    store(tmp_path / "history", sessions())
    journal = Journal.open(tmp_path)
    tell(journal, [replace(sessions()[0], use_case="changed")])
    journal.close()
    return tmp_path


def export(folder, form, *options):
    """Export, and give the file."""
    target = folder / f"out.{form}"
    command = ["export", "--format", form, "--out", str(target), "--data", str(folder), *options]
    assert main(command) == 0
    return target


def expected():
    """Give the rows as they are now, by session."""
    now = [replace(sessions()[0], use_case="changed"), *sessions()[1:]]
    return {row["session_id"]: row for row in rows(now).to_pylist(maps_as_pydicts="strict")}


def plainly(value):
    """Write a value as JSON can hold it; times as RFC 3339."""
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if hasattr(value, "hour") else "%Y-%m-%d")
    if isinstance(value, dict):
        return {key: plainly(one) for key, one in value.items()}
    return [plainly(one) for one in value] if isinstance(value, list) else value


def test_parquet_is_in_the_format_of_day_files(folder):
    """Whatever reads a day file reads an export."""
    target = export(folder, "parquet")
    table = pq.read_table(target)

    assert formats.read_format(target) == formats.CURRENT
    assert table.schema.equals(arrow_schema())
    told = {row["session_id"]: row for row in table.to_pylist(maps_as_pydicts="strict")}
    assert told == expected()


def test_jsonl_holds_one_session_a_line(folder):
    """Maps are objects, times RFC 3339."""
    lines = export(folder, "jsonl").read_text().splitlines()
    told = {row["session_id"]: row for row in map(json.loads, lines)}

    assert told == {name: plainly(row) for name, row in expected().items()}


def test_csv_is_safe_to_open_in_a_spreadsheet(folder):
    """Nested columns are JSON in their cell, null is empty, and no cell is a formula."""
    with export(folder, "csv").open(newline="") as file:
        told = {row["session_id"]: row for row in csv.DictReader(file)}

    for name, row in expected().items():
        assert list(told[name]) == list(row)
        for column, value in row.items():
            cell = told[name][column]
            if isinstance(value, list | dict):
                assert json.loads(cell) == plainly(value)
            elif isinstance(value, str):
                assert cell == inert(value)
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            elif isinstance(value, float):
                assert float(cell) == value
            else:
                assert cell == ("" if value is None else str(plainly(value)))


def test_window_and_where_choose_as_in_reports(folder, capsys):
    """[from, to) by opening, and any dimension."""
    hour = "2026-11-01T12:00:00Z"
    options = ("--from", hour, "--to", "2026-11-03", "--where", "release:v42", "--json")
    lines = export(folder, "jsonl", *options).read_text().splitlines()

    chosen = {
        one.id
        for one in sessions()
        if one.release == "v42"
        and FIRST_US + 12 * HOUR_US <= one.opened_us < FIRST_US + 48 * HOUR_US
    }
    assert {json.loads(line)["session_id"] for line in lines} == chosen
    assert json.loads(capsys.readouterr().out)["sessions"] == len(chosen) > 5


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_no_sessions_make_a_file_without_rows(folder, form):
    """With a header where the format has one."""
    target = export(folder, form, "--where", "release:v99")

    if form == "parquet":
        assert pq.read_table(target).num_rows == 0
    elif form == "csv":
        assert target.read_text() == ",".join(f'"{name}"' for name in arrow_schema().names) + "\n"
    else:
        assert target.read_bytes() == b""


def test_an_export_that_fails_leaves_the_old_file(folder, capsys):
    """Whole or not at all; the error says which file is at fault."""
    target = export(folder, "jsonl")
    before = target.read_bytes()
    file = next(
        one
        for one in files.day_files(folder / "history", "default")
        if one.day != day_at(sessions()[0])
    )
    bytes_ = bytearray(file.path.read_bytes())
    bytes_[400:4_000] = bytes(3_600)
    file.path.write_bytes(bytes_)

    command = ["export", "--format", "jsonl", "--out", str(target), "--data", str(folder)]
    assert main(command) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert [one.name for one in folder.iterdir() if one.suffix == ".tmp"] == []
