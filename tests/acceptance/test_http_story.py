"""The whole story over HTTP: a conversation, thanks, an ask, a rating, and the report."""

from __future__ import annotations

import pytest

from server_harness import MINUTE, MovableClock, named, problem, said, served


@pytest.fixture
def clock():
    """Server time of the test."""
    return MovableClock()


@pytest.fixture
def caller(tmp_path, clock):
    """A caller of a server on an empty folder."""
    with served(tmp_path, clock) as caller:
        yield caller


def levels(report):
    """Give how many ratings of each level a report of one row counts."""
    (row,) = report["rows"]
    return {level: row[level]["count"] for level in ("positive", "neutral", "negative")}


def test_a_conversation_is_asked_about_rated_revised_and_counted(caller):
    """From the first message to the report, each answer is true the moment it is given."""
    ask = caller.thank("c-1", user_id="u-7")

    rated = caller.rate("c-1", rating="positive", ask_id=ask["ask_id"], reason="clear and quick")
    assert (rated.status_code, rated.json()["session_id"]) == (201, "c-1~1")
    assert rated.json()["acknowledgement"] == ask["acknowledgement"]
    assert rated.json()["rating"]["trigger"] == "closing_message"
    assert levels(caller.report()) == {"positive": 1, "neutral": 0, "negative": 0}

    again = caller.rate("c-1", rating="positive", ask_id=ask["ask_id"], reason="clear and quick")
    assert (again.status_code, again.json()) == (200, rated.json())

    revised = caller.rate("c-1", rating="neutral")
    assert revised.status_code == 200
    assert revised.json()["rating"]["reason"] == "clear and quick"
    assert revised.json()["rating"]["n_revisions"] == 1
    assert levels(caller.report()) == {"positive": 0, "neutral": 1, "negative": 0}
    assert levels(caller.report("trend")) == {"positive": 0, "neutral": 1, "negative": 0}

    taken_back = caller.unrate("c-1")
    assert (taken_back.status_code, taken_back.content) == (204, b"")
    assert caller.report()["rows"][0]["n_rated"] == 0
    problem(caller.unrate("c-1"), 404, "not_rated")

    assert caller.rate("c-1", rating="negative").status_code == 201
    assert levels(caller.report("trend", by="day")) == {
        "positive": 0,
        "neutral": 0,
        "negative": 1,
    }


def test_an_ask_brings_everything_that_is_needed_to_show_it(caller):
    """Question, options, the line after it, and until when it lives."""
    ask = caller.thank("c-1", user_id="u-7")

    assert ask.keys() == {
        *("ask_id", "session_id", "conversation_id", "trigger", "question", "options"),
        *("reason_question", "acknowledgement", "locale", "light", "may_stop", "expires_at"),
    }
    assert (ask["session_id"], ask["trigger"]) == ("c-1~1", "closing_message")
    assert [option["value"] for option in ask["options"]] == ["positive", "neutral", "negative"]


def test_a_repeated_envelope_changes_nothing_and_brings_its_asks_again(caller):
    """A host that lost the answer sends the same again."""
    caller.chat("c-1")
    events = named(said("c-1", "user", "ah, thanks!"), said("c-1", "agent", "you are welcome"))
    first = caller.send(*events)
    again = caller.send(*events)

    assert (first["accepted"], first["duplicates"], len(first["asks"])) == (2, 0, 1)
    assert (again["accepted"], again["duplicates"]) == (0, 2)
    assert again["asks"] == first["asks"]
    assert caller.session("c-1~1")["session"]["n_user"] == 2


def test_the_user_who_goes_on_is_not_asked_any_more(caller):
    """An ask that came too early is withdrawn, and no later answer brings it."""
    caller.thank("c-1")
    answer = caller.send(said("c-1", "user", "one more thing: where is the invoice?"))

    assert answer["asks"] == []
    (ask,) = caller.session("c-1~1")["session"]["asks"]
    assert ask["state"] == "withdrawn"


def test_what_became_of_an_ask_is_told_as_an_event(caller):
    """Shown spends it, dismissed ends it, and the next session of the person is left alone."""
    ask = caller.thank("c-1", user_id="u-7")
    step = {"type": "ask", "conversation_id": "c-1", "ask_id": ask["ask_id"]}

    shown = caller.send({**step, "step": "shown"})
    assert [one["ask_id"] for one in shown["asks"]] == [ask["ask_id"]]
    assert caller.report()["rows"][0]["n_shown"] == 1
    assert caller.send({**step, "step": "dismissed"})["asks"] == []
    caller.chat("c-2", user_id="u-7")
    caller.send(said("c-2", "user", "ah, thanks!", user_id="u-7"))
    left_alone = caller.send(said("c-2", "agent", "welcome", user_id="u-7"))

    assert left_alone["asks"] == []
    assert caller.session("c-2~1")["decisions"][-1]["reason"] == "left_alone"


def test_silence_asks_by_a_timer_and_the_session_closes(caller, clock):
    """After five minutes without a word there is an ask; after thirty the session is over."""
    caller.chat("c-1")
    clock.move(5 * MINUTE)
    caller.services.intake.tick()
    silent = caller.session("c-1~1")["session"]
    clock.move(30 * MINUTE)
    caller.services.intake.tick()
    closed = caller.session("c-1~1")["session"]

    assert [ask["trigger"] for ask in silent["asks"]] == ["inactivity"]
    assert silent["closed_at"] is None
    assert closed["close_reason"] == "silence"
    assert [ask["state"] for ask in closed["asks"]] == ["expired"]


def test_a_session_is_rated_by_its_own_id_too(caller, clock):
    """The first of two sessions can still be rated when the second is open."""
    caller.chat("c-1")
    clock.move(40 * MINUTE)
    caller.chat("c-1")

    first = caller.http.post("/v1/sessions/c-1~1/rating", json={"rating": "negative"})
    latest = caller.rate("c-1", rating="positive")

    assert (first.status_code, first.json()["session_id"]) == (201, "c-1~1")
    assert (latest.status_code, latest.json()["session_id"]) == (201, "c-1~2")
    assert caller.http.delete("/v1/sessions/c-1~1/rating").status_code == 204
    assert levels(caller.report()) == {"positive": 1, "neutral": 0, "negative": 0}


def test_a_rating_call_that_is_repeated_with_its_id_is_taken_once(caller):
    """Even after the rating was changed, a late repetition does not bring the old one back."""
    caller.chat("c-1")
    first = caller.rate("c-1", rating="positive", id="r-1")
    caller.rate("c-1", rating="negative", id="r-2")
    late = caller.rate("c-1", rating="positive", id="r-1")

    assert (first.status_code, late.status_code) == (201, 200)
    assert late.json()["rating"]["rating"] == "negative"


def test_an_id_that_another_event_had_is_refused(caller):
    """Nothing was rated, so nothing else may be said."""
    caller.send(said("c-1", "user", id="m-1"), said("c-1", "agent"))
    answer = caller.rate("c-1", rating="positive", id="m-1")

    assert "another event" in problem(answer, 422, "invalid_field", "id")


def test_ratings_are_counted_apart_by_what_made_the_moment(caller):
    """A rating that nobody asked for is in the counts, and named."""
    caller.thank("c-1", user_id="u-1")
    caller.rate("c-1", rating="positive")
    caller.chat("c-2", user_id="u-2")
    caller.rate("c-2", rating="negative")
    (row,) = caller.report()["rows"]

    assert (row["n_rated"], row["n_unasked"], row["n_shown"]) == (2, 1, 1)
    assert caller.session("c-1~1")["session"]["rating"]["trigger"] == "closing_message"
    assert caller.session("c-2~1")["session"]["rating"]["trigger"] == "user_opened"
