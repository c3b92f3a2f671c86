"""For your own tests: a transport that keeps what it is sent, and answers as it is told.

Example:
    >>> import afterword
    >>> transport = RecordingTransport()
    >>> aw = afterword.Client(transport=transport)
    >>> c = aw.conversation("c-1", user_id="u-7")
    >>> transport.ask("c-1")
    'ask-1'
    >>> c.end()
    >>> c.wait_for_ask(timeout=10).answer("positive")
    >>> aw.flush()
    True
    >>> [event["type"] for event in transport.events]
    ['session.started', 'session.ended', 'rating']
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final

import msgspec

from afterword.client.transport import Response
from afterword.domain.texts import texts

_ENDS: Final = ("dismissed", "withdrawn", "never")
_SAID: Final = ("question", "options", "reason_question", "acknowledgement", "locale")
Event = dict[str, Any]


class RecordingTransport:
    """Stands in for a server: ``afterword.Client(transport=RecordingTransport())``.

    ``events`` holds every event once, in order, as it would be sent; ``n_requests`` counts the
    envelopes, the failed ones too. Nothing leaves the process.
    """

    def __init__(self) -> None:
        """Begin with nothing kept and nothing to say."""
        self.events: list[Event] = []
        self.n_requests = 0
        self._ids: set[str] = set()
        self._failures: deque[int | Exception | Response] = deque()
        self._rejections: dict[str, str] = {}
        self._asks: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def ask(self, conversation_id: str, **changes: object) -> str:
        """Ask about a conversation in every answer that concerns it, until that is over.

        It is over with a rating, or when it is dismissed, withdrawn or stopped.

        Args:
            conversation_id: Whose session is asked about.
            **changes: Fields of the ask that are to differ, such as ``may_stop=True``.

        Returns:
            The ask's id.
        """
        with self._lock:
            words = msgspec.to_builtins(texts("en"))
            ask_id = f"ask-{len(self._asks) + 1}"
            self._asks[ask_id] = {
                "ask_id": ask_id,
                "session_id": f"{conversation_id}~1",
                "conversation_id": conversation_id,
                "trigger": "closing_message",
                **{name: words[name] for name in _SAID},
                "light": False,
                "may_stop": False,
                "expires_at": (datetime.now(UTC) + timedelta(minutes=10)).isoformat(),
                **changes,
            }
            return str(self._asks[ask_id]["ask_id"])

    def fail(self, *failures: int | Exception | Response) -> None:
        """Let the next requests fail, one for each.

        Args:
            *failures: A status, a whole response, or an exception to raise.
        """
        with self._lock:
            self._failures.extend(failures)

    def reject(self, event_type: str, code: str) -> None:
        """Reject every event of a type from now on, with this code."""
        with self._lock:
            self._rejections[event_type] = code

    def send(self, body: bytes) -> Response:
        """Keep the events of an envelope and answer as a server would."""
        with self._lock:
            self.n_requests += 1
            if self._failures:
                failure = self._failures.popleft()
                if isinstance(failure, Exception):
                    raise failure
                return Response(failure) if isinstance(failure, int) else failure
            return self._take(msgspec.json.decode(body)["events"])

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _take(self, events: list[Event]) -> Response:
        fresh = [event for event in events if event["id"] not in self._ids]
        rejected = [
            {"index": index, "code": self._rejections[event["type"]], "detail": "As told."}
            for index, event in enumerate(events)
            if event["type"] in self._rejections
        ]
        kept = [event for event in fresh if event["type"] not in self._rejections]
        for event in kept:
            self._ids.add(event["id"])
            self.events.append(event)
            self._end_ask(event)
        named = {event.get("conversation_id") for event in events}
        answer = {
            "accepted": len(kept),
            "duplicates": len(events) - len(fresh),
            "rejected": rejected,
            "asks": [ask for ask in self._asks.values() if ask["conversation_id"] in named],
        }
        return Response(202, msgspec.json.encode(answer))

    def _end_ask(self, event: Event) -> None:
        if event["type"] == "rating":
            named = event.get("conversation_id")
            self._asks = {
                key: ask for key, ask in self._asks.items() if ask["conversation_id"] != named
            }
        elif event["type"] == "ask" and event["step"] in _ENDS:
            self._asks.pop(event["ask_id"], None)
