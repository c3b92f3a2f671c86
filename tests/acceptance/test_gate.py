"""The gate from outside: exit codes, statuses, errors, and the files of its guide."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from afterword.journal import Journal
from cli_harness import afterword, answer
from history_cast import tell
from integration.monitoring.test_gate import BAD, GOOD, sold
from server_harness import problem, served

BINARIES = Path(sys.executable).parent
GUIDE = (Path(__file__).parents[2] / "docs" / "howto" / "gate.md").read_text()
# (candidate, exit code, status, verdict), each against v1.
ANSWERS = [
    ("v2", 1, 409, "worse"),
    ("v3", 0, 200, "not_worse"),
    ("v4", 3, 202, "cannot_tell_yet"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a release, one that is worse, one that is not, and one of few ratings."""
    data = tmp_path_factory.mktemp("gate")
    journal = Journal.open(data)
    tell(journal, sold("v1", range(14), GOOD, each=16))
    tell(journal, sold("v2", range(7, 14), BAD, each=5))
    tell(journal, sold("v3", range(7, 14), GOOD, each=16))
    tell(journal, sold("v4", [13], GOOD))
    journal.close()
    return data


@pytest.fixture(scope="module")
def caller(folder):
    """A caller of the server on it."""
    with served(folder) as caller:
        yield caller


def remote(caller):
    """Give the options that ask the server."""
    return "--url", str(caller.http.base_url), "--key", caller.key


@pytest.mark.parametrize(("candidate", "code", "status", "verdict"), ANSWERS)
def test_verdict_status_and_exit_code_say_the_same(
    caller, folder, candidate, code, status, verdict
):
    """Of a folder, beside its server, and over HTTP: one answer."""
    told = ("gate", "--candidate", candidate, "--baseline", "v1")
    here = answer(*told, "--data", folder, expect=code)
    there = answer(*told, *remote(caller), expect=code)
    asked = caller.reads("/v1/gate", status, candidate=candidate, baseline="v1")

    assert here == there == asked
    assert (asked["verdict"], asked["how"]) == (verdict, "canary")
    assert asked["negative"]["always_low"] < asked["negative"]["difference"]


def test_a_person_reads_the_verdict_first(caller):
    """Then the figures, in the words of the widget."""
    told = afterword("gate", "--candidate", "v2", "--baseline", "v1", *remote(caller), expect=1)
    first, *rest = told.stdout.decode().splitlines()

    assert first == "v2 against v1: worse"
    assert any(line.startswith("  not what I needed   40 % against  10 %") for line in rest)
    assert all(len(line) <= 110 for line in rest)


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({}, 422, "missing_field", "candidate"),
        ({"candidate": ""}, 422, "invalid_field", "candidate"),
        ({"candidate": "v2", "baseline": "v2"}, 422, "invalid_field", "baseline"),
        ({"candidate": "v9", "baseline": "v1"}, 404, "unknown_release", "candidate"),
        ({"candidate": "v2", "baseline": "v9"}, 404, "unknown_release", "baseline"),
        ({"candidate": "v1"}, 404, "unknown_release", "baseline"),
        ({"candidate": "m", "by": "model"}, 404, "unknown_release", "candidate"),
        ({"candidate": "v2", "by": "channel"}, 422, "invalid_field", "by"),
        ({"candidate": "v2", "margin": "wide"}, 422, "invalid_field", "margin"),
        ({"candidate": "v2", "margin": "nan"}, 422, "invalid_field", "margin"),
        ({"candidate": "v2", "from": "2026-11-01"}, 422, "unknown_field", "from"),
    ],
)
def test_a_wrong_question_is_a_problem(caller, query, status, code, field):
    """Named, and never mistaken for a verdict."""
    problem(caller.http.get("/v1/gate", params=query), status, code, field)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--candidate", "v9", "--baseline", "v1"),
        ("--candidate", "v2", "--baseline", "v2"),
        ("--candidate", "v2", "--by", "channel"),
        ("--baseline", "v1"),
    ],
)
def test_wrong_use_has_its_own_exit_code(caller, folder, wrong):
    """Of a folder and of a server."""
    for where in (("--data", folder), remote(caller)):
        assert afterword("gate", *wrong, *where, expect=2).stderr


def test_a_release_is_opened_once_and_accepted(tmp_path):
    """By command line and HTTP alike; its names may hold anything."""
    name = "build/7: it's ü"
    with served(tmp_path) as caller:
        where = remote(caller)
        made = caller.http.post("/v1/releases", json={"name": name})
        again = answer("release", "open", name, *where)
        model = answer("release", "open", "m-2", "--by", "model", "--data", tmp_path)
        done = answer("release", "accept", name, *where)
        bare = caller.http.post("/v1/releases/model:m-2/accept")
        next_one = caller.http.post("/v1/releases", json={"name": "v8"}).json()
        report = caller.report("trend", by="day")
        unknown = caller.http.post("/v1/releases/v9/accept")
        itself = caller.http.post("/v1/releases", json={"name": "v9", "baseline": "v9"})
        no_kind = caller.http.post("/v1/releases", json={"name": "v9", "by": "channel"})

    assert (made.status_code, made.json()) == (201, again)
    assert (again["id"], again["state"], again["alpha"]) == (f"release:{name}", "open", 0.025)
    assert (model["by"], model["baseline"]) == ("model", None)
    assert model["alpha"] == pytest.approx(0.05 / 6)
    assert (done["state"], bare.json()["state"]) == ("accepted", "accepted")
    assert (next_one["baseline"], next_one["alpha"]) == (name, 0.025)
    assert [one["text"] for one in report["markers"]][:2] == [name, "model m-2"]
    problem(unknown, 404, "unknown_release")
    problem(itself, 422, "invalid_field", "baseline")
    problem(no_kind, 422, "invalid_field", "by")


def test_releases_are_listed_with_what_became_of_them(tmp_path):
    """The newest opening first; by command line and HTTP alike."""
    with served(tmp_path) as caller:
        assert answer("release", "list", *remote(caller)) == {"releases": []}
        assert b"No release" in afterword("release", "list", "--data", tmp_path).stdout
        for name in ("v1", "v2", "v3"):
            caller.http.post("/v1/releases", json={"name": name, "baseline": "v0"})
        caller.http.post("/v1/releases/v1/accept")
        asked = caller.reads("/v1/releases", 200)
        there = answer("release", "list", *remote(caller))
        here = answer("release", "list", "--data", tmp_path)
        told = afterword("release", "list", "--data", tmp_path).stdout.decode().splitlines()

    assert asked == there == here
    found = asked["releases"]
    assert [(one["name"], one["state"]) for one in found] == [
        ("v3", "open"),
        ("v2", "superseded"),
        ("v1", "accepted"),
    ]
    assert {(one["opened_by"], one["baseline"]) for one in found} == {("operator", "v0")}
    assert [one["alpha"] for one in found] == pytest.approx([0.05 / 12, 0.05 / 6, 0.025])
    assert told[0].split() == [
        "release",
        "state",
        "opened",
        "by",
        "against",
        "of",
        "the",
        "budget",
    ]
    assert [line.split()[-2:] for line in told[1:]] == [["8", "%"], ["17", "%"], ["50", "%"]]


def block(name):
    """Give the file that the guide holds under a name."""
    return re.search(
        rf"^```\w+ {re.escape(name)}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL
    ).group(1)


def run(command, folder, **environment):
    """Run a script of the guide; give its exit code."""
    done = subprocess.run(  # noqa: S603  # our own document
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize(("candidate", "code"), [("v2", 1), ("v3", 0), ("v4", 3)])
def test_the_script_of_the_guide_waits_and_tells(caller, tmp_path, candidate, code):
    """It asks again while it cannot be told, and gives up after as many times as it may."""
    (tmp_path / "gate.sh").write_text(block("gate.sh"))
    server = {"AFTERWORD_URL": str(caller.http.base_url).rstrip("/"), "GATE_SECONDS": "0"}
    known, unknown = ({"AFTERWORD_KEY": key, "GATE_TRIES": "2"} for key in (caller.key, "x"))

    told = run(["sh", "gate.sh", candidate], tmp_path, **server, **known)
    refused = run(["sh", "gate.sh", candidate], tmp_path, **server, **unknown)

    assert (told, refused) == (code, 2)


def test_curl_fails_at_what_is_worse_alone(caller, tmp_path):
    """As the guide says: 202 passes."""
    line = re.search(r"^(curl -f .*candidate=v42.*)$", GUIDE, re.MULTILINE).group(1)
    settings = {
        "AFTERWORD_URL": str(caller.http.base_url).rstrip("/"),
        "AFTERWORD_KEY": caller.key,
    }
    lines = [
        line.replace("v42", candidate).replace("v41", "v1") for candidate in ("v2", "v3", "v4")
    ]

    codes = [run(["sh", "-c", one], tmp_path, **settings) for one in lines]

    assert codes == [22, 0, 0]


def test_the_workflow_of_the_guide_is_one(tmp_path):
    """Its form is GitHub's own."""
    (tmp_path / "gate.yml").write_text(block("gate.yml"))
    command = [str(BINARIES / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]

    assert run([*command, "gate.yml"], tmp_path) == 0


def test_reading_keys_ask_and_writing_keys_open(folder, caller):
    """Neither does what the other may."""
    reader, writer = (caller.other(folder, scopes=(scope,)) for scope in ("read", "write"))

    assert reader.http.get("/v1/gate", params={"candidate": "v2"}).status_code in (200, 202, 409)
    problem(writer.http.get("/v1/gate", params={"candidate": "v2"}), 403, "wrong_scope")
    problem(reader.http.post("/v1/releases", json={"name": "v2"}), 403, "wrong_scope")
    for one in (reader, writer):
        one.http.close()
