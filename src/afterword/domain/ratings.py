"""What a rating may do to a session: be the first, say nothing new, add a reason, or change."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import UNSET, Struct

from afterword.domain.events import Rated, Source
from afterword.domain.masking import mask
from afterword.domain.policy import SECOND_US, Policy
from afterword.domain.session import Ask, RatingRecord, Session, Trigger
from afterword.domain.sessions import settles_us
from afterword.domain.words import count_words, cut
from afterword.errors import NotRated, RatingClosed, RatingLocked, ReasonTooLong


class RatingStatus(StrEnum):
    """What a rating call did."""

    NEW = "new"
    SAME = "same"
    REVISED = "revised"
    REMOVED = "removed"


class Rater(Struct, frozen=True, kw_only=True):
    """Who rates, how and when."""

    now_us: int  # server time; event time for imports
    source: Source
    user_id: str | None = None
    ask: Ask | None = None
    is_import: bool = False

    @property
    def trigger(self) -> Trigger:
        """What made the moment of this rating."""
        if self.is_import:
            return Trigger.IMPORT
        return Trigger.USER_OPENED if self.ask is None else self.ask.trigger


def rate(
    session: Session, rated: Rated, rater: Rater, policy: Policy
) -> tuple[RatingStatus, RatingRecord]:
    """Find what a rating does to a session.

    Args:
        session: The session that is rated; unchanged.
        rated: The answer. A reason left out keeps an earlier one; ``null`` removes it.
        rater: Who rates and when.
        policy: Gives the windows and the word limit.

    Returns:
        The status and the record that stands afterwards.

    Raises:
        ReasonTooLong: More than 30 words (imports are cut and flagged instead).
        RatingLocked: A change after the change window, or by somebody else.
        RatingClosed: The session has settled.
    """
    reason, is_cut = _read_reason(rated, policy, is_import=rater.is_import)
    known = session.rating
    if known is None:
        _refuse_settled(session, rater.now_us, policy)
        return RatingStatus.NEW, _first(rated, rater, reason, is_cut=is_cut)
    is_same_rating = rated.rating is known.rating
    if is_same_rating and (reason is UNSET or reason == known.reason):
        return RatingStatus.SAME, known
    _refuse_settled(session, rater.now_us, policy)
    _refuse_other(known, rater.user_id)
    is_first_reason = is_same_rating and known.reason is None
    if not is_first_reason and rater.now_us > known.rated_us + policy.change_window * SECOND_US:
        raise RatingLocked
    changed = msgspec.structs.replace(
        known, rating=rated.rating, n_revisions=known.n_revisions + 1
    )
    if reason is not UNSET:
        changed = msgspec.structs.replace(
            changed,
            reason=reason,
            is_reason_cut=is_cut,
            reason_source=None if reason is None else rater.source,
        )
    return RatingStatus.REVISED, changed


def take_back(session: Session, policy: Policy, now_us: int, user_id: str | None = None) -> None:
    """Check that a rating may be taken back now.

    Args:
        session: The session that is rated; unchanged.
        policy: Gives the windows.
        now_us: Server time.
        user_id: Who wants it back, where that is known.

    Raises:
        NotRated: There is none.
        RatingLocked: Its change window has passed, or it is somebody else's.
        RatingClosed: The session has settled.
    """
    known = session.rating
    if known is None:
        raise NotRated
    _refuse_settled(session, now_us, policy)
    _refuse_other(known, user_id)
    if now_us > known.rated_us + policy.change_window * SECOND_US:
        raise RatingLocked


def _first(
    rated: Rated, rater: Rater, reason: str | msgspec.UnsetType | None, *, is_cut: bool
) -> RatingRecord:
    has_reason = isinstance(reason, str)
    return RatingRecord(
        rating=rated.rating,
        rated_us=rater.now_us,
        source=rater.source,
        trigger=rater.trigger,
        reason=reason if isinstance(reason, str) else None,
        reason_source=rater.source if has_reason else None,
        is_reason_cut=is_cut,
        ask_id=None if rater.ask is None else rater.ask.id,
        rater=rater.user_id,
    )


def _read_reason(
    rated: Rated, policy: Policy, *, is_import: bool
) -> tuple[str | msgspec.UnsetType | None, bool]:
    reason = rated.reason
    if not isinstance(reason, str):
        return reason, False
    reason = reason.strip()
    if not reason:
        return UNSET, False
    if is_import:
        # Masked first: half an address or number would not be known for one.
        return cut(mask(reason), policy.reason_words)
    n_words = count_words(reason)
    if n_words > policy.reason_words:
        raise ReasonTooLong(
            f"reason has {n_words} words; at most {policy.reason_words} are kept.", field="reason"
        )
    return mask(reason), False


def _refuse_other(known: RatingRecord, user_id: str | None) -> None:
    if user_id is not None and known.rater not in (None, user_id):
        raise RatingLocked("This session was rated by somebody else; the first rating stands.")


def _refuse_settled(session: Session, now_us: int, policy: Policy) -> None:
    settled_us = settles_us(session, policy)
    if settled_us is not None and now_us >= settled_us:
        raise RatingClosed
