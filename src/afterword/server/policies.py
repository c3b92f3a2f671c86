"""Policy files: read when they change, kept as new versions in the journal, which is the truth."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from afterword.domain.policy_file import policy_of
from afterword.errors import SetupError
from afterword.journal.projects import change_policy
from afterword.server.project_files import Stamp, project_files, read_table, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from afterword.domain.policy import Policy
    from afterword.intake.clock import Clock
    from afterword.journal import Journal

LOG: Final = logging.getLogger(__name__)


def read_policy(path: Path, current: Policy) -> Policy:
    """Read a policy file.

    Args:
        path: The file, TOML.
        current: The policy in force; its version and what was learnt stay.

    Raises:
        SetupError: Names the file and everything that is wrong with it.
    """
    told = read_table(path)
    try:
        return policy_of(told, current)
    except SetupError as error:
        raise SetupError(f"{path}: {error.detail}.") from error


class PolicyBook:
    """Keeps the journal's policies as the files say; a file that is wrong changes nothing.

    Without a file the journal's policy stays as it is.
    """

    def __init__(
        self,
        path: Path,
        journal: Journal,
        clock: Clock,
        on_faults: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Take where the files lie; nothing is read before ``refresh``.

        Args:
            path: The file of the project ``default``.
            journal: Where versions are kept.
            clock: Server time.
            on_faults: Told the number of files that are wrong after every change.
        """
        self._path, self._journal, self._clock = path, journal, clock
        self._on_faults = on_faults
        self._stamps: dict[Path, Stamp] = {}
        self._wrong: set[Path] = set()

    def refresh(self) -> None:
        """Read the files that have changed, and make new versions of what they changed."""
        files = project_files(self._path)
        for path in self._stamps.keys() - files.values():
            del self._stamps[path]
            self._note(path, is_wrong=False)
        for project, path in files.items():
            stamp = stamp_of(path)
            if stamp is not None and stamp != self._stamps.get(path):
                self._stamps[path] = stamp
                self._take(project, path)

    def _take(self, project: str, path: Path) -> None:
        try:
            with self._journal.write() as connection:
                policy, is_new = change_policy(
                    connection, project, partial(read_policy, path), self._clock.now_us()
                )
        except SetupError as error:
            LOG.error("%s The policy stays as it was.", error.detail)  # noqa: TRY400  # ours
            self._note(path, is_wrong=True)
            return
        except Exception:
            del self._stamps[path]  # the journal could not be written: the next look tries again
            raise
        self._note(path, is_wrong=False)
        if is_new:
            LOG.warning("Policy %d of project %s comes from %s.", policy.version, project, path)

    def _note(self, path: Path, *, is_wrong: bool) -> None:
        (self._wrong.add if is_wrong else self._wrong.discard)(path)
        self._on_faults(len(self._wrong))
