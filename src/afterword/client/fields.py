"""What may be told of a session and of a message, beside what every call asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class SessionFields(TypedDict, total=False):
    """Attributes of a session. Of each, the value told last stands; None is as good as absent.

    ``traits`` are the person's, frozen as the session begins; ``labels`` the session's own, such
    as an experiment's arm; ``metadata`` is carried along; each of the two at most 20 strings.
    ``timezone`` is an IANA name, ``channel`` is ``web``, ``slack``, ``api`` or another word.
    """

    user_id: str | None
    agent: str | None
    release: str | None
    model: str | None
    prompt_version: str | None
    use_case: str | None
    channel: str | None
    device: str | None
    locale: str | None
    timezone: str | None
    traits: Mapping[str, str | float | bool | datetime | None] | None
    labels: Mapping[str, str] | None
    metadata: Mapping[str, str] | None
    trace_id: str | None


class MessageFields(TypedDict, total=False):
    """What may be told of a message; None is as good as absent.

    ``words`` stands in for a text that is not sent. ``awaits_reply``: it offers a choice, so the
    user is not asked now. ``final`` (default true): no more of this answer follows. ``closing``:
    the host's own judgement that the user has finished.
    """

    message_id: str | None
    words: int | None
    model: str | None
    prompt_version: str | None
    latency_ms: float | None
    tokens: int | None
    cost_usd: float | None
    tools: Sequence[str] | None
    error: str | None
    awaits_reply: bool | None
    final: bool | None
    closing: bool | None
    trace_id: str | None
