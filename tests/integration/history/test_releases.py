"""The questions about releases on DuckDB, against counting one session at a time."""

from collections import Counter, defaultdict

import pytest

from afterword.domain.counts import SharedPersons
from afterword.history import Filter, History
from afterword.history.questions.releases import days_of, kinds_of, shared_by_pair, use_cases
from history_cast import DAY_US, FIRST_US, day_at, plain, rated, store, world

LEVELS = ("positive", "neutral", "negative")
LIVE = [one for one in world(3, n=500, n_days=30) if one.environment == "production"]
RATED = [one for one in LIVE if one.rating]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files that hold five hundred sessions of a dozen people."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, LIVE)
    made = History(directory, None)
    yield made
    made.close()


def keys(session, names=("release",)):
    """Give what a session's row is found by."""
    of = {"release": session.release, "use_case": session.use_case}
    return tuple(of[name] or "unknown" for name in names)


def test_sessions_are_counted_day_by_day(history):
    """Of each release, rated or not."""
    told = defaultdict(Counter)
    for one in LIVE:
        told[keys(one)][day_at(one).isoformat()] += 1

    assert days_of(history, Filter(), "release") == told


def test_kinds_add_up_to_all_ratings(history):
    """By use case and whether the person was new; rare use cases stand together."""
    cases = use_cases(history, Filter(), 1)
    counts = Counter(one.use_case for one in RATED if one.use_case)

    found = kinds_of(history, Filter(), "release", cases, "other")

    assert counts[cases[0]] == max(counts.values())
    assert {kind.use_case for kind in found} == {*cases, "other", "unknown"}
    for key in {keys(one) for one in RATED}:
        levels = Counter(one.rating.rating.value for one in RATED if keys(one) == key)
        held = [kind for kind in found if kind.keys == key]
        assert [sum(kind.levels[at] for kind in held) for at in range(3)] == [
            levels[level] for level in LEVELS
        ]
    assert len({kind.is_new for kind in found}) > 1


@pytest.mark.parametrize("by", ["release", "release,use_case"])
def test_people_in_both_releases_of_a_pair_are_found(history, by):
    """Every product that a difference needs, in either order, of a release in several pairs."""
    names = tuple(by.split(","))
    people = defaultdict(lambda: defaultdict(Counter))
    for one in RATED:
        people[keys(one, names)][one.person][one.rating.rating.value] += 1
    first, second, third = sorted(people)[:3]
    pairs = ((first, second), (third, first), (first, third))

    found = shared_by_pair(history, Filter(), by, pairs)

    assert set(found) == set(pairs)
    for one, other in pairs:
        both = [
            (people[one][who], people[other][who]) for who in people[one].keys() & people[other]
        ]
        sums = {
            "ym": tuple(sum(a[level] * b.total() for a, b in both) for level in LEVELS),
            "my": tuple(sum(a.total() * b[level] for a, b in both) for level in LEVELS),
            "yy": tuple(sum(a[level] * b[level] for a, b in both) for level in LEVELS),
        }
        mm = sum(a.total() * b.total() for a, b in both)
        assert found[one, other] == SharedPersons(len(both), mm, **sums)


def test_releases_of_one_day_stand_in_the_order_of_their_first_sessions(tmp_path):
    """Not of their names; what too few rated stays in the engine."""
    order = [("v9", 0), ("v10", 1), ("v1", DAY_US), ("v9", DAY_US + 1), ("v11", 2)]
    sessions = [
        rated(plain(number, at_us=FIRST_US + at_us, release=release), "positive")
        for number, (release, at_us) in enumerate(order * 2)
    ]
    store(tmp_path, [*sessions[:-1], plain(99, at_us=FIRST_US, release="unrated")])
    history = History(tmp_path, None)

    found = days_of(history, Filter(), "release", least_rated=2)
    kinds = kinds_of(history, Filter(), "release", (), "other", least_rated=2)

    assert [*found] == [("v9",), ("v10",), ("v1",)]
    assert found["v9",] == {"2026-11-01": 2, "2026-11-02": 2}
    assert {kind.keys for kind in kinds} == {*found}
