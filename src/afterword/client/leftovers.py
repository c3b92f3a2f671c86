"""What processes that died left in the spool: taken over by one of those that live."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.client.backlog import MAX_EVENT_BYTES
from afterword.client.claims import claim, let_go
from afterword.client.limits import MAX_SPOOL_BYTES, SPOOL_KEEPS_SECONDS
from afterword.client.spool import SUFFIX, remove

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.client.ledger import Ledger

_ASIDE: Final = ".corrupt"
_MIB: Final = 1_048_576


class _Spooled(Struct):
    id: str
    type: str


_DECODE: Final = msgspec.json.Decoder(_Spooled).decode


def leftovers(folder: Path, destination: str, ledger: Ledger) -> Iterator[list[bytes]]:
    """Give what dead processes have not sent, oldest first, a request's worth at a time.

    Each is removed when the next is asked for, so who asks must have sent it; whoever stops in
    between leaves the rest to the next process.

    Raises:
        OSError: The folder cannot be read, or what was sent not be removed.
    """
    for home in _homes(folder):
        if home.name.split("-")[1] != destination or (handle := claim(home)) is None:
            continue
        try:
            for path in sorted(home.glob(f"*{SUFFIX}")):
                events, rest = _read(path)
                if events:
                    yield events
                if rest:
                    _set_aside(path, rest, ledger)
                path.unlink()
            home.rmdir()
        finally:
            let_go(handle)


def trim(folder: Path, destination: str, ledger: Ledger) -> None:
    """Remove what nobody will send, and the oldest where the folder holds too much.

    Only what no living process holds goes. What was told to another server or key is none of
    ours, but users' words must not lie about for ever: it goes when no server would take it.
    """
    sizes = {home: _size(home) for home in _homes(folder)}
    too_much = sum(sizes.values()) - MAX_SPOOL_BYTES
    long_ago = time.time() - SPOOL_KEEPS_SECONDS
    for path in folder.glob(f"*{_ASIDE}"):
        with suppress(OSError):
            if path.stat().st_mtime < long_ago:
                path.unlink()
    for home, size in sizes.items():
        is_stale = home.name.split("-")[1] != destination and _changed(home) < long_ago
        if (too_much > 0 or is_stale) and (handle := claim(home)) is not None:
            try:
                ledger.count(dropped=_remove_home(home))
            finally:
                let_go(handle)
            too_much -= size
            ledger.say_once(
                "spool trimmed",
                "Afterword's spool held more than %d MiB, or what is %d days old and of another"
                " key: the oldest is dropped and counted in client.stats.",
                MAX_SPOOL_BYTES // _MIB,
                SPOOL_KEEPS_SECONDS // 86_400,
            )


def _homes(folder: Path) -> list[Path]:
    # When it began, where it sends to, chance: in the order of time.
    return sorted(path for path in folder.glob("*-*-*") if path.is_dir())


def _read(path: Path) -> tuple[list[bytes], list[bytes]]:
    """Give the events of a file, and what in it are none."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        is_regular = stat.S_ISREG(os.fstat(handle).st_mode)
        # One byte more than we ever write shows that it is not ours.
        data = file.read(MAX_EVENT_BYTES + 2) if is_regular else b""
    if len(data) > MAX_EVENT_BYTES + 1:
        return [], [data]
    *lines, torn = data.split(b"\n")  # the last one's call had not returned: it was never given
    events = [line for line in lines if _is_event(line)]
    rest = [line for line in lines if not _is_event(line)]
    if b"\0" in torn:  # what a machine that lost its power leaves
        rest.append(torn)
    return events, rest


def _is_event(line: bytes) -> bool:
    try:
        _DECODE(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _set_aside(path: Path, rest: list[bytes], ledger: Ledger) -> None:
    aside = path.parent.parent / f"{path.parent.name}-{path.stem}{_ASIDE}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(b"\n".join(rest))
    ledger.count(dropped=len(rest))
    ledger.say_once(
        "spool corrupt", "Afterword's spool has a file that cannot be read: see %s.", str(aside)
    )


def _remove_home(home: Path) -> int:
    """Remove a folder; give the number of events that went with it."""
    n_events = 0
    for path in home.glob(f"*{SUFFIX}"):
        with suppress(OSError):
            n_events += len(_read(path)[0])
        remove([path])
    with suppress(OSError):
        home.rmdir()
    return n_events


def _size(home: Path) -> int:
    n_bytes = 0
    for path in home.glob(f"*{SUFFIX}"):
        with suppress(OSError):  # sent and removed meanwhile
            n_bytes += path.stat().st_size
    return n_bytes


def _changed(home: Path) -> float:
    with suppress(OSError):
        return home.stat().st_mtime
    return time.time()
