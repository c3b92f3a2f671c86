"""Ratings by day, trigger and use case on DuckDB, against counting one session at a time."""

from collections import Counter, defaultdict

from afterword.history import Filter, History
from afterword.history.questions.slices import slices
from history_cast import day_at, store, world

LEVELS = ("positive", "neutral", "negative")
LIVE = [one for one in world(5, n=400, n_days=6) if one.environment == "production"]


def test_slices_are_what_counting_by_hand_gives(tmp_path):
    """Other use cases, and sessions without one, stand together; unrated sessions in none."""
    store(tmp_path / "history", LIVE)
    told = defaultdict(Counter)
    for one in LIVE:
        if one.rating:
            case = one.use_case if one.use_case == "billing" else "rest"
            key = day_at(one).isoformat(), one.rating.trigger.value, case
            told[key][one.rating.rating.value] += 1
    history = History(tmp_path / "history", None)

    found = slices(history, Filter(), ("billing",), "rest")
    whole = slices(history, Filter())

    history.close()
    assert {one[:3]: one.levels for one in found} == {
        key: tuple(levels[level] for level in LEVELS) for key, levels in told.items()
    }
    assert found == sorted(found)
    assert {one.use_case for one in whole} == {"other"}
    assert sum(sum(one.levels) for one in whole) == sum(one.rating is not None for one in LIVE)
