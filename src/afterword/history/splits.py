"""What rows are split by: one dimension or period, or two of them joined by a comma."""

from __future__ import annotations

from typing import Final

from afterword.errors import InvalidField
from afterword.history.filters import PERIODS, check_name

_AT_MOST: Final = 2


def names_of(by: str) -> tuple[str, ...]:
    """Read what rows are split by.

    Args:
        by: ``release``, or ``release,channel``.

    Returns:
        One or two names, each a dimension, ``trait.<name>``, ``label.<name>`` or a period.

    Raises:
        InvalidField: One is none of these, there are more, or one stands there twice.
    """
    names = tuple(check_name(one.strip(), field="by", also=PERIODS) for one in by.split(","))
    if len(names) > _AT_MOST:
        raise InvalidField(f"by: at most {_AT_MOST} names, not {len(names)}.", field="by")
    if len(set(names)) < len(names):
        raise InvalidField(f"by: {names[0]!r:.80} stands there twice.", field="by")
    return names


def check_one(by: str) -> str:
    """Return a name that rows are split by alone.

    Raises:
        InvalidField: There are two; whether it is a dimension is not looked at.
    """
    if "," in by:
        raise InvalidField(f"by: one name, not {by!r:.80}.", field="by")
    return by


def is_periods(by: str) -> bool:
    """Tell whether rows are split by time alone, so that none of them points at a person."""
    return all(name in PERIODS for name in names_of(by))


def named(by: str) -> str:
    """Write it for a reader: ``release and channel``."""
    return " and ".join(one.strip() for one in by.split(","))
