"""channels.toml: everything wrong is named, with its channel and its field."""

from __future__ import annotations

import re

import pytest

from afterword.domain.events import Rating
from afterword.errors import SetupError
from afterword.journal.outbox import Topic
from afterword.notify.channels import Kind, read_channels
from notify_cast import mailbox, team, write_channels

HOOK = {
    "name": "crm",
    "kind": "webhook",
    "url": "https://crm.example/hook",
    "secret_env": "CRM_SECRET",
    "events": ["rating.created", "ask.ready"],
}


KEY = {"secret_env": "KEY"}


def without(table, field):
    """Leave a field out."""
    return {name: value for name, value in table.items() if name != field}


def alarm(kind, **more):
    """Make the table of a channel that hears of alerts."""
    return {"name": "ops", "kind": kind, "events": ["alert.opened"]} | more


def test_no_file_is_no_channel(tmp_path):
    """Nothing is sent until somebody says where."""
    assert read_channels(tmp_path / "channels.toml") == ()


def test_a_file_is_read(tmp_path):
    """With what a channel gets that says no more than it must."""
    path = write_channels(tmp_path, team(ratings=["negative", "neutral"]), HOOK)

    slack, hook = read_channels(path)

    assert (slack.kind, slack.url_env, slack.ratings) == (
        Kind.SLACK,
        "TEAM_URL",
        (Rating.NEGATIVE, Rating.NEUTRAL),
    )
    assert hook.events == (Topic.RATING_CREATED, Topic.ASK_READY)
    assert (hook.ratings, hook.environments, hook.project) == (
        tuple(Rating),
        ("production",),
        "default",
    )


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ([HOOK | {"colour": "red"}], 'channel "crm".*unknown field `colour`'),
        ([HOOK | {"events": ["rating.made"]}], r'channel "crm": events\[0\]:.*rating\.made'),
        ([HOOK | {"events": []}], 'channel "crm": events: at least one'),
        ([HOOK | {"ratings": ["bad"]}], r'channel "crm": ratings\[0\]'),
        ([HOOK | {"environments": []}], 'channel "crm": environments'),
        ([HOOK | {"kind": "fax"}], 'channel "crm": kind'),
        ([without(HOOK, "name")], "channel 1: .*`name`"),
        ([HOOK | {"name": "a b"}], 'channel "a b": name'),
        ([HOOK, HOOK], 'channel "crm": name: there is another'),
        ([without(HOOK, "url")], 'channel "crm": url: either'),
        ([HOOK | {"url_env": "X"}], 'channel "crm": url: either'),
        ([HOOK | {"url": "ftp://x"}], 'channel "crm": url: must be https'),
        ([HOOK | {"url": "https://me:pw@x.example"}], 'channel "crm": url: .*without a password'),
        ([without(HOOK, "secret_env")], 'channel "crm": secret_env: is missing'),
        ([HOOK | {"secret_env": "whsec_a/b="}], 'channel "crm": secret_env: must be the name'),
        ([team(url="https://hooks.example")], 'channel "team": url: Slack.s URL is a secret'),
        ([without(team(), "url_env")], 'channel "team": url_env: is missing'),
        ([team() | {"secret_env": "X"}], 'channel "team": secret_env: only webhooks'),
        ([alarm("email", url_env="U")], 'channel "ops": to: must be addresses.*sender: must be'),
        ([mailbox(to=["Ann <ann@x>"])], 'channel "post": to: must be'),
        *(
            ([mailbox(to=[address])], 'channel "post": to: must be')
            for address in ("ann@x.example\n", "a,b@x.example", "a..b@x.example", "ä@x.example")
        ),
        ([mailbox(sender="Afterword")], 'channel "post": sender: must be'),
        ([mailbox(url="smtp://me:hunter2@x")], 'channel "post": url: the mail server.s URL is'),
        (
            [mailbox(events=["rating.created"])],
            'channel "post": events: rating.created is not told to channels of kind email',
        ),
        ([team(to=["a@b.c"])], 'channel "team": to: only mails'),
        ([alarm("discord", url="https://x")], 'channel "ops": url: Discord.s URL is a secret'),
        ([alarm("teams")], 'channel "ops": url_env: is missing: .*the workflow.s URL'),
        ([alarm("pagerduty")], 'channel "ops": secret_env: is missing: .*integration key'),
        (
            [alarm("pagerduty", url_env="U") | KEY],
            'channel "ops": url_env: PagerDuty.s URL is no secret',
        ),
        (
            [alarm("discord", url_env="U", events=["rating.created"])],
            'channel "ops": events: rating.created is not told to channels of kind discord',
        ),
        (
            [alarm("pagerduty", events=["digest.ready"]) | KEY],
            'channel "ops": events: digest.ready is not told to channels of kind pagerduty',
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path, tables, told):
    """File, channel and field; a misplaced secret is not quoted."""
    path = write_channels(tmp_path, *tables)

    with pytest.raises(SetupError, match=rf"^{re.escape(str(path))}: .*{told}") as caught:
        read_channels(path)
    assert "whsec" not in caught.value.detail.replace("whsec_…", "")
    assert "hunter2" not in caught.value.detail


@pytest.mark.parametrize("text", ["[[channel]\n", "channel = 3\n", "[channels]\n", "\xff"])
def test_what_is_no_list_of_channels_is_refused(tmp_path, text):
    """TOML that is none, other tables, bytes that are no text."""
    path = tmp_path / "channels.toml"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(SetupError, match=re.escape(str(path))):
        read_channels(path)


def test_everything_wrong_is_told_at_once(tmp_path):
    """Two channels, two faults, one message."""
    path = write_channels(tmp_path, HOOK | {"events": []}, team(url="https://x"))

    with pytest.raises(SetupError, match=r'"crm": events.*"team": url'):
        read_channels(path)
