"""The questions about reasons on DuckDB, against counting one session at a time."""

from collections import Counter, defaultdict

import pytest

from afterword.history import Filter, History
from afterword.history.questions.reasons import Said, givers, reasons
from afterword.history.schema import person_key
from history_cast import DAY_US, FIRST_US, day_at, rated, store, world

MIDDLE_US = FIRST_US + 5 * DAY_US
V42 = (("release", "v42"),)


def spoken(place, session):
    """Give every second rating a reason."""
    if session.rating is None or place % 2:
        return session
    return rated(session, session.rating.rating.value, reason=f"it's no. {place % 7}")


LIVE = [
    spoken(place, one)
    for place, one in enumerate(world(8, n=400, n_days=10))
    if one.environment == "production"
]
RATED = [one for one in LIVE if one.rating]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, LIVE)
    made = History(directory, None)
    yield made
    made.close()


def test_those_who_gave_a_reason_are_counted_by_level_and_person(history):
    """Sums over people, and the days between which reasons were given."""
    people = defaultdict(Counter)
    for one in RATED:
        people[one.rating.rating.value, one.person][one.rating.reason is not None] += 1

    for found in givers(history, Filter()):
        own = [one for (level, _), one in people.items() if level == found.rating]
        days = [day_at(s) for s in RATED if s.rating.reason and s.rating.rating == found.rating]
        assert found[1:] == (
            len(own),
            sum(one.total() for one in own),
            sum(one[True] for one in own),
            sum(one.total() ** 2 for one in own),
            sum(one.total() * one[True] for one in own),
            sum(one[True] ** 2 for one in own),
            min(days),
            max(days),
        )


@pytest.mark.parametrize("by", [None, "release"])
def test_the_newest_reasons_of_both_sides_are_given(history, by):
    """Newest first, so many at most, each with its side and key."""
    sides = Filter(to_us=MIDDLE_US, where=V42), Filter(from_us=MIDDLE_US)
    wanted = [
        Said(
            one.rating.reason,
            one.rating.rating.value,
            person_key("default", one.person),
            "all" if by is None else one.release or "unknown",
            one.opened_us >= MIDDLE_US,
            one.id,
        )
        for one in sorted(RATED, key=lambda one: (-one.opened_us, one.id))
        if one.rating.reason and (one.opened_us >= MIDDLE_US or one.release == "v42")
    ]

    assert reasons(history, sides, by, 1_000) == wanted
    assert reasons(history, sides, by, 20) == wanted[:20]
    assert {one.is_late for one in wanted} == {True, False}


@pytest.mark.parametrize("n_days", [1, 5, 100])
def test_a_guess_where_the_newest_reasons_begin_changes_nothing(history, n_days):
    """Whether it holds enough of them, too few, or more than there is."""
    sides = Filter(to_us=MIDDLE_US), Filter(from_us=MIDDLE_US)
    since_us = FIRST_US + (10 - n_days) * DAY_US

    assert reasons(history, sides, None, 40, since_us) == reasons(history, sides, None, 40)
