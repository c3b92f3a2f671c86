"""The herald: on Monday morning every channel that wants it is told of the week."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US
from afterword.intake.rounds import Rounds
from afterword.journal import days
from afterword.journal.outbox import Notice, Topic, add_notices
from afterword.monitoring.digest.week import newest_week, week_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from afterword.history.history import History
    from afterword.intake.clock import Clock
    from afterword.journal import Journal
    from afterword.journal.outbox import Subscriber

FIRST_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 300.0
_LATE_US: Final = DAY_US  # a digest of a week that ended longer ago is not sent any more
_PRODUCTION: Final = "production"


class Herald:
    """Puts the notices of a digest into the outbox; its words are made when they are sent."""

    def __init__(
        self,
        journal: Journal,
        history: History,
        clock: Clock,
        subscribers: Callable[[], Sequence[Subscriber]],
    ) -> None:
        """Take what it works with; nothing runs until ``start``.

        Args:
            journal: With the outbox.
            history: Where the sessions are.
            clock: Server time.
            subscribers: Gives the channels.
        """
        self._journal, self._history, self._clock = journal, history, clock
        self._subscribers = subscribers
        self._rounds = Rounds(
            "afterword-herald", "The weekly digest could not be put out; tried again soon."
        )

    def start(self) -> None:
        """Start the thread."""
        self._rounds.start(self.run_once, first_seconds=FIRST_SECONDS, every_seconds=EVERY_SECONDS)

    def stop(self) -> None:
        """Stop soon."""
        self._rounds.stop()

    def run_once(self) -> None:
        """Put out what is due; a notice that is there already stays as it is.

        Raises:
            JournalUnavailable: It cannot be read or written; the next time makes up for it.
        """
        now_us = self._clock.now_us()
        week = newest_week(now_us)
        wanting = [one for one in self._subscribers() if Topic.DIGEST_READY in one.topics]
        if not wanting or now_us - week.told_us > _LATE_US:
            return
        with self._journal.read() as connection:
            projects = days.projects(connection)
        found = [
            Notice(
                id=f"msg_{secrets.token_hex(16)}",
                project=project,
                channel=one.name,
                topic=Topic.DIGEST_READY,
                subject=week.monday.isoformat(),
                at_us=week.told_us,
                due_us=now_us,
            )
            for project in projects
            for one in wanting
            if one.wants(Topic.DIGEST_READY, project, _PRODUCTION)
        ]
        with self._journal.write() as connection:
            add_notices(connection, found, now_us)

    def tell(self, project: str, monday: str, public_url: str | None) -> dict[str, Any] | None:
        """Write a digest for a channel; None where there is nothing to tell of.

        Args:
            project: The tenant.
            monday: Of its week.
            public_url: Where people reach the pages.
        """
        from afterword.monitoring.digest.finding import digest_of  # noqa: PLC0415  # heavy
        from afterword.monitoring.digest.writing import data_of  # noqa: PLC0415  # same

        digest = digest_of(self._history, self._journal, project, week_of(monday))
        return None if digest is None else data_of(digest, public_url)
