"""What a group did that channels want to hear of, written to the outbox with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.domain.events import Source
from afterword.domain.policy import SECOND_US
from afterword.domain.ratings import RatingStatus
from afterword.journal.outbox import Notice, Topic, add_notices
from afterword.journal.sessions import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from afterword.domain.ids import TimeOrderedIds
    from afterword.domain.session import Session
    from afterword.intake.workspace import Workspace
    from afterword.journal.asking import LoggedRating
    from afterword.journal.outbox import Subscriber

# A reason is typed after the choice: one line that holds both is worth the wait.
GRACE_US: Final = 20 * SECOND_US
_TOLD: Final = (RatingStatus.NEW, RatingStatus.REVISED)


def announce(space: Workspace, subscribers: Sequence[Subscriber], ids: TimeOrderedIds) -> None:
    """Write a notice for each channel that wants to hear of an ask or a rating of this group.

    A channel hears once of a session's rating: when it first is one that the channel wants.
    """
    if subscribers:
        notices = [*_asks(space, subscribers, ids), *_ratings(space, subscribers, ids)]
        add_notices(space.connection, notices, space.now_us)


def _asks(
    space: Workspace, subscribers: Sequence[Subscriber], ids: TimeOrderedIds
) -> Iterator[Notice]:
    for session, ask in space.granted:
        for subscriber in subscribers:
            if subscriber.wants(Topic.ASK_READY, space.name, session.environment):
                yield Notice(
                    id=_make_id(space, ids),
                    project=space.name,
                    channel=subscriber.name,
                    topic=Topic.ASK_READY,
                    subject=ask.id,
                    at_us=ask.granted_us,
                    due_us=space.now_us,
                )


def _ratings(
    space: Workspace, subscribers: Sequence[Subscriber], ids: TimeOrderedIds
) -> Iterator[Notice]:
    for logged in space.ratings:
        record = logged.record
        if record is None or record.source is Source.IMPORT or logged.status not in _TOLD:
            continue
        environment = _session_of(space, logged).environment
        for subscriber in subscribers:
            is_wanted = record.rating in subscriber.ratings
            if is_wanted and subscriber.wants(Topic.RATING_CREATED, space.name, environment):
                yield Notice(
                    id=_make_id(space, ids),
                    project=space.name,
                    channel=subscriber.name,
                    topic=Topic.RATING_CREATED,
                    subject=logged.session_id,
                    at_us=record.rated_us,
                    due_us=space.now_us + (0 if record.reason else GRACE_US),
                )


def _session_of(space: Workspace, logged: LoggedRating) -> Session:
    key = parse_id(logged.session_id)
    if key is None:
        msg = f"{logged.session_id} is rated but no session"
        raise LookupError(msg)
    return space.thawed[key]


def _make_id(space: Workspace, ids: TimeOrderedIds) -> str:
    return f"msg_{ids.make(space.now_us).replace('-', '')}"
