"""The questions of segments on DuckDB, against counting one session at a time."""

from collections import defaultdict
from datetime import timedelta
from operator import attrgetter

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.history.questions.attributes import attributes, numbers, session_days
from afterword.history.questions.ratings import ratings
from afterword.history.questions.segments import segments
from afterword.history.schema import person_key
from history_cast import DAY_US, FIRST, FIRST_US, count, plain, rated, store, world

# How a session's value is read by hand; None where it has none.
VALUES = {
    "is_onboarded": lambda one: str(one.is_onboarded).lower(),
    "trait.plan": lambda one: one.traits.get("plan"),
    "trait.seats": lambda one: str(one.traits["seats"]) if "seats" in one.traits else None,
    "label.arm": lambda one: one.labels.get("arm"),
    "release": lambda one: one.release,
}


def held(directory, sessions):
    """Write sessions and open their history."""
    store(directory, sessions)
    return History(directory, None)


@pytest.fixture(scope="module")
def sessions():
    """Six hundred sessions of a dozen people, some of whom change their traits."""
    return [one for one in world(5, n=600, n_days=10) if one.environment == "production"]


@pytest.fixture(scope="module")
def history(tmp_path_factory, sessions):
    """Day files that hold them."""
    made = held(tmp_path_factory.mktemp("data") / "history", sessions)
    yield made
    made.close()


def by_hand(sessions, name):
    """Count the cells of one attribute, and the sessions without a value."""
    value = VALUES[name]
    told = [one for one in sessions if value(one) is not None]
    return count(told, value), len(sessions) - len(told)


def plainly(cells):
    """Leave out the sums that segments do without."""
    people = attrgetter("n_raters", "m2", "my", "y2")
    return [
        (one.key, *(getattr(one, name) for name in SUMS), *people(one.persons)) for one in cells
    ]


SUMS = (
    *("n_sessions", "n_closed", "n_shown", "n_answered", "n_unasked"),
    *("n_rated", "n_rated_closed", "positive", "neutral", "negative"),
)


def test_each_attribute_is_what_counting_by_hand_gives(history, sessions):
    """All at once, with everything over people, and filtered."""
    chosen = Filter(where=(("use_case", "billing"), ("use_case", "it's")))
    kept = [one for one in sessions if one.use_case in ("billing", "it's")]

    found = segments(history, chosen, tuple(VALUES))

    for name in VALUES:
        cells, n_without = by_hand(kept, name)
        assert plainly(found[name].cells) == plainly(cells), name
        assert found[name].n_without == n_without


def test_of_a_part_of_the_people_sums_speak_for_all(history, sessions):
    """Counts stay exact; sums over people are those of every second one, scaled to all ratings."""
    [cell, _] = segments(history, Filter(), ("is_onboarded",), one_in=2)["is_onboarded"].cells

    told = [one for one in sessions if not one.is_onboarded]
    half = [one for one in told if person_key("default", one.person) % 2 == 0]
    [whole], [part] = count(told), count(half)
    assert (cell.n_sessions, cell.n_rated) == (whole.n_sessions, whole.n_rated)
    assert cell.persons.n_raters == part.persons.n_raters < whole.persons.n_raters
    assert cell.persons.m2 == round(part.persons.m2 * whole.n_rated / part.n_rated)


def test_traits_and_labels_are_found_by_themselves(history, sessions):
    """With the sessions that have them, their people and how many values."""
    found = {
        one.name: one for one in attributes(history, Filter(), session_days(history, Filter()))
    }

    assert list(found) == ["label.arm", "trait.plan", "trait.seats"]
    seats = [one for one in sessions if "seats" in one.traits]
    told = (len(seats), len({one.person for one in seats}), 1, len(seats))
    assert found["trait.seats"][1:] == told
    assert (found["trait.plan"].n_values, found["trait.plan"].n_numbers) == (2, 0)


def test_numbers_are_counted_and_split_where_they_are_told_to_be(tmp_path):
    """An edge is the last of its bin; what is no number stands alone, and nothing is nothing."""
    texts = ["-3", "0", "2.5", "2.50", "10", "10.01", "1e9", "ten", "999", None]
    sessions = [
        plain(at, traits={} if text is None else {"seats": text}) for at, text in enumerate(texts)
    ]
    history = held(tmp_path / "history", sessions)
    days = session_days(history, Filter())

    found = numbers(history, Filter(), days, "trait.seats")
    split = segments(history, Filter(), ("trait.seats",), edges={"trait.seats": (0, 10)})

    assert found == {-3: 1, 0: 1, 2.5: 2, 10: 1, 10.01: 1, 999: 1}
    [seen] = attributes(history, Filter(), days)
    assert (seen.n_values, seen.n_numbers) == (9, 7)
    cells, n_without = split["trait.seats"]
    assert {cell.key: cell.n_sessions for cell in cells} == {
        "up to 0": 2,
        "over 0 up to 10": 3,
        "over 10": 2,
        "no number": 2,
    }
    assert n_without == 1
    # What a part is called, a filter takes; other texts stay what they are.
    for told, n in [*((cell.key, cell.n_sessions) for cell in cells), ("ten", 1), ("over 1.", 0)]:
        [counted] = ratings(history, Filter(where=(("trait.seats", told),)))
        assert counted.n_sessions == n


def test_of_many_sessions_a_part_is_looked_through_all_over(tmp_path, monkeypatch):
    """A label that came on one of the last days is found; not every day is read."""
    made = [
        plain(number, at_us=FIRST_US + number // 10 * DAY_US, labels={"arm": "a"})
        for number in range(400)
    ]
    made[395:] = [replace(one, labels={"late": "x"}) for one in made[395:]]
    history = held(tmp_path / "history", made)
    monkeypatch.setattr("afterword.history.questions.attributes._ALL", 100)
    monkeypatch.setattr("afterword.history.questions.attributes._OF_EACH", 10)
    days = session_days(history, Filter())

    found = {one.name: one.n_sessions for one in attributes(history, Filter(), days)}

    assert [day.n_sessions for day in days] == [10] * 40
    assert days[39].day == FIRST + timedelta(days=39)
    assert found == {"label.arm": 75, "label.late": 5}
    history.close()


def test_days_are_counted_with_their_ratings(history, sessions):
    """Earliest first; what a filter leaves out is not there."""
    by_day = defaultdict(list)
    for one in sessions:
        by_day[one.opened_us // DAY_US].append(one)

    found = session_days(history, Filter(where=(("rating", "negative"),)))

    negative = [
        [one for one in held if one.rating and one.rating.rating.value == "negative"]
        for _, held in sorted(by_day.items())
    ]
    assert [(day.n_sessions, day.n_rated) for day in found] == [
        (len(one),) * 2 for one in negative
    ]


def test_an_unknown_attribute_is_refused_by_name(history):
    """The error carries the field."""
    with pytest.raises(InvalidField) as caught:
        segments(history, Filter(), ("is_new", "shoe size"))

    assert caught.value.field == "by"


def test_quotes_in_names_and_values_are_names_and_values(tmp_path):
    """They are never read as SQL."""
    odd = 'it\'s "x"; DROP TABLE s -- \\'
    made = [rated(plain(1, traits={odd: odd}), "negative"), plain(2)]
    history = held(tmp_path / "history", made)

    [one] = attributes(history, Filter(), [])
    [cell] = segments(history, Filter(), (one.name,))[one.name].cells

    assert (one.name, cell.key, cell.negative) == (f"trait.{odd}", odd, 1)
    history.close()
