"""The shapes of a rating call and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET, Struct, UnsetType

from afterword.domain.events import Id, Rated, Rating, Text
from afterword.domain.own_texts import own_words
from afterword.domain.texts import texts
from afterword.errors import InputError
from afterword.intake.decode import decode_event
from afterword.server.api.reading import raise_together, read_object, unknown_fields
from afterword.server.times import write_time

if TYPE_CHECKING:
    from afterword.domain.session import RatingRecord
    from afterword.domain.texts import OwnTexts


class RatingBody(Struct, frozen=True, kw_only=True):
    """What is sent. ``reason`` has at most 30 words; null removes an earlier one."""

    rating: Rating
    reason: Text | UnsetType | None = UNSET
    ask_id: Id | None = None
    id: Id | None = None


class RatingView(Struct, frozen=True, kw_only=True):
    """What the user said of a session, as it stands after every allowed change.

    ``trigger``: what made the moment; ``user_opened`` where nobody asked. ``rated_at`` is the
    time of the first answer: the change window counts from it.
    """

    rating: str
    reason: str | None
    is_reason_cut: bool
    source: str
    trigger: str
    rated_at: str
    ask_id: str | None
    n_revisions: int


class RatingAnswer(Struct, frozen=True, kw_only=True):
    """The rating that stands now, and the words to thank the user with."""

    session_id: str
    rating: RatingView
    acknowledgement: str


def read_rating(body: bytes, conversation_id: str, session_id: str | None) -> Rated:
    """Read a rating as the event that it is.

    Raises:
        InputError: Its detail names every field at fault.
    """
    told = read_object(body)
    names = RatingBody.__struct_fields__
    event: dict[str, Any] = {name: told[name] for name in names if name in told}
    event |= {"type": "rating", "conversation_id": conversation_id}
    if session_id is not None:
        event["session_id"] = session_id
    faults = unknown_fields(told, names)
    try:
        rated = decode_event(event)
    except InputError as error:
        faults.append(error)
    raise_together(faults)
    return cast("Rated", rated)


def rating_view(record: RatingRecord) -> RatingView:
    """Give a rating as it is answered."""
    return RatingView(
        rating=record.rating,
        reason=record.reason,
        is_reason_cut=record.is_reason_cut,
        source=record.source,
        trigger=record.trigger,
        rated_at=write_time(record.rated_us),
        ask_id=record.ask_id,
        n_revisions=record.n_revisions,
    )


def rating_answer(
    session_id: str, record: RatingRecord, locale: str | None, own: OwnTexts
) -> RatingAnswer:
    """Give a rating with the acknowledgement in the session's language."""
    return RatingAnswer(
        session_id=session_id,
        rating=rating_view(record),
        acknowledgement=texts(locale, own_words(locale, own)).acknowledgement,
    )
