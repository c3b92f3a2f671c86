"""The command line from outside: help, exit codes, keys, reports, rebuild, doctor."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from afterword.cli import COMMANDS
from afterword.journal import Journal
from afterword.journal.keys import find_key
from afterword.reports import KINDS
from cli_harness import afterword, answer
from history_cast import tell, world
from server_harness import served


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with a seeded world in its journal."""
    data = tmp_path_factory.mktemp("cli") / "data"
    journal = Journal.open(data)
    tell(journal, world(3, n=400))
    journal.close()
    return data


def test_help_lists_every_command_and_loads_none():
    """The overview costs no import of a command."""
    told = afterword("--help").stdout.decode()

    assert [name for name in COMMANDS if f"  {name} " not in told] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(name):
    """Each help shows options and a line to copy."""
    told = afterword(name, "--help").stdout.decode()

    assert "example:" in told
    assert f"  afterword {name}" in told


def test_the_help_of_reports_names_every_one():
    """Nobody has to look elsewhere for what there is to ask."""
    told = afterword("report", "--help").stdout.decode()

    assert [name for name in KINDS if name not in told] == []


def test_an_unknown_command_is_wrong_use():
    """The error names what there is, and the exit code is 2."""
    told = afterword("raport", expect=2).stderr.decode()

    assert "'raport' is no command" in told
    assert "report" in told


def test_an_abbreviated_option_is_not_guessed(folder):
    """What is a prefix today may be ambiguous tomorrow."""
    afterword("report", "distribution", "--dat", folder, expect=2)


def test_a_folder_without_a_journal_is_not_made_by_reading(tmp_path):
    """A typing error in --data gives an error, not an empty report."""
    told = afterword("report", "distribution", "--data", tmp_path / "no", expect=2)

    assert "There is no journal in" in told.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_keys_are_made_listed_and_revoked(tmp_path):
    """A key opens the journal until it is revoked; its secret is shown once."""
    made = answer("keys", "create", "--scope", "read", "--data", tmp_path)
    listed = answer("keys", "list", "--data", tmp_path)["keys"]
    journal = Journal.open(tmp_path)
    with journal.read() as connection:
        found = find_key(connection, made["key"])

    assert set(made) == {"id", "key"}
    assert made["key"].startswith("aw_sk_")
    assert [(one["id"], one["scopes"]) for one in listed] == [(made["id"], ["read"])]
    assert found.scopes == ("read",)
    assert made["key"] not in afterword("keys", "list", "--data", tmp_path).stdout.decode()

    answer("keys", "revoke", made["id"], "--data", tmp_path)

    with journal.read() as connection:
        assert find_key(connection, made["key"]) is None
    journal.close()
    told = afterword("keys", "revoke", made["id"], "--data", tmp_path, expect=2)
    assert "no key" in told.stderr.decode()


@pytest.mark.parametrize("kind", [("test", "aw_tk_"), ("publishable", "aw_pk_")])
def test_each_kind_of_key_is_told_by_its_beginning(tmp_path, kind):
    """A leaked key says what it is."""
    made = answer("keys", "create", "--kind", kind[0], "--data", tmp_path)

    assert made["key"].startswith(kind[1])


def test_a_report_of_a_folder_is_the_report_of_its_server(folder):
    """The same question to a folder and to the server on it has the same answer."""
    told = ("report", "distribution", "--by", "release", "--where", "trait.plan:pro")
    alone = answer(*told, "--data", folder)
    with served(folder) as caller:
        key = caller.http.headers["Authorization"].removeprefix("Bearer ")
        beside = answer(*told, "--data", folder)
        asked = answer(*told, "--url", caller.http.base_url, "--key", key)
        text = afterword("report", "trend", "--url", caller.http.base_url, AFTERWORD_KEY=key)

    assert alone == beside == asked
    assert alone["report"] == "distribution"
    assert sum(row["n_sessions"] for row in alone["rows"]) > 0
    assert b"helpful" in text.stdout


def test_a_filter_has_a_name_in_a_folder_and_on_its_server(tmp_path, folder):
    """The server reads the file when it appears; both say what the name stood for."""
    copy = shutil.copytree(folder, tmp_path / "data")
    told = ("report", "distribution", "--where", "filter:paying")
    with served(copy) as caller:
        key = caller.http.headers["Authorization"].removeprefix("Bearer ")
        server = ("--url", caller.http.base_url, "--key", key)
        before = afterword(*told, *server, expect=2)
        (copy / "filters.toml").write_text('[filters.paying]\nwhere = ["trait.plan:pro"]\n')
        asked = answer(*told, *server)
        alone = answer(*told, "--data", copy)
    plain = answer("report", "distribution", "--where", "trait.plan:pro", "--data", folder)
    typo = afterword("report", "trend", "--where", "filter:paing", "--data", copy, expect=2)

    assert b"filters.toml names none" in before.stderr
    assert asked == alone == plain
    assert plain["where"] == ["trait.plan:pro"]
    assert plain["rows"][0]["n_sessions"] > 0
    assert b"there are paying" in typo.stderr


def test_a_planned_split_is_known_in_a_folder_and_on_its_server(tmp_path):
    """Checked by both alike; another report does not read the file."""
    journal = Journal.open(tmp_path)
    arms = ({"tour": "holdout"}, {"tour": "shown"})
    tell(journal, [replace(one, labels=arms[at % 2]) for at, one in enumerate(world(3, n=400))])
    journal.close()
    plan = tmp_path / "experiments.toml"
    plan.write_text("[experiments.tour]\nholdout = 1\nshown = 1\n")
    with served(tmp_path) as caller:
        key = caller.http.headers["Authorization"].removeprefix("Bearer ")
        asked = answer("report", "flows", "--url", caller.http.base_url, "--key", key)
        alone = answer("report", "flows", "--data", tmp_path)
    plan.write_text("[experiments")
    broken = afterword("report", "flows", "--data", tmp_path, expect=2)
    afterword("report", "trend", "--data", tmp_path)

    assert asked == alone
    [check] = alone["experiments"]
    assert (check["label"], check["split"]) == ("tour", "as_planned")
    assert b"experiments.toml cannot be read" in broken.stderr


def test_a_wrong_server_is_named(tmp_path):
    """Nobody listens on port 9 of this machine."""
    told = afterword(
        "report", "trend", "--url", "http://127.0.0.1:9", "--key", "x", expect=2, cwd=tmp_path
    )

    assert "http://127.0.0.1:9 does not answer" in told.stderr.decode()


def test_a_server_without_a_key_is_wrong_use(tmp_path):
    """The error says where a key comes from."""
    told = afterword("report", "trend", "--url", "http://127.0.0.1:9", expect=2, cwd=tmp_path)

    assert "AFTERWORD_KEY" in told.stderr.decode()


@pytest.mark.parametrize(
    ("form", "begins"),
    [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!doctype html>"), ("csv", b"key,")],
)
def test_a_report_comes_in_every_format(folder, form, begins):
    """Standard output is the file."""
    done = afterword("report", "trend", "--by", "day", "--format", form, "--data", folder)

    assert done.stdout.startswith(begins)
    assert done.stderr == b""


def test_a_csv_report_counts_what_the_json_counts(folder):
    """One table, two notations."""
    told = ("report", "distribution", "--by", "release", "--data", folder)
    rows = list(csv.DictReader(io.StringIO(afterword(*told, "--format", "csv").stdout.decode())))

    assert {row["key"]: int(row["n_rated"]) for row in rows} == {
        row["key"]: row["n_rated"] for row in answer(*told)["rows"]
    }


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("nope",), "distribution"),
        (("trend", "--by", "release"), "day, week, month"),
        (("distribution", "--by", "colour"), "colour"),
        (("distribution", "--where", "release"), "key:value"),
        (("distribution", "--from", "yesterday"), "from"),
        (("distribution", "--compare", "v41"), "compare"),
    ],
)
def test_a_wrong_report_says_what_there_is(folder, arguments, names):
    """Each mistake exits 2 with a sentence."""
    told = afterword("report", *arguments, "--data", folder, expect=2)

    assert names in told.stderr.decode()
    assert told.stdout == b""


def test_rebuild_writes_the_history_from_the_journal(tmp_path):
    """With all day files deleted, nothing is lost."""
    journal = Journal.open(tmp_path)
    tell(journal, world(5, n=60, n_days=4))
    journal.close()
    before = answer("report", "distribution", "--data", tmp_path)
    done = answer("rebuild", "--data", tmp_path)
    files = sorted((tmp_path / "history").rglob("*.parquet"))
    for file in files:
        file.unlink()
    again = answer("rebuild", "--data", tmp_path)

    assert done == again == {"days": 4, "written": 4}
    assert sorted((tmp_path / "history").rglob("*.parquet")) == files
    assert answer("report", "distribution", "--data", tmp_path) == before


def test_doctor_is_content_with_a_sound_folder(folder):
    """Every finding is ok or a note."""
    told = answer("doctor", "--data", folder)

    assert told["ok"] is True
    found = {one["what"]: one["status"] for one in told["findings"]}
    assert (found["durability"], found["clock"], found["history"]) == ("ok", "ok", "ok")


def test_doctor_finds_a_damaged_day_file(tmp_path):
    """It names the file and the way out, and exits 1."""
    journal = Journal.open(tmp_path)
    tell(journal, world(5, n=20, n_days=1))
    journal.close()
    afterword("rebuild", "--data", tmp_path)
    (file,) = (tmp_path / "history").rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:200])

    told = json.loads(afterword("doctor", "--data", tmp_path, "--json", expect=1).stdout)
    (bad,) = [one for one in told["findings"] if one["status"] == "bad"]

    assert str(file) in bad["told"]
    assert "rebuild" in bad["told"]


def test_doctor_tells_of_files_of_another_format(tmp_path):
    """Older ones are a note; those of another major version cannot be read."""
    journal = Journal.open(tmp_path)
    tell(journal, world(5, n=20, n_days=1))
    journal.close()
    afterword("rebuild", "--data", tmp_path)
    (file,) = (tmp_path / "history").rglob("*.parquet")
    table = pq.read_table(file)
    for version, status in (("1.0", "note"), ("9.0", "bad")):
        pq.write_table(table.replace_schema_metadata({"afterword.format": version}), file)
        done = afterword("doctor", "--data", tmp_path, "--json", expect=int(status == "bad"))
        found = [one for one in json.loads(done.stdout)["findings"] if one["what"] == "history"]

        assert found[-1]["status"] == status
        assert "rebuild" in found[-1]["told"]


def test_doctor_finds_lost_day_files(tmp_path):
    """Those that the journal knows as written; a rebuild brings them back."""
    journal = Journal.open(tmp_path)
    tell(journal, world(5, n=40, n_days=3))
    journal.close()
    afterword("rebuild", "--data", tmp_path)
    for file in sorted((tmp_path / "history").rglob("*.parquet"))[:2]:
        file.unlink()

    told = json.loads(afterword("doctor", "--data", tmp_path, "--json", expect=1).stdout)
    (bad,) = [one for one in told["findings"] if one["status"] == "bad"]

    assert "2 days have no file" in bad["told"]
    assert "'afterword rebuild' writes lost files anew" in bad["told"]


def test_doctor_finds_a_damaged_journal(tmp_path):
    """Overwritten pages are found before somebody needs them."""
    journal = Journal.open(tmp_path)
    tell(journal, world(5, n=300, n_days=1))
    with journal.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    journal.close()
    path = tmp_path / "journal.db"
    with path.open("r+b") as handle:
        handle.seek(path.stat().st_size // 2)
        handle.write(b"\xff" * 8192)

    told = json.loads(afterword("doctor", "--data", tmp_path, "--json", expect=1).stdout)

    assert {one["what"] for one in told["findings"] if one["status"] == "bad"} == {"journal"}


def test_a_simulated_folder_and_its_events_tell_the_same(tmp_path):
    """Both outputs hold the sessions that the truth counts, by release and rating."""
    told = ("simulate", "--sessions", 1_500, "--world", "worse-release", "--end", "2026-11-01")
    made = answer(*told, "--data", tmp_path / "a", "--truth", tmp_path / "a.json")
    answer(*told, "--out", tmp_path / "events.jsonl.gz", "--truth", tmp_path / "b.json")
    events = tmp_path / "events.jsonl.gz"
    kept = answer("import", "--format", "events", events, "--data", tmp_path / "b")
    rows = [
        {
            row["key"]: (row["n_sessions"], *(row[level]["count"] for level in _LEVELS))
            for row in answer("report", "distribution", "--by", "release", "--data", data)["rows"]
        }
        for data in (tmp_path / "a", tmp_path / "b")
    ]

    assert made["sessions"] == kept["sessions"] == 1_500
    assert kept["rejected"] == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert rows[0] == rows[1]
    assert len(rows[0]) == 4


_LEVELS = ("positive", "neutral", "negative")


def test_an_import_is_refused_beside_a_running_server(tmp_path):
    """Two writers would not know of each other."""
    (tmp_path / "e.jsonl").write_text("{}\n")
    with served(tmp_path / "data"):
        told = afterword(
            *("import", "--format", "events", tmp_path / "e.jsonl", "--data", tmp_path / "data"),
            expect=2,
        )

    assert "in use by process" in told.stderr.decode()


def test_an_import_keeps_the_good_lines_and_names_the_bad(tmp_path):
    """Where nothing could be kept, the answer is bad."""
    good = {"type": "message", "conversation_id": "c", "role": "user", "at": 1_750_000_000}
    bad = {**good, "role": "robot"}
    both, none = tmp_path / "both.jsonl", tmp_path / "none.jsonl"
    both.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    none.write_text(f"{json.dumps(bad)}\n")
    begin = ("import", "--format", "events", "--data", tmp_path / "data", "--json")
    first = afterword(*begin, both)
    second = afterword(*begin, none, expect=1)

    assert json.loads(first.stdout)["events"] == 1
    assert json.loads(first.stdout)["rejected"] == 1
    assert "both.jsonl line 2: role" in first.stderr.decode()
    assert json.loads(second.stdout)["events"] == 0


def test_the_demo_asks_and_counts_the_answer():
    """Without a terminal it runs once: one more session, one more rating."""
    told = afterword("demo").stdout.decode()

    assert "How did this session go?" in told
    assert "6,000 sessions, 6,000 closed" in told
    assert "6,001 sessions, 6,000 closed" in told
