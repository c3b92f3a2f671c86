"""From the rating to the line in Slack: within a minute, at least once, through every failure."""

from __future__ import annotations

import logging
import threading

import pytest

from afterword.intake import Intake
from afterword.notify.courier import LEASE_US
from afterword.notify.sender import Sender
from intake_cast import DAY, HOUR, MINUTE, goodbye, rating, step, talk
from notify_cast import (
    SECRET,
    SHORT,
    couriers_of,
    hook,
    outbox_rows,
    signature,
    team,
    until,
    write_channels,
)

ANSWERS = {  # status, and what else the receiver does
    "error": (500, {}),
    "not found": (404, {}),
    "silence": (200, {"hold": True}),
    "redirect": (307, {"location": "http://127.0.0.1/"}),
}


@pytest.fixture
def tell(house, receiver):
    """Set channels up; give their courier."""

    def set_up(*tables, **environment):
        book, courier = couriers_of(house, receiver, *(tables or [hook(receiver)]), **environment)
        house.intake = Intake(
            house.journal, clock=house.clock, subscribers=lambda: book.subscribers
        )
        courier.book = book
        return courier

    return set_up


def states(house):
    """Read state, attempts and error of every notice."""
    return [(row.state, row.attempts, row.error) for row in outbox_rows(house.journal)]


def test_a_rating_is_a_line_in_slack(house, receiver, tell):
    """What was said, why, and the page of the session."""
    courier = tell(team())
    house.take(*talk("a/b c"), rating("negative", "a/b c", reason="it kept looping"))

    courier.run_once()

    ((path, headers, _),) = receiver.requests
    assert receiver.bodies[0]["text"] == (
        "not what I needed · “it kept looping”"
        " · <https://afterword.example/base/sessions/a%2Fb%20c~1|session>"
    )
    assert (path, "webhook-signature" in headers) == ("/hook", False)
    assert states(house) == [("delivered", 1, None)]
    assert courier.results == [("team", "delivered")]


def test_a_link_names_a_project_that_is_not_the_usual_one(house, receiver, tell):
    """Or the page would look for the session in the wrong place."""
    courier = tell(hook(receiver, project="shop & co"))
    house.take(*talk(), rating("negative", reason="slow"), project="shop & co")

    courier.run_once()

    url = "https://afterword.example/base/sessions/c-1~1?project=shop%20%26%20co"
    assert receiver.bodies[0]["data"]["url"] == url


def test_a_rating_is_a_signed_webhook(house, receiver, tell):
    """Everything that the contract names, and a signature that holds."""
    courier = tell(hook(receiver))
    house.take(
        *talk(user_id="u-7"),
        {"type": "session.updated", "conversation_id": "c-1", "release": "v42", "use_case": "pay"},
        rating("neutral", reason="slow"),
    )

    courier.run_once()

    ((_, headers, body),) = receiver.requests
    at = "2026-03-03T12:00:00Z"
    assert receiver.bodies[0] == {
        "type": "rating.created",
        "timestamp": at,
        "data": {
            "session_id": "c-1~1",
            "conversation_id": "c-1",
            "rating": "neutral",
            "reason": "slow",
            "trigger": "user_opened",
            "user_id": "u-7",
            "release": "v42",
            "use_case": "pay",
            "environment": "production",
            "rated_at": at,
            "url": "https://afterword.example/base/sessions/c-1~1",
        },
    }
    assert headers["webhook-signature"] == signature(
        SECRET, headers["webhook-id"], headers["webhook-timestamp"], body
    )
    assert headers["webhook-timestamp"] == str(house.clock.now_us() // 1_000_000)


def test_an_ask_is_a_webhook_with_all_that_is_needed_to_show_it(house, receiver, tell):
    """The same object that the events call answers with."""
    courier = tell(hook(receiver, events=["ask.ready"]))
    (ask,) = house.take(*goodbye()).asks

    courier.run_once()

    (body,) = receiver.bodies
    assert body["type"] == "ask.ready"
    assert body["data"]["ask_id"] == ask.id
    assert body["data"]["options"][0] == {"value": "positive", "label": "helpful"}
    assert set(body["data"]) == {
        *("ask_id", "session_id", "conversation_id", "trigger", "question", "options"),
        *("reason_question", "acknowledgement", "locale", "light", "may_stop", "expires_at"),
    }


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_an_ask_that_has_ended_is_not_sent(house, receiver, tell, how):
    """Nobody could answer it any more."""
    courier = tell(hook(receiver, events=["ask.ready"]))
    (ask,) = house.take(*goodbye()).asks
    if how == "withdrawn":
        house.take(step(ask, "withdrawn"))
    else:
        house.clock.move(11 * MINUTE)

    courier.run_once()

    assert (receiver.requests, states(house)) == ([], [])


def test_a_reason_typed_after_the_choice_is_in_the_line(house, receiver, tell):
    """The line waits a little for it, and comes within the minute."""
    courier = tell(team())
    house.take(*talk(), rating("negative"))
    courier.run_once()
    house.clock.move(12)
    house.take(rating("negative", reason="it kept looping"))
    courier.run_once()
    early = list(receiver.requests)
    house.clock.move(8)

    courier.run_once()

    assert early == []
    assert "it kept looping" in receiver.bodies[0]["text"]
    assert len(receiver.requests) == 1


def test_a_change_of_mind_is_what_the_line_tells(house, receiver, tell):
    """And where the channel does not want the new choice, it tells nothing."""
    courier = tell(team(), hook(receiver, ratings=["negative"]))
    house.take(*talk(), rating("negative"))
    house.take(rating("positive"))
    house.clock.move(20)

    courier.run_once()

    assert [body["text"].split(" · ")[0] for body in receiver.bodies] == ["helpful"]
    assert states(house) == [("delivered", 1, None)]


def test_a_rating_that_was_taken_back_is_not_told(house, receiver, tell):
    """The one that follows is, once."""
    courier = tell(team())
    house.take(*talk(), rating("negative"))
    _take_back(house)
    house.clock.move(5)
    house.take(rating("neutral"))
    house.clock.move(30)

    courier.run_once()

    assert [body["text"].split(" · ")[0] for body in receiver.bodies] == ["okay"]


def _take_back(house):
    from afterword.domain.events import Unrated  # noqa: PLC0415  # one test takes back
    from afterword.intake import Envelope  # noqa: PLC0415  # same

    gone = Unrated(conversation_id="c-1")
    house.intake.run(Envelope(project="default", events=[(0, gone)]))


@pytest.mark.parametrize("what", ANSWERS)
def test_what_is_not_taken_is_sent_again(house, receiver, tell, what):
    """After seconds, then minutes; under the same id, so that nobody acts on it twice."""
    courier = tell()
    status, more = ANSWERS[what]
    receiver.answer(status, **more)
    receiver.answer(503)
    house.take(*talk(), rating("negative", reason="slow"))

    if what == "silence":
        courier._sender = Sender(seconds=SHORT)  # noqa: SLF001  # one that does not wait for long
    courier.run_once()
    courier._sender = None  # noqa: SLF001  # one that has time again
    after_one = states(house)
    courier.run_once()
    house.clock.move(6)
    courier.run_once()
    house.clock.move(6 * MINUTE)
    courier.run_once()

    assert after_one[0][:2] == ("waiting", 1)
    assert len(receiver.requests) == 3
    assert len(set(receiver.ids)) == 1
    assert states(house) == [("delivered", 3, None)]
    assert courier.results == [("crm", "failed"), ("crm", "failed"), ("crm", "delivered")]


def test_a_receiver_that_is_away_is_tried_for_days(house, receiver, tell, caplog):
    """Then the notice is dead, and kept."""
    courier = tell()
    receiver.answers = [(500, False, b"hunter2", {})] * 50
    house.take(*talk(), rating("negative", reason="slow"))
    began_us = house.clock.now_us()

    tried_us = []
    while states(house)[0][0] == "waiting":
        n_before = len(receiver.requests)
        courier.run_once()
        if len(receiver.requests) > n_before:
            tried_us.append(house.clock.now_us() - began_us)
        house.clock.move(MINUTE)

    assert states(house) == [("dead", 10, "status 500")]
    assert sum(at < DAY * 1_000_000 for at in tried_us) >= 6
    assert tried_us[-1] > 3 * DAY * 1_000_000
    assert courier.results[-1] == ("crm", "dead")
    assert "webhooks replay" in caplog.text
    assert "hunter2" not in caplog.text


def test_what_ended_is_kept_for_a_month(house, tell):
    """Then it is history no more."""
    courier = tell()
    house.take(*talk(), rating("negative", reason="slow"))
    courier.run_once()
    house.clock.move(29 * DAY)
    courier.run_once()
    after_29 = states(house)
    house.clock.move(2 * DAY)

    courier.run_once()

    assert after_29 == [("delivered", 1, None)]
    assert states(house) == []


@pytest.mark.parametrize("retry_after", ["900", "Tue, 03 Mar 2026 12:15:00 GMT"])
def test_a_receiver_that_has_too_much_is_left_alone_as_long_as_it_wants(
    house, receiver, tell, retry_after
):
    """All of the channel rests, not only the notice that met it."""
    courier = tell()
    receiver.answer(429, retry_after=retry_after)
    house.take(*talk("c-1"), rating("negative", "c-1", reason="slow"))
    courier.run_once()
    house.take(*talk("c-2"), rating("negative", "c-2", reason="slow"))
    house.clock.move(14 * MINUTE)
    courier.run_once()
    in_between = len(receiver.requests)
    house.clock.move(2 * MINUTE)

    while courier.run_once():
        pass
    courier.run_once()

    assert in_between == 1
    assert len(receiver.requests) == 3
    assert {state for state, _, _ in states(house)} == {"delivered"}


def test_a_receiver_that_is_gone_is_told_nothing_more(house, receiver, tell, caplog):
    """Until its settings change; the log says so."""
    courier = tell()
    receiver.answer(410)
    house.take(*talk("c-1"), rating("negative", "c-1", reason="slow"))
    courier.run_once()
    house.take(*talk("c-2"), rating("negative", "c-2", reason="slow"))
    house.clock.move(HOUR)
    courier.run_once()
    gone = (len(receiver.requests), states(house))

    write_channels(house.data_dir, hook(receiver, ratings=["negative"]))
    courier.run_once()
    house.take(*talk("c-3"), rating("negative", "c-3", reason="slow"))
    courier.run_once()

    assert gone == (1, [("dead", 1, "status 410")])
    assert '"crm" answered 410 Gone' in caplog.text
    assert len(receiver.requests) == 2


def test_a_notice_that_cannot_be_written_does_not_stop_its_neighbours(
    house, receiver, tell, caplog
):
    """It has failed, and is tried again like any other."""
    courier = tell()
    for name in ("c-1", "c-2"):
        house.take(*talk(name), rating("negative", name, reason="slow"))
    house.do("UPDATE sessions SET body = '{' WHERE conversation_id = 'c-1'")

    courier.run_once()

    assert [body["data"]["session_id"] for body in receiver.bodies] == ["c-2~1"]
    assert states(house) == [("waiting", 1, "could not be written"), ("delivered", 1, None)]
    assert "could not be written: DecodeError" in caplog.text


def test_a_channel_that_hangs_does_not_hold_up_another(house, receiver, tell):
    """Each has its share of a round, and the round its end."""
    dead = {"name": "dead", "url": "http://127.0.0.1:1/"}
    courier = tell(hook(receiver) | dead, team())
    for number in range(30):
        house.take(*talk(f"c-{number}"), rating("negative", f"c-{number}", reason="slow"))

    for _ in range(3):
        courier.run_once()

    assert len(receiver.requests) == 30
    assert courier.results.count(("dead", "failed")) == 12  # ten, then one at a time


def test_what_was_under_way_when_the_process_died_is_sent_by_the_next(house, receiver, tell):
    """The claim runs out, and the notice is still there."""
    courier = tell()
    receiver.answer(200, hold=True)
    house.take(*talk(), rating("negative", reason="slow"))
    sender = Sender(seconds=600)
    courier._sender = sender  # noqa: SLF001  # one that would wait for long
    running = threading.Thread(target=courier.run_once)
    running.start()
    receiver.arrived.wait()
    claimed_until_us = outbox_rows(house.journal)[0].due_us

    _, other = couriers_of(house, receiver, hook(receiver))
    other.run_once()
    meanwhile = len(receiver.requests)
    house.clock.move(LEASE_US / 1_000_000)
    other.run_once()
    courier.stop()
    running.join()

    assert claimed_until_us == house.clock.now_us()
    assert meanwhile == 1
    assert len(receiver.requests) == 2
    assert len(set(receiver.ids)) == 1
    assert states(house) == [("delivered", 1, None)]


def test_after_a_restart_it_goes_on(house, receiver, tell):
    """What waited still waits, with its id and its attempts."""
    courier = tell()
    receiver.answer(500)
    house.take(*talk(), rating("negative", reason="slow"))
    courier.run_once()
    house.close()

    again = house.another()
    house.clock.move(MINUTE)
    _, other = couriers_of(again, receiver, hook(receiver))
    other.run_once()
    rows = states(again)
    again.close()

    assert rows == [("delivered", 2, None)]
    assert len(set(receiver.ids)) == 1


def test_channels_are_read_again_when_their_file_changes(house, receiver, tell, caplog):
    """A file that is wrong changes nothing and is told once; one that is right counts at once."""
    courier = tell()
    path = house.data_dir / "channels.toml"
    path.write_text("[[channel]]\nname = 3\n")
    courier.run_once()
    courier.run_once()
    house.take(*talk("c-1"), rating("negative", "c-1", reason="slow"))
    courier.run_once()
    with_fault = len(receiver.requests)
    n_told = caplog.text.count("The channels stay as they were")
    path.unlink()
    courier.run_once()
    house.take(*talk("c-2"), rating("negative", "c-2", reason="slow"))
    courier.run_once()

    assert (with_fault, n_told) == (1, 1)
    assert len(receiver.requests) == 1
    assert len(states(house)) == 1


def test_a_variable_that_is_missing_is_told_and_nothing_is_lost(house, receiver, tell, caplog):
    """What was to be told waits for the variable; other channels go on."""
    courier = tell(hook(receiver), team(), TEAM_URL="")
    house.take(*talk(), rating("negative", reason="slow"))
    courier.run_once()
    without = [(row.channel, row.state) for row in outbox_rows(house.journal)]

    _, other = couriers_of(house, receiver, hook(receiver), team())
    other.run_once()

    assert sorted(without) == [("crm", "delivered"), ("team", "waiting")]
    assert 'channel "team": url_env: the variable TEAM_URL is not set' in caplog.text
    assert len(receiver.requests) == 2


def test_what_waits_for_a_channel_that_never_comes_is_given_up(house, tell, caplog):
    """After five days nobody wants to read it."""
    courier = tell(team(), TEAM_URL="")
    house.take(*talk(), rating("negative", reason="slow"))
    house.clock.move(5 * DAY + HOUR)

    courier.run_once()

    assert states(house) == [("dead", 0, "its channel could not be sent to")]
    assert "1 notices waited for days: team" in caplog.text
    assert courier.results == [("team", "dead")]


def test_no_log_and_no_row_holds_a_secret(house, receiver, tell, caplog):
    """Neither address nor key, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    courier = tell(hook(receiver), team(), TEAM_URL=f"{receiver.url}/hunter2")
    receiver.answer(500, body=b"hunter2")
    house.take(*talk(), rating("negative", reason="slow"))

    courier.run_once()

    assert len(receiver.requests) == 2
    for secret in ("hunter2", SECRET, SECRET.removeprefix("whsec_")):
        assert secret not in caplog.text
        assert secret not in str(outbox_rows(house.journal))


def test_the_running_courier_tells_within_the_minute(house, receiver, tell):
    """Its thread finds the rating when its time has come, and stops when told to."""
    courier = tell(team())
    courier.start()
    house.take(*talk(), rating("negative"))
    house.clock.move(40)

    until(lambda: courier.results, seconds=20)
    courier.stop()

    assert receiver.bodies[0]["text"].startswith("not what I needed · ")
    assert states(house) == [("delivered", 1, None)]


def test_a_courier_that_is_stopped_leaves_what_is_under_way(house, receiver, tell):
    """It does not wait for a receiver that hangs; the notice is due at once after the start."""
    courier = tell()
    courier._sender = Sender(seconds=600)  # noqa: SLF001  # one that would wait for long
    receiver.answer(200, hold=True)
    house.take(*talk(), rating("negative", reason="slow"))
    courier.start()
    receiver.arrived.wait()

    courier.stop()

    (row,) = outbox_rows(house.journal)
    assert (row.state, row.attempts, row.due_us) == ("waiting", 0, house.clock.now_us())


def test_a_failing_journal_does_not_end_the_courier(house, tell, caplog):
    """It says so and tries again."""
    courier = tell()
    house.take(*talk(), rating("negative", reason="slow"))
    house.do("ALTER TABLE outbox RENAME TO away")
    courier.start()
    until(lambda: "Notices could not be sent" in caplog.text)
    house.do("ALTER TABLE away RENAME TO outbox")

    until(lambda: courier.results)
    courier.stop()
    assert states(house) == [("delivered", 1, None)]
