"""Arrays: what columns of places stand for, as Arrow keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def pick(
    values: Sequence[str | None], which: NDArray[Any], is_there: NDArray[np.bool_] | None = None
) -> pa.Array:
    """Give the value at each place; null where there is none."""
    mask = None if is_there is None else ~is_there
    told = [None if value is None else str(value) for value in values]
    return pa.array(told, pa.string()).take(pa.array(which.astype(np.int32), mask=mask))


def lists(values: Sequence[str | None], which: NDArray[Any]) -> pa.Array:
    """Give a list of the value at each place; an empty one where that is None."""
    held = pa.array([[] if value is None else [value] for value in values], pa.list_(pa.string()))
    return held.take(pa.array(which))


def maps(values: Sequence[dict[str, Any]], kind: pa.DataType | None = None) -> pa.Array:
    """Give maps; from text to text, or to values of a kind."""
    told = [list(one.items()) for one in values]
    return pa.array(told, pa.map_(pa.string(), kind or pa.string()))
