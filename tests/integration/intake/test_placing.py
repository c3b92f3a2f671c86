"""Placing: the session of each event, what waits for one, and what is nobody's."""

from __future__ import annotations

import pytest

from afterword.journal.events import session_events
from intake_cast import DAY, HOUR, MINUTE, NOON, agent, codes, ended, rating, talk, user


def started(conversation_id="c-1", **more):
    """Let the host open a thread."""
    return {"type": "session.started", "conversation_id": conversation_id, **more}


def flow(name, **more):
    """Let a flow be completed."""
    common = {"type": "flow", "conversation_id": "c-1", "kind": "onboarding"}
    return {**common, "flow": name, "step": "completed", **more}


def types(house, session_id):
    """Read the types of a session's events."""
    with house.journal.read() as connection:
        return [one["type"] for one in session_events(connection, "default", session_id)]


def test_what_waits_goes_to_the_next_session(house):
    """Attributes and flows before the first message are the session's, also in its event list."""
    house.take(started(release="v1", at=NOON - 2), flow("tour", at=NOON - 1))
    assert house.session("c-1~1") is None
    house.take(*talk())

    session = house.session("c-1~1")
    assert (session.release, list(session.flows)) == ("v1", ["tour"])
    assert types(house, "c-1~1") == ["session.started", "flow", "message", "message"]


def test_what_waits_in_the_same_group_is_stored_with_its_session(house):
    """However many groups it takes."""
    house.take(started(agent="helper"), *talk())

    assert house.session("c-1~1").agent == "helper"
    assert types(house, "c-1~1") == ["session.started", "message", "message"]
    assert house.rows("SELECT waiting FROM conversations") == [(None,)]


def test_what_waits_survives_a_restart(house):
    """It lies in the journal."""
    house.take(started(release="v1"))
    house.close()
    again = house.another()
    again.take(*talk())

    assert again.session("c-1~1").release == "v1"
    again.close()


def test_the_environment_of_the_start_is_the_sessions(house):
    """A host that names it once has named it; a message's own word goes first."""
    house.take(started(environment="staging"), *talk())
    house.take(started("c-2", environment="staging"), *talk("c-2", environment="canary"))

    assert house.session("c-1~1").environment == "staging"
    assert house.session("c-2~1").environment == "canary"
    assert house.rows("SELECT * FROM markers") == []


def test_a_late_event_between_two_sessions_belongs_to_the_one_before(house):
    """No session opens in the past, and none merge."""
    house.take(*talk(at=NOON))
    house.wait(2 * HOUR)
    house.take(*talk())
    outcome = house.take(user(at=NOON + HOUR), agent(at=NOON - HOUR))

    assert outcome.accepted == 2
    assert [house.session(f"c-1~{n}").n_user for n in (1, 2)] == [2, 1]
    assert house.session("c-1~1").n_agent == 2
    assert house.session("c-1~3") is None


def test_a_closed_session_is_amended(house):
    """A late message, feedback and a feature change the old row, and mark its day."""
    house.take(*talk(at=NOON))
    house.wait(2 * DAY)
    (before,) = house.rows("SELECT version FROM dirty_days")[0]
    vote = {"type": "feedback", "conversation_id": "c-1", "message_id": "m", "value": "up"}
    used = {"type": "feature", "conversation_id": "c-1", "feature": "search"}

    assert house.take(user(at=NOON), vote, used).accepted == 3
    session = house.session("c-1~1")
    assert (session.n_user, session.feedback["m"][1]) == (2, 1.0)
    assert session.features == {"search": 1}
    assert house.rows("SELECT version FROM dirty_days") == [(before + 1,)]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "feedback", "message_id": "m", "value": "up"},
        {"type": "ask", "ask_id": "a", "step": "shown"},
        {"type": "feature", "feature": "search"},
        {"type": "handover"},
        {"type": "session.ended"},
        {"type": "rating", "rating": "positive"},
    ],
)
def test_what_needs_a_session_is_rejected_without_one(house, event):
    """The neighbours are kept."""
    outcome = house.take({"conversation_id": "c-1", **event}, *talk("c-2"))

    code = "unknown_ask" if event["type"] == "ask" else "unknown_conversation"
    assert codes(outcome) == [(0, code)]
    assert outcome.accepted == 2
    assert house.rows("SELECT DISTINCT conversation_id FROM events") == [("c-2",)]


def test_an_end_opens_the_way_for_the_next_session(house):
    """What the user says afterwards is a new sitting, also in the same envelope."""
    house.take(*talk(), ended(outcome="solved"), user())

    assert (house.session("c-1~1").close_reason, house.session("c-1~1").outcome) == (
        "ended",
        "solved",
    )
    assert house.session("c-1~2").n_user == 1


def test_times_out_of_range_are_rejected_and_neighbours_kept(house):
    """1970 and 3000, a little too early and too far ahead; the field is named."""
    times = [0, "1970-01-01T00:00:00Z", "3000-01-01T00:00:00Z", 32_503_680_000]
    times += [NOON - 7 * DAY - 1, NOON + 5 * MINUTE + 1, 1e15, -1e15]
    fine = [NOON - 7 * DAY, NOON + 5 * MINUTE, "2026-03-03T12:00:00+00:00"]

    outcome = house.take(*(user(at=at) for at in times), *(user(at=at) for at in fine))

    assert codes(outcome) == [(place, "time_out_of_range") for place in range(len(times))]
    assert {error.field for error in outcome.errors.values()} == {"at"}
    assert outcome.accepted == len(fine)


def test_imports_may_be_old_but_not_impossible(house):
    """From 1970 to the year 9999; nobody's clock says anything else."""
    years = ["1970-01-01T00:00:00Z", "3000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", 1e15]

    outcome = house.take(*(user(f"c-{n}", at=at) for n, at in enumerate(years)), is_import=True)

    assert codes(outcome) == [(2, "time_out_of_range"), (3, "time_out_of_range")]
    assert house.session("c-1~1").opened_us == 32_503_680_000_000_000


def test_an_id_with_a_slash_and_emoji_goes_all_the_way(house):
    """Nothing about an id is special but its characters."""
    name = "a/b~7 \U0001f469\u200d\U0001f680 %2F '; --"
    house.take(*talk(name), rating(conversation_id=name))

    assert house.session(f"{name}~1").rating.rating == "positive"
    assert house.session("a/b~7") is None


def test_a_release_is_on_the_time_line_from_its_first_session(house):
    """One marker, at the earliest opening, of production only."""
    house.take(started(release="v1"), *talk())
    house.take(started("c-2", release="v1"), *talk("c-2", at=NOON - HOUR))
    house.take(started("c-3", release="v2"), *talk("c-3"), is_test=True, environment="test")

    markers = house.rows("SELECT kind, text, at_us / 1000000 FROM markers")
    assert markers == [("release", "v1", NOON - HOUR)]
