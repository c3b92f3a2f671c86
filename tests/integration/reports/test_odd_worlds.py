"""Releases, flows, responses and asks where names are odd, many, or met by nobody who rated."""

import json

import pytest
from msgspec.structs import replace

from afterword.domain.session import Exposure
from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.kinds import read_report
from afterword.reports.render import render
from history_cast import DAY_US, FIRST_US, ask, plain, rated, store

LEVELS = ("positive", "neutral", "negative")
NAMES = (
    'it\'s "odd" · <b>, x:y',
    "other",
    "unknown",
    "all",
    "=1+1\x1b[31m",
    "a name that is longer than anybody can be expected to read, " * 3,
)


def session(at, person, name, level):
    """Make a session in which everything that these reports count has happened."""
    at_us = FIRST_US + at * DAY_US // 40
    exposure = Exposure("survey", name, shown_us=at_us, completed_us=at_us)
    given = {"m": ((at_us, 1, f"f-{at}"), float(at % 2))} if at % 3 else {}
    made = plain(
        at,
        at_us=at_us,
        user_id=f"u-{person}",
        release=name,
        model=name,
        use_case=name,
        labels={name: "it's" if person % 2 else "holdout"},
        flows={name: exposure},
        feedback=given,
        decision="asked",
    )
    made = replace(made, asks=(ask(made, "answered" if level else "ignored", is_shown=True),))
    return rated(made, level) if level else made


WORLDS = {
    "unrated": [session(at, at, "v1", None) for at in range(30)],
    "many names": [session(at, at, f"v{at}", LEVELS[at % 3]) for at in range(300)],
    "odd names": [session(at, at % 90, NAMES[at % 6], LEVELS[at % 5 % 3]) for at in range(900)],
}
ASKED = [
    ("releases", {}),
    ("releases", {"by": "model,release"}),
    ("flows", {}),
    ("responses", {}),
    ("responses", {"by": "release"}),
    ("asks", {}),
    ("asks", {"by": "release"}),
]


@pytest.fixture(scope="module", params=WORLDS)
def history(tmp_path_factory, request):
    """One of the worlds as day files."""
    directory = tmp_path_factory.mktemp("world") / "history"
    store(directory, WORLDS[request.param])
    made = History(directory, None)
    yield made
    made.close()


@pytest.mark.parametrize(("name", "options"), ASKED)
def test_every_answer_is_clear_and_no_number_is_false(history, name, options):
    """No traceback; shares lie in their bounds; nobody can be pointed at; lines fit a terminal."""
    found = run(name, history, Filter(), **options)

    body = render(found, "json")
    assert read_report(name, body) == found
    lines = render(found, "text").decode().splitlines()
    assert all(len(line) <= 110 + 15 * ("," in found.by if found.by else 0) for line in lines)
    assert b"\x1b" not in render(found, "text") + render(found, "html")
    assert render(found, "csv").startswith(b"key,")
    told = json.loads(body)
    _check(told)
    for row in told["rows"]:
        assert "first_seen" not in row or row["first_seen"] or row["key"].startswith("other")


def _check(told):
    for one in told.values() if isinstance(told, dict) else told:
        if isinstance(one, dict | list):
            _check(one)
    if isinstance(told, dict) and told.get("low") is not None and "share" in told:
        assert 0 <= told["low"] <= told["share"] <= told["high"] <= 1


def test_a_flow_that_everybody_met_once_has_sessions_to_stand_against(tmp_path):
    """Those of the same people, who rated in both."""
    sessions = [session(at, at % 40, "v1", LEVELS[at % 5 % 3]) for at in range(400)]
    store(
        tmp_path, [one if at < 40 else replace(one, flows={}) for at, one in enumerate(sessions)]
    )

    rows = run("flows", History(tmp_path, None), Filter()).rows

    [row] = [row for row in rows if row.step == "shown"]
    assert row.against.n_rated == 360
    assert row.against.negative.low < row.against.negative.high
    assert row.against.finding == "no_difference_shown"


@pytest.mark.parametrize("name", ["responses", "asks"])
def test_two_dimensions_are_refused_where_rows_have_one(tmp_path, name):
    """Also where the first one may be called anything."""
    with pytest.raises(InvalidField, match="by"):
        run(name, History(tmp_path, None), Filter(), by="label.plan,channel")
