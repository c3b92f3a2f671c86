"""The way to the server: one small protocol, and HTTP."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, field

from afterword.client.limits import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    MAX_ANSWER_BYTES,
    WHOLE_ANSWER_SECONDS,
)

if TYPE_CHECKING:
    import httpx

THREAD_NAME: Final = "afterword-sender"


class Response(Struct, frozen=True):
    """What came back: the status, the body and the headers, their names in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Brings one envelope to a server. Only one thread at a time calls it."""

    def send(self, body: bytes) -> Response:
        """Post an envelope and give what came back; raise anything where nothing did."""

    def close(self) -> None:
        """Let go of connections; another ``send`` may follow."""


class HttpTransport:
    """Posts to a server over HTTP, with the proxies and certificates of the environment."""

    def __init__(self, url: str, key: str) -> None:
        """Take the server's address and a key; nothing is opened yet."""
        self._url = url.rstrip("/") + "/v1/events"
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",  # small answers; and none that grows as it is read
        }
        self._http: httpx.Client | None = None
        self._pid = 0

    def send(self, body: bytes) -> Response:
        """Post an envelope.

        Raises:
            Exception: There was no answer, for whatever reason.
        """
        if self._http is None or self._pid != os.getpid():  # a child must not share a connection
            self._http, self._pid = self._open(), os.getpid()
        due = time.monotonic() + WHOLE_ANSWER_SECONDS
        content = bytearray()
        with self._http.stream("POST", self._url, content=body) as answer:
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MAX_ANSWER_BYTES or time.monotonic() > due:
                    raise TimeoutError  # what comes for ever, or drop by drop, is no answer
            return Response(answer.status_code, bytes(content), dict(answer.headers))

    def close(self) -> None:
        """Let go of the connection."""
        http, self._http = self._http, None
        if http is not None:
            http.close()

    def _open(self) -> httpx.Client:
        import httpx  # noqa: PLC0415  # 0.1 s that only the sender's thread pays

        # At INFO it would put one line a request into the host's log.
        logging.getLogger("httpx").addFilter(_is_not_ours)
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        return httpx.Client(headers=self._headers, timeout=timeout)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return record.threadName != THREAD_NAME
