"""Sessions over HTTP: the list with every filter, its pages, and one session with its story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server_harness import DAY, MovableClock, said, served

ATTRIBUTES = {
    "release": "v42",
    "model": "m-2",
    "prompt_version": "p-9",
    "agent": "helper",
    "channel": "web",
    "locale": "de-DE",
    "use_case": "billing",
}


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    """A caller of a server that knows a plain session, one with everything, and a later one."""
    clock = MovableClock()
    with served(tmp_path_factory.mktemp("sessions"), clock) as caller:
        caller.chat("plain")
        caller.send(
            {"type": "session.started", "conversation_id": "full", "user_id": "u-7", **ATTRIBUTES},
            {
                "type": "flow",
                "conversation_id": "full",
                "flow": "tour",
                "kind": "onboarding",
                "step": "shown",
            },
        )
        caller.chat("full", user_id="u-7")
        caller.rate("full", rating="negative", reason="it kept looping")
        caller.chat("elsewhere", environment="staging")
        clock.move(2 * DAY)
        caller.services.intake.tick()
        caller.chat("later")
        caller.rate("later", rating="positive")
        yield caller


def listed(caller, **query):
    """Give the conversations of the sessions that a query finds."""
    return {one["conversation_id"] for one in caller.reads("/v1/sessions", **query)["sessions"]}


def test_the_list_shows_production_newest_first(caller):
    """Other environments only where they are named."""
    page = caller.reads("/v1/sessions")

    assert [one["id"] for one in page["sessions"]] == ["later~1", "full~1", "plain~1"]
    assert page["next_cursor"] is None
    assert listed(caller, environment="staging") == {"elsewhere"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(({name: value}, {"full"}) for name, value in ATTRIBUTES.items()),
        *(({name: "other"}, set()) for name in ATTRIBUTES),
        ({"user_id": "u-7"}, {"full"}),
        ({"flow": "tour"}, {"full"}),
        ({"flow": "tou"}, set()),
        ({"flow": "%"}, set()),
        ({"rating": "negative"}, {"full"}),
        ({"rating": "neutral"}, set()),
        ({"has_reason": "true"}, {"full"}),
        ({"has_reason": "false"}, {"plain", "later"}),
        ({"has_reason": "false", "rating": "positive"}, {"later"}),
        ({"to": "2020-01-01"}, set()),
        ({"from": "2020-01-01T00:00:00+02:00"}, {"plain", "full", "later"}),
    ],
)
def test_each_filter_finds_its_sessions(caller, query, found):
    """And no others."""
    assert listed(caller, **query) == found


def test_the_window_takes_its_beginning_and_leaves_its_end(caller):
    """[from, to) by opening, to the microsecond."""
    opened = caller.session("later~1")["session"]["opened_at"]

    assert listed(caller, **{"from": opened}) == {"later"}
    assert listed(caller, to=opened) == {"plain", "full"}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other_without_gap_or_repetition(caller, limit):
    """Until the last one, which says so."""
    found, cursor, n_pages = [], None, 0
    while n_pages == 0 or cursor is not None:
        query = {"limit": limit} if cursor is None else {"limit": limit, "cursor": cursor}
        page = caller.reads("/v1/sessions", **query)
        found += [one["id"] for one in page["sessions"]]
        cursor, n_pages = page["next_cursor"], n_pages + 1

    assert found == ["later~1", "full~1", "plain~1"]
    assert n_pages == -(-3 // limit)


def test_pages_are_not_shifted_by_what_arrives(tmp_path):
    """A session that opens between two pages neither repeats nor hides one."""
    with served(tmp_path) as caller:
        for number in range(5):
            caller.chat(f"c-{number}")
        first = caller.reads("/v1/sessions", limit=2)
        caller.chat("c-5")
        second = caller.reads("/v1/sessions", limit=3, cursor=first["next_cursor"])

    ids = [one["conversation_id"] for one in (*first["sessions"], *second["sessions"])]
    assert ids == ["c-4", "c-3", "c-2", "c-1", "c-0"]


def test_a_session_shows_what_is_known_of_it(caller):
    """Attributes, counts, closing, the flow it met, and what its user said."""
    found = caller.session("full~1")["session"]

    assert {name: found[name] for name in ATTRIBUTES} == ATTRIBUTES
    assert (found["n_user"], found["n_agent"], found["user_words"]) == (1, 1, 5)
    assert (found["user_id"], found["close_reason"]) == ("u-7", "silence")
    assert (found["rating"]["rating"], found["rating"]["reason"]) == (
        "negative",
        "it kept looping",
    )
    assert [(one["flow"], one["kind"]) for one in found["flows"]] == [("tour", "onboarding")]
    for name in ("opened_at", "last_at", "closed_at"):
        assert datetime.fromisoformat(found[name]).tzinfo == UTC


def test_a_session_comes_with_its_events_and_decisions(tmp_path):
    """Events in the order of their times, without what was said; decisions with their rule."""
    with served(tmp_path) as caller:
        caller.thank("c-1")
        caller.rate("c-1", rating="neutral", reason="so so")
        detail = caller.session("c-1~1")

    events, (decision,) = detail["events"], detail["decisions"]
    assert [one["type"] for one in events] == [*["message"] * 4, "rating"]
    assert [one.get("role") for one in events[:4]] == ["user", "agent", "user", "agent"]
    assert sorted(one["at"] for one in events) == [one["at"] for one in events]
    assert not any("text" in one for one in events)
    assert decision["verdict"] == "ask"
    assert (decision["reason"], decision["trigger"]) == ("asked", "closing_message")
    assert (decision["probability"], decision["policy_version"]) == (1.0, 1)


def test_a_long_list_is_read_whole(tmp_path):
    """Sessions that opened at the same moment, on the largest pages."""
    with served(tmp_path) as caller:
        for start in range(0, 1200, 400):
            numbers = range(start, start + 400)
            caller.send(*(said(f"c-{number}", "user") for number in numbers))
        first = caller.reads("/v1/sessions", limit=500)
        seen = {one["id"] for one in first["sessions"]}
        cursor = first["next_cursor"]
        while cursor is not None:
            page = caller.reads("/v1/sessions", limit=500, cursor=cursor)
            seen |= {one["id"] for one in page["sessions"]}
            cursor = page["next_cursor"]

    assert len(first["sessions"]) == 500
    assert len(seen) == 1200
