"""``experiments.toml``: how people are meant to be split over the arms of experiments."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from afterword.errors import InputError, SetupError
from afterword.server.project_files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.reports.report import Plans

_TABLE: Final = "experiments"


def read_plans(path: Path) -> Plans:
    """Read the planned splits of a file; none where there is no file.

    Raises:
        SetupError: Names the file and everything that is wrong with it.
    """
    if not path.exists():
        return {}
    told = read_table(path)
    faults = [f"{name} is not known, only {_TABLE}" for name in told if name != _TABLE]
    tables = told.get(_TABLE, {})
    if not isinstance(tables, dict):
        faults, tables = [*faults, f"{_TABLE} is no table"], {}
    found = {}
    for label, arms in tables.items():
        try:
            found[label] = _shares(arms)
        except InputError as error:
            faults.append(f"{_TABLE}.{label}: {error.detail}")
    if faults:
        raise SetupError(f"{path}: {'; '.join(faults)}.")
    return found


def _shares(arms: Any) -> dict[str, float]:  # noqa: ANN401  # whatever TOML holds
    if not isinstance(arms, dict) or len(arms) < 2:  # noqa: PLR2004  # nothing to split
        raise InputError("it must name two arms or more, each with its part")
    for arm, part in arms.items():
        is_number = isinstance(part, int | float) and not isinstance(part, bool)
        if not is_number or not isfinite(part) or part <= 0:
            raise InputError(f"the part of {arm} must be a number above 0")
    whole = sum(arms.values())
    return {arm: part / whole for arm, part in arms.items()}
