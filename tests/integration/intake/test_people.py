"""People: counted once, known by their first name, with the traits of that time."""

from __future__ import annotations

from afterword.journal.asking import load_persons
from intake_cast import DAY, HOUR, NOON, agent, goodbye, step, talk, user


def person(house, key):
    """Read a person."""
    with house.journal.read() as connection:
        return load_persons(connection, "default", [key])[key]


def identify(user_id="u", at=None, **traits):
    """Tell traits of a person."""
    told = {"type": "identify", "user_id": user_id, "traits": traits}
    return told if at is None else told | {"at": at}


def test_sessions_of_a_person_are_numbered(house):
    """Over conversations and groups, by when they opened."""
    house.take(*talk("c-2", user_id="u", at=NOON), *talk("c-1", user_id="u", at=NOON - HOUR))
    house.wait(DAY)
    house.take(*talk("c-3", user_id="u"))

    numbers = [house.session(f"c-{n}~1").session_number for n in (1, 2, 3)]
    assert numbers == [1, 2, 3]
    assert person(house, "u:u").n_sessions == 3
    assert house.session("c-3~1").tenure_days == 1


def test_a_name_that_comes_late_counts_once(house):
    """In the same group or in a later one; nobody is left with a session that is not theirs."""
    house.take(user("c-1"), agent("c-1", user_id="u"))
    house.take(*talk("c-2"))
    house.take(agent("c-2", user_id="u"))

    assert [house.session(f"c-{n}~1").session_number for n in (1, 2)] == [1, 2]
    assert person(house, "u:u").n_sessions == 2
    assert person(house, "c:c-2").n_sessions == 0


def test_an_earlier_name_that_comes_late_takes_the_session_over(house):
    """The first non-null user id is the person, whenever it arrives; asks stay with the asked."""
    house.take(*goodbye(user_id="bob", at=NOON))
    house.take(user(user_id="ann", at=NOON - 60))

    assert (house.session("c-1~1").user_id, person(house, "u:ann").n_sessions) == ("ann", 1)
    assert person(house, "u:bob").n_sessions == 0
    assert house.ask("c-1~1").person == "u:bob"


def test_impatience_before_the_name_is_the_persons(house):
    """A dismissal without a name leaves the named person's next session alone."""
    (ask,) = house.take(*goodbye()).asks
    house.take(step(ask, "dismissed"))
    house.take(agent(user_id="u"))

    assert (person(house, "u:u").streak, person(house, "u:u").n_dismissed) == (1, 1)
    assert house.take(*goodbye("c-2", user_id="u")).asks == []
    assert house.reasons("c-2~1") == ["left_alone"]
    assert len(house.take(*goodbye("c-3", user_id="u")).asks) == 1


def test_traits_are_those_of_the_sessions_beginning(house):
    """What is told first goes in, what became true later does not, in any order of telling."""
    house.take(
        identify(at=NOON - 2 * DAY, plan="free"),
        *talk("c-1", user_id="u", at=NOON - DAY),
        identify(at=NOON - HOUR, plan="pro"),
        *talk("c-2", user_id="u", at=NOON),
    )

    assert house.session("c-1~1").traits == {"plan": "free"}
    assert house.session("c-2~1").traits == {"plan": "pro"}
    assert person(house, "u:u").traits == {"plan": "pro"}


def test_traits_that_were_told_late_do_not_overwrite_newer_ones(house):
    """Of each trait the last time stands, not the last arrival."""
    house.take(identify(at=NOON, plan="pro"), identify(at=NOON - DAY, plan="free", seats=3))

    assert person(house, "u:u").traits == {"plan": "pro", "seats": 3}


def test_traits_that_waited_keep_their_own_time(house):
    """A start told an hour ago is older than what was told since."""
    old = {"type": "session.started", "conversation_id": "c-1", "user_id": "u"}
    house.take({**old, "traits": {"plan": "free"}, "at": NOON - HOUR})
    house.take(identify(at=NOON - 60, plan="pro"))
    house.take(*talk())

    assert person(house, "u:u").traits == {"plan": "pro"}
    assert house.session("c-1~1").traits == {"plan": "free"}  # the session's own word


def test_onboarding_before_a_session_is_frozen_into_it(house):
    """Completed before, not in it."""
    tour = {"type": "flow", "conversation_id": "c-1", "flow": "tour", "kind": "onboarding"}
    house.take(*talk("c-1", user_id="u"), {**tour, "step": "completed"})
    house.clock.move(HOUR)
    house.take(*talk("c-2", user_id="u"))

    assert [house.session(f"c-{n}~1").is_onboarded for n in (1, 2)] == [False, True]


def test_activity_and_nps_stand_apart(house):
    """They open no session; of NPS the last answer stands."""
    nps = {"type": "nps", "user_id": "u"}
    used = {"type": "activity", "user_id": "u", "name": "export", "at": NOON - DAY}
    outcome = house.take(
        {**nps, "score": 3, "at": NOON}, {**nps, "score": 9, "at": NOON - DAY}, used
    )

    known = person(house, "u:u")
    assert outcome.accepted == 3
    assert (known.nps[2], known.active_us) == (3, (NOON - DAY) * 1_000_000)
    assert known.first_us == (NOON - DAY) * 1_000_000
    assert house.rows("SELECT count(*) FROM sessions") == [(0,)]
