"""Secrets come from the environment, and are told to nobody."""

from __future__ import annotations

import base64

import pytest

from afterword.errors import SetupError
from afterword.notify.channels import read_channels
from afterword.notify.targets import target_of
from notify_cast import SECRET, mailbox, team, write_channels

HOOK = {"name": "crm", "kind": "webhook", "url_env": "CRM_URL", "secret_env": "CRM_SECRET"}


@pytest.fixture
def channel(tmp_path):
    """A webhook whose address is in the environment, too."""
    (found,) = read_channels(write_channels(tmp_path, HOOK | {"events": ["ask.ready"]}))
    return found


def test_address_and_keys_are_found(channel):
    """Several secrets may stand there while one is changed for another."""
    other = "whsec_" + base64.b64encode(b"n" * 24).decode()
    told = {"CRM_URL": "http://10.0.0.7:8080/hook", "CRM_SECRET": f"{SECRET} {other}"}

    target = target_of(channel, told)

    assert target.url == "http://10.0.0.7:8080/hook"
    assert target.keys == (b"k" * 32, b"n" * 24)
    assert repr(target) == "Target(…)"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"CRM_SECRET": SECRET}, "url_env: the variable CRM_URL is not set"),
        ({"CRM_URL": " ", "CRM_SECRET": SECRET}, "url_env: the variable CRM_URL is not set"),
        ({"CRM_URL": "hooks", "CRM_SECRET": SECRET}, "CRM_URL does not hold a URL"),
        ({"CRM_URL": "https://x"}, "secret_env: the variable CRM_SECRET is not set"),
        ({"CRM_URL": "https://x", "CRM_SECRET": "hunter2"}, "CRM_SECRET must hold whsec_"),
        ({"CRM_URL": "https://x", "CRM_SECRET": "whsec_c2hvcnQ="}, "24 to 64 bytes"),
        ({"CRM_URL": "https://x", "CRM_SECRET": "whsec_%%%"}, "24 to 64 bytes"),
    ],
)
def test_what_is_missing_is_named_and_not_quoted(channel, told, why):
    """Channel, field and variable; never what a variable holds."""
    with pytest.raises(SetupError) as caught:
        target_of(channel, told)

    assert caught.value.detail.startswith('channel "crm": ')
    assert why in caught.value.detail
    assert "hunter2" not in caught.value.detail


def test_slack_needs_no_secret(tmp_path):
    """Its address is the secret."""
    (found,) = read_channels(write_channels(tmp_path, team()))

    assert target_of(found, {"TEAM_URL": "https://hooks.example/T/B/x"}).keys == ()


def test_pagerduty_is_where_it_is(tmp_path):
    """Unless the file names another region; the key is what its variable holds."""
    table = {"kind": "pagerduty", "secret_env": "PD_KEY", "events": ["alert.opened"]}
    europe = {"name": "europe", "url": "https://events.eu.pagerduty.com/v2/enqueue"}
    path = write_channels(tmp_path, table | {"name": "us"}, table | europe)

    us, eu = (target_of(one, {"PD_KEY": "r" * 32}) for one in read_channels(path))

    assert (us.url, us.keys) == ("https://events.pagerduty.com/v2/enqueue", (b"r" * 32,))
    assert eu.url == europe["url"]


@pytest.mark.parametrize(
    "url",
    [
        "https://contoso.webhook.office.com/webhookb2/hunter2",
        "https://outlook.office.com/webhook/hunter2",
    ],
)
def test_a_connector_of_teams_is_refused(tmp_path, url):
    """It answers nobody any more; the message says what does, and does not quote it."""
    table = {"name": "ops", "kind": "teams", "url_env": "TEAMS", "events": ["alert.opened"]}
    (found,) = read_channels(write_channels(tmp_path, table))

    with pytest.raises(SetupError, match="make a workflow") as caught:
        target_of(found, {"TEAMS": url})
    assert "hunter2" not in caught.value.detail


@pytest.mark.parametrize(
    ("url", "is_right"),
    [
        ("smtps://me%40x.example:p%2Fw@mail.example", True),
        ("smtp://127.0.0.1:25", True),
        ("smtp://[::1]:25/", True),
        ("https://hunter2.example", False),
        ("smtp://me:hun@ter2@mail.example", False),
        ("smtp://hunter2@mail.example", False),
        ("smtp://mail.example:hunter2", False),
    ],
)
def test_a_mail_server_is_named_with_its_password_or_without(tmp_path, url, is_right):
    """And what is none is not quoted."""
    (found,) = read_channels(write_channels(tmp_path, mailbox()))

    if is_right:
        target = target_of(found, {"MAIL_URL": url})
        assert (target.url, target.to) == (url, ("ann@example.com",))
    else:
        with pytest.raises(SetupError, match="must hold smtps://user") as caught:
            target_of(found, {"MAIL_URL": url})
        assert "hunter2" not in caught.value.detail
