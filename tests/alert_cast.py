"""A product whose ratings are known to the day, and the lookout that watches it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa

from afterword.history import History
from afterword.history.engines import engine_of
from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.journal.alerts import AlertKind, alerts
from afterword.journal.outbox import Subscriber, Topic
from afterword.journal.tables import OUTBOX
from afterword.monitoring.alerts.lookout import Lookout
from history_cast import DAY_US, FIRST_US, MINUTE_US, plain, rated, tell

GOOD = (20, 7, 3)  # of a day: helpful, okay, not
BAD = (12, 7, 11)
N_BASE = 60  # days of the baseline and a little more
HOUR_US = 60 * MINUTE_US


@cache
def _engine():
    # Questions are compiled once for all tests: each takes a tenth of a second.
    return engine_of("duckdb")


class Hand(Clock):
    """Server time that a test sets."""

    at_us = FIRST_US

    def now_us(self):
        """Give it."""
        return self.at_us


def subscriber(name="crm", *topics, **more):
    """A channel that wants to hear of alerts."""
    wanted = topics or (Topic.ALERT_OPENED, Topic.ALERT_UPDATED, Topic.ALERT_RESOLVED)
    told = {
        "project": "default",
        "ratings": frozenset(),
        "environments": frozenset(["production"]),
    }
    return Subscriber(**told | {"name": name, "topics": frozenset(wanted)} | more)


def day_of_ratings(day, counts=GOOD, *, of=None, **more):
    """Make a day's rated sessions, each of a person of its own, an hour and more apart from noon.

    Args:
        day: From the first on.
        counts: Helpful, okay, not.
        of: What tells several of a day apart.
        more: Attributes of the sessions.
    """
    levels = [
        level
        for level, n in zip(("positive", "neutral", "negative"), counts, strict=True)
        for _ in range(n)
    ]
    return [
        rated(
            plain(
                f"{day}-{of}-{place}",
                at_us=FIRST_US + day * DAY_US + HOUR_US + place * 1_000_000,
                user_id=f"u-{day}-{of}-{place}",
                **more,
            ),
            level,
        )
        for place, level in enumerate(levels)
    ]


class Watch:
    """A journal, its history and its lookout, at a time that a test sets."""

    def __init__(self, folder, url=None, *, subscribers=(), named=None):
        """Open them."""
        self.data_dir = folder / "data"
        self.journal = Journal.open(self.data_dir, url)
        self.history = History(folder / "history", self.journal, engine=_engine())
        self.clock = Hand()
        self.lookout = self.another(subscribers=subscribers, named=named)

    def another(self, *, subscribers=(), named=None):
        """Give a further lookout on the same journal, as after a restart."""
        return Lookout(
            self.journal,
            self.history,
            self.clock,
            subscribers=lambda: tuple(subscribers),
            named=lambda: named or {},
        )

    def tell(self, *sessions):
        """Write sessions."""
        tell(self.journal, sessions)

    def live(self, days, counts=GOOD, **more):
        """Write whole days of ratings."""
        self.tell(*(one for day in days for one in day_of_ratings(day, counts, **more)))

    def look(self, day, hour=23.9, kind=AlertKind.MONITOR):
        """Look at an hour of a day; give what changed of a kind: (direction, stream, state)."""
        self.clock.at_us = FIRST_US + day * DAY_US + int(hour * HOUR_US)
        changed = [one for one in self.lookout.run_once() if one.kind is kind]
        return [(one.direction, one.stream, one.state.value) for one in changed]

    def alerts(self, kind=AlertKind.MONITOR):
        """Give every alert of a kind, the newest first."""
        with self.journal.read() as connection:
            return [one for one in alerts(connection, "default") if one.kind is kind]

    def told(self, kind=AlertKind.MONITOR):
        """Give what waits for channels of alerts of a kind, as (channel, topic)."""
        ids = [one.id for one in self.alerts(kind)]
        query = sa.select(OUTBOX.c.channel, OUTBOX.c.topic).where(OUTBOX.c.subject.in_(ids))
        query = query.order_by(OUTBOX.c.at_us)
        with self.journal.read() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def close(self):
        """Close the journal; the engine serves the next test."""
        self.journal.close()


def midnight(day):
    """Give the date of a day, written."""
    return datetime.fromtimestamp(FIRST_US / 1e6 + day * 86_400, UTC).date().isoformat()
