"""The shapes of an envelope and of its answer."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from afterword.domain.events import AnyEvent
from afterword.intake import Outcome, Rejection
from afterword.server.api.asks.schemas import AskView, ask_view


class EventsBody(Struct, frozen=True, kw_only=True):
    """What is sent: at most 1,000 events and 1 MiB."""

    events: list[AnyEvent]


class EventsAnswer(Struct, frozen=True, kw_only=True):
    """What became of an envelope, true once it is answered.

    ``index`` counts from 0 in the envelope. ``asks`` are all pending ones of the conversations
    named. ``why`` stands in answers to test keys: what was decided for each session and why.
    """

    accepted: int
    duplicates: int
    rejected: list[Rejection]
    asks: list[AskView]
    why: list[str] | UnsetType = UNSET


def events_answer(outcome: Outcome, *, is_test: bool) -> EventsAnswer:
    """Give an outcome as it is answered."""
    return EventsAnswer(
        accepted=outcome.accepted,
        duplicates=outcome.duplicates,
        rejected=sorted(outcome.rejected, key=lambda rejection: rejection.index),
        asks=[ask_view(ask) for ask in outcome.asks],
        why=outcome.why if is_test else UNSET,
    )
