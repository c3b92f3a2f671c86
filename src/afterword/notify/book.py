"""The channels as they stand: read again when their file changes, off when they are gone."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError
from afterword.notify.channels import Channel, read_channels
from afterword.notify.targets import Target, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.journal.outbox import Subscriber

LOG: Final = logging.getLogger(__name__)
Stamp = tuple[int, int, int] | None


class ChannelBook:
    """What ``channels.toml`` and the environment say, held in memory.

    One thread refreshes; any thread reads. A file that is wrong changes nothing: the channels that
    were there go on, and the log says what is wrong with it.
    """

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        """Read the file."""
        self._path = path
        self._environment = environment
        self._stamp: Stamp = (0, 0, 0)
        self._channels: tuple[Channel, ...] = ()
        self._gone: set[Channel] = set()
        self._targets: dict[str, Target] = {}
        self._subscribers: tuple[Subscriber, ...] = ()
        self.refresh()

    @property
    def subscribers(self) -> tuple[Subscriber, ...]:
        """What the channels that are on want to be told of; cheap."""
        return self._subscribers

    def refresh(self) -> None:
        """Read the file again if it has changed."""
        stamp = _stamp_of(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._channels = read_channels(self._path)
        except SetupError as error:
            LOG.error("%s The channels stay as they were.", error.detail)  # noqa: TRY400  # ours
            return
        self._gone.clear()
        self._targets = self._find_targets()
        self._subscribers = tuple(channel.subscriber for channel in self._channels)

    def open_channels(self) -> dict[str, Channel]:
        """Give the channels that can be sent to, by name."""
        return {
            channel.name: channel
            for channel in self._channels
            if channel.name in self._targets and channel not in self._gone
        }

    def target(self, channel: Channel) -> Target:
        """Give where an open channel leads."""
        return self._targets[channel.name]

    def close_channel(self, channel: Channel) -> None:
        """Turn off a channel whose receiver is gone, until the file changes or we start again."""
        if channel in self._gone:
            return
        self._gone.add(channel)
        self._subscribers = tuple(
            known.subscriber for known in self._channels if known not in self._gone
        )
        LOG.error(
            'Channel "%s" answered 410 Gone: nothing more is sent to it until %s changes or the'
            " server starts again.",
            channel.name,
            self._path,
        )

    def _find_targets(self) -> dict[str, Target]:
        found: dict[str, Target] = {}
        for channel in self._channels:
            try:
                found[channel.name] = target_of(channel, self._environment)
            except SetupError as error:
                LOG.error("%s Nothing is sent to it.", error.detail)  # noqa: TRY400  # ours
        return found


def _stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
