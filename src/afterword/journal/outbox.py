"""The outbox: what channels are to be told, written with the change that they are told of.

A row names its channel and what it is about; the words are made when it is sent. So the outbox
holds nothing that a person wrote, and what was changed or taken back meanwhile is never told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.events import Rating
from afterword.journal.statements import insert_into
from afterword.journal.tables import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.engine import Connection

_O: Final = OUTBOX.c


class Topic(StrEnum):
    """What channels may be told of."""

    ASK_READY = "ask.ready"
    RATING_CREATED = "rating.created"
    ALERT_OPENED = "alert.opened"
    ALERT_UPDATED = "alert.updated"
    ALERT_RESOLVED = "alert.resolved"
    DIGEST_READY = "digest.ready"


class NoticeState(StrEnum):
    """What became of a notice."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Subscriber(Struct, frozen=True, kw_only=True):
    """What one channel wants to be told of."""

    name: str
    project: str
    topics: frozenset[Topic]
    ratings: frozenset[Rating]
    environments: frozenset[str]

    def wants(self, topic: Topic, project: str, environment: str) -> bool:
        """Tell whether a channel wants to hear of something in an environment of a project."""
        is_here = project == self.project and environment in self.environments
        return is_here and topic in self.topics


class Notice(Struct, frozen=True, kw_only=True):
    """One thing that one channel is to be told of; times in microseconds since 1970 UTC."""

    id: str  # what the channel knows it by, the same over all attempts
    project: str
    channel: str
    topic: Topic
    subject: str  # id of the ask or session
    at_us: int  # when it happened; a rating is another one after it was taken back
    due_us: int


class Claimed(Struct, frozen=True, kw_only=True):
    """A notice that is to be sent now."""

    id: str
    project: str
    channel: str
    topic: Topic
    subject: str
    at_us: int
    attempts: int


class Settled(Struct, frozen=True, kw_only=True):
    """What came of an attempt; ``due_us`` is the time of the next one while the notice waits."""

    id: str
    state: NoticeState
    attempts: int
    due_us: int
    error: str | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What became of one notice so far."""

    id: str
    project: str
    channel: str
    topic: Topic
    subject: str
    state: NoticeState
    attempts: int
    error: str | None  # of the last attempt that failed
    since_us: int  # when it was written or put back
    due_us: int  # of the next attempt, while it waits
    ended_us: int | None


class ChannelCounts(Struct, kw_only=True):
    """How many notices of a channel there are in each state, and its last failure."""

    waiting: int = 0
    delivered: int = 0
    dead: int = 0
    error: str | None = None


def add_notices(connection: Connection, notices: Iterable[Notice], now_us: int) -> None:
    """Write notices; those about what the channel is told of already are left out."""
    rows = [
        {
            "id": one.id,
            "project": one.project,
            "channel": one.channel,
            "topic": one.topic.value,
            "subject": one.subject,
            "at_us": one.at_us,
            "state": NoticeState.WAITING.value,
            "since_us": now_us,
            "due_us": one.due_us,
            "attempts": 0,
        }
        for one in notices
    ]
    if rows:
        insert = insert_into(connection.dialect.name, OUTBOX).on_conflict_do_nothing()
        connection.execute(insert, rows)


def next_due_us(connection: Connection, channels: Collection[str]) -> int | None:
    """Give the time of the next attempt for any of these channels."""
    due_us: int | None = connection.execute(
        sa.select(sa.func.min(_O.due_us)).where(_is_waiting(), _O.channel.in_(channels))
    ).scalar()
    return due_us


def claim(
    connection: Connection, channel: str, now_us: int, lease_until_us: int, limit: int
) -> list[Claimed]:
    """Take notices that are due, so that no other server sends them meanwhile.

    Args:
        connection: A transaction that writes.
        channel: Whose notices.
        now_us: Server time.
        lease_until_us: When they are due again should this process die.
        limit: At most so many.

    Returns:
        The notices, those that are due longest first.
    """
    rows = connection.execute(
        sa.select(OUTBOX)
        .where(_is_waiting(), _O.channel == channel, _O.due_us <= now_us)
        .order_by(_O.due_us, _O.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    taken = [
        Claimed(
            id=row.id,
            project=row.project,
            channel=row.channel,
            topic=Topic(row.topic),
            subject=row.subject,
            at_us=row.at_us,
            attempts=row.attempts,
        )
        for row in rows
    ]
    if taken:
        connection.execute(
            sa.update(OUTBOX)
            .where(_O.id.in_([one.id for one in taken]))
            .values(due_us=lease_until_us)
        )
    return taken


def settle(connection: Connection, results: Iterable[Settled], now_us: int) -> None:
    """Write what came of attempts."""
    for one in results:
        has_ended = one.state is not NoticeState.WAITING
        connection.execute(
            sa.update(OUTBOX)
            .where(_O.id == one.id, _is_waiting())
            .values(
                state=one.state.value,
                attempts=one.attempts,
                due_us=one.due_us,
                error=one.error,
                ended_us=now_us if has_ended else None,
            )
        )


def drop(connection: Connection, ids: Collection[str]) -> None:
    """Delete notices about what is no longer so; nobody needs to know of them."""
    if ids:
        connection.execute(sa.delete(OUTBOX).where(_O.id.in_(ids)))


def bury(connection: Connection, before_us: int, now_us: int, error: str) -> list[str]:
    """Give up notices that have waited since before a time; give the channel of each."""
    done = connection.execute(
        sa.update(OUTBOX)
        .where(_is_waiting(), _O.since_us < before_us)
        .values(
            state=NoticeState.DEAD.value, error=sa.func.coalesce(_O.error, error), ended_us=now_us
        )
        .returning(_O.channel)
    )
    return list(done.scalars())


def purge(connection: Connection, before_us: int) -> int:
    """Delete notices that ended before a time; give how many."""
    return connection.execute(sa.delete(OUTBOX).where(_O.ended_us < before_us)).rowcount


def replay(connection: Connection, now_us: int, notice_id: str | None = None) -> int:
    """Put notices back, to be sent at once with all their attempts before them.

    Args:
        connection: A transaction that writes.
        now_us: Server time.
        notice_id: This one, dead or delivered; every dead one when None.

    Returns:
        How many were put back.
    """
    is_meant = (
        _O.state == NoticeState.DEAD.value
        if notice_id is None
        else sa.and_(_O.id == notice_id, sa.not_(_is_waiting()))
    )
    done = connection.execute(
        sa.update(OUTBOX)
        .where(is_meant)
        .values(
            state=NoticeState.WAITING.value,
            since_us=now_us,
            due_us=now_us,
            attempts=0,
            ended_us=None,
        )
    )
    return done.rowcount


def count_notices(connection: Connection) -> dict[str, ChannelCounts]:
    """Count the notices that are kept, by channel, with the last failure of each."""
    found: dict[str, ChannelCounts] = {}
    counts = sa.select(_O.channel, _O.state, sa.func.count()).group_by(_O.channel, _O.state)
    for channel, state, n_notices in connection.execute(counts):
        setattr(found.setdefault(channel, ChannelCounts()), state, n_notices)
    for channel, counted in found.items():
        counted.error = connection.execute(
            sa.select(_O.error)
            .where(_O.channel == channel, _O.error.is_not(None))
            .order_by(_O.due_us.desc())
            .limit(1)
        ).scalar()
    return found


def count_waiting(connection: Connection) -> dict[str, tuple[int, int]]:
    """Count what waits for each channel, and since when the oldest does; channels without are out.

    Returns:
        By channel, how many, and microseconds since 1970 UTC.
    """
    counts = (
        sa.select(_O.channel, sa.func.count(), sa.func.min(_O.since_us))
        .where(_is_waiting())
        .group_by(_O.channel)
    )
    return {channel: (n, since_us) for channel, n, since_us in connection.execute(counts)}


def list_notices(
    connection: Connection,
    *,
    state: NoticeState | None = None,
    channel: str | None = None,
    limit: int,
) -> list[Told]:
    """Read the notices that are kept, the newest first.

    Args:
        connection: A snapshot.
        state: Only those in it.
        channel: Only those for it.
        limit: At most so many.
    """
    query = sa.select(*(_O[name] for name in Told.__struct_fields__))
    if state is not None:
        query = query.where(_O.state == state.value)
    if channel is not None:
        query = query.where(_O.channel == channel)
    query = query.order_by(_O.since_us.desc(), _O.id.desc()).limit(limit)
    return [msgspec.convert(row, Told, from_attributes=True) for row in connection.execute(query)]


def _is_waiting() -> sa.ColumnElement[bool]:
    # As a literal: a database uses a partial index only where it sees the index's own condition.
    return _O.state == sa.literal_column("'waiting'")
