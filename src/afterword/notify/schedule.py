"""When a notice that failed is tried again, and when it is given up."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND_US
DAY_US: Final = 24 * HOUR_US
# Seconds to wait after each failed attempt: the example of the specification, 75 hours in all.
DELAYS: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER: Final = 0.2  # at most so much longer, so that what failed together is not tried together
RETRY_AFTER_MOST_US: Final = DAY_US
# Longer than every delay at its longest: what waits as long waits for a channel that is not there.
GIVE_UP_US: Final = 5 * DAY_US
KEPT_US: Final = 30 * DAY_US


def next_try_us(
    attempts: int, now_us: int, random: Callable[[], float], retry_after_us: int | None = None
) -> int | None:
    """Give the time of the next attempt.

    Args:
        attempts: How many have failed, at least 1.
        now_us: Server time.
        random: Gives numbers in [0, 1).
        retry_after_us: The receiver's own wish, from now; it is never tried earlier.

    Returns:
        The time, or None where it is given up.
    """
    if attempts > len(DELAYS):
        return None
    delay_us = DELAYS[attempts - 1] * (1 + JITTER * random()) * SECOND_US
    return now_us + max(round(delay_us), retry_after_us or 0)


def read_retry_after(header: str | None, now_us: int) -> int | None:
    """Read ``Retry-After``: seconds or a date; give microseconds from now, at most a day."""
    if header is None:
        return None
    header = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", header):
        wait_us = int(header) * SECOND_US
    else:
        try:
            date = parsedate_to_datetime(header)
        except ValueError:
            return None
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        wait_us = round(aware.timestamp() * SECOND_US) - now_us
    return min(max(wait_us, 0), RETRY_AFTER_MOST_US)
