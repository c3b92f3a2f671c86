"""The kinds of channel, and what each needs to be told in ``channels.toml``."""

from __future__ import annotations

import re
from email.utils import parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from afterword.journal.outbox import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.notify.channels import Channel

_URL: Final = re.compile(r"https?://[^\s/@?#]+(/\S*)?")
# Dot-atoms of RFC 5322, section 3.2.3: what else may stand there is quoted, and nobody has it.
_ATOMS: Final = r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_ADDRESS: Final = re.compile(rf"{_ATOMS}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
# Many a day: they go where a machine reads, or where people asked for a line each.
_MANY: Final = frozenset((Topic.ASK_READY, Topic.RATING_CREATED))


class Kind(StrEnum):
    """How a channel is spoken to."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    EMAIL = "email"
    DISCORD = "discord"
    TEAMS = "teams"
    PAGERDUTY = "pagerduty"
    APPRISE = "apprise"


_SECRET_URLS: Final = {
    Kind.SLACK: "Slack's URL",
    Kind.EMAIL: "the mail server's URL",
    Kind.DISCORD: "Discord's URL",
    Kind.TEAMS: "the workflow's URL",
    Kind.APPRISE: "the Apprise URL",
}
_SECRETS: Final = {
    Kind.WEBHOOK: "the secret, whsec_…",
    Kind.PAGERDUTY: "the integration key",
}


def kind_faults(channel: Channel) -> Iterator[str]:
    """Say what a channel of its kind lacks, or has and must not; each with its field first."""
    yield from _url_faults(channel)
    yield from _secret_faults(channel)
    yield from _mail_faults(channel)
    yield from _event_faults(channel)


def _url_faults(channel: Channel) -> Iterator[str]:
    secret = _SECRET_URLS.get(channel.kind)
    if secret is not None:
        if channel.url is not None:
            yield f"url: {secret} is a secret: name the variable that holds it in url_env"
        elif channel.url_env is None:
            yield f"url_env: is missing: the variable that holds {secret}"
        return
    if channel.kind is Kind.WEBHOOK and (channel.url is None) == (channel.url_env is None):
        yield "url: either url or url_env is needed"
    if channel.kind is Kind.PAGERDUTY and channel.url_env is not None:
        yield "url_env: PagerDuty's URL is no secret: write it in url, or nothing"
    if channel.url is not None and not _URL.fullmatch(channel.url):
        yield "url: must be https://… or http://…, without a password"


def _secret_faults(channel: Channel) -> Iterator[str]:
    secret = _SECRETS.get(channel.kind)
    if secret is None and channel.secret_env is not None:
        yield "secret_env: only webhooks and PagerDuty have one"
    if secret is not None and channel.secret_env is None:
        yield f"secret_env: is missing: the variable that holds {secret}"


def _mail_faults(channel: Channel) -> Iterator[str]:
    if channel.kind is not Kind.EMAIL:
        for field in ("sender", "to"):
            if getattr(channel, field):
                yield f"{field}: only mails have one"
        return
    if not channel.to or not all(map(_ADDRESS.fullmatch, channel.to)):
        yield "to: must be addresses such as team@example.com"
    if not _ADDRESS.fullmatch(parseaddr(channel.sender or "")[1]):
        yield 'sender: must be an address, such as "Afterword <afterword@example.com>"'


def _event_faults(channel: Channel) -> Iterator[str]:
    unwanted = frozenset[Topic]()
    if channel.kind not in (Kind.WEBHOOK, Kind.SLACK):
        unwanted = _MANY
    if channel.kind is Kind.PAGERDUTY:
        unwanted |= {Topic.DIGEST_READY}
    for topic in channel.events:
        if topic in unwanted:
            yield f"events: {topic} is not told to channels of kind {channel.kind}"
