"""The question of the rhythm on DuckDB, against counting one session at a time."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from afterword.history import Filter, History
from afterword.history.questions.rhythm import hour_kinds
from history_cast import DAY_US, FIRST_US, plain, rated, store

HOUR_US = DAY_US // 24
OCTOBER_US = int(datetime(2026, 10, 25, tzinfo=UTC).timestamp()) * 1_000_000


def sessions():
    """Make four days of sessions in Kolkata, of every device, use case and rating."""
    for number in range(300):
        made = plain(
            number,
            at_us=FIRST_US + number * HOUR_US // 3,
            timezone="Asia/Kolkata" if number % 7 else "Nowhere/Land",
            device=(None, "Mobile", "tablet", "iPhone")[number % 4],
            use_case=(None, "billing", "rare")[number % 3],
        )
        level = (None, "positive", "negative", "neutral", "negative")[number % 5]
        yield made if level is None else rated(made, level)


def by_hand(one):
    """Say of a session where its group is; half an hour off the hour, as Kolkata is."""
    at = datetime.fromtimestamp(one.opened_us / 1e6 + 19_800, UTC)
    case = {None: "unknown", "billing": "billing"}.get(one.use_case, "rest")
    is_phone = None if one.device is None else one.device in ("Mobile", "iPhone")
    return at.weekday(), at.hour, case, is_phone


@pytest.fixture
def opened(tmp_path):
    """Open the day files of sessions."""
    held = []

    def made(kept):
        store(tmp_path / "history", kept)
        held.append(History(tmp_path / "history", None))
        return held[-1]

    yield made
    for one in held:
        one.close()


def test_groups_are_what_counting_by_hand_gives(opened):
    """By local hour, use case and phone; whose zone nobody knows are in none."""
    made = [*sessions()]
    known = [one for one in made if one.timezone == "Asia/Kolkata"]

    found = hour_kinds(opened(made), Filter(), ("billing",), "rest")

    assert {one[:4]: one.n_sessions for one in found} == Counter(map(by_hand, known))
    assert {one[:4]: one.n_rated for one in found if one.n_rated} == Counter(
        by_hand(one) for one in known if one.rating
    )
    assert {one[:4]: one.n_negative for one in found if one.n_negative} == Counter(
        by_hand(one) for one in known if one.rating and one.rating.rating == "negative"
    )


def test_the_hour_that_comes_twice_is_one_hour(opened):
    """On the last Sunday of October, Berlin's clocks show 2:30 at 0:30 and at 1:30 UTC."""
    made = [
        plain(number, at_us=OCTOBER_US + (2 * number + 1) * HOUR_US // 2, timezone="Europe/Berlin")
        for number in range(3)
    ]

    found = hour_kinds(opened(made), Filter(), (), "rest")

    assert {(one.weekday, one.hour): one.n_sessions for one in found} == {(6, 2): 2, (6, 3): 1}
