"""Where a channel leads and what it is signed with: secrets, read from the environment only."""

from __future__ import annotations

import base64
import binascii
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.errors import SetupError
from afterword.notify import pagerduty
from afterword.notify.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.notify.channels import Channel

PREFIX: Final = "whsec_"
_LEAST, _MOST = 24, 64  # bytes of a secret, by the specification
_URL: Final = re.compile(r"https?://[^\s/?#]+\S*")
_URLS: Final = {
    Kind.EMAIL: re.compile(
        r"smtps?://([^\s/?#@:]+:[^\s/?#@]+@)?"
        r"([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?/?"
    ),
    Kind.APPRISE: re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+"),
}
_WANTED: Final = {Kind.EMAIL: "must hold smtps://user:password@host or smtp://host:25"}
# Connectors of Teams, which Microsoft has ended; workflows stand in their place.
_ENDED: Final = re.compile(r"https?://([^/]+\.webhook\.office\.com|outlook\.office\.com)/.*")


class Target(Struct, frozen=True):
    """An address, with keys or people where its kind has them; never shown anywhere."""

    url: str
    keys: tuple[bytes, ...] = ()
    sender: str | None = None
    to: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Tell nothing: a log may print any value."""
        return "Target(…)"


def target_of(channel: Channel, environment: Mapping[str, str]) -> Target:
    """Find where a channel leads.

    Args:
        channel: As the file names it.
        environment: Usually ``os.environ``.

    Raises:
        SetupError: A variable is missing or holds something else; never says what it holds.
    """
    url = _url_of(channel, environment)
    if channel.secret_env is None:
        return Target(url, sender=channel.sender, to=channel.to)
    held = _variable(channel, "secret_env", channel.secret_env, environment)
    if channel.kind is Kind.PAGERDUTY:
        return Target(url, (held.encode(),))
    keys = tuple(_key(one) for one in held.split())
    if None in keys:
        raise _wrong(
            channel,
            "secret_env",
            channel.secret_env,
            f"must hold {PREFIX} and the base64 of {_LEAST} to {_MOST} bytes",
        )
    return Target(url, tuple(key for key in keys if key is not None))


def _url_of(channel: Channel, environment: Mapping[str, str]) -> str:
    if channel.url_env is None:
        return channel.url or pagerduty.URL
    url = _variable(channel, "url_env", channel.url_env, environment)
    if not _URLS.get(channel.kind, _URL).fullmatch(url):
        why = _WANTED.get(channel.kind, "does not hold a URL")
        raise _wrong(channel, "url_env", channel.url_env, why)
    if channel.kind is Kind.TEAMS and _ENDED.fullmatch(url):
        why = "holds the URL of a connector, which Microsoft has ended: make a workflow"
        raise _wrong(channel, "url_env", channel.url_env, why)
    if channel.kind is Kind.APPRISE and find_spec("apprise") is None:
        why = 'is for Apprise, which is not here: pip install "afterword[channels]"'
        raise _wrong(channel, "url_env", channel.url_env, why)
    return url


def _variable(channel: Channel, field: str, name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise _wrong(channel, field, name, "is not set")
    return value


def _wrong(channel: Channel, field: str, name: str, why: str) -> SetupError:
    return SetupError(f'channel "{channel.name}": {field}: the variable {name} {why}.')


def _key(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        return None
    return key if _LEAST <= len(key) <= _MOST else None
