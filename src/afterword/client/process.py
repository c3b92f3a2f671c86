"""What a process does to the SDK: it forks, and it ends."""

from __future__ import annotations

import atexit
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakSet

from afterword.client.limits import EXIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable


class Renewable(Protocol):
    """Something whose locks and threads a forked child cannot use."""

    def renew(self) -> None:
        """Begin anew in a forked child: a lock may have been held as the process forked."""


class Finishable(Protocol):
    """Something that has work left when the process ends."""

    def finish(self, timeout: float) -> None:
        """Do what is left, within a time."""


_RENEWED: Final[WeakSet[Renewable]] = WeakSet()
_FINISHED: Final[WeakSet[Finishable]] = WeakSet()


def renew_after_fork(thing: Renewable) -> None:
    """Have something renewed in every forked child, for as long as it lives."""
    _RENEWED.add(thing)


def finish_at_exit(thing: Finishable) -> None:
    """Have something finished when the process ends; all together get ``EXIT_SECONDS``."""
    _FINISHED.add(thing)


def _renew_all() -> None:
    for thing in list(_RENEWED):
        thing.renew()
    # Children of multiprocessing end without ``atexit``, by finalizers of their own; which they
    # forget as they begin, before they do what was registered for then.
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(_finish_all, _finish_as_finalizer)


def _finish_as_finalizer(finish: Callable[[], None]) -> None:
    sys.modules["multiprocessing.util"].Finalize(None, finish, exitpriority=0)


def _finish_all() -> None:
    deadline = time.monotonic() + EXIT_SECONDS
    for thing in list(_FINISHED):
        with suppress(Exception):  # a host's exit is its own
            thing.finish(deadline - time.monotonic())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
atexit.register(_finish_all)
