"""Apprise, in a process of its own: real messages to a service that takes JSON."""

from __future__ import annotations

import asyncio
import sys

import pytest

from afterword.errors import SetupError
from afterword.notify import apprise
from afterword.notify.channels import read_channels
from afterword.notify.sender import Sender
from afterword.notify.targets import Target, target_of
from notify_cast import SHORT, alert, digest, write_channels

TABLE = {"name": "all", "kind": "apprise", "url_env": "ALL_URL", "events": ["alert.opened"]}


def send(url, message, seconds=100.0):
    """Send one message; give the answer."""
    errand = apprise.compose(message, Target(url), 0)

    async def deliver():
        sender = Sender(seconds=seconds)
        async with sender.client() as client:
            return await sender.send(client, errand)

    return asyncio.run(deliver())


def test_an_alert_goes_through_apprise(receiver):
    """Its title, its sentences and its page, as plain text; what a host named calls nobody."""
    message = alert(summary=["Mostly @channel <!here> [bank](https://x)."])

    answer = send(f"json://127.0.0.1:{receiver.port}/hook", message)

    (told,) = receiver.bodies
    assert answer.is_success
    assert told["title"] == "Negative ratings rose to 16 % in billing"
    assert told["message"].splitlines() == [
        "Mostly ＠channel ＜!here＞ ［bank］(https://x).",  # noqa: RUF001  # look-alikes
        "https://aw.example/alerts/al_1",
    ]
    assert told["type"] == "warning"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (alert("alert.resolved"), "success"),
        (alert(direction="better"), "success"),
        (alert("alert.updated"), "warning"),
        (digest(), "info"),
    ],
)
def test_good_news_looks_like_it(message, kind):
    """Services show it in green."""
    assert apprise.compose(message, Target("json://x"), 0).type == kind


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("json://127.0.0.1:1/hunter2", "Apprise could not deliver it"),
        ("nosuchservice://hunter2", "Apprise knows no such URL"),
    ],
)
def test_what_apprise_does_not_deliver_has_failed(url, told, capfd, caplog):
    """Nobody hears the address, whatever Apprise has to say of it."""
    answer = send(url, alert())

    assert (answer.status, answer.told) == (None, told)
    assert "hunter2" not in caplog.text + "".join(capfd.readouterr())
    assert "hunter2" not in repr(apprise.compose(alert(), Target(url), 0))


def test_a_service_that_hangs_is_ended(receiver):
    """With its process."""
    receiver.answer(200, hold=True)

    assert send(f"json://127.0.0.1:{receiver.port}/hook", alert(), SHORT).told == "timed out"


def test_without_apprise_the_list_says_what_to_install(tmp_path, monkeypatch):
    """And does not quote the address."""
    (channel,) = read_channels(write_channels(tmp_path, TABLE))
    held = {"ALL_URL": "tgram://hunter2/1"}

    assert target_of(channel, held).url == held["ALL_URL"]
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(SetupError, match=r"pip install .afterword\[channels\]") as caught:
        target_of(channel, held)
    assert "hunter2" not in caught.value.detail
