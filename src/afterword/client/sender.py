"""The one thread that talks to the server: gathers, sends, tries again, settles."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import TIMEOUT_MAX, Condition, Event, RLock, Thread
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.client.answers import Kept, Later, Refused, Unfit, Verdict, read
from afterword.client.answers import seconds_until_retry as _seconds_until_retry
from afterword.client.backlog import Backlog, Item, envelope
from afterword.client.ledger import Stats, say
from afterword.client.leftovers import leftovers, trim
from afterword.client.limits import (
    BATCH_SECONDS,
    LOOK_SECONDS,
    MAX_PENDING_BYTES,
    MAX_PENDING_EVENTS,
)
from afterword.client.process import finish_at_exit, renew_after_fork
from afterword.client.spool import remove
from afterword.client.transport import THREAD_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.client.inbox import Inbox
    from afterword.client.ledger import Ledger
    from afterword.client.spool import Spool
    from afterword.client.transport import Transport

_MIB: Final = 1_048_576


class Waiter(Struct, frozen=True):
    """Somebody who is told when so many events are settled, and so many looks are over."""

    number: int
    look: int
    tell: Callable[[], None]


class Sender:
    """Sends what it is given, in order, from a thread that begins with the first event.

    Whatever the server has not surely taken stays and is sent again under the same ids, which the
    server knows. With a spool it *looks*, now and then, for what dead processes left in it, and
    sends that before its own.
    """

    _urgent: int  # up to here the thread does not wait for more
    _settled: int  # up to here everything was answered or dropped
    _n_travelling: int
    _waiters: list[Waiter]
    _n_looks: int
    _look_wanted: int  # the number of looks that there are to be
    _is_cut_short: bool  # the next pause after a failure, or the one that lasts
    _is_ending: bool
    _is_in_trouble: bool
    _thread: Thread | None

    def __init__(self, transport: Transport, ledger: Ledger, spool: Spool | None = None) -> None:
        """Take the way to the server, and a place on disk; nothing runs yet."""
        self._transport = transport
        self._ledger = ledger
        self._spool = spool
        self._begin(last=0)
        renew_after_fork(self)
        finish_at_exit(self)

    def renew(self) -> None:
        """Begin anew in a forked child: what waited is the parent's, who sends it."""
        self._begin(self._backlog.last)
        if self._spool is not None:
            self._spool.renew()

    @property
    def stats(self) -> Stats:
        """What became of all events so far."""
        with self._work:
            pending = len(self._backlog) + self._n_travelling
            return msgspec.structs.replace(self._ledger.stats, pending=pending)

    def put(self, body: bytes, inbox: Inbox | None) -> None:
        """Take one event as JSON; the inbox gets the ask that its answer may bring."""
        with self._work:
            had_batch = self._backlog.fills_batch
            segment = None if self._spool is None else self._spool.keep(body)
            dropped = self._backlog.add(body, inbox, segment)
            if inbox is not None:
                inbox.awaits = self._backlog.last
            # Waking the thread costs more than the rest: only when it has something to do.
            if len(self._backlog) == 1 or (self._backlog.fills_batch and not had_batch):
                self._work.notify()
            self._ensure_thread()
            if dropped:
                remove(self._release(dropped))
        if dropped:
            self._ledger.count(dropped=len(dropped))
            self._ledger.say_once(
                "full",
                "Afterword's queue is full (%d events or %d MiB): the oldest are dropped and"
                " counted in client.stats.",
                MAX_PENDING_EVENTS,
                MAX_PENDING_BYTES // _MIB,
            )

    def flush(self, timeout: float) -> bool:
        """Send what waits, at once and in spite of a failure, and what others left in the spool.

        Args:
            timeout: Seconds, at most.

        Returns:
            Whether the server has answered for all of it.
        """
        answered = Event()
        return self._wait(self.hurry_all(answered.set), answered, timeout)

    def wait(self, number: int, timeout: float) -> bool:
        """Have events sent at once and wait until the server has answered.

        Args:
            number: Up to which event.
            timeout: Seconds, at most; 0 only hurries.

        Returns:
            Whether they are settled.
        """
        answered = Event()
        return self._wait(self.hurry(number, answered.set), answered, timeout)

    def hurry(self, number: int, tell: Callable[[], None]) -> bool:
        """Have events sent at once, and be told when the server has answered.

        Args:
            number: Up to which event.
            tell: Is called once, from the thread, unless they are settled already.

        Returns:
            Whether they are settled already.
        """
        with self._work:
            self._urgent = max(self._urgent, number)
            return self._expect(Waiter(number, 0, tell))

    def hurry_all(self, tell: Callable[[], None], *, looks: bool = True) -> bool:
        """Do the same for all there is; a pause after a failure is cut short, once.

        Args:
            tell: As above.
            looks: Whether what dead processes left is part of it.
        """
        with self._work:
            number = self._backlog.last
            self._urgent = max(self._urgent, number)
            if looks and self._spool is not None:
                self._look_wanted = self._n_looks + 1
                self._ensure_thread()
            is_settled = self._expect(Waiter(number, self._look_wanted if looks else 0, tell))
            self._is_cut_short = self._is_cut_short or not is_settled
            return is_settled

    def forget(self, tell: Callable[[], None]) -> None:
        """Tell nobody who has waited long enough."""
        with self._work:
            self._waiters = [waiter for waiter in self._waiters if waiter.tell != tell]

    def finish(self, timeout: float) -> None:
        """Send what is left, within a time, and end the thread when nothing is.

        Events that come later start it again.
        """
        deadline = time.monotonic() + timeout
        answered = Event()
        if not self._wait(self.hurry_all(answered.set, looks=False), answered, timeout):
            left = "Afterword could not send %d events in time%s."
            where = "" if self._spool is None else "; they stay in the spool"
            self._ledger.say_once("left", left, self.stats.pending, where)
        self.retire()
        thread = self._thread
        if thread is not None:
            thread.join(max(0.0, deadline - time.monotonic()))

    def retire(self) -> None:
        """Let the thread end once nothing is left to send."""
        with self._work:
            self._is_ending = True
            self._work.notify()

    def _begin(self, last: int) -> None:
        self._work = Condition(RLock())  # a signal handler may come back to it
        self._backlog = Backlog(last)
        self._settled = self._urgent = last
        self._n_travelling = 0
        self._waiters = []
        self._n_looks, self._look_wanted = 0, int(self._spool is not None)
        self._is_cut_short = False
        self._is_ending = False
        self._is_in_trouble = False
        self._thread = None

    def _wait(self, is_settled: bool, answered: Event, timeout: float) -> bool:  # noqa: FBT001  # private
        try:  # not a number is no time either
            return is_settled or (timeout > 0 and answered.wait(min(timeout, TIMEOUT_MAX)))
        finally:
            self.forget(answered.set)

    def _expect(self, waiter: Waiter) -> bool:
        if self._is_due(waiter):
            return True
        self._waiters.append(waiter)
        self._work.notify()
        return False

    def _is_due(self, waiter: Waiter) -> bool:
        return waiter.number <= self._settled and waiter.look <= self._n_looks

    def _ensure_thread(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        self._thread = Thread(target=self._run, name=THREAD_NAME, daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # no more threads now; the next event tries again
            self._thread = None
            self._ledger.say_once("thread", "Afterword cannot start its thread; it tries again.")

    def _run(self) -> None:
        while not self._is_over():
            self._look()
            if batch := self._gather():
                self._deliver(batch)

    def _is_over(self) -> bool:
        with self._work:
            if self._backlog or not self._is_ending or self._look_wanted > self._n_looks:
                return False
            if self._spool is not None:
                self._spool.leave()
            with suppress(Exception):  # a host's own transport
                self._transport.close()
            self._thread = None
            return True

    def _look(self) -> None:
        if self._spool is None or self._look_wanted <= self._n_looks:
            return
        folder, destination = self._spool.folder, self._spool.destination
        try:
            trim(folder, destination, self._ledger)
            for bodies in leftovers(folder, destination, self._ledger):
                with self._work:
                    self._n_travelling = len(bodies)
                self._deliver([Item(0, body) for body in bodies])
        except OSError as error:
            kind = type(error).__name__
            self._ledger.say_once(f"look {kind}", "Afterword cannot read its spool (%s).", kind)
        with self._work:
            self._n_looks = self._look_wanted
        self._tell_waiters()

    def _gather(self) -> list[Item]:
        with self._work:
            while not self._backlog:
                if self._is_ending or self._look_wanted > self._n_looks:
                    return []
                if not self._work.wait(None if self._spool is None else LOOK_SECONDS):
                    self._look_wanted = self._n_looks + 1
            due = time.monotonic() + BATCH_SECONDS
            while not self._is_hurried() and (left := due - time.monotonic()) > 0:
                self._work.wait(left)
            batch = self._backlog.take()
            self._n_travelling = len(batch)
            if self._spool is not None and not self._backlog:
                self._spool.turn()
            return batch

    def _is_hurried(self) -> bool:
        is_urgent = self._urgent >= self._backlog.first
        return is_urgent or self._is_ending or self._backlog.fills_batch

    def _deliver(self, batch: list[Item]) -> None:
        parts = [batch]  # the next one last
        n_failures = 0
        while parts:
            verdict = self._try(parts[-1])
            if isinstance(verdict, Later | Refused):
                n_failures += 1
                self._pause(verdict, n_failures)
                continue
            n_failures = 0
            self._note_recovery()
            part = parts.pop()
            if isinstance(verdict, Unfit) and len(part) > 1:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
            else:
                self._settle(part, verdict)

    def _try(self, part: list[Item]) -> Verdict:
        try:
            return read(self._transport.send(envelope(part)))
        except Exception as error:  # noqa: BLE001  # no answer, or none that can be read
            return Later(type(error).__name__)  # its text may quote the key

    def _pause(self, verdict: Later | Refused, n_failures: int) -> None:
        if isinstance(verdict, Refused):
            self._ledger.say_once(
                verdict.why, "Afterword: %s. Events are kept and tried slowly.", verdict.why
            )
        elif not self._is_in_trouble:
            self._is_in_trouble = True
            why = "Afterword cannot be reached (%s). Events are kept and sent again."
            say(logging.WARNING, why, verdict.why)
        draw = random.random()  # noqa: S311  # no secret
        until = time.monotonic() + _seconds_until_retry(verdict, n_failures, draw)
        is_told = isinstance(verdict, Later) and verdict.after is not None
        with self._work:
            while (left := until - time.monotonic()) > 0:
                if self._is_cut_short and not is_told:
                    break
                self._work.wait(left)
            self._is_cut_short = False

    def _note_recovery(self) -> None:
        if self._is_in_trouble:
            self._is_in_trouble = False
            say(logging.INFO, "Afterword is reached again.")

    def _settle(self, part: list[Item], verdict: Kept | Unfit) -> None:
        if isinstance(verdict, Unfit):
            verdict = Kept(rejected=[verdict.rejection])
        for rejection in verdict.rejected:
            self._ledger.say_once(
                rejection.code,
                "Afterword's server rejected an event (%s): %s Said once; client.stats counts.",
                rejection.code,
                rejection.detail,
            )
        n_rejected = len(verdict.rejected)
        self._ledger.count(sent=len(part) - n_rejected, rejected=n_rejected)
        for inbox in dict.fromkeys(item.inbox for item in part if item.inbox is not None):
            inbox.put(verdict.asks)
        with self._work:
            self._settled = max(self._settled, part[-1].number)
            self._n_travelling -= len(part)
            done = self._release(part)
        remove(done)
        self._tell_waiters()

    def _release(self, items: Iterable[Item]) -> list[Path]:
        return [] if self._spool is None else self._spool.release(one.segment for one in items)

    def _tell_waiters(self) -> None:
        with self._work:
            due = [waiter for waiter in self._waiters if self._is_due(waiter)]
            self._waiters = [waiter for waiter in self._waiters if waiter not in due]
        for waiter in due:
            waiter.tell()
