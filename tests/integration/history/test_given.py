"""Ratings by the day on which they were given, against counting one session at a time."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from afterword.domain.session import Trigger
from afterword.history import Filter, History
from afterword.history.questions.given import given
from history_cast import DAY_US, FIRST, FIRST_US, MINUTE_US, plain, rated, store, world

LIVE = [one for one in world(4, n=500, n_days=9) if one.environment == "production"]
LATE = plain(900, at_us=FIRST_US + DAY_US - 2 * MINUTE_US, user_id="u-1", use_case="late")
OWN = plain(901, at_us=FIRST_US, user_id="u-1", use_case="late")


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files of a world, a session rated after midnight, and a rating nobody asked for."""
    directory = tmp_path_factory.mktemp("data") / "history"
    more = [rated(LATE, "negative"), rated(OWN, "negative", trigger=Trigger.USER_OPENED)]
    store(directory, [*LIVE, *more])
    made = History(directory, None)
    yield made
    made.close()


def by_hand(sessions):
    """Count days of some sessions: (levels, people, m2, my, y2, levels of each trigger)."""
    days = defaultdict(lambda: defaultdict(Counter))
    by_trigger = defaultdict(dict)
    for one in sessions:
        if one.rating and one.rating.trigger is not Trigger.USER_OPENED:
            at = datetime.fromtimestamp(one.rating.rated_us / 1e6, UTC)
            days[at.date()][one.person][one.rating.rating.value] += 1
            made_by = one.rating.trigger.value if one.rating.trigger else "unknown"
            counts = by_trigger[at.date()].get(made_by, (0, 0, 0))
            by_trigger[at.date()][made_by] = tuple(
                n + (one.rating.rating.value == level)
                for n, level in zip(counts, ("positive", "neutral", "negative"), strict=True)
            )
    found = {}
    for day, people in sorted(days.items()):
        pairs = [(one.total(), one["negative"]) for one in people.values()]
        levels = sum(people.values(), Counter())
        found[day] = (
            (levels["positive"], levels["neutral"], levels["negative"]),
            len(pairs),
            sum(m * m for m, _ in pairs),
            sum(m * y for m, y in pairs),
            sum(y * y for _, y in pairs),
            by_trigger[day],
        )
    return found


@pytest.mark.parametrize("case", ["billing", "it's"])
def test_days_and_their_people_are_counted(history, case):
    """Of every use case."""
    found = given(history, Filter(), "use_case")[case]

    told = by_hand(one for one in LIVE if one.use_case == case)
    assert {one.day: one[1:] for one in found} == told
    assert [one.day for one in found] == sorted(told)


def test_a_rating_counts_on_its_own_day_and_only_where_somebody_asked(history):
    """After midnight is the next day."""
    (late,) = given(history, Filter(), "use_case")["late"]

    assert late == (FIRST + timedelta(1), (0, 0, 1), 1, 1, 1, 1, {"inactivity": (0, 0, 1)})


def test_all_of_them_are_one_stream(history):
    """Filters hold; values with few ratings are left out."""
    sessions = [*LIVE, rated(LATE, "negative")]
    v42 = [one for one in sessions if one.release == "v42"]

    (name, found), *more = given(history, Filter(where=(("release", "v42"),))).items()

    assert (name, more) == ("all", [])
    assert {one.day: one[1:] for one in found} == by_hand(v42)
    assert "late" not in given(history, Filter(), "use_case", least_rated=2)
    assert given(history, Filter(project="absent")) == {}
