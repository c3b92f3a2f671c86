"""Discord, Teams, PagerDuty: what each is sent, in which nothing that a host wrote comes alive."""

from __future__ import annotations

import json
import re

import pytest

from afterword.notify import discord, pagerduty, teams
from afterword.notify.messages import Message
from afterword.notify.targets import Target
from notify_cast import alert, digest

TARGET = Target("https://hooks.example/x", (b"r" * 32,))
HOSTILE = "**b** [bank](https://evil.example) <@1> @everyone `x` | # > ~~s~~ \\_"


def sent(kind, message):
    """Give what a kind of channel is sent."""
    post = kind.compose(message, TARGET, 0)
    assert post.url == "https://hooks.example/x"
    return json.loads(post.body)


def texts(card):
    """Give the texts of a card, in order."""
    return [run["text"] for block in card["body"] for run in block["inlines"]]


def test_an_alert_in_discord():
    """A title, sentences and a link to the page; nobody is called."""
    told = sent(discord, alert())

    assert told == {
        "embeds": [
            {
                "title": "Negative ratings rose to 16 \\% in billing",
                "description": "Release v42 carries most of it\\.\n"
                "52 of 325 ratings\\, 9 \\% before\\.\n"
                "[Open in Afterword](https://aw.example/alerts/al_1)",
            }
        ],
        "allowed_mentions": {"parse": []},
    }


def test_nothing_in_discord_is_markup():
    """Before each mark stands the backslash that takes its meaning, and one is left after it."""
    (embed,) = sent(discord, alert(title=HOSTILE, summary=[HOSTILE], url=None))["embeds"]

    for told in (embed["title"], embed["description"]):
        assert re.sub(r"\\(.)", r"\1", told) == HOSTILE
        assert not re.search(r"[^\w\s\\]", re.sub(r"\\.", "", told))


def test_discord_is_never_sent_more_than_it_takes():
    """However much of it must be escaped."""
    message = alert(
        title="[" * 500, summary=["[" * 500] * 50, url="https://aw.example/" + "x" * 300
    )
    (embed,) = sent(discord, message)["embeds"]

    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4_096
    assert "\n…\n[Open" in embed["description"]


def test_an_alert_in_teams():
    """A card for a workflow: its title, sentences and a button."""
    told = sent(teams, alert())

    (attachment,) = told["attachments"]
    card = attachment["content"]
    assert (told["type"], attachment["contentType"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
    )
    assert texts(card) == [
        "Negative ratings rose to 16 % in billing",
        "Release v42 carries most of it.",
        "52 of 325 ratings, 9 % before.",
    ]
    assert card["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Open in Afterword",
            "url": "https://aw.example/alerts/al_1",
        }
    ]


def test_nothing_in_teams_is_markup():
    """Text runs have none, and nobody is named in the card's entities."""
    card = sent(teams, alert(title=HOSTILE, summary=[HOSTILE], url=None))["attachments"][0][
        "content"
    ]

    assert texts(card) == [HOSTILE, HOSTILE]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["msteams"] == {"width": "Full"}
    assert "actions" not in card


def test_teams_is_never_sent_more_than_it_takes():
    """28 kB, in letters of four bytes too."""
    post = teams.compose(alert(title="𝄞" * 500, summary=["𝄞" * 500] * 50), TARGET, 0)

    assert len(post.body) < 28_000


@pytest.mark.parametrize(
    ("message", "action"),
    [
        (alert(), "trigger"),
        (alert("alert.updated"), "trigger"),
        (alert("alert.resolved"), "resolve"),
    ],
)
def test_an_alert_is_one_incident(message, action):
    """From the trigger to the resolution under the alert's id."""
    told = sent(pagerduty, message)

    assert (told["event_action"], told["dedup_key"]) == (action, "al_1")
    assert told["routing_key"] == "r" * 32
    assert ("payload" in told) == (action == "trigger")


def test_a_trigger_says_what_happened():
    """What PagerDuty asks for, and the page."""
    told = sent(pagerduty, alert(project="shop"))

    assert told["payload"] == {
        "summary": "Negative ratings rose to 16 % in billing",
        "source": "afterword/shop",
        "severity": "warning",
        "timestamp": "2026-03-03T12:00:00Z",
        "class": "monitor",
        "custom_details": {
            "summary": "Release v42 carries most of it.\n52 of 325 ratings, 9 % before.\n"
            "Project shop."
        },
    }
    assert told["links"] == [
        {"href": "https://aw.example/alerts/al_1", "text": "Open in Afterword"}
    ]


@pytest.mark.parametrize(
    ("direction", "is_wanted"), [("worse", True), ("down", True), ("better", False), ("up", False)]
)
def test_nobody_is_called_for_good_news(direction, is_wanted):
    """It can wait until the morning."""
    assert pagerduty.is_wanted(alert(direction=direction)) is is_wanted


@pytest.mark.parametrize("kind", [discord, teams, pagerduty])
def test_a_test_message_is_told(kind):
    """In the form of an alert."""
    data = {"channel": "ops", "text": "Afterword reaches this channel."}
    message = Message(id="msg_1", type="channel.test", at_us=0, data=data)

    assert "Afterword reaches this channel" in kind.compose(message, TARGET, 0).body.decode()


@pytest.mark.parametrize("kind", [discord, teams])
def test_a_digest_is_told(kind):
    """In its plain words."""
    assert "Nothing moved" in kind.compose(digest(), TARGET, 0).body.decode()
