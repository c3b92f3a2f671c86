"""Browsers: a publishable key, a token that says for whom, an allowed origin, not too often."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.domain import events as ev
from afterword.domain.policy import SECOND_US
from afterword.domain.tokens import key_id, read_token
from afterword.errors import (
    MissingToken,
    NotForBrowsers,
    TooManyRequests,
    WrongOrigin,
    WrongToken,
)
from afterword.intake import Speaker
from afterword.journal.keys import PUBLISHABLE, Key, find_token_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.journal.keys import TokenKey
    from afterword.server.services import Services

# One person's: a page that shows an ask sends a handful of requests.
BURST: Final = 60.0
A_SECOND: Final = 5.0
_PEOPLE_AT_MOST: Final = 50_000
_SAY: Final = (ev.AskStepped, ev.Rated, ev.Unrated, ev.Feedback, ev.Flow)
_SAY_WITH_MESSAGES: Final = (
    *_SAY,
    ev.Message,
    ev.SessionStarted,
    ev.SessionUpdated,
    ev.SessionEnded,
)


class Visitor(Struct, frozen=True):
    """A browser: its key, whom its token speaks for until when, and the key that signed that."""

    key: Key
    speaker: Speaker
    expires_us: int
    signer_id: str


class Frontier:
    """Lets browsers in."""

    def __init__(self, services: Services, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where keys are looked up; ``clock`` gives seconds."""
        self._services = services
        self._clock = clock
        # What a person may still send at once, and when that was.
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    async def admit(
        self,
        key: Key,
        headers: Iterable[tuple[bytes, bytes]],
        token: str | None = None,
    ) -> Visitor:
        """Give the visitor of a request with a publishable key.

        Args:
            key: The key that it came with.
            headers: Of the request, names in lower case.
            token: From the address, where a stream has it.

        Raises:
            NotForBrowsers: The key is no publishable one.
            WrongOrigin: A page of an origin that the key does not allow.
            MissingToken, WrongToken: Nobody says for whom, or not rightly.
            TooManyRequests: This person's browser asks too often.
        """
        if key.kind != PUBLISHABLE:
            raise NotForBrowsers("This call is for browsers: use a publishable key and a token.")
        told = dict(headers)
        origin = told.get(b"origin")
        if origin is not None and origin.decode("latin-1") not in key.allow_origins:
            raise WrongOrigin
        token = told.get(b"afterword-token", b"").decode("latin-1") or token
        if not token:
            raise MissingToken
        signer = await self._services.read(self._token_key, key.project, key_id(token))
        if signer is None:
            raise WrongToken
        claims = read_token(token, signer.key, self._services.clock.now_us() / SECOND_US)
        visitor = Visitor(key, Speaker(claims.sub, claims.cid), claims.exp * SECOND_US, signer.id)
        self._take(visitor)
        return visitor

    def charge(self, visitor: Visitor, n_events: int) -> None:
        """Count the events of a request beyond the first; the next one waits until they are paid.

        What a browser kept while it was offline comes at once, and is never refused for good.
        """
        bucket = self._left(visitor)
        self._keep(visitor, bucket - max(0, n_events - 1))

    def _token_key(self, project: str, beginning: bytes) -> TokenKey | None:
        with self._services.journal.read() as connection:
            return find_token_key(connection, project, beginning)

    def _take(self, visitor: Visitor) -> None:
        left = self._left(visitor)
        if left < 1.0:
            raise TooManyRequests(wait_s=math.ceil((1.0 - left) / A_SECOND))
        self._keep(visitor, left - 1.0)

    def _left(self, visitor: Visitor) -> float:
        # A bucket that holds so many requests and fills so fast.
        now = self._clock()
        left, at = self._buckets.get((visitor.key.id, visitor.speaker.user_id), (BURST, now))
        return min(BURST, left + (now - at) * A_SECOND)

    def _keep(self, visitor: Visitor, left: float) -> None:
        whose = (visitor.key.id, visitor.speaker.user_id)
        self._buckets[whose] = (left, self._clock())
        self._buckets.move_to_end(whose)
        if len(self._buckets) > _PEOPLE_AT_MOST:
            self._buckets.popitem(last=False)


def spoken(event: ev.AnyEvent | ev.Unrated, visitor: Visitor) -> ev.AnyEvent | ev.Unrated:
    """Give an event as a browser may tell it: by its person, now, through the widget.

    Raises:
        NotForBrowsers: Events of this type are not for browsers, or not with this key.
    """
    allowed = _SAY_WITH_MESSAGES if visitor.key.allow_messages else _SAY
    if not isinstance(event, allowed):
        kind = event.__struct_config__.tag
        raise NotForBrowsers(f"A browser may not send {kind} with this key.", field="type")
    event = msgspec.structs.replace(
        event, user_id=visitor.speaker.user_id, at=None, environment=None
    )
    if isinstance(event, ev.Rated):
        return msgspec.structs.replace(event, source=ev.Source.WIDGET)
    return event
