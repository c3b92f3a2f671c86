"""The courier: one thread that tells channels what the outbox holds, until they have taken it."""

from __future__ import annotations

import asyncio
import logging
import random
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.journal import outbox
from afterword.journal.outbox import Claimed, NoticeState, Settled
from afterword.notify import apprise, discord, mail, pagerduty, slack, teams, webhook
from afterword.notify.channels import Channel
from afterword.notify.kinds import Kind
from afterword.notify.messages import Message, Sources, message_of
from afterword.notify.schedule import (
    GIVE_UP_US,
    HOUR_US,
    KEPT_US,
    SECOND_US,
    next_try_us,
    read_retry_after,
)
from afterword.notify.sender import Answer, Parcel, Post, Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from afterword.intake.clock import Clock
    from afterword.journal import Journal
    from afterword.notify.book import ChannelBook
    from afterword.notify.targets import Target

LOG: Final = logging.getLogger(__name__)
COMPOSERS: Final[dict[Kind, Callable[[Message, Target, int], Post | Parcel]]] = {
    Kind.WEBHOOK: webhook.compose,
    Kind.SLACK: slack.compose,
    Kind.EMAIL: mail.compose,
    Kind.DISCORD: discord.compose,
    Kind.TEAMS: teams.compose,
    Kind.PAGERDUTY: pagerduty.compose,
    Kind.APPRISE: apprise.compose,
}
POLL_SECONDS: Final = 1.0
AT_ONCE: Final = 10  # of one channel: a round is small, and no channel waits for another
# A round takes 10 s at most, and a name that nobody resolves some more.
LEASE_US: Final = 60 * SECOND_US
_GONE: Final = 410
_STOP_SECONDS: Final = 0.2
_RESULTS: Final = {
    NoticeState.DELIVERED: "delivered",
    NoticeState.WAITING: "failed",
    NoticeState.DEAD: "dead",
}


class _Trip(Struct):
    notice: Claimed
    channel: Channel
    parcel: Post | Parcel | None  # None where it could not be written


class Courier:
    """Delivers at least once: a notice leaves the outbox only when its channel has taken it."""

    def __init__(
        self,
        journal: Journal,
        book: ChannelBook,
        clock: Clock,
        *,
        sources: Sources = Sources(),  # noqa: B008  # frozen
        on_result: Callable[[str, str], object] = lambda _channel, _result: None,
        sender: Sender | None = None,
    ) -> None:
        """Take what it works with; nothing runs until ``start``.

        Args:
            journal: Holds the outbox.
            book: The channels.
            clock: Server time.
            sources: With what messages are made.
            on_result: Told the channel and what came of each attempt: ``delivered``, ``failed``
                or ``dead``.
            sender: Posts; a new one when None.
        """
        self._journal, self._book, self._clock = journal, book, clock
        self._sources = sources
        self._on_result = on_result
        self._sender = sender
        self._failing: set[str] = set()
        self._rests_until_us: dict[str, int] = {}
        self._tidied_us = 0
        self._is_stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = Thread(target=self._run, name="afterword-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop soon; what is under way is sent again after the next start."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def run_once(self) -> bool:
        """Send what is due now, a little of each channel; tell whether there may be more at once.

        Raises:
            JournalUnavailable: What is due could not be read, or what came of it not be written.
        """
        self._book.refresh()
        now_us = self._clock.now_us()
        self._tidy(now_us)
        channels = {
            name: channel
            for name, channel in self._book.open_channels().items()
            if self._rests_until_us.get(name, 0) <= now_us
        }
        with self._journal.read() as connection:
            due_us = outbox.next_due_us(connection, channels)
        if due_us is None or due_us > now_us:
            return False
        trips = self._load(self._claim(channels, now_us), channels, now_us)
        answers = asyncio.run(self._deliver(trips)) if trips else {}
        results = [self._settle(trip, answers.get(trip.notice.id)) for trip in trips]
        with self._journal.write() as connection:
            outbox.settle(connection, results, self._clock.now_us())
        return all(one.state is NoticeState.DELIVERED for one in results)

    def _run(self) -> None:
        while not self._is_stopping.wait(POLL_SECONDS):
            try:
                while not self._is_stopping.is_set() and self.run_once():
                    pass
            except Exception:
                LOG.exception("Notices could not be sent; they are tried again.")

    def _claim(self, channels: dict[str, Channel], now_us: int) -> list[Claimed]:
        with self._journal.write() as connection:
            return [
                notice
                for name in channels
                # Whoever does not answer is asked by one, until it does.
                for notice in outbox.claim(
                    connection,
                    name,
                    now_us,
                    now_us + LEASE_US,
                    1 if name in self._failing else AT_ONCE,
                )
            ]

    def _load(
        self, notices: list[Claimed], channels: dict[str, Channel], now_us: int
    ) -> list[_Trip]:
        trips: list[_Trip] = []
        is_past: list[str] = []
        with self._journal.read() as connection:
            for notice in notices:
                channel = channels[notice.channel]
                try:
                    parcel = self._write(connection, notice, channel, now_us)
                except Exception as exc:  # noqa: BLE001  # its neighbours go on
                    LOG.error("%s could not be written: %s", notice.id, type(exc).__name__)  # noqa: TRY400  # no values
                    trips.append(_Trip(notice, channel, None))
                    continue
                if parcel is None:
                    is_past.append(notice.id)
                else:
                    trips.append(_Trip(notice, channel, parcel))
        if is_past:
            with self._journal.write() as connection:
                outbox.drop(connection, is_past)
        return trips

    def _write(
        self, connection: Connection, notice: Claimed, channel: Channel, now_us: int
    ) -> Post | Parcel | None:
        message = message_of(connection, notice, channel, now_us, self._sources)
        if message is None:
            return None
        if channel.kind is Kind.PAGERDUTY and not pagerduty.is_wanted(message):
            return None
        return COMPOSERS[channel.kind](message, self._book.target(channel), now_us)

    async def _deliver(self, trips: list[_Trip]) -> dict[str, Answer]:
        self._sender = self._sender or Sender()
        async with self._sender.client() as client:
            tasks = {
                asyncio.create_task(self._sender.send(client, trip.parcel)): trip.notice.id
                for trip in trips
                if trip.parcel is not None
            }
            pending = set(tasks)
            while pending and not self._is_stopping.is_set():
                _, pending = await asyncio.wait(pending, timeout=_STOP_SECONDS)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
        answers = {name: task.result() for task, name in tasks.items() if task not in pending}
        unwritten = [trip.notice.id for trip in trips if trip.parcel is None]
        return answers | dict.fromkeys(unwritten, Answer(error="could not be written"))

    def _settle(self, trip: _Trip, answer: Answer | None) -> Settled:
        notice, channel, now_us = trip.notice, trip.channel, self._clock.now_us()
        if answer is None:  # we stop; it was not tried
            return Settled(
                id=notice.id, state=NoticeState.WAITING, attempts=notice.attempts, due_us=now_us
            )
        result = self._judge(notice, channel, answer, now_us)
        self._on_result(channel.name, _RESULTS[result.state])
        if result.state is NoticeState.DEAD:
            LOG.error(
                'Channel "%s" did not take %s (%s); "afterword webhooks replay" sends it again.',
                channel.name,
                notice.id,
                answer.told,
            )
        return result

    def _judge(self, notice: Claimed, channel: Channel, answer: Answer, now_us: int) -> Settled:
        attempts = notice.attempts + 1
        if answer.is_success:
            self._failing.discard(channel.name)
            return Settled(
                id=notice.id, state=NoticeState.DELIVERED, attempts=attempts, due_us=now_us
            )
        if channel.name not in self._failing:
            LOG.warning('Channel "%s": %s; it is tried again.', channel.name, answer.told)
        self._failing.add(channel.name)
        wait_us = read_retry_after(answer.retry_after, now_us)
        due_us = None
        if answer.status == _GONE:
            self._book.close_channel(channel)
        else:
            due_us = next_try_us(attempts, now_us, random.random, wait_us)
        if wait_us:
            self._rests_until_us[channel.name] = now_us + wait_us
        return Settled(
            id=notice.id,
            state=NoticeState.DEAD if due_us is None else NoticeState.WAITING,
            attempts=attempts,
            due_us=now_us if due_us is None else due_us,
            error=answer.told,
        )

    def _tidy(self, now_us: int) -> None:
        if now_us - self._tidied_us < HOUR_US:
            return
        self._tidied_us = now_us
        with self._journal.write() as connection:
            given_up = outbox.bury(
                connection, now_us - GIVE_UP_US, now_us, "its channel could not be sent to"
            )
            outbox.purge(connection, now_us - KEPT_US)
        for channel in given_up:
            self._on_result(channel, "dead")
        if given_up:
            LOG.error("%d notices waited for days: %s", len(given_up), ", ".join({*given_up}))
