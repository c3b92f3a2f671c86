"""The hours of a project at which asks are kept light, as its ratings tell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import WEEK_US
from afterword.history import Filter

if TYPE_CHECKING:
    from afterword.domain.light_hours import LightHours
    from afterword.history import History
    from afterword.intake.clock import Clock

LOG: Final = logging.getLogger(__name__)
WEEKS: Final = 13


class Rhythm:
    """Reads the report of the rhythm for whoever learns: the journal does not count hours."""

    def __init__(self, history: History, clock: Clock) -> None:
        """Take the history and server time."""
        self._history, self._clock = history, clock

    def light_hours(self, project: str) -> tuple[LightHours, ...] | None:
        """Find the light hours of the last 13 weeks of production.

        Returns:
            None where they cannot be counted now: what was learnt before stays.
        """
        from afterword.reports.report import View  # noqa: PLC0415  # heavy: server first
        from afterword.reports.rhythm import KIND  # noqa: PLC0415  # same

        now_us = self._clock.now_us()
        chosen = Filter(project=project, from_us=now_us - WEEKS * WEEK_US, to_us=now_us)
        try:
            windows = KIND.run(self._history, chosen, View()).windows
        except Exception:  # one broken file must not keep silence from being learnt
            LOG.exception("The light hours of project %s could not be counted.", project)
            return None
        return tuple(one.hours for one in windows)
