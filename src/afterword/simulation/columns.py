"""Columns: numpy arrays of equal length that are picked from and joined together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Columns:
    """A table whose every field is a column."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(getattr(self, fields(self)[0].name))

    def take(self, which: NDArray[Any] | slice) -> Self:
        """Pick rows by place, by truth, or a stretch of them."""
        return type(self)(**{one.name: getattr(self, one.name)[which] for one in fields(self)})

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give the rows one by one, as plain numbers by name."""
        names = [one.name for one in fields(self)]
        for row in zip(*(getattr(self, name).tolist() for name in names), strict=True):
            yield dict(zip(names, row, strict=True))

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Put tables one below the other."""
        return cls(
            **{
                one.name: np.concatenate([getattr(part, one.name) for part in parts])
                for one in fields(cls)
            }
        )
