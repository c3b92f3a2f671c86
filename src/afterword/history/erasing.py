"""Erasing a person everywhere: the journal, its files, the day files and what memory keeps."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from afterword.errors import JournalUnavailable
from afterword.journal import erasures

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from afterword.history.history import History
    from afterword.history.rewriter import Rewriter
    from afterword.journal import Journal
    from afterword.journal.erasures import Erasure

LOG: Final = logging.getLogger(__name__)
# The server that leads looks every few seconds; a reader of the journal is done sooner.
_PATIENCE_SECONDS: Final = 40.0
_LOOK_SECONDS: Final = 0.2


class Eraser:
    """Erases people of one data folder."""

    def __init__(
        self,
        journal: Journal,
        rewriter: Rewriter,
        now_us: Callable[[], int],
        history: History | None = None,
    ) -> None:
        """Take where people are.

        Args:
            journal: The truth.
            rewriter: Writes its day files.
            now_us: Server time.
            history: What answers from them, if anything here does.
        """
        self._journal = journal
        self._rewriter = rewriter
        self._now_us = now_us
        self._history = history

    def erase(self, project: str, person: str) -> Erasure:
        """Erase a person; when this returns no file holds what was erased.

        Args:
            project: The tenant.
            person: A user id, or ``c:<conversation_id>``.

        Raises:
            UnknownPerson: Nothing is held of the person, nor ever was.
            JournalUnavailable: It could not be done, or not to its end; the same again goes on.
        """
        done = erasures.erase(self._journal, project, person, self._now_us)
        until = time.monotonic() + _PATIENCE_SECONDS
        try:
            self._write_days(project, until)
        except OSError as exc:
            raise JournalUnavailable(
                f"The journal is done, but a day file cannot be written: {exc}. Erase again."
            ) from exc
        if self._history is not None:
            self._history.forget(project)
        _until(self._journal.forget, until, "somebody reads what the journal's log held")
        LOG.warning(
            "A person of %s was erased: %d sessions stay, of nobody.", project, done.kept.sessions
        )
        return done

    def _write_days(self, project: str, until: float) -> None:
        for _, day in self._unwritten(project):
            if not self._rewriter.rewrite(project, day):
                break
        _until(lambda: not self._unwritten(project), until, "the server that leads writes days")

    def _unwritten(self, project: str) -> list[tuple[str, date]]:
        with self._journal.read() as connection:
            return erasures.unwritten(connection, project)


def _until(is_done: Callable[[], bool], until: float, why: str) -> None:
    while not is_done():
        if time.monotonic() > until:
            raise JournalUnavailable(f"The erasure is not at its end: {why}. Erase again.")
        time.sleep(_LOOK_SECONDS)
