"""Seeded session rows in day files, made a column at a time: a million take seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from afterword.history.schema import arrow_schema, write_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_DAY = date(2026, 7, 1)
_DAY_US = 86_400_000_000
_LEVELS = ("positive", "neutral", "negative")
_SHARES = (0.65, 0.25, 0.10)
_RATED = 0.3
_SHOWN = 0.7


def day_tables(n_rows: int, n_days: int, seed: int = 1) -> Iterator[tuple[date, pa.Table]]:
    """Make one table a day; a fifth as many people as sessions come back all the time."""
    rng = np.random.default_rng(seed)
    for number in range(n_days):
        first, last = n_rows * number // n_days, n_rows * (number + 1) // n_days
        day = FIRST_DAY + timedelta(days=number)
        yield day, _table(rng, day, np.arange(first, last), n_rows // 5)


def write_days(directory: Path, n_rows: int, n_days: int, seed: int = 1) -> None:
    """Write the day files of project ``default``."""
    for day, table in day_tables(n_rows, n_days, seed):
        write_day(directory, "default", day, table)


def _table(rng: np.random.Generator, day: date, numbers: np.ndarray, n_people: int) -> pa.Table:
    n = len(numbers)
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1_000_000)
    opened = midnight + np.sort(rng.integers(0, _DAY_US, n))
    people = rng.integers(0, n_people, n)
    keys = np.random.default_rng(7).integers(-(2**63), 2**63, n_people)[people]
    is_rated = rng.random(n) < _RATED
    is_unasked = is_rated & (rng.random(n) < 0.1)  # noqa: PLR2004  # a tenth opens the form by hand
    is_shown = (is_rated & ~is_unasked) | (rng.random(n) < _SHOWN)
    levels = np.array(_LEVELS, dtype=object)[rng.choice(3, n, p=_SHARES)]
    conversations = [f"c-{number:08d}" for number in numbers]
    given = {
        "project": pa.array(["default"] * n),
        "environment": pa.array(["production"] * n),
        "session_id": pa.array([f"{name}~1" for name in conversations]),
        "conversation_id": pa.array(conversations),
        "day": pa.array([day] * n),
        "opened_at": opened,
        "last_at": opened + 240_000_000,
        "closed_at": pa.array(opened + 2_040_000_000),
        "user_id": pa.array([f"u-{person}" for person in people]),
        "person": pa.array([f"u:u-{person}" for person in people]),
        "person_key": keys,
        "release": pa.array(np.array(["v41", "v42", "v43"], dtype=object)[rng.choice(3, n)]),
        "use_case": pa.array(np.array(["billing", "setup", None], dtype=object)[rng.choice(3, n)]),
        "n_user": rng.integers(1, 9, n),
        "n_agent": rng.integers(1, 9, n),
        "user_words": rng.integers(5, 400, n),
        "agent_words": rng.integers(5, 900, n),
        "duration_s": rng.random(n) * 900,
        "n_asks": is_shown,
        "n_shown": is_shown,
        "n_answered": is_rated & ~is_unasked,
        "trigger": pa.array(np.where(is_unasked, "user_opened", "inactivity").astype(object)),
        "rating": pa.array(np.where(is_rated, levels, None)),
        "rated_at": pa.array(opened + 300_000_000, mask=~is_rated),
        "is_unasked": is_unasked,
    }
    columns = [_column(field, given.get(field.name), n) for field in arrow_schema()]
    return pa.Table.from_arrays(columns, schema=arrow_schema())


def _column(field: pa.Field, values: object, n: int) -> pa.Array:
    if values is not None:
        return pa.array(values).cast(field.type)
    if pa.types.is_boolean(field.type) or field.name.startswith("n_"):
        return pa.array(np.zeros(n, dtype=np.int8)).cast(field.type)
    if pa.types.is_list(field.type) or pa.types.is_map(field.type):
        return pa.array([[]] * n, type=field.type)
    return pa.nulls(n, field.type)
