"""Hours of the day, where the user is, at which an ask is kept light."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

HOURS: Final = 24
WEEKEND: Final = 5  # Saturday; weekdays count from Monday, 0
_DAYS: Final = {"workdays": (False,), "weekends": (True,), "every day": (False, True)}
_TOLD: Final = re.compile(r"(workdays|weekends|every day) (\d{1,2})-(\d{1,2})", re.ASCII)


class WhyLight(StrEnum):
    """Why an hour asks for less."""

    WORSE_RATINGS = "worse_ratings"
    FEW_SESSIONS = "few_sessions"
    SET = "set"  # by the operator


class LightHours(Struct, frozen=True):
    """Hours in a row of workdays or of weekends; ``end`` is not in it, and may lie over midnight.

    Over midnight each hour belongs to the day on which it lies: workdays 22-2 has Monday's first
    two hours, and not Saturday's.
    """

    is_weekend: bool
    start: int
    end: int
    why: WhyLight = WhyLight.SET

    def holds(self, weekday: int, hour: int) -> bool:
        """Tell whether an hour lies within."""
        if (weekday >= WEEKEND) is not self.is_weekend:
            return False
        # 0-24 is the whole day, and so would be any hour to itself.
        return (hour - self.start) % HOURS < ((self.end - self.start - 1) % HOURS) + 1

    def __str__(self) -> str:
        """Write it as a policy file does."""
        return f"{'weekends' if self.is_weekend else 'workdays'} {self.start}-{self.end}"


def read_light_hours(told: str) -> tuple[LightHours, ...] | None:
    """Read hours as a policy file has them: ``workdays 22-6``; None where they are not."""
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    days, start, end = found.group(1), int(found.group(2)), int(found.group(3))
    if not (start < HOURS and 0 <= end <= HOURS and start != end):
        return None
    return tuple(LightHours(is_weekend, start, end) for is_weekend in _DAYS[days])
