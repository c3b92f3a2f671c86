"""The question of who came back, against following one person at a time."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from afterword.domain.counts import Returns
from afterword.history import Filter, History
from afterword.history.questions.returns import DAYS, returns
from afterword.history.schema import person_key
from history_cast import DAY_US, FIRST_US, day_at, plain, store, world


@pytest.fixture(scope="module")
def sessions():
    """Four hundred sessions of a dozen people, and of many who came once, in 120 days."""
    return world(13, n=400, n_days=120)


@pytest.fixture(scope="module")
def history(tmp_path_factory, sessions):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, sessions)
    made = History(directory, None)
    yield made
    made.close()


def start(day, by):
    """Give the first day of a period."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def follow(sessions, chosen, by):
    """Follow each person from period to period."""
    low, high = chosen.from_us or 0, chosen.to_us or 2**62
    seen_to = high + (DAYS + 1) * DAY_US
    held, wanted = defaultdict(list), set()
    for one in sessions:
        if one.environment == "production" and low <= one.opened_us < seen_to:
            period = start(day_at(one), by)
            held[one.person].append(day_at(one))
            if one.opened_us < high and all(one.release == value for _, value in chosen.where):
                wanted.add((one.person, period))
    last_day = max(max(days) for days in held.values())
    people, back, open_periods = defaultdict(int), defaultdict(int), set()
    for person, days in held.items():
        for period in {start(day, by) for day in days}:
            last = max(day for day in days if start(day, by) == period)
            if last + timedelta(days=DAYS) >= last_day:
                open_periods.add(period)
            if (person, period) in wanted:
                people[period] += 1
                back[period] += any(
                    last < day <= last + timedelta(days=DAYS) and start(day, by) != period
                    for day in days
                )
    return {
        period.isoformat(): Returns(n, None if period in open_periods else back[period])
        for period, n in people.items()
    }


CHOSEN = {
    "all": Filter(),
    "a release": Filter(where=(("release", "v42"),)),
    "a window": Filter(from_us=FIRST_US + 10 * DAY_US + 5, to_us=FIRST_US + 50 * DAY_US + 9),
}


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_people_who_came_back_are_what_following_them_gives(history, sessions, chosen, by):
    """Any session is a return, after the window too; what cannot be known yet is None."""
    expected = follow(sessions, chosen, by)

    assert any(one.n_returned for one in expected.values())
    assert returns(history, chosen, by) == expected


def test_one_person_in_some_is_drawn_by_key(history, sessions):
    """The same people in every period."""
    drawn = [one for one in sessions if person_key("default", one.person) % 3 == 0]

    assert returns(history, Filter(), "month", one_in=3) == follow(drawn, Filter(), "month")


def test_the_thirtieth_day_is_in_and_the_next_one_is_not(tmp_path):
    """Two people, whose return lies a day apart, and one who shows that time went on."""
    days = {"u-1": (0, 30), "u-2": (0, 31), "u-3": (70,)}
    store(
        tmp_path / "history",
        [
            plain(f"{user}-{day}", at_us=FIRST_US + day * DAY_US, user_id=user)
            for user, held in days.items()
            for day in held
        ],
    )
    history = History(tmp_path / "history", None)

    found = returns(history, Filter(), "day")

    history.close()
    assert found[date(2026, 11, 1).isoformat()] == Returns(2, 1)
    assert found[date(2027, 1, 10).isoformat()] == Returns(1, None)


def test_an_empty_history_has_no_periods(tmp_path):
    """No data is never 0."""
    history = History(tmp_path / "history", None)

    assert returns(history, Filter(), "week") == {}
    history.close()
