"""What a host says: one tagged union of events, checked field by field as it is decoded.

Times that arrive (``at``) are RFC 3339 with an offset, or Unix seconds; inside they are whole
microseconds since 1970 UTC (suffix ``_us``), so that ordering and storing cost nothing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

MAX_EVENTS = 1_000
MAX_BODY_BYTES = 1_048_576
MAX_TEXT = 100_000

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
# Bounds that no real event meets: sums over a session's events stay within 64 bits.
Count = Annotated[int, Meta(ge=0, le=10**9)]
# Far beyond every calendar, and still a whole number of microseconds: intake judges the rest.
Seconds = Annotated[float, Meta(ge=-(10**15), le=10**15)]
WholeSeconds = Annotated[int, Meta(ge=-(10**15), le=10**15)]
At = Annotated[datetime, Meta(tz=True)] | Seconds | WholeSeconds
WholeNumber = Annotated[int, Meta(ge=-(2**53), le=2**53)]  # what JSON readers everywhere agree on
TraitValue = str | float | WholeNumber | bool | None
Traits = dict[Name, TraitValue]
Labels = Annotated[dict[Name, Name], Meta(max_length=20)]


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    AGENT = "agent"
    TOOL = "tool"


class Rating(StrEnum):
    """One direct answer about one whole session, worst to best: negative < neutral < positive."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Vote(StrEnum):
    """A judgement of one agent message."""

    UP = "up"
    DOWN = "down"


class FlowKind(StrEnum):
    """What an in-chat experience is for."""

    ONBOARDING = "onboarding"
    CAPABILITY = "capability"
    SURVEY = "survey"
    REACTIVATION = "reactivation"
    QUESTION = "question"


class FlowStep(StrEnum):
    """How far one person got in one flow."""

    SHOWN = "shown"
    STARTED = "started"
    COMPLETED = "completed"
    DISMISSED = "dismissed"


class AskStep(StrEnum):
    """What a client tells of an ask."""

    SHOWN = "shown"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    NEVER = "never"


class Source(StrEnum):
    """Where a rating or reason came from."""

    WIDGET = "widget"
    TEXT = "text"
    SLACK = "slack"
    API = "api"
    IMPORT = "import"
    QUESTION = "question"


class Event(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """What every event may carry."""

    id: Id | None = None
    user_id: Id | None = None
    at: At | None = None
    environment: Name | None = None


class ConversationEvent(Event, frozen=True, kw_only=True):
    """An event inside the host's thread ``conversation_id``."""

    conversation_id: Id


class SessionAttributes(ConversationEvent, frozen=True, kw_only=True):
    """Attributes of a session; of each, the value with the last ``at`` stands."""

    agent: Name | None = None
    release: Name | None = None
    model: Name | None = None
    prompt_version: Name | None = None
    use_case: Name | None = None
    channel: Name | None = None
    device: Name | None = None
    locale: Name | None = None
    timezone: Name | None = None
    traits: Traits | None = None
    labels: Labels | None = None
    metadata: Labels | None = None
    trace_id: Name | None = None


class SessionStarted(SessionAttributes, frozen=True, kw_only=True, tag="session.started"):
    """The host opened a thread; a session opens with its first message."""


class SessionUpdated(SessionAttributes, frozen=True, kw_only=True, tag="session.updated"):
    """The host learned something about the session."""


class SessionEnded(ConversationEvent, frozen=True, kw_only=True, tag="session.ended"):
    """The host says that this session is over."""

    outcome: Text | None = None


class Message(ConversationEvent, frozen=True, kw_only=True, tag="message"):
    """One utterance. ``text`` becomes facts and is dropped unless the policy stores it."""

    role: Role
    message_id: Id | None = None
    text: Text | None = None
    words: Count | None = None
    model: Name | None = None
    prompt_version: Name | None = None
    latency_ms: Annotated[float, Meta(ge=0, le=10**9)] | None = None
    tokens: Count | None = None
    cost_usd: Annotated[float, Meta(ge=0, le=10**6)] | None = None
    tools: list[Name] | None = None
    error: Text | None = None
    awaits_reply: bool = False
    final: bool = True
    closing: bool | None = None
    trace_id: Name | None = None


class Feedback(ConversationEvent, frozen=True, kw_only=True, tag="feedback"):
    """A judgement of one agent message: a vote or a score, never an answer about the session."""

    message_id: Id
    value: Vote | None = None
    score: Annotated[float, Meta(ge=0, le=1)] | None = None
    comment: Text | None = None


class Flow(ConversationEvent, frozen=True, kw_only=True, tag="flow"):
    """One step of one person in one in-chat experience."""

    flow: Name
    kind: FlowKind
    step: FlowStep
    variant: Name | None = None
    answer: Text | None = None


class Feature(ConversationEvent, frozen=True, kw_only=True, tag="feature"):
    """A capability of the agent was used."""

    feature: Name


class Handover(ConversationEvent, frozen=True, kw_only=True, tag="handover"):
    """A human took over: this session is not asked about."""


class AskStepped(ConversationEvent, frozen=True, kw_only=True, tag="ask"):
    """A client tells what became of an ask."""

    ask_id: Id
    step: AskStep


class Rated(ConversationEvent, frozen=True, kw_only=True, tag="rating"):
    """The user's answer about the whole session. ``reason: null`` removes an earlier reason."""

    rating: Rating
    reason: Text | msgspec.UnsetType | None = msgspec.UNSET
    ask_id: Id | None = None
    session_id: Id | None = None
    source: Source | None = None


class Identify(Event, frozen=True, kw_only=True, tag="identify"):
    """Traits of a person, frozen into the sessions that begin after it."""

    user_id: Id
    traits: Traits


class Activity(Event, frozen=True, kw_only=True, tag="activity"):
    """The person used the product without the agent."""

    user_id: Id
    name: Name


class Nps(Event, frozen=True, kw_only=True, tag="nps"):
    """An answer about the product: kept apart from ratings and shown apart."""

    user_id: Id
    score: Annotated[int, Meta(ge=0, le=10)]


class Unrated(ConversationEvent, frozen=True, kw_only=True, tag="rating.taken_back"):
    """A rating taken back inside its change window. Made by the server, never accepted."""

    session_id: Id | None = None


InConversation = (
    SessionStarted
    | SessionUpdated
    | SessionEnded
    | Message
    | Feedback
    | Flow
    | Feature
    | Handover
    | AskStepped
    | Rated
)
AnyEvent = InConversation | Identify | Activity | Nps
# Told of a person, outside any conversation.
PERSONAL: Final = (Identify, Activity, Nps)
