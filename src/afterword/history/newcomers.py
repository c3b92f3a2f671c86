"""Who was new in a session: by the day of signing up, else by the first event of the person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from afterword.domain.events import TraitValue
    from afterword.domain.session import Session

NEW_DAYS: Final = 14
# Everybody comes for the first time after an installation: who was there before is not known.
UNKNOWN_DAYS: Final = 30
TRAIT: Final = "signed_up_at"
_DAY_US: Final = 86_400_000_000


def is_new(session: Session, since_us: int | None) -> bool | None:
    """Tell whether the person was new when the session began; None where that is not known.

    Args:
        session: With traits and tenure as of then.
        since_us: Where the project's data begin; None where nobody knows.
    """
    signed_up_us = _time_us(session.traits.get(TRAIT))
    if signed_up_us is not None:
        return session.opened_us < signed_up_us + NEW_DAYS * _DAY_US
    if session.tenure_days is None:
        return None
    if session.tenure_days >= NEW_DAYS:
        return False
    is_early = since_us is None or session.opened_us < since_us + UNKNOWN_DAYS * _DAY_US
    return None if is_early else True


def _time_us(value: TraitValue | None) -> int | None:
    # RFC 3339 or a bare date, read as UTC; or Unix seconds.
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if value is None or isinstance(value, bool):
        return None
    try:
        return int(value * 1_000_000)
    except (OverflowError, ValueError):  # no number, or beyond all
        return None
