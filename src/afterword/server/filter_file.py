"""``filters.toml``: filters with names, read again when the file changes."""

from __future__ import annotations

import logging
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import InputError, SetupError
from afterword.history.filters import Filter
from afterword.history.named_filters import parse_where

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.history.named_filters import Named, Pair

LOG: Final = logging.getLogger(__name__)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_BYTES: Final = 1 << 20
Stamp = tuple[int, int, int] | None


def read_filters(path: Path) -> Named:
    """Read the named filters of a file; none where there is no file.

    Raises:
        SetupError: Names the file and everything that is wrong with it.
    """
    try:
        with path.open("rb") as file:
            told = tomllib.loads(file.read(_MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:  # not UTF-8 and not TOML are both of these
        raise SetupError(f"{path} cannot be read: {exc}.") from exc
    faults = [f"{name} is not known, only filters" for name in told if name != "filters"]
    found: dict[str, tuple[Pair, ...]] = {}
    tables = told.get("filters", {})
    if not isinstance(tables, dict):
        faults, tables = [*faults, "filters is no table"], {}
    for name, table in tables.items():
        try:
            found[name] = _filter(name, table)
        except InputError as error:
            faults.append(f"filters.{name}: {error.detail.removesuffix('.')}")
    if faults:
        raise SetupError(f"{path}: {'; '.join(faults)}.")
    return found


def _filter(name: str, table: Any) -> tuple[Pair, ...]:  # noqa: ANN401  # whatever TOML holds
    if not _NAME.fullmatch(name):
        raise InputError("a name has up to 64 letters of A-Z, a-z, 0-9, _ and -")
    pairs = table.get("where") if isinstance(table, dict) and set(table) == {"where"} else None
    if not isinstance(pairs, list) or not pairs or not all(isinstance(one, str) for one in pairs):
        raise InputError('it must hold where = ["key:value", …] and nothing else')
    return Filter(where=parse_where(pairs)).where


class FilterBook:
    """The named filters as they stand. A file that is wrong changes nothing, and the log says so.

    May be read from any thread: at worst two read the file at once.
    """

    def __init__(self, path: Path) -> None:
        """Take where the file lies; nothing is read yet."""
        self._path = path
        self._stamp: Stamp = None
        self._filters: Named = {}

    def filters(self) -> Named:
        """Give the filters, read again if the file has changed."""
        stamp = _stamp_of(self._path)
        if stamp != self._stamp:
            try:
                self._filters = read_filters(self._path)
            except SetupError as error:
                LOG.error("%s The filters stay as they were.", error.detail)  # noqa: TRY400  # ours
            self._stamp = stamp
        return self._filters


def _stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
