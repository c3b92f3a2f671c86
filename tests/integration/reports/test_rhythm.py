"""The report of the rhythm: simulated worlds whose nights are known, and what cannot be told."""

from datetime import UTC, datetime
from itertools import count

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.render import render
from afterword.simulation import WORLDS, Settings, simulate, write_data
from history_cast import DAY_US, FIRST_US, plain, rated, store

HOUR_US = DAY_US // 24
END_US = int(datetime(2026, 11, 29, tzinfo=UTC).timestamp()) * 1_000_000
FORMS = ("text", "json", "csv", "svg", "html")


def made(folder, world, *, seed=1, sessions=40_000, days=45):
    """Write a world and open it."""
    settings = Settings(world=world, sessions=sessions, end_us=END_US, days=days, seed=seed)
    write_data(simulate(settings), folder)
    return History(folder / "history", None)


def worse(report):
    """Give the hours that are rated worse, apart for workdays and weekends."""
    return [
        (one.is_weekend, one.start, one.end)
        for one in report.windows
        if one.why == "worse_ratings"
    ]


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """Report a world in which one in five more sessions fails between 22:00 and 6:00."""
    world = replace(WORLDS["steady"], night_points=0.2)
    history = made(tmp_path_factory.mktemp("nights"), world)
    yield run("rhythm", history, Filter())
    history.close()


def test_bad_nights_are_found_with_their_size(nights):
    """Over midnight, workdays at least; no hour of the day is called worse."""
    hours = {(22 + step) % 24 for step in range(8)}
    found = worse(nights)

    assert (False, 22) in {one[:2] for one in found}
    for _, start, end in found:
        assert {(start + step) % 24 for step in range((end - start) % 24)} <= hours
    [first] = [one for one in nights.windows if one.why == "worse_ratings" and one.start == 22][:1]
    assert first.negative.low < 0.28 < first.negative.high  # a tenth, and twenty points less mean
    assert first.expected == pytest.approx(0.11, abs=0.02)
    assert nights.pattern.p_value < 1e-6
    few = [one for one in nights.windows if one.why == "few_sessions"]
    assert {one.is_weekend for one in few} == {False, True}
    assert all(one.start in (22, 23) and one.end in (6, 7) for one in few)


def test_hours_are_drawn_to_the_day_and_keep_their_counts(nights):
    """Monday to Sunday, each hour with how it was rated and why it is light; few people apart."""
    rows = {row.key: row for row in nights.rows}
    night, noon = rows["Tue 23"], rows["Tue 12"]

    assert [row.local_weekday for row in nights.rows[:-1]] == sorted(
        row.local_weekday for row in nights.rows[:-1]
    )
    assert nights.rows[-1].key == "other"
    assert (night.local_weekday, night.local_hour) == (1, 23)
    assert night.light == ("worse_ratings", "few_sessions")
    assert noon.light == ()
    assert noon.drawn < 0.12
    assert night.drawn > 0.2
    assert sum(row.n_sessions for row in nights.rows) > 39_000


def test_phones_stand_beside_other_devices(nights):
    """A third of this world, rated like the others."""
    whole, *hours = nights.devices

    assert whole.phone_share == pytest.approx(0.35, abs=0.02)
    assert whole.on_phone.low < whole.elsewhere.share < whole.on_phone.high
    assert [one.hour for one in hours] == [*range(24)]


@pytest.mark.parametrize("form", FORMS)
def test_it_comes_in_every_form(nights, form):
    """The terminal's lines are at most 110 columns wide."""
    told = render(nights, form).decode()

    assert "Mon" in told
    assert form != "text" or max(map(len, told.splitlines())) <= 110


def test_worlds_without_a_rhythm_have_no_worse_hours(tmp_path):
    """Six, half with people who are of one mind: at most one finds hours, or a pattern."""
    still = replace(WORLDS["steady"], night_points=0.0)
    n_windows, n_patterns = 0, 0
    for seed in range(6):
        world = still if seed % 2 else WORLDS["null"]
        history = made(tmp_path / str(seed), world, seed=seed, sessions=4_000, days=21)
        report = run("rhythm", history, Filter())
        history.close()
        n_windows += bool(worse(report))
        n_patterns += report.pattern.p_value < 0.05

    assert n_windows <= 1
    assert n_patterns <= 1


def some(n, *, level=lambda number: ("positive", "negative")[number % 2], **facts):
    """Make rated sessions, an hour apart, each of somebody else unless told."""
    numbers = count()
    for at in range(n):
        number = next(numbers)
        told = {name: value(number) if callable(value) else value for name, value in facts.items()}
        session = plain(
            number,
            at_us=FIRST_US + at * HOUR_US,
            **{"timezone": "Asia/Tokyo", "user_id": f"u-{number}", **told},
        )
        yield rated(session, level(number))


BAD = {
    "nothing": ([], Filter(), "No sessions"),
    "one rating": (some(1), Filter(), "Too few ratings"),
    "one level": (some(400, level=lambda _: "positive"), Filter(), "Too few ratings"),
    "one person": (some(2_000, user_id="u-1"), Filter(), "Too few ratings"),
    "as many use cases": (some(400, use_case=lambda n: f"case {n}"), Filter(), "Chance alone"),
    "before the first": (some(400), Filter(to_us=FIRST_US), "No sessions"),
    "no such trait": (some(400), Filter(where=(("trait.plan", "pro"),)), "No sessions"),
    "no zone": (some(400, timezone="Nowhere/Land"), Filter(), "Too few ratings"),
}


@pytest.mark.parametrize(("sessions", "chosen", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_told_is_said_and_no_number(tmp_path, sessions, chosen, told):
    """No hour is called worse, in any form; whose zone nobody knows stand apart."""
    store(tmp_path / "history", [*sessions])
    history = History(tmp_path / "history", None)
    report = run("rhythm", history, chosen)
    history.close()

    assert told in report.notes[0]
    assert worse(report) == []
    assert report.pattern is None or report.pattern.p_value > 0.05
    assert all(row.key != "unknown" or row.local_hour is None for row in report.rows)
    for form in FORMS:
        assert render(report, form)


def test_hours_are_always_those_of_the_week(tmp_path):
    """It is not split by anything else."""
    history = History(tmp_path, None)
    with pytest.raises(InvalidField, match="where") as caught:
        run("rhythm", history, Filter(), by="release")
    history.close()

    assert caught.value.field == "by"
