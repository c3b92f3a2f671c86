"""Distribution and trend of histories with too little, too much or the wrong thing in them."""

import json

import pytest

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.render import render
from history_cast import DAY_US, FIRST_US, plain, rated, store

HOUR_US = DAY_US // 24


def sessions(n, level="positive", **facts):
    """Make rated sessions, an hour apart, each of whoever ``facts`` says."""
    return [
        rated(
            plain(at, at_us=FIRST_US + at * HOUR_US // 50, **{k: f(at) for k, f in facts.items()}),
            level if isinstance(level, str) else level(at),
        )
        for at in range(n)
    ]


def any_level(at):
    """Give one of three levels."""
    return ("positive", "neutral", "negative")[at % 3]


WORLDS = {
    "empty": [],
    "one rating": sessions(1),
    "one level": sessions(60, user_id=lambda at: f"u-{at}"),
    "one person": sessions(10_000, any_level, user_id=lambda _: "u-1"),
    "many values": sessions(
        3_000,
        any_level,
        user_id=lambda at: f"u-{at}",
        traits=lambda at: {"plan": f"p-{at}"},
        release=lambda at: "v1" if at % 2 else "v2",
    ),
    "unrated": [plain(at, at_us=FIRST_US + at * HOUR_US) for at in range(30)],
}
ASKED = [
    ("distribution", {}),
    ("distribution", {"by": "trait.plan"}),
    ("distribution", {"by": "release,trait.plan"}),
    ("distribution", {"by": "release", "compare": "trait.plan:p-1"}),
    ("distribution", {"compare": "2020-01-01..2020-02-01"}),
    ("trend", {"compare": "trait.plan:p-1"}),
    ("trend", {"by": "day"}),
    ("trend", {}),
]


@pytest.fixture(scope="module", params=WORLDS)
def history(tmp_path_factory, request):
    """One of the worlds as day files."""
    directory = tmp_path_factory.mktemp("world") / "history"
    store(directory, WORLDS[request.param])
    made = History(directory, None)
    yield made
    made.close()


@pytest.mark.parametrize("chosen", [Filter(), Filter(to_us=0)], ids=["all", "before the first"])
@pytest.mark.parametrize(("name", "options"), ASKED)
def test_every_answer_is_clear_and_no_number_is_false(history, name, options, chosen):
    """No traceback; shares lie in their bounds, and stand on what was counted."""
    found = run(name, history, chosen, **options)

    for form in (
        ("text",) if chosen.to_us == 0 else ("text", "csv", "html")
    ):  # a page has a picture
        assert render(found, form)
    told = json.loads(render(found, "json"))
    assert told["rows"] or name == "trend" or "by" in options
    for row in told["rows"]:
        for level in ("positive", "neutral", "negative"):
            _check(row[level], row["n_rated"])
            _check(row["per_person"][level], row["n_rated"])
        for tilt in row["tilts"].values():
            assert tilt is None or tilt["estimate"] > 0
        for change in [] if not row.get("compared") else [row["compared"]["negative"]]:
            assert change["difference"] is None or change["low"] <= change["difference"]
        if "retention" in row:
            _check(row["retention"], row["retention"]["n_people"])
    if not sum(row["n_rated"] for row in told["rows"]):
        assert any("No sessions" in note or "Nobody has rated" in note for note in told["notes"])


def _check(bounds, n):
    share, low, high = bounds["share"], bounds["low"], bounds["high"]
    if low is None:
        assert high is None
        return
    assert n >= 10
    assert 0 <= low <= share <= high <= 1


def test_one_person_has_no_interval_however_often_they_rate(tmp_path):
    """Ten thousand ratings are one voice."""
    store(tmp_path / "history", WORLDS["one person"])
    history = History(tmp_path / "history", None)

    row = run("distribution", history, Filter()).rows[0]

    history.close()
    assert (row.negative.count, row.negative.low, row.tilts.negative) == (3_333, None, None)
    assert row.per_person.n_people == 1


@pytest.mark.parametrize(
    ("name", "options", "field"),
    [
        ("distribution", {"by": "release,release"}, "by"),
        ("distribution", {"by": "'; DROP TABLE x; --"}, "by"),
        ("distribution", {"by": "month", "compare": "previous"}, "compare"),
        ("distribution", {"compare": "trait.:x"}, "compare"),
        ("trend", {"by": "week,release"}, "by"),
        ("trend", {"compare": "previous"}, "compare"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(tmp_path, name, options, field):
    """Never a traceback, never a report of something else."""
    history = History(tmp_path / "history", None)

    with pytest.raises(InvalidField) as caught:
        run(name, history, Filter(from_us=0, to_us=DAY_US), **options)

    assert caught.value.field == field
