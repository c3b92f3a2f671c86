"""A file that people write, read again when it changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from afterword.errors import SetupError
from afterword.server.project_files import Stamp, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG: Final = logging.getLogger(__name__)
T = TypeVar("T")


class FileBook(Generic[T]):
    """What a file says as it stands. One that is wrong changes nothing, and the log says so.

    May be read from any thread: at worst two read the file at once.
    """

    def __init__(self, path: Path, read: Callable[[Path], T], empty: T) -> None:
        """Take where the file lies; nothing is read yet.

        Args:
            path: The file.
            read: Reads it; gives ``empty`` without one, raises SetupError where it is wrong.
            empty: What holds before there is one.
        """
        self._path, self._read, self._held = path, read, empty
        self._stamp: Stamp | None = None

    def held(self) -> T:
        """Give what the file says, read again if it has changed."""
        stamp = stamp_of(self._path)
        if stamp != self._stamp:
            try:
                self._held = self._read(self._path)
            except SetupError as error:
                LOG.error("%s What it said before still holds.", error.detail)  # noqa: TRY400  # ours
            self._stamp = stamp
        return self._held
