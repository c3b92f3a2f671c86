"""Erasing a person: what of a session stays when nobody may be found in it any more."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from afterword.domain import asks
from afterword.domain.session import Ask, AskState, CloseReason, RatingRecord, Session, person_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.domain.use_cases import Inferred

_PREFIX: Final = "erased-"


def tombstone(salt: bytes, key: str) -> bytes:
    """Give what an erased person or conversation is known again by, given the project's salt.

    Args:
        salt: The project's.
        key: As ``session.person_of``: ``u:<user_id>`` or ``c:<conversation_id>``.

    Returns:
        16 bytes.
    """
    told = key.encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=16, key=salt[:64], person=b"afterword-erase").digest()


def moved(session: Session, make_id: Callable[[], str]) -> Session:
    """Give the session as the only one of a conversation whose id says nothing."""
    return replace(session, conversation_id=f"{_PREFIX}{make_id()}", number=1)


def anonymous(session: Session, make_id: Callable[[], str], now_us: int) -> Session:
    """Give the session with its counts and without its person.

    Its asks and the messages judged in it have new ids; whoever it was of, what was told of them
    and what they wrote is gone. It is over: nothing more can come to it.

    Args:
        session: Left as it is; ``moved`` where its conversation is its person's.
        make_id: Makes ids that say nothing.
        now_us: Server time, at which it closes if it is open.
    """
    own = [_unnamed(session, ask, make_id(), now_us) for ask in session.asks]
    new_ids = {old.id: new.id for old, new in zip(session.asks, own, strict=True)}
    is_open = session.closed_us is None
    return replace(
        session,
        closed_us=max(session.last_us, now_us) if is_open else session.closed_us,
        close_reason=CloseReason.ENDED if is_open else session.close_reason,
        settled=True,
        user_id=None,
        traits={},
        labels={},
        metadata={},
        trace_id=None,
        outcome=None,
        stamps={},
        inferred=_unnamed_use_case(session),
        feedback=_unnamed_feedback(session),
        flows={name: replace(one, answer=None) for name, one in session.flows.items()},
        last_user=None,
        last_agent=None,
        asks=own,
        rating=session.rating and _silent(session.rating, new_ids),
    )


def without_guest(session: Session, user_id: str) -> Session:
    """Give the session of somebody else without one who was in it, too."""
    key = person_of("", user_id)
    asked = [
        replace(ask, person=session.person) if ask.person == key else ask for ask in session.asks
    ]
    rating = session.rating
    if rating is not None and rating.rater == user_id:
        rating = _silent(rating, {} if rating.ask_id is None else {rating.ask_id: rating.ask_id})
    return replace(session, asks=asked, rating=rating)


def _unnamed(session: Session, ask: Ask, ask_id: str, now_us: int) -> Ask:
    ended = asks.end(ask, AskState.IGNORED if ask.shown_us else AskState.EXPIRED, now_us)
    return replace(
        ended,
        id=ask_id,
        session_id=session.id,
        conversation_id=session.conversation_id,
        person=person_of(session.conversation_id, None),
    )


def _unnamed_use_case(session: Session) -> Inferred | None:
    found = session.inferred
    return None if found is None else replace(found, rank=(found.rank[0], found.rank[1], ""))


def _unnamed_feedback(session: Session) -> dict[str, tuple[tuple[int, int, str], float]]:
    # In the order in which it was given, which tells the last one.
    judged = sorted(session.feedback.values())
    return {
        str(place): ((stamp[0], place, ""), score) for place, (stamp, score) in enumerate(judged)
    }


def _silent(rating: RatingRecord, ask_ids: dict[str, str]) -> RatingRecord:
    return replace(
        rating,
        reason=None,
        reason_source=None,
        is_reason_cut=False,
        ask_id=ask_ids.get(rating.ask_id or ""),
        rater=None,
    )
