"""Channels as ``channels.toml`` names them: checked field by field, without any secret."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from afterword.domain.events import Rating
from afterword.errors import SetupError
from afterword.journal.outbox import Subscriber, Topic
from afterword.notify.kinds import Kind, kind_faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "channels.toml"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Channel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[channel]]`` of the file."""

    name: str
    kind: Kind
    events: tuple[Topic, ...]
    url: str | None = None
    url_env: str | None = None
    secret_env: str | None = None
    sender: str | None = None
    to: tuple[str, ...] = ()
    ratings: tuple[Rating, ...] = tuple(Rating)
    environments: tuple[str, ...] = ("production",)
    project: str = "default"

    @property
    def subscriber(self) -> Subscriber:
        """What it wants to be told of."""
        return Subscriber(
            name=self.name,
            project=self.project,
            topics=frozenset(self.events),
            ratings=frozenset(self.ratings),
            environments=frozenset(self.environments),
        )


def read_channels(path: Path) -> tuple[Channel, ...]:
    """Read the channels of a file; none where there is no file.

    Raises:
        SetupError: Names the file and, for everything that is wrong, the channel and its field.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as exc:  # not UTF-8 and not TOML are both of these
        raise SetupError(f"{path} cannot be read: {exc}") from exc
    tables = told.pop("channel", [])
    faults = [f"{name} is not known here: channels are [[channel]] tables" for name in told]
    if not isinstance(tables, list):
        tables, faults = [], [*faults, "channel must be written [[channel]]"]
    channels: list[Channel] = []
    for place, table in enumerate(tables, start=1):
        name = _called(table, place)
        try:
            channel = msgspec.convert(table, Channel)
        except msgspec.ValidationError as exc:
            faults.append(f"{name}: {_worded(exc)}")
            continue
        faults += [f"{name}: {fault}" for fault in _faults(channel)]
        faults += [
            f"{name}: name: there is another of this name"
            for other in channels
            if other.name == channel.name
        ]
        channels.append(channel)
    if faults:
        raise SetupError(f"{path}: {'; '.join(faults)}.")
    return tuple(channels)


def _called(table: Any, place: int) -> str:  # noqa: ANN401  # whatever the file holds
    name = table.get("name") if isinstance(table, dict) else None
    return (
        f'channel "{name}"' if isinstance(name, str) and name.isprintable() else f"channel {place}"
    )


def _worded(error: msgspec.ValidationError) -> str:
    # "Expected `str`, got `int` - at `$.url`" names the field last; people look for it first.
    told, _, where = str(error).partition(" - at `$")
    field = where.strip("`").lstrip(".")
    return f"{field}: {told}" if field else told


def _faults(channel: Channel) -> Iterator[str]:
    if not _NAME.fullmatch(channel.name):
        yield "name: at most 64 letters, digits, - and _"
    for field in ("events", "ratings", "environments"):
        if not getattr(channel, field):
            yield f"{field}: at least one is needed"
    for field in ("url_env", "secret_env"):
        value = getattr(channel, field)
        # What does not look like a variable may be the secret itself: it is not quoted.
        if value is not None and not _VARIABLE.fullmatch(value):
            yield f"{field}: must be the name of an environment variable, not its value"
    yield from kind_faults(channel)
