"""Channels from the command line: what is wrong, whether it works, and once more."""

from __future__ import annotations

import pytest

from cli_harness import afterword, answer
from intake_cast import House, rating, talk
from notify_cast import (
    SECRET,
    PostOffice,
    Receiver,
    couriers_of,
    hook,
    mailbox,
    outbox_rows,
    team,
    write_channels,
)


@pytest.fixture
def data(tmp_path):
    """A folder in which a channel is named before anything is kept."""
    return tmp_path


def test_channels_are_listed_with_what_is_wrong(house, receiver):
    """A missing variable is named, and the exit code says that something is bad."""
    write_channels(house.data_dir, hook(receiver), team())

    told = answer("channels", "list", "--data", house.data_dir, expect=1, CRM_SECRET=SECRET)

    crm, slack = told["channels"]
    assert (crm["name"], crm["problem"], crm["dead"]) == ("crm", None, 0)
    assert "TEAM_URL is not set" in slack["problem"]


def test_the_list_counts_what_waits_and_what_was_given_up(house, receiver):
    """With the last failure, in words too; never an address that is a secret."""
    _, courier = _rated(house, receiver, team())
    receiver.answer(410)
    courier.run_once()
    url = f"{receiver.url}/hunter2"

    told = afterword("channels", "list", "--data", house.data_dir, TEAM_URL=url).stdout.decode()

    assert "team  slack  rating.created  0 waiting, 0 delivered, 1 dead" in told
    assert "last failure: status 410" in told
    assert "hunter2" not in told


def test_no_channels_are_no_error(data):
    """The answer says where they are named."""
    told = afterword("channels", "list", "--data", data).stdout.decode()

    assert str(data / "channels.toml") in told


def test_a_file_that_is_wrong_is_wrong_use(data, receiver):
    """File, channel and field are named."""
    path = write_channels(data, hook(receiver, colour="red"))

    told = afterword("channels", "list", "--data", data, expect=2).stderr.decode()

    assert str(path) in told
    assert '"crm"' in told
    assert "colour" in told


@pytest.mark.parametrize(
    ("status", "expect", "told"), [(200, 0, "status 200"), (403, 1, "status 403")]
)
def test_a_test_message_is_sent_now(data, receiver, status, expect, told):
    """And the answer is printed."""
    write_channels(data, hook(receiver))
    receiver.answer(status, body=b"no\x1b[31m way")

    found = answer("channels", "test", "crm", "--data", data, expect=expect, CRM_SECRET=SECRET)

    assert found == {
        "channel": "crm",
        "ok": status == 200,
        "told": told,
        "body": "no\ufffd[31m way",
    }
    assert receiver.bodies[0]["type"] == "channel.test"
    assert receiver.requests[0][1]["webhook-signature"].startswith("v1,")


def test_a_test_message_in_slack_is_a_line(data, receiver):
    """That says what it is."""
    write_channels(data, team())

    afterword("channels", "test", "team", "--data", data, TEAM_URL=receiver.url)

    assert receiver.bodies[0]["text"] == "Afterword reaches this channel."


@pytest.mark.parametrize(
    ("kind", "status", "found"),
    [
        ("discord", 204, lambda told: told["embeds"][0]["title"]),
        ("teams", 202, lambda told: told["attachments"][0]["contentType"]),
        ("pagerduty", 202, lambda told: told["routing_key"]),
    ],
)
def test_a_test_message_reaches_every_kind(data, receiver, kind, status, found):
    """In its own form, by its own address or key; the answer is printed."""
    table = {"name": "ops", "kind": kind, "events": ["alert.opened"]}
    where = (
        {"url": receiver.url, "secret_env": "OPS"} if kind == "pagerduty" else {"url_env": "OPS"}
    )
    secret = "r" * 32 if kind == "pagerduty" else receiver.url
    write_channels(data, table | where)
    receiver.answer(status, body=b"")

    told = answer("channels", "test", "ops", "--data", data, OPS=secret)

    assert told == {"channel": "ops", "ok": True, "told": f"status {status}", "body": ""}
    assert found(receiver.bodies[0]) in (
        "Afterword reaches this channel\\.",
        "application/vnd.microsoft.card.adaptive",
        "r" * 32,
    )


def test_a_test_message_is_a_mail(data):
    """The mail server's answer is printed, good or bad; its password is not."""
    office = PostOffice()
    office.answers = ["250 queued as 7", "554 no spam please"]
    write_channels(data, mailbox())
    url = f"smtp://127.0.0.1:{office.port}"

    told = answer("channels", "test", "post", "--data", data, MAIL_URL=url)
    refused = answer("channels", "test", "post", "--data", data, expect=1, MAIL_URL=url)
    office.close()

    assert told == {"channel": "post", "ok": True, "told": "status 250", "body": "queued as 7"}
    assert (refused["told"], refused["body"]) == ("SMTP 554", "no spam please")
    assert office.mails[0][1]["subject"] == "Afterword reaches this channel."


@pytest.mark.parametrize("name", ["crm", "nobody"])
def test_what_cannot_be_tested_is_named(data, receiver, name):
    """A variable that is missing, a channel that is not there."""
    write_channels(data, hook(receiver))

    told = afterword("channels", "test", name, "--data", data, expect=2).stderr.decode()

    assert ("CRM_SECRET" if name == "crm" else "nobody") in told
    assert receiver.requests == []


def test_what_was_given_up_is_sent_again(house, receiver):
    """All of it, or one by its id; then it goes out under the same id."""
    _, courier = _rated(house, receiver, hook(receiver))
    receiver.answer(410)
    courier.run_once()
    (dead,) = outbox_rows(house.journal)

    by_id = answer("webhooks", "replay", dead.id, "--data", house.data_dir)
    again = answer("webhooks", "replay", "--dead", "--data", house.data_dir, expect=1)
    _, other = couriers_of(house, receiver, hook(receiver))
    house.clock.us = max(house.clock.us, outbox_rows(house.journal)[0].due_us)
    other.run_once()

    assert (by_id, again) == ({"put_back": 1}, {"put_back": 0})
    assert receiver.ids == [dead.id, dead.id]
    assert outbox_rows(house.journal)[0].state == "delivered"


def test_the_history_says_what_became_of_each(house, receiver):
    """What was given up and why, what waits until when, what arrived; by state, by channel."""
    gone = Receiver()
    gone.answer(410)
    receiver.answer(500)
    _, courier = _rated(house, receiver, hook(gone), team())
    courier.run_once()
    gone.close()
    house.take(*talk("c-2"), rating("negative", "c-2", reason="slow"))
    house.clock.move(6)
    while courier.run_once():
        pass

    rows = answer("webhooks", "list", "--data", house.data_dir)["notices"]
    dead = answer("webhooks", "list", "--state", "dead", "--data", house.data_dir)["notices"]
    one = answer("webhooks", "list", "--channel", "team", "--limit", "1", "--data", house.data_dir)
    words = afterword("webhooks", "list", "--data", house.data_dir).stdout.decode()

    assert sorted((row["channel"], row["state"], row["attempts"]) for row in rows) == [
        ("crm", "dead", 1),
        ("team", "delivered", 1),
        ("team", "delivered", 2),
    ]
    assert [(row["channel"], row["subject"], row["last_error"]) for row in dead] == [
        ("crm", "c-1~1", "status 410")
    ]
    assert dead[0]["next_attempt"] is None
    assert [row["subject"] for row in one["notices"]] == ["c-2~1"]
    assert "dead  crm  rating.created  c-1~1  1 attempt, the last that failed: status 410" in words


def test_the_history_says_when_it_is_tried_again(house, receiver):
    """While it waits."""
    _, courier = _rated(house, receiver, hook(receiver))
    receiver.answer(500)
    courier.run_once()

    (row,) = answer("webhooks", "list", "--state", "waiting", "--data", house.data_dir)["notices"]

    assert (row["state"], row["last_error"], row["ended"]) == ("waiting", "status 500", None)
    assert row["next_attempt"].startswith("2026-03-03T12:00:0")


def test_an_empty_history_is_no_error(house):
    """And says so."""
    told = afterword("webhooks", "list", "--data", house.data_dir).stdout.decode()

    assert told == "Nothing of that in the last 30 days.\n"


def _rated(house: House, receiver, *tables):
    from afterword.intake import Intake  # noqa: PLC0415  # one line

    book, courier = couriers_of(house, receiver, *tables)
    house.intake = Intake(house.journal, clock=house.clock, subscribers=lambda: book.subscribers)
    house.take(*talk(), rating("negative", reason="slow"))
    return book, courier
