"""The use cases of projects, as their files name them: ``use_cases.toml`` and its neighbours."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from afterword.domain.kinds import kinds_of
from afterword.domain.use_cases import UseCases
from afterword.errors import SetupError
from afterword.server.project_files import Stamp, project_files, read_table, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from afterword.domain.kinds import Kind
    from afterword.domain.use_cases import Classify

LOG: Final = logging.getLogger(__name__)


def read_use_cases(path: Path) -> UseCases:
    """Read the use cases of a file.

    Raises:
        SetupError: Names the file and everything that is wrong with it.
    """
    told = read_table(path)
    try:
        kinds = kinds_of(told)
    except SetupError as error:
        raise SetupError(f"{path}: {error.detail}.") from error
    return UseCases(kinds, _classifier(kinds))


def _classifier(kinds: tuple[Kind, ...]) -> Classify | None:
    if not any(kind.examples for kind in kinds):
        return None
    from afterword.reports.sorter import sorter_of  # noqa: PLC0415  # numpy: only for examples

    sorter = sorter_of(kinds)
    return sorter if callable(sorter) else None


class UseCaseBook:
    """Holds the use cases of every project in memory; a file that is wrong changes nothing.

    One thread refreshes, any thread reads.
    """

    def __init__(self, path: Path, on_faults: Callable[[int], object] = lambda _: None) -> None:
        """Take where the file of ``default`` lies; nothing is read before ``refresh``.

        Args:
            path: The file of the project ``default``.
            on_faults: Told the number of files that are wrong after every change.
        """
        self._path, self._on_faults = path, on_faults
        self._stamps: dict[str, Stamp | None] = {}
        self._known: dict[str, UseCases] = {}
        self._wrong: set[str] = set()

    def of(self, project: str) -> UseCases | None:
        """Give the use cases of a project; None where no file names any."""
        return self._known.get(project)

    def refresh(self) -> None:
        """Read the files that have changed."""
        files = project_files(self._path)
        for project in self._stamps.keys() - files.keys():
            del self._stamps[project]
            self._known.pop(project, None)
            self._note(project, is_wrong=False)
        for project, path in files.items():
            stamp = stamp_of(path)
            if stamp != self._stamps.get(project):
                self._stamps[project] = stamp
                self._take(project, path)

    def _take(self, project: str, path: Path) -> None:
        try:
            self._known[project] = read_use_cases(path)
        except SetupError as error:
            LOG.error("%s The use cases stay as they were.", error.detail)  # noqa: TRY400  # ours
            self._note(project, is_wrong=True)
        else:
            self._note(project, is_wrong=False)

    def _note(self, project: str, *, is_wrong: bool) -> None:
        (self._wrong.add if is_wrong else self._wrong.discard)(project)
        self._on_faults(len(self._wrong))
