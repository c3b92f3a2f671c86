"""Files of projects: ``policy.toml`` is of ``default``, ``policy.NAME.toml`` of another one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import SetupError
from afterword.journal.projects import DEFAULT

if TYPE_CHECKING:
    from pathlib import Path

_PROJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_BYTES: Final = 1 << 20
Stamp = tuple[int, int, int]


def project_files(path: Path) -> dict[str, Path]:
    """Find the files there are of one kind, by project.

    Args:
        path: Where that of the project ``default`` would lie.
    """
    beside = path.parent.glob(f"*{path.suffix}") if path.suffix else ()
    stem = f"{path.stem}."
    found = {
        one.stem.removeprefix(stem): one
        for one in beside
        if one.stem.startswith(stem) and _PROJECT.fullmatch(one.stem.removeprefix(stem))
    }
    if path.exists():
        found[DEFAULT] = path
    return dict(sorted(found.items()))


def read_table(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        SetupError: Names the file and why it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_MOST_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError) as exc:  # not UTF-8 and not TOML are both of these
        raise SetupError(f"{path} cannot be read: {exc}.") from exc


def stamp_of(path: Path) -> Stamp | None:
    """Give what changes whenever a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
