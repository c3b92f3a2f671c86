"""Bad input to every report: "not enough data" or a clear error, never a false number.

Each kind of bad data is a project of one history, so that a question is compiled once. Whoever
adds a report finds it tried here.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField, UnknownReport
from afterword.history import Filter, History
from afterword.history.files import day_files
from afterword.reports import KINDS, run
from afterword.reports.render import render
from history_cast import DAY_US, FIRST_US, plain, rated, store

HOUR_US = DAY_US // 24
ODD = 'it\'s "x"; DROP TABLE sessions; -- \\ % _ [a]{b}'
# What chance alone may put anywhere; a report of hardly any data must not have it.
DOUBTED = ("low", "high", "p", "q", "win", "always_low", "always_high", "difference")
# Bounds of what is not known, which hold without any data, and where a reader set a line.
KNOWN = ("worst_case", "lines")
FINDINGS = ("worse", "better", "not_worse", "supported")


def people(n, levels=("positive",), **given):
    """Let as many people rate one session each, and its responses, well and badly."""
    return [
        rated(
            plain(
                number,
                at_us=FIRST_US + number * 1_000_000,
                user_id=f"u-{number}",
                feedback={"m": ((FIRST_US, 1, "f"), float(number % 3 > 0))},
                **given,
            ),
            levels[number % len(levels)],
        )
        for number in range(n)
    ]


def _one_person():
    made = people(10_000, ("positive", "negative", "positive"), traits={"plan": "pro"})
    return [replace(one, user_id="u-1", release=f"v{n % 2}") for n, one in enumerate(made)]


def _many_values():
    return [
        replace(one, traits={"cart": f"cart-{n}"}, release=f"v{n % 3}")
        for n, one in enumerate(people(20_000, ("positive", "neutral", "negative")))
    ]


def _around_clock_changes():
    # The hour that is twice, and the hour that never is, in Berlin; and in a place that is none.
    times = [datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)]
    starts = [int(time.timestamp()) * 1_000_000 for time in times]
    return [
        rated(
            plain(
                f"{start}-{zone}-{hour}",
                at_us=start + hour * HOUR_US // 2,
                user_id=f"u-{hour}",
                timezone=zone,
            ),
            "neutral",
        )
        for start in starts
        for zone in ("Europe/Berlin", "Nowhere/Land", "../etc/passwd", "", None)
        for hour in range(6)
    ]


DATA = {
    "empty": list,
    "unrated": lambda: [plain(number, user_id=f"u-{number}") for number in range(30)],
    "one rating": lambda: people(1, ("negative",)),
    "one level": lambda: people(60),
    "one person": _one_person,
    "many values": _many_values,
    "clocks": _around_clock_changes,
    "half a file": lambda: people(400, ("positive", "negative")),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """All projects; the last file of one of them ends in its middle."""
    directory = tmp_path_factory.mktemp("data") / "history"
    for project, made in DATA.items():
        store(directory, [replace(one, project=project) for one in made()])
    later = [replace(plain(n, at_us=FIRST_US + DAY_US), project="half a file") for n in range(9)]
    store(directory, later)
    broken = day_files(directory, "half a file")[-1].path
    broken.write_bytes(broken.read_bytes()[:3_000])
    opened = History(directory, None)
    yield opened
    opened.close()


def told(name, history, project, **options):
    """Run a report, see that its numbers are numbers and that it can be read; give its object."""
    where = options.pop("where", ())
    window = options.pop("window", {})
    found = run(name, history, Filter(project=project, where=where, **window), **options)
    assert render(found, "text").decode().strip()
    assert render(found, "csv")
    made = json.loads(render(found, "json"), parse_constant=_no_number)
    for path, value in leaves(made):
        assert not isinstance(value, float) or math.isfinite(value), path
        assert path[-1] != "share" or value is None or 0 <= value <= 1, path
    return made


def told_or_refused(name, history, project, by):
    """Run a report that may not be split so; a refusal names the field, and gives no rows."""
    try:
        return told(name, history, project, by=by)
    except InvalidField as refused:
        if refused.field != "by":
            raise
        return {"rows": []}


def _no_number(text):
    pytest.fail(f"{text} is no number")


def leaves(value, path=()):
    """Give every value of an object with the names above it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def doubted(made):
    """Give what a report says beyond its counts."""
    return [
        (path, value)
        for path, value in leaves(made)
        if value is not None
        and not set(path) & set(KNOWN)
        and (path[-1] in DOUBTED or (path[-1] in ("verdict", "finding") and value in FINDINGS))
    ]


@pytest.mark.parametrize("project", ["empty", "unrated", "one rating", "one person"])
@pytest.mark.parametrize("name", list(KINDS))
def test_hardly_any_data_is_no_finding(name, history, project):
    """Nothing, no rating, one, or ten thousand of one person: counts, and words that say why."""
    made = told(name, history, project)

    assert doubted(made) == []
    assert made["notes"] or not made["rows"]


@pytest.mark.parametrize("form", ["svg", "html"])
@pytest.mark.parametrize("name", list(KINDS))
def test_nothing_has_a_picture_too(name, history, form):
    """A picture that says so."""
    assert render(run(name, history, Filter(project="empty")), form)
    assert render(run(name, history, Filter(project="one person")), form)


@pytest.mark.parametrize("name", list(KINDS))
def test_one_level_differs_from_nothing(name, history):
    """Sixty people who all say the same are no finding either."""
    made = told(name, history, "one level")

    assert [one for one in doubted(made) if one[1] in FINDINGS] == []
    assert all(value == 0 for path, value in doubted(made) if path[-1] == "difference")


@pytest.mark.parametrize("name", list(KINDS))
def test_a_dimension_of_many_values_names_nobody(name, history):
    """Twenty thousand values of one person each: refused, or merged to a few rows."""
    made = told_or_refused(name, history, "many values", by="trait.cart")

    assert len(made["rows"]) <= 1
    assert all("cart-" not in str(value) for _, value in leaves(made["rows"]))


@pytest.mark.parametrize("name", list(KINDS))
def test_a_missing_trait_is_unknown(name, history):
    """Of all sessions."""
    made = told_or_refused(name, history, "one level", by="trait.absent")

    assert {row["key"] for row in made["rows"]} <= {"unknown"}


@pytest.mark.parametrize("name", list(KINDS))
def test_a_window_before_the_first_session_is_empty(name, history):
    """No sessions, no shares."""
    made = told(name, history, "one level", window={"to_us": FIRST_US - 40 * DAY_US})

    assert doubted(made) == []
    assert sum(row.get("n_sessions", 0) for row in made["rows"]) == 0


@pytest.mark.parametrize(
    ("options", "field"),
    [({"by": "shoe size"}, "by"), ({"by": "release;"}, "by"), ({"by": ODD}, "by")],
)
@pytest.mark.parametrize("name", list(KINDS))
def test_an_unknown_dimension_is_refused_with_those_there_are(name, history, options, field):
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        run(name, history, Filter(project="one level"), **options)

    assert caught.value.field == field


def test_an_unknown_filter_or_report_is_refused_with_those_there_are(history):
    """Whatever the report is."""
    with pytest.raises(InvalidField, match="release, model") as caught:
        Filter(where=(("shoe size", "42"),))
    assert caught.value.field == "where"
    with pytest.raises(UnknownReport, match=", ".join(KINDS)):
        run("horoscope", history, Filter())


@pytest.mark.parametrize("name", list(KINDS))
def test_quotes_and_sql_are_text(name, history):
    """In values, and in the names of traits."""
    for pair in (("release", ODD), (f"trait.{ODD}", ODD), ("flow", ODD)):
        made = told(name, history, "one level", where=(pair,))
        assert doubted(made) == []
        assert sum(row.get("n_sessions", 0) for row in made["rows"]) == 0


@pytest.mark.parametrize("name", list(KINDS))
def test_half_a_file_leaves_the_others(name, history):
    """The days that can be read are counted."""
    made = told(name, history, "half a file")

    counted = [row["n_sessions"] for row in made["rows"] if "n_sessions" in row]
    assert max(counted, default=400) <= 400
    assert [one["n_sessions"] for one in made["rows"] if one.get("key") == "all"] in ([], [400])


@pytest.mark.parametrize("name", list(KINDS))
def test_clocks_that_change_and_places_that_are_none_count(name, history):
    """Hours that are twice or never, zones that do not exist: no session is lost or doubled."""
    made = told(name, history, "clocks")

    [whole] = told("distribution", history, "clocks")["rows"]
    assert (whole["n_sessions"], whole["n_rated"]) == (60, 60)
    assert [row["n_sessions"] for row in made["rows"] if row.get("key") == "all"] in ([], [60])
