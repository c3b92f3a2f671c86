"""What a replay reads and writes: people's pasts, the rules, and the moments between them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from afterword.domain.asks import Decision, Why
from afterword.domain.policy import Policy
from afterword.domain.session import Ask, AskState, Session, Trigger


class Line(Struct, frozen=True):
    """One line of the log of decisions."""

    at_us: int
    reason: Why
    trigger: Trigger | None
    policy_version: int


class Past(Struct, frozen=True):
    """One session as it ended, with its lines, oldest first."""

    session: Session
    lines: tuple[Line, ...]


class PersonPast(Struct, frozen=True):
    """One person's sessions, and every ask that was ever made to them, in other sessions too.

    ``numbers``: of these sessions and of those asks' sessions, the person's count of sessions.
    """

    sessions: tuple[Past, ...]
    asks: tuple[Ask, ...]
    numbers: Mapping[str, int | None]
    has_stopped: bool


class Rules(Struct, frozen=True, kw_only=True):
    """What a replay goes by. ``then``: every version that lines name; ``unknown``: see above."""

    policy: Policy
    then: Mapping[int, Policy]
    salt: bytes
    now_us: int
    unknown: AskState = AskState.ANSWERED


class Moment(Struct, frozen=True, kw_only=True):
    """One time at which a session might have been asked about, and what would have been done.

    ``said``: by the log, at this very moment; None where the rules of then saw no moment, and at
    the silence after all that was said. Of those moments the whole session is known.
    """

    session_id: str
    at_us: int
    trigger: Trigger
    said: Why | None
    policy_version: int  # of then: gives the draw
    decision: Decision | None = None
