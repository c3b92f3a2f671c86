"""The session: one sitting in a conversation, and everything that is known of it.

A ``Session`` is a value. ``sessions.assign`` and ``sessions.fold`` make new ones from events;
the journal keeps them whole; the history copies what questions need.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from afterword.domain.events import Rating, Source, TraitValue
from afterword.domain.retries import count_retries
from afterword.domain.use_cases import Inferred, InferredBy

# What orders two events of one session: time, then role (an answer follows its question), then id.
Stamp = tuple[int, int, str]


class CloseReason(StrEnum):
    """Why a session closed."""

    ENDED = "ended"
    SILENCE = "silence"
    CAP = "cap"


class Trigger(StrEnum):
    """What made the moment of an ask, or why a rating came without one."""

    EXPLICIT_END = "explicit_end"
    CLOSING_MESSAGE = "closing_message"
    INACTIVITY = "inactivity"
    RETURN_VISIT = "return_visit"
    USER_OPENED = "user_opened"
    IMPORT = "import"


class AskState(StrEnum):
    """What became of one ask."""

    GRANTED = "granted"
    SHOWN = "shown"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    IGNORED = "ignored"
    EXPIRED = "expired"


class LastMessage(Struct, frozen=True):
    """The latest message of one role."""

    stamp: Stamp
    final: bool = True
    awaits_reply: bool = False
    closing: float = 0.0  # probability in [0, 1] that the user has finished; user messages only
    heard: tuple[str, int, str | None] | None = None  # as ``moments.hear``; agent messages only


class Exposure(Struct, frozen=True):
    """One session's meeting with one flow; times in microseconds, null where it did not happen."""

    kind: str
    variant: str | None = None
    shown_us: int | None = None
    started_us: int | None = None
    completed_us: int | None = None
    dismissed_us: int | None = None
    answer: str | None = None


class Ask(Struct, frozen=True, kw_only=True):
    """One invitation to rate one session. Times in microseconds since 1970 UTC."""

    id: str
    session_id: str
    conversation_id: str
    person: str
    trigger: Trigger
    state: AskState
    granted_us: int
    expires_us: int
    policy_version: int
    may_stop: bool = False
    light: bool = False
    locale: str = "en"
    own: dict[str, str] = {}  # texts in the product's own words, as the policy had them then
    shown_us: int | None = None
    ended_us: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the user may still see or be seeing it."""
        return self.state in (AskState.GRANTED, AskState.SHOWN)


class RatingRecord(Struct, frozen=True, kw_only=True):
    """What the user said about the session, as it stands after every allowed change."""

    rating: Rating
    rated_us: int  # of the first answer: the change window counts from here
    source: Source
    trigger: Trigger
    reason: str | None = None
    reason_source: Source | None = None
    is_reason_cut: bool = False
    ask_id: str | None = None
    rater: str | None = None
    n_revisions: int = 0


def person_of(conversation_id: str, user_id: str | None) -> str:
    """Give a person's key; without a user id the conversation stands for the person."""
    return f"c:{conversation_id}" if user_id is None else f"u:{user_id}"


class Session(Struct, kw_only=True, omit_defaults=True, gc=False):
    """One sitting in a conversation: the thing that is rated.

    Mutable for speed only: whoever is handed a session never changes it; ``fold`` works on a copy.
    """

    project: str
    conversation_id: str
    number: int
    opened_us: int
    environment: str = "production"
    is_imported: bool = False

    # Span: first to last message (`opened_us` is frozen: it names the day file); `seen_us` is the
    # server's time when the last message arrived, `end_seen_us` when the host's end did.
    first_us: int = 0
    last_us: int = 0
    seen_us: int = 0
    closed_us: int | None = None
    close_reason: CloseReason | None = None
    ended_us: int | None = None
    end_seen_us: int | None = None
    # Of the silences that could have asked and after which the user went on; server time. Null
    # where nobody measured: what was imported.
    longest_pause_us: int | None = None
    settled: bool = False
    outcome: str | None = None

    # Whose session it is.
    user_id: str | None = None
    session_number: int | None = None
    tenure_days: int | None = None
    is_onboarded: bool = False
    traits: dict[str, TraitValue] = field(default_factory=dict)

    # Attributes; `stamps` holds, by attribute name, the (at, id) that set it last.
    agent: str | None = None
    release: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    use_case: str | None = None
    channel: str | None = None
    device: str | None = None
    locale: str | None = None
    timezone: str | None = None
    trace_id: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)

    # What the user came for, where the host does not say: kept apart from ``use_case``.
    inferred: Inferred | None = None

    # Counts.
    n_user: int = 0
    n_agent: int = 0
    n_tool: int = 0
    n_errors: int = 0
    n_handovers: int = 0
    n_refusals: int | None = None  # of whole answers; None where no text of one was ever there
    user_words: int = 0
    agent_words: int = 0
    tokens: int = 0
    cost_nano_usd: int = 0
    latency_us: int = 0
    n_latency: int = 0
    tools: dict[str, int] = field(default_factory=dict)
    features: dict[str, int] = field(default_factory=dict)

    # Judgements of single messages, by message id: (stamp, score in [0, 1]); never averaged into
    # a rating.
    feedback: dict[str, tuple[Stamp, float]] = field(default_factory=dict)
    flows: dict[str, Exposure] = field(default_factory=dict)

    # Who spoke when, and what was said again: as ``retries.add_turn``.
    turns: list[int] = field(default_factory=list)

    # Where the talk stands.
    last_user: LastMessage | None = None
    last_agent: LastMessage | None = None

    # The ask and the answer.
    asks: list[Ask] = field(default_factory=list)
    decision: str | None = None  # reason of the last logged decision
    # Of the first one that chance made: its reason, and the chance of being asked, in [0, 1].
    drawn: str | None = None
    ask_chance: float | None = None
    rating: RatingRecord | None = None

    @property
    def id(self) -> str:
        """``<conversation_id>~<number>``."""
        return f"{self.conversation_id}~{self.number}"

    @property
    def person(self) -> str:
        """``u:<user_id>``, or ``c:<conversation_id>`` where nobody is known."""
        return person_of(self.conversation_id, self.user_id)

    @property
    def n_retries(self) -> int | None:
        """How often the same was asked for again, within the turns kept; None without any."""
        return count_retries(self.turns) if self.turns else None

    @property
    def inferred_use_case(self) -> str | None:
        """What the user seems to have come for; None where the host says it."""
        found = self._inferred
        return None if found is None else found.use_case

    @property
    def inferred_by(self) -> InferredBy | None:
        """What ``inferred_use_case`` was inferred by."""
        found = self._inferred
        return None if found is None else found.by

    @property
    def _inferred(self) -> Inferred | None:
        return self.inferred if self.use_case is None else None

    @property
    def meets_minimum(self) -> bool:
        """Whether there was a talk at all: one user and one agent message."""
        return self.n_user > 0 and self.n_agent > 0

    @property
    def open_ask(self) -> Ask | None:
        """The ask that is waiting for an answer, if any."""
        return next((ask for ask in self.asks if ask.is_open), None)
