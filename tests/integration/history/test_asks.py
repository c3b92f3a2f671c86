"""The questions about asks on DuckDB, against counting one ask at a time."""

from collections import Counter, defaultdict

import pytest
from msgspec.structs import replace

from afterword.domain.session import AskState, Trigger
from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.history.questions.ask_effects import (
    after_asking,
    answers_again,
    decisions,
    stopped,
)
from afterword.history.questions.asks import answer_seconds, asks
from history_cast import DAY_US, FIRST_US, ask, plain, rated, store, world

LIVE = [one for one in world(7, n=500, n_days=60) if one.environment == "production"]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files that hold five hundred sessions with none to two asks each, in every state."""
    return _held(tmp_path_factory.mktemp("data"), LIVE)


def _held(folder, sessions):
    store(folder / "history", sessions)
    return History(folder / "history", None)


def _is_shown(one):
    return one.shown_us is not None or one.state is AskState.ANSWERED


@pytest.mark.parametrize("by", ["trigger", "policy", "release"])
def test_asks_are_what_counting_by_hand_gives(history, by):
    """Every state, and the sums over people."""
    told = defaultdict(list)
    for session in LIVE:
        for one in session.asks:
            own = {"trigger": one.trigger.value, "policy": str(one.policy_version)}
            told[own.get(by, session.release or "unknown")].append((session.person, one))

    found = {cell.key: cell for cell in asks(history, Filter(), by)[0]}

    assert set(found) == set(told)
    for key, held in told.items():
        cell, states = found[key], Counter(one.state.value for _, one in held)
        shown = [(who, one) for who, one in held if _is_shown(one)]
        assert (cell.granted, cell.shown) == (len(held), len(shown))
        assert (cell.withdrawn, cell.expired) == (states["withdrawn"], states["expired"])
        for name in ("answered", "dismissed", "ignored"):
            of = Counter(who for who, _ in shown)
            y = Counter(who for who, one in shown if one.state == name)
            sums = cell.of_shown[name]
            assert getattr(cell, name) == y.total()
            assert (sums.m2, sums.my, sums.y2) == (
                sum(m * m for m in of.values()),
                sum(m * y[who] for who, m in of.items()),
                sum(n * n for n in y.values()),
            )
        assert cell.n_people == len({who for who, _ in held})
        over = [(who, one.state) for who, one in held if one.state not in ("expired", "shown")]
        over = [(who, state) for who, state in over if state != "granted"]
        m = Counter(who for who, _ in over)
        y = Counter(who for who, state in over if state == "withdrawn")
        assert (cell.ended, cell.n_ended_people) == (m.total(), len(m))
        assert cell.of_ended.m2 == sum(n * n for n in m.values())
        assert cell.of_ended.my == sum(n * y[who] for who, n in m.items())
        assert cell.of_ended.y2 == sum(n * n for n in y.values())


def test_seconds_are_those_between_showing_and_answer(tmp_path):
    """In tenths; an ask that nobody told the showing of has none."""
    base = plain(1)
    shown = ask(base, "answered", is_shown=True)
    timed = replace(shown, shown_us=FIRST_US, ended_us=FIRST_US + 2_340_000)
    silent = replace(ask(base, "answered", number=2), ended_us=FIRST_US)
    history = _held(tmp_path, [replace(base, asks=[timed, silent])])

    assert answer_seconds(history, Filter()) == {"inactivity": {2.3: 1}}


def test_keys_in_which_few_were_asked_stay_in_the_engine(tmp_path):
    """They are counted, and neither their asks nor their seconds come out."""
    sessions = []
    for number in range(12):
        one = plain(number, user_id=f"u-{number}", release="v1" if number < 9 else f"v{number}")
        timed = replace(ask(one, "answered", is_shown=True), shown_us=0, ended_us=2_000_000)
        sessions.append(replace(one, asks=[timed]))
    history = _held(tmp_path, sessions)

    cells, n_few = asks(history, Filter(), "release", least_people=5)

    assert ([(cell.key, cell.granted) for cell in cells], n_few) == ([("v1", 9)], 3)
    assert answer_seconds(history, Filter(), "release", least_people=5) == {"v1": {2.0: 9}}


def test_what_follows_on_asking_is_looked_up_in_the_persons_next_session(tmp_path):
    """Back within 30 days, its rating, and only for sessions that are 30 days old."""
    visits = {
        # Asked and back after ten days with a bad rating; that session is asked about too, and
        # the next one comes too late.
        "u-1": [(0, "asked", None), (10, "asked", "negative"), (50, None, None)],
        # Left out, back after ten days with a good rating.
        "u-2": [(0, "skipped_at_random", None), (10, None, "positive")],
        # Left out, never back; and one of yesterday, of which nobody knows yet.
        "u-3": [(0, "skipped_at_random", None)],
        "u-4": [(59, "asked", None)],
        "u-5": [(60, None, None)],
    }
    sessions = []
    for who, told in visits.items():
        for day, drawn, level in told:
            one = plain(len(sessions), at_us=FIRST_US + day * DAY_US, user_id=who, drawn=drawn)
            sessions.append(rated(one, level) if level else one)
    history = _held(tmp_path, sessions)

    found = after_asking(history, Filter())

    asked, left_out = found["asked"], found["skipped_at_random"]
    assert (asked.came_back.n, asked.came_back.y, asked.came_back.n_people) == (2, 1, 1)
    assert (asked.next_negative.n, asked.next_negative.y) == (1, 1)
    assert (left_out.came_back.n, left_out.came_back.y) == (2, 1)
    assert (left_out.next_negative.n, left_out.next_negative.y) == (1, 0)


def test_an_answer_is_set_against_the_ask_before_it(tmp_path):
    """By person and time; expired and withdrawn asks are passed over."""
    states = ["dismissed", "expired", "answered", "answered", "withdrawn", "ignored", "answered"]
    sessions = []
    for place, state in enumerate(states):
        one = plain(place, at_us=FIRST_US + place * DAY_US, user_id="u-1")
        is_shown = state not in ("expired", "withdrawn")
        sessions.append(replace(one, asks=[ask(one, state, is_shown=is_shown)]))
    history = _held(tmp_path, sessions)

    found = answers_again(history, Filter())

    assert {state: (one.n, one.y) for state, one in found.items()} == {
        "dismissed": (1, 1),
        "answered": (2, 1),
        "ignored": (1, 1),
    }


def test_every_hundredth_person_is_a_part_of_all(history):
    """A sample of people answers with no more than everybody does."""
    everybody, some = (answers_again(history, Filter(), one_in=n) for n in (1, 3))

    assert 0 < sum(one.n for one in some.values()) < sum(one.n for one in everybody.values())


def test_decisions_are_counted_by_their_reason(tmp_path):
    """Sessions of which nothing was decided are left out."""
    reasons = ["asked", "asked", "left_alone", None]
    made = [plain(place, decision=reason) for place, reason in enumerate(reasons)]

    assert decisions(_held(tmp_path, made), Filter()) == {"asked": 2, "left_alone": 1}


def test_people_who_said_stop_are_counted_when_they_come_again(tmp_path):
    """Once each, of those whose patience was looked at; too short a session looks at nobody's."""
    told = [
        ("ann", "asked"),
        ("ann", "person_stopped"),
        ("ann", "person_stopped"),
        ("bob", "left_alone"),
        ("cem", "back_off"),
        ("dee", "below_minimum"),
        ("eve", None),
    ]
    made = [plain(at, user_id=who, decision=why) for at, (who, why) in enumerate(told)]

    assert stopped(_held(tmp_path, made), Filter()) == (1, 3)
    assert stopped(_held(tmp_path / "none", []), Filter()) == (0, 0)


def test_nothing_else_splits_asks(history):
    """The error names the field, and what there is."""
    with pytest.raises(InvalidField, match="policy") as caught:
        asks(history, Filter(), "shoe size")

    assert caught.value.field == "by"


def test_every_trigger_that_asks_is_met(history):
    """The world above has them all, so that the counts mean something."""
    assert {cell.key for cell in asks(history, Filter())[0]} >= {Trigger.INACTIVITY.value}
