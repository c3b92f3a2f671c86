"""What learning remembers of a project from look to look."""

from __future__ import annotations

from msgspec import Struct

from afterword.domain.caution import Watch
from afterword.domain.policy import WEEK_US


class Memory(Struct, frozen=True, kw_only=True):
    """Where the learning of a project stands.

    Attributes:
        counted_day: The last day (days since 1970) whose pauses are kept.
        looked_us: The last look that could change something; null until something is learnt.
        tallied_us: Up to when asks have been tallied.
        closing: What is remembered of asks after a closing message.
        inactivity: The same of asks after silence.
    """

    counted_day: int = 0
    looked_us: int | None = None
    tallied_us: int | None = None
    closing: Watch = Watch()
    inactivity: Watch = Watch()

    def is_due(self, now_us: int, *, has_news: bool) -> bool:
        """Tell whether to look: with every new day until something is learnt, then once a week."""
        return has_news if self.looked_us is None else now_us - self.looked_us >= WEEK_US

    def has_week(self, now_us: int) -> bool:
        """Tell whether the asks of a week wait to be tallied."""
        return self.tallied_us is not None and now_us - self.tallied_us >= WEEK_US
