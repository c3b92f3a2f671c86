"""One line in Slack, in which nothing that somebody wrote comes alive."""

from __future__ import annotations

import json

import pytest

from afterword.notify.messages import Message
from afterword.notify.slack import compose, line
from afterword.notify.targets import Target
from notify_cast import alert, digest

URL = "https://aw.example/sessions/c-1~1"


def rated(reason=None, rating="negative", url=URL, session_id="c-1~1"):
    """Make the message of a rating."""
    data = {"rating": rating, "reason": reason, "session_id": session_id, "url": url}
    return Message(id="msg_1", type="rating.created", at_us=0, data=data)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (rated("it kept looping"), f"not what I needed · “it kept looping” · <{URL}|session>"),
        (rated(), f"not what I needed · <{URL}|session>"),
        (rated(rating="positive", url=None), "helpful · session c-1~1"),
        (
            rated(rating="neutral", url=None, session_id="<!here>~1"),
            "okay · session &lt;!here&gt;~1",
        ),
    ],
)
def test_a_rating_is_one_line(message, told):
    """What was said, why if there is a why, and where to read on."""
    assert line(message) == told


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("<!channel> & <@U123>", "&lt;!channel&gt; &amp; &lt;\uff20U123&gt;"),
        ("@channel @here", "\uff20channel \uff20here"),
        ("<https://evil.example|your bank>", "&lt;https://evil.example|your bank&gt;"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
        ("one\ntwo\r\n\ttree", "one two   tree"),
        (
            "\u202egnol\u202c \u2066x\u2069 \x1b[31m\x00",
            "\ufffdgnol\ufffd \ufffdx\ufffd \ufffd[31m\ufffd",
        ),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ('=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
        ("לא עזר", "\u2068לא עזר\u2069"),
        ("x" * 100_000, "x" * 399 + "…"),
    ],
)
def test_a_hostile_reason_is_inert(reason, shown):
    """No mention, no link in disguise, no second line, no turned text."""
    assert line(rated(reason)) == f"not what I needed · “{shown}” · <{URL}|session>"


def test_an_ask_is_one_line():
    """Why the user is asked, and about which session."""
    data = {"trigger": "inactivity", "session_id": "c-1~1"}
    message = Message(id="msg_1", type="ask.ready", at_us=0, data=data)

    assert line(message) == "asked after a silence · session c-1~1"


def test_links_are_not_fetched():
    """A reason may hold an address, and nobody asked Slack to visit it."""
    post = compose(rated("see http://x.example"), Target("https://hooks.example"), 0)

    told = json.loads(post.body)
    assert told["text"].startswith("not what I needed")
    assert (told["unfurl_links"], told["unfurl_media"]) == (False, False)


def told(message):
    """Give the text that Slack is sent."""
    return json.loads(compose(message, Target("https://hooks.example"), 0).body)["text"]


def test_an_alert_is_a_title_its_sentences_and_a_link():
    """One a line; what a host called a use case is no link and no mention."""
    message = alert(title="Worse in <!channel> @here", summary=["Mostly <https://x|v42>."])

    assert told(message).splitlines() == [
        "Worse in &lt;!channel&gt; \uff20here",
        "Mostly &lt;https://x|v42&gt;.",
        "<https://aw.example/alerts/al_1|Open in Afterword>",
    ]


def test_a_digest_has_headings_and_points():
    """Words that lead somewhere do; nothing that somebody wrote is markup."""
    assert told(digest()).splitlines() == [
        "*Last week: 62 % helpful*",
        "No line is crossed.",
        "\N{BULLET} helpful 62 %",
        "",
        "*To read*",
        "\N{BULLET} <https://aw.example/s|&lt;b&gt;>",
        "<https://aw.example/digest|Open in Afterword>",
    ]
