"""The questions about use cases on DuckDB, against counting one session at a time."""

from collections import Counter, defaultdict

import pytest
from msgspec.structs import replace

from afterword.domain.counts import PersonSums, SharedPersons
from afterword.domain.use_cases import Inferred
from afterword.history import Filter, History
from afterword.history.questions.case_tables import Sides
from afterword.history.questions.use_cases import case_counts, seen
from history_cast import DAY_US, FIRST_US, day_at, store, world

LEVELS = ("positive", "neutral", "negative")
MIDDLE_US = FIRST_US + 15 * DAY_US
V42 = (("release", "v42"),)
BEFORE, AFTER = Filter(to_us=MIDDLE_US), Filter(from_us=MIDDLE_US)
ALONE = (("host", "billing"), ("inferred", "billing"), ("inferred", "travel"))


def guessed(place, session):
    """Infer a use case of some sessions; those that the host has named keep that name."""
    name = ("billing", "travel", "rare", None)[place % 4]
    return session if name is None else replace(session, inferred=Inferred((0, 1, "e"), name))


LIVE = [
    guessed(place, one)
    for place, one in enumerate(world(3, n=700, n_days=30))
    if one.environment == "production"
]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, LIVE)
    made = History(directory, None)
    yield made
    made.close()


def named(session):
    """Give the source and the use case of a session."""
    if session.use_case:
        return "host", session.use_case
    return ("inferred", session.inferred.use_case) if session.inferred else ("none", "unknown")


def shown(session):
    """Give the source and the row of a session."""
    source, name = named(session)
    return source, name if (source, name) in ALONE or source == "none" else "other"


def is_in(session, chosen):
    """Say whether a filter lets a session in."""
    low, high = chosen.from_us or -(2**62), chosen.to_us or 2**62
    return low <= session.opened_us < high and (not chosen.where or session.release == "v42")


def people_of(sessions):
    """Count what each person rated."""
    found = defaultdict(Counter)
    for one in sessions:
        if one.rating:
            found[one.person][one.rating.rating.value] += 1
    return found


def sums_of(people):
    """Sum over people."""
    return PersonSums(
        len(people),
        sum(one.total() ** 2 for one in people.values()),
        tuple(sum(one.total() * one[level] for one in people.values()) for level in LEVELS),
        tuple(sum(one[level] ** 2 for one in people.values()) for level in LEVELS),
    )


def products(first, second):
    """Multiply what each person said in both."""
    held = [(first[person], second[person]) for person in first.keys() & second.keys()]
    return SharedPersons(
        len(held),
        sum(a.total() * b.total() for a, b in held),
        tuple(sum(a[level] * b.total() for a, b in held) for level in LEVELS),
        tuple(sum(a.total() * b[level] for a, b in held) for level in LEVELS),
        tuple(sum(a[level] * b[level] for a, b in held) for level in LEVELS),
    )


def test_the_use_cases_with_the_most_sessions_are_named(history):
    """Whoever named them, with the first and the last day."""
    days = defaultdict(list)
    for one in LIVE:
        days[named(one)].append(day_at(one))
    found = seen(history, Filter(), 3)

    assert len(found) == 3 < len(days)
    assert [one.n for one in found] == sorted(map(len, days.values()), reverse=True)[:3]
    for one in found:
        held = days[one.source, one.name]
        assert (one.n, one.first, one.last) == (len(held), min(held), max(held))


@pytest.mark.parametrize(
    "sides",
    [
        Sides(BEFORE, AFTER, is_joint=True),
        Sides(replace(BEFORE, where=V42), replace(AFTER, where=V42), is_joint=True),
        Sides(Filter(where=V42), AFTER, is_joint=False),
    ],
)
def test_rows_sides_and_the_rest_are_what_counting_by_hand_gives(history, sides):
    """Counts, sums over people, and who rated on both sides or in other use cases too."""
    groups = [[one for one in LIVE if is_in(one, chosen)] for chosen in sides[:2]]
    rows = groups[0] + groups[1] if sides.is_joint else groups[1]
    wanted = {shown(one) for one in rows}

    found = {
        (one.source, one.cell.key): one for one in case_counts(history, sides, ALONE, "other")
    }

    assert set(found) == wanted
    for key, case in found.items():
        own = [one for one in rows if shown(one) == key]
        others = [one for one in rows if shown(one)[0] == key[0] and shown(one) != key]
        before, after = (people_of(one for one in held if shown(one) == key) for held in groups)
        levels = Counter(one.rating.rating.value for one in own if one.rating)
        cell = case.cell
        assert (cell.n_sessions, cell.n_closed) == (len(own), sum(bool(s.closed_us) for s in own))
        assert [getattr(cell, level) for level in LEVELS] == [levels[level] for level in LEVELS]
        assert cell.n_rated_closed == sum(bool(one.rating and one.closed_us) for one in own)
        assert cell.persons == sums_of(people_of(own))
        assert (case.before.persons, case.after.persons) == (sums_of(before), sums_of(after))
        assert case.both == products(before, after)
        assert case.rest.persons == sums_of(people_of(others))
        assert case.rest.n_rated == sum(bool(one.rating) for one in others)
        assert case.shared == products(people_of(others), people_of(own))
