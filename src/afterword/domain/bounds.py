"""What may be set about asking: each setting's unit, bounds and meaning."""

from __future__ import annotations

from typing import Final, NamedTuple


class Bound(NamedTuple):
    """One setting: from ``low`` to ``high``, both included, in this unit."""

    unit: str
    low: float
    high: float
    means: str

    def holds(self, value: object, *, is_whole: bool = False) -> bool:
        """Tell whether a value is a number within."""
        if isinstance(value, bool) or not isinstance(value, int if is_whole else (int, float)):
            return False
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """Write what is allowed."""
        span = f"{self.low:g} to {self.high:.10g}" if self.low < self.high else f"{self.low:g}"
        return f"{span} ({self.unit})"


BOUNDS: Final = {
    "session_gap": Bound("seconds", 60, 86_400, "silence after which a session closes"),
    "session_cap": Bound("seconds", 3_600, 604_800, "age at which a session closes"),
    "settles_after": Bound(
        "seconds", 3_600, 7_776_000, "closed sessions take late ratings so long"
    ),
    "idle_after": Bound("seconds", 30, 86_400, "silence after which a session is asked about"),
    "closing_threshold": Bound("probability", 0.05, 1, "from which on a message closes the talk"),
    "return_within": Bound("seconds", 0, 604_800, "after a session ended unasked, a visit asks"),
    "learns": Bound(
        "true or false", 0, 1, "whether silence, thresholds and light hours are learnt"
    ),
    "idle_least": Bound("seconds", 30, 86_400, "no silence shorter than this is learnt"),
    "resumed_most": Bound("share", 0.001, 0.5, "of sessions asked after silence that may go on"),
    "closing_withdrawn_most": Bound(
        "share", 0.001, 1, "of asks after a closing message that may be withdrawn"
    ),
    "inactivity_withdrawn_most": Bound(
        "share", 0.001, 1, "of asks after silence that may be withdrawn"
    ),
    "light_hours": Bound("hours", 0, 24, "asks are kept light, as in workdays 22-6; learnt"),
    "asks_per_day": Bound("asks", 0, 10, "most asks to one person in 24 hours"),
    "asks_per_week": Bound("asks", 0, 40, "most asks to one person in 7 days"),
    "ask_lives": Bound("seconds", 60, 86_400, "an ask that nobody was shown expires after this"),
    "may_stop_after": Bound("dismissals", 0, 2, 'until "Don\'t ask me again" is offered'),
    "sessions_left_alone": Bound("sessions", 1, 50, "sessions left alone after an unanswered ask"),
    "back_off": Bound("chance each", 0.01, 1, "chance after 1, 2, 3 … unanswered asks"),
    "skip_share": Bound("share", 0, 0.5, "left out at random to see what asking costs"),
    "skip_least_per_week": Bound(
        "sessions", 50, 1_000_000, "sessions a week below which none is left out"
    ),
    "eligible_per_week": Bound(
        "sessions", 0, 1_000_000_000, "sessions a week that may be asked about; learnt"
    ),
    "change_window": Bound("seconds", 0, 86_400, "a rating may be changed for this long"),
    "reason_words": Bound("words", 30, 30, "most words of a reason; every text says so"),
    "events_kept_days": Bound("days", 1, 3_650, "events are deleted after this"),
}
# Kept from version to version where the file does not name them.
LEARNT: Final = ("eligible_per_week", "learnt")
# What is learnt moves these, unless the file names them.
MOVED: Final = ("idle_after", "closing_threshold", "light_hours", "eligible_per_week")
