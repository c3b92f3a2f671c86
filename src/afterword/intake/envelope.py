"""What goes into intake and what comes out."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from afterword.domain.events import AnyEvent, Unrated
from afterword.domain.moments.hearing import Hearing
from afterword.domain.ratings import RatingStatus
from afterword.domain.session import Ask, RatingRecord, Session
from afterword.domain.texts import OwnTexts
from afterword.errors import AfterwordError
from afterword.intake.reading import Facts

TEST: Final = "test"  # the environment of what test keys write
REFUSALS_KEPT: Final = 1_000  # of one import: a file of the wrong kind must not fill the memory


class Rejection(Struct, frozen=True):
    """One event that was not kept, and why; its neighbours were."""

    index: int
    code: str
    detail: str

    @classmethod
    def of(cls, index: int, error: AfterwordError) -> Rejection:
        """Make the rejection that an error means for one event."""
        return cls(index, error.code, error.detail)


class Speaker(Struct, frozen=True):
    """Who sent an envelope, where it came from a browser: a token says so.

    ``conversation_id``: the one conversation that the token is good for; any of the person's if
    None.
    """

    user_id: str
    conversation_id: str | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        """Whose asks are this browser's: its person's, and nobody's in its one conversation."""
        named = f"u:{self.user_id}"
        only = self.conversation_id
        return (named,) if only is None else (named, f"c:{only}")

    def may_rate(self, session: Session) -> bool:
        """Tell whether a session is the person's, or of the conversation the token is for."""
        if self.conversation_id is not None:
            return session.conversation_id == self.conversation_id
        return session.user_id == self.user_id


class Envelope(Struct, frozen=True, kw_only=True):
    """The events of one request, already decoded, in the order in which they were sent."""

    project: str
    events: list[tuple[int, AnyEvent | Unrated]]
    rejected: list[Rejection] = field(default_factory=list)
    environment: str | None = None  # forced, for test keys
    is_test: bool = False
    is_import: bool = False
    speaker: Speaker | None = None
    facts: dict[int, Facts] = field(default_factory=dict)  # of events without their texts
    hearings: dict[int, Hearing] = field(default_factory=dict)  # of events read ahead
    is_visit: bool = False  # the speaker has just come, and may be asked about what ended before


class RatingResult(Struct, frozen=True):
    """What one rating event did; ``record`` is what stands afterwards."""

    status: RatingStatus
    session_id: str
    record: RatingRecord | None


class Outcome(Struct, kw_only=True):
    """The answer to one envelope, true once its group is committed."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    ratings: dict[int, RatingResult] = field(default_factory=dict)
    errors: dict[int, AfterwordError] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    own_texts: OwnTexts = field(default_factory=dict)  # of the policy that it was done by

    def reject(self, index: int, error: AfterwordError) -> None:
        """Note one event as rejected."""
        self.rejected.append(Rejection.of(index, error))
        self.errors[index] = error


class Sourced(Struct, frozen=True):
    """An event to import, and where it was read: ``ratings.csv line 17``.

    ``facts``: of a message whose text was dropped on the way.
    """

    event: AnyEvent
    where: str
    facts: Facts | None = None


class Refused(Struct, frozen=True):
    """Something in an import that was not kept, and why; its neighbours were."""

    where: str
    code: str
    detail: str

    @classmethod
    def of(cls, where: str, error: AfterwordError) -> Refused:
        """Make the refusal that an error means for what was read there."""
        return cls(where, error.code, error.detail)


class ImportResult(Struct, kw_only=True):
    """What an import did."""

    events: int = 0
    sessions: int = 0  # opened; an event that joins a known session opens none
    ratings: int = 0
    duplicates: int = 0
    n_rejected: int = 0
    n_unexpected: int = 0  # among them: events that broke something no rule foresees
    rejected: list[Refused] = field(default_factory=list)  # the first of them

    def refuse(self, refused: Refused) -> None:
        """Count a refusal, and keep it while there is room."""
        self.n_rejected += 1
        if len(self.rejected) < REFUSALS_KEPT:
            self.rejected.append(refused)
