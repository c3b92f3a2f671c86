"""How high or low a share may be for all that is known: one-sided bounds for rules that act."""

from __future__ import annotations

from math import sqrt
from typing import Final

_Z: Final = 1.6448536269514722  # 95 % of a normal distribution lie below


def upper(n_found: int, n: int) -> float:
    """Give the share that it lies below with 95 % confidence; 1 where there is none to count.

    References: Wilson (1927), J. Amer. Stat. Assoc. 22, 209-212, one side.
    """
    return _bound(n_found, n, _Z) if n else 1.0


def lower(n_found: int, n: int) -> float:
    """Give the share that it lies above with 95 % confidence; 0 where there is none to count.

    References: Wilson (1927), J. Amer. Stat. Assoc. 22, 209-212, one side.
    """
    return _bound(n_found, n, -_Z) if n else 0.0


def _bound(n_found: int, n: int, z: float) -> float:
    share, z_squared = n_found / n, z * z
    middle = share + z_squared / (2 * n)
    wide = z * sqrt(share * (1 - share) / n + z_squared / (4 * n * n))
    return min(max((middle + wide) / (1 + z_squared / n), 0.0), 1.0)
