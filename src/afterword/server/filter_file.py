"""``filters.toml``: filters with names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import InputError, SetupError
from afterword.history.filters import Filter
from afterword.history.named_filters import parse_where
from afterword.server.project_files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.history.named_filters import Named, Pair

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def read_filters(path: Path) -> Named:
    """Read the named filters of a file; none where there is no file.

    Raises:
        SetupError: Names the file and everything that is wrong with it.
    """
    if not path.exists():
        return {}
    told = read_table(path)
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
