"""The question of ratings on DuckDB, against counting one session at a time."""

import dataclasses
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from afterword.domain.counts import Cell
from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.history.questions.ratings import ratings
from history_cast import FIRST, FIRST_US, count, day_at, plain, rated, store, world

HOUR_US = 3_600_000_000


def live(sessions):
    """Keep what a default filter counts."""
    return [session for session in sessions if session.environment == "production"]


@pytest.fixture(scope="module")
def sessions():
    """Six hundred sessions of a dozen people in forty days."""
    return world(11, n=600, n_days=40)


@pytest.fixture(scope="module")
def history(tmp_path_factory, sessions):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, sessions)
    made = History(directory, None)
    yield made
    made.close()


def month(session):
    """Give the first day of a session's month."""
    return day_at(session).replace(day=1).isoformat()


def week(session):
    """Give the Monday of a session's week."""
    day = day_at(session)
    return (day - timedelta(days=day.weekday())).isoformat()


def local(session, what):
    """Tell the opening in Kolkata, where some sessions are; elsewhere nobody knows it."""
    opened = datetime.fromtimestamp(session.opened_us / 1e6, ZoneInfo("Asia/Kolkata"))
    return opened.strftime(what) if session.timezone == "Asia/Kolkata" else "unknown"


BANDS = {1: "1", 3: "2-3", 4: "4-10", 10: "4-10", 11: "11+", 200: "11+"}
KEYS = {
    None: lambda _: "all",
    "day": lambda session: day_at(session).isoformat(),
    "week": week,
    "month": month,
    "release": lambda session: session.release or "unknown",
    "use_case": lambda session: session.use_case or "unknown",
    "device": lambda _: "unknown",
    "trait.plan": lambda session: session.traits.get("plan", "unknown"),
    "trait.seats": lambda session: str(session.traits.get("seats", "unknown")),
    "trait.no'body": lambda _: "unknown",
    "label.arm": lambda session: session.labels.get("arm", "unknown"),
    "variant.tour": lambda session: (session.flows and session.flows["tour"].variant) or "unknown",
    "step.tour": lambda session: "completed" if session.flows else "unknown",
    "is_onboarded": lambda session: str(session.is_onboarded).lower(),
    "is_new": lambda session: {None: "unknown", 3: "unknown", 40: "false"}[session.tenure_days],
    "session_number": lambda session: BANDS.get(session.session_number, "unknown"),
    "local_hour": lambda session: local(session, "%-H"),
    "local_weekday": lambda session: (
        str((int(local(session, "%w")) + 6) % 7)
        if session.timezone == "Asia/Kolkata"
        else "unknown"
    ),
    "trigger": lambda session: (
        session.rating.trigger
        if session.rating
        else (session.asks[-1].trigger if session.asks else "unknown")
    ),
}


@pytest.mark.parametrize("by", KEYS)
def test_cells_are_what_counting_by_hand_gives(history, sessions, by):
    """Counts and sums over people agree exactly, in every split, and come in order."""
    assert ratings(history, Filter(), by) == count(live(sessions), KEYS[by])


def test_two_dimensions_split_together(history, sessions):
    """A cell for each pair that there is, in order, with sums over people of its own."""
    expected = [
        dataclasses.replace(cell, key=" · ".join(cell.key), keys=cell.key)
        for cell in count(live(sessions), lambda one: (KEYS["week"](one), KEYS["trait.plan"](one)))
    ]

    assert len(expected) > 10
    assert ratings(history, Filter(), "week, trait.plan") == expected


@pytest.mark.parametrize("by", ["use_case", "release, trait.plan", "day, trait.plan"])
def test_keys_with_few_raters_are_counted_as_one(history, by):
    """At the end, with how many they were; what is called so anyway stays a key of its own."""
    cells = ratings(history, Filter(), by)
    least = sorted(cell.persons.n_raters for cell in cells)[len(cells) // 2]
    few = [cell for cell in cells if cell.persons.n_raters < least]
    kept = [cell for cell in cells if cell.persons.n_raters >= least]
    names = [one.name for one in dataclasses.fields(Cell) if one.type == "int"]

    *found, other = ratings(history, Filter(), by, least_raters=least)

    assert few
    assert found == kept
    assert (other.key.split(" · ")[0], other.n_keys, other.persons.n_raters) == (
        "other",
        len(few),
        0,
    )
    for name in names:
        if name != "n_keys":
            assert getattr(other, name) == sum(getattr(cell, name) for cell in few)


WHERES = [
    ((("release", "v42"),), lambda one: one.release == "v42"),
    ((("release", "v42"), ("release", "v41")), lambda one: one.release is not None),
    (
        (("release", "v42"), ("use_case", "it's"), ("release", "v41")),
        lambda one: one.release is not None and one.use_case == "it's",
    ),
    ((("trait.plan", "pro"),), lambda one: one.traits.get("plan") == "pro"),
    ((("trait.seats", "3"),), lambda one: one.traits.get("seats") == 3),
    ((("label.arm", "a"), ("flow", "tour")), lambda one: one.labels == {"arm": "a"} and one.flows),
    ((("flow", "tour"), ("flow", "nothing")), lambda one: bool(one.flows)),
    ((("release", "v99"),), lambda _: False),
    ((("release", "unknown"), ("release", "v41")), lambda one: one.release != "v42"),
    ((("rating", "negative"),), lambda one: one.rating and one.rating.rating == "negative"),
    (
        (("session_number", "4-10"), ("is_onboarded", "true")),
        lambda one: one.is_onboarded and one.session_number in (4, 10),
    ),
]


@pytest.mark.parametrize(("where", "is_wanted"), WHERES)
@pytest.mark.parametrize("by", [None, "week"])
def test_one_name_means_or_and_different_names_mean_and(history, sessions, where, is_wanted, by):
    """Every filter keeps what the same rule in Python keeps."""
    kept = [session for session in live(sessions) if is_wanted(session)]
    expected = count(kept, KEYS[by]) or ([Cell("all")] if by is None else [])

    assert ratings(history, Filter(where=where), by) == expected


@pytest.mark.parametrize(
    ("from_us", "to_us"),
    [
        (None, FIRST_US + 7 * HOUR_US),
        (FIRST_US + 30 * HOUR_US, None),
        (FIRST_US + 30 * HOUR_US, FIRST_US + 200 * HOUR_US),
        (FIRST_US + 24 * HOUR_US, FIRST_US + 48 * HOUR_US),
        (FIRST_US + 5, FIRST_US + 5),
        (-(2**62), 2**62),
    ],
)
def test_the_window_takes_its_start_and_leaves_its_end(history, sessions, from_us, to_us):
    """[from, to) by opening, to the microsecond, however the files are cut."""
    low, high = from_us or -(2**62), to_us or 2**62
    kept = [session for session in live(sessions) if low <= session.opened_us < high]

    assert ratings(history, Filter(from_us=from_us, to_us=to_us)) == (count(kept) or [Cell("all")])


def test_a_session_at_the_boundary_is_counted_once(tmp_path):
    """Two windows that meet share no session and lose none."""
    store(tmp_path, [plain(at_us=FIRST_US + 9)])
    history = History(tmp_path, None)
    found = [
        ratings(history, Filter(from_us=FIRST_US, to_us=FIRST_US + 9))[0].n_sessions,
        ratings(history, Filter(from_us=FIRST_US + 9, to_us=FIRST_US + 10))[0].n_sessions,
    ]

    assert found == [0, 1]


def test_other_environments_stay_out_unless_asked_for(history, sessions):
    """Production is the default; each environment is counted alone."""
    staged = [session for session in sessions if session.environment == "staging"]

    assert ratings(history, Filter(environment="staging")) == count(staged)
    assert ratings(history, Filter(environment="nowhere")) == [Cell("all")]


def test_projects_do_not_see_each_other(tmp_path):
    """A project's cells hold its own sessions only."""
    store(tmp_path, [plain(1), *(plain(number, project="other") for number in range(3))])
    history = History(tmp_path, None)

    found = {
        name: ratings(history, Filter(project=name))[0].n_sessions for name in ("default", "other")
    }
    assert found == {"default": 1, "other": 3}


def test_an_empty_history_has_one_cell_of_zeros_and_no_split(tmp_path):
    """No data is a row of no sessions, not an error; a split of nothing has no rows."""
    history = History(tmp_path / "absent", None)

    assert ratings(history, Filter()) == [Cell("all")]
    assert ratings(history, Filter(), "week") == []


def test_a_value_called_unknown_joins_those_without_one(tmp_path):
    """One key, one cell, with its people counted once."""
    person = {"user_id": "u-1"}
    sessions = [
        rated(plain(1, use_case="unknown", **person), "negative"),
        rated(plain(2, **person), "negative"),
    ]
    store(tmp_path, sessions)

    (cell,) = ratings(History(tmp_path, None), Filter(), "use_case")
    assert (cell.key, cell.n_rated, cell.persons.n_raters, cell.persons.m2) == ("unknown", 2, 1, 4)


def test_a_rating_of_an_open_session_counts_but_not_for_coverage(tmp_path):
    """Coverage is rated closed sessions over closed sessions."""
    still = replace(plain(1), closed_us=None, close_reason=None)
    store(tmp_path, [rated(still, "positive"), rated(plain(2), "neutral"), plain(3)])

    (cell,) = ratings(History(tmp_path, None), Filter())
    assert (cell.n_sessions, cell.n_closed, cell.n_rated, cell.n_rated_closed) == (3, 2, 2, 1)


def test_an_impossible_split_names_by(history):
    """Nothing is asked of the engine."""
    with pytest.raises(InvalidField, match="colour") as raised:
        ratings(history, Filter(), "colour")

    assert raised.value.field == "by"


def test_days_of_an_odd_week_fall_to_its_monday(history, sessions):
    """The first of November 2026 is a Sunday: its week begins in October."""
    first = ratings(history, Filter(), "week")[0]

    assert FIRST.isoformat() == "2026-11-01"
    assert first == count([one for one in live(sessions) if day_at(one) == FIRST], week)[0]
