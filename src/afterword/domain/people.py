"""The person: whose sessions, traits and patience these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.domain.events import FlowKind, TraitValue
from afterword.domain.policy import DAY_US

if TYPE_CHECKING:
    from afterword.domain.session import Session


class Person(Struct, kw_only=True, omit_defaults=True, gc=False):
    """One end user, or one conversation where nobody is known. Mutable inside one group only."""

    key: str  # u:<user_id> or c:<conversation_id>
    first_us: int
    n_sessions: int = 0
    traits: dict[str, TraitValue] = field(default_factory=dict)
    trait_stamps: dict[str, tuple[int, str]] = field(default_factory=dict)
    onboarded_us: int | None = None
    active_us: int | None = None
    nps: tuple[int, str, int] | None = None  # (at, event id, score)

    # Patience: asks in a row that were dismissed or ignored, and where the last one fell.
    streak: int = 0
    n_dismissed: int = 0
    quiet_number: int | None = None
    has_stopped: bool = False


def greet(person: Person, session: Session) -> None:
    """Count a session that begins and freeze the person's facts into it.

    Args:
        person: Gains one session.
        session: Gains ``session_number``, ``tenure_days``, ``is_onboarded`` and the traits that
            the session's own events have not set.
    """
    person.n_sessions += 1
    person.first_us = min(person.first_us, session.opened_us)
    session.session_number = person.n_sessions
    session.tenure_days = max(0, session.opened_us - person.first_us) // DAY_US
    session.is_onboarded = (
        person.onboarded_us is not None and person.onboarded_us < session.opened_us
    )
    # Only what events set is the session's own: the rest may be of somebody it was taken for.
    own = {k: v for k, v in session.traits.items() if f"traits.{k}" in session.stamps}
    session.traits = {**person.traits, **own}


def learn_traits(person: Person, traits: dict[str, TraitValue], stamp: tuple[int, str]) -> None:
    """Set traits; of each, the value with the last stamp stands."""
    for name, value in traits.items():
        if stamp >= person.trait_stamps.get(name, (0, "")):
            person.traits[name] = value
            person.trait_stamps[name] = stamp


def note_onboarding(person: Person, session: Session) -> None:
    """Remember the first completed onboarding flow."""
    done = [
        exposure.completed_us
        for exposure in session.flows.values()
        if exposure.kind == FlowKind.ONBOARDING and exposure.completed_us is not None
    ]
    if done:
        first = min(done)
        known = person.onboarded_us
        person.onboarded_us = first if known is None else min(known, first)


def note_unanswered(person: Person, session: Session, *, is_dismissed: bool) -> None:
    """Count an ask that was dismissed or ignored: the next session is left alone."""
    person.streak += 1
    person.n_dismissed += is_dismissed
    person.quiet_number = session.session_number


def note_answered(person: Person) -> None:
    """Reset the back-off: an answer shows that asking is welcome."""
    person.streak = 0
    person.quiet_number = None
