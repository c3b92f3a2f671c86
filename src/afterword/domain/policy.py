"""The ask policy: every number that decides when to ask, how long to wait and what to keep."""

from __future__ import annotations

from math import exp, log
from typing import Final

from msgspec import Struct

from afterword.domain.learnt import Learnt
from afterword.domain.light_hours import LightHours  # decoded
from afterword.domain.moments import THRESHOLD
from afterword.domain.texts import OwnTexts
from afterword.domain.zones import local_time

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
WEEK_US: Final = 7 * DAY_US

LIVE_AHEAD_US: Final = 5 * MINUTE_US
LIVE_BEHIND_US: Final = 7 * DAY_US

# One step of caution: a silence becomes a quarter longer; of a message that says that its writer
# has finished, the odds must be e^0.5 = 1.65 times as high.
LONGER: Final = 1.25
SURER: Final = 0.5
SUREST: Final = 0.98


class Policy(Struct, frozen=True, kw_only=True):
    """One version of the rules. A new version is a marker: numbers before and after may differ.

    Durations are seconds unless the name says otherwise; shares and chances lie in [0, 1].
    ``domain.bounds`` says what each means and how far it may be moved.
    """

    version: int = 1

    # Sessions.
    session_gap: int = 30 * 60
    session_cap: int = 24 * 3600
    settles_after: int = 7 * 86_400

    # Moments.
    idle_after: int = 5 * 60
    closing_threshold: float = THRESHOLD
    return_within: int = 24 * 3600

    # What is learnt of moments, at most once a week; see docs/explanation/silence.md.
    learns: bool = True
    idle_least: int = 60
    resumed_most: float = 0.02
    closing_withdrawn_most: float = 0.10
    inactivity_withdrawn_most: float = 0.05
    fixed: tuple[str, ...] = ()  # names that the operator has set: nothing learnt moves them
    learnt: Learnt = Learnt()

    # Hours at which an ask is kept light, where the user is; learnt unless the operator set them.
    light_hours: tuple[LightHours, ...] = ()

    # Respect.
    asks_per_day: int = 2
    asks_per_week: int = 6
    ask_lives: int = 10 * 60
    may_stop_after: int = 2
    sessions_left_alone: int = 1
    back_off: tuple[float, ...] = (1.0, 1 / 3, 1 / 7)

    # What asking costs is measured by leaving a random share alone, where there is enough traffic.
    skip_share: float = 0.10
    skip_least_per_week: int = 200
    eligible_per_week: int = 0  # learnt

    # Ratings.
    change_window: int = 10 * 60
    reason_words: int = 30

    # Keeping.
    events_kept_days: int = 90

    # The product's own words.
    texts: OwnTexts = {}

    @property
    def chance_of_asking(self) -> float:
        """The chance left after the random skip."""
        has_traffic = self.eligible_per_week >= self.skip_least_per_week
        return 1.0 - self.skip_share if has_traffic else 1.0

    def silence_of(self, channel: str | None, agent: str | None) -> int:
        """Give the silence, in seconds, after which sessions of a channel and agent are asked."""
        if not self.moves("idle_after"):
            return self.idle_after
        learnt, idle_after = self.learnt, self.idle_after
        for one in learnt.silences:
            if one.fits(channel, agent):
                idle_after = one.idle_after
                break
        longer = round(idle_after * LONGER**learnt.inactivity.step)
        return min(longer, self.session_gap)

    @property
    def closing_at(self) -> float:
        """The probability of having finished from which a message is a moment to ask."""
        told, step = self.closing_threshold, self.learnt.closing.step
        if not step or not 0 < told < SUREST or not self.moves("closing_threshold"):
            return told
        odds = log(told / (1 - told)) + SURER * step
        return min(1 / (1 + exp(-odds)), SUREST)

    @property
    def light(self) -> tuple[LightHours, ...]:
        """The hours in force at which an ask is kept light."""
        return self.learnt.light if self.moves("light_hours") else self.light_hours

    def is_light(self, timezone: str | None, at_us: int) -> bool:
        """Tell whether a moment lies in them, where the user is; never in an unknown zone."""
        if not self.light:
            return False
        local = local_time(timezone, at_us)
        return local is not None and any(
            one.holds(local.weekday(), local.hour) for one in self.light
        )

    def moves(self, name: str) -> bool:
        """Tell whether what is learnt may move a number: the operator has not set it."""
        return self.learns and name not in self.fixed
