"""Many at once: readers see whole transactions, and a report beside them never fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server_harness import Caller, said, served

CLIENTS = 32
EACH = 12


@pytest.fixture
def caller(tmp_path):
    """A caller of a server."""
    with served(tmp_path) as caller:
        yield caller


def test_reports_beside_32_clients_see_whole_transactions(caller):
    """Each envelope opens a session of either release, so every snapshot counts them equal.

    The one that is never rated stands in "other": nobody of it is to be known again.
    """

    def talk(client):
        other = Caller(caller.http.base_url, caller.key)
        for number in range(EACH):
            name = f"{client}-{number}"
            other.send(
                *(
                    event
                    for release in ("v41", "v42")
                    for event in (
                        {
                            "type": "session.started",
                            "conversation_id": f"{name}-{release}",
                            "user_id": name,
                            "release": release,
                        },
                        said(f"{name}-{release}", "user", user_id=name),
                        said(f"{name}-{release}", "agent", user_id=name),
                    )
                )
            )
            assert other.rate(f"{name}-v41", rating="neutral").status_code == 201
        other.http.close()

    seen = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(talk, client) for client in range(CLIENTS)]
        while not all(client.done() for client in clients):
            rows = caller.report(by="release")["rows"]
            seen.append({row["key"]: row["n_sessions"] for row in rows})
            caller.report("trend", by="day")
        for client in clients:
            client.result()

    assert seen
    for counts in seen:
        rated = counts.get("v41", sum(counts.values()) // 2)
        assert 2 * rated == sum(counts.values()), counts
    (row,) = caller.report()["rows"]
    assert (row["n_sessions"], row["n_rated"]) == (2 * CLIENTS * EACH, CLIENTS * EACH)


def test_a_session_is_read_with_the_events_that_made_it(caller):
    """Its counts, its events and its decisions come from one snapshot."""
    caller.chat("c-1")

    def go_on(_):
        other = Caller(caller.http.base_url, caller.key)
        for _ in range(EACH):
            other.send(said("c-1", "user"), said("c-1", "agent"))
        other.http.close()

    with ThreadPoolExecutor(8) as pool:
        talks = [pool.submit(go_on, number) for number in range(8)]
        while not all(talk.done() for talk in talks):
            detail = caller.session("c-1~1")
            session, n_events = detail["session"], len(detail["events"])
            assert session["n_user"] == session["n_agent"]
            assert session["n_user"] + session["n_agent"] == n_events
        for talk in talks:
            talk.result()

    assert caller.session("c-1~1")["session"]["n_user"] == 1 + 8 * EACH


def test_one_conversation_from_many_sides_counts_every_event_once(caller):
    """The same envelopes sent by all: each event is accepted by exactly one of them."""
    events = [said("c-1", "tool", "x", id=f"e-{number}") for number in range(200)]

    def send(place):
        other = Caller(caller.http.base_url, caller.key)
        answers = [
            other.send(*events[start : start + 20]) for start in range((place * 20) % 200, 200, 20)
        ]
        other.http.close()
        return sum(answer["accepted"] for answer in answers)

    with ThreadPoolExecutor(10) as pool:
        accepted = sum(pool.map(send, range(10)))

    assert accepted == 200
    assert caller.session("c-1~1")["session"]["n_tool"] == 200
