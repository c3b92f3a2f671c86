"""Who may see the pages: a password from the environment, or a link printed at the start."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from threading import Lock
from typing import TYPE_CHECKING, Final

from afterword.errors import TooManyRequests

if TYPE_CHECKING:
    from afterword.intake.clock import Clock

COOKIE: Final = "afterword"
STAYS_SECONDS: Final = 14 * 86_400
# Guessing is slow whatever the password: ten wrong ones a minute, from all addresses together.
_WRONG_AT_MOST: Final = 10
_WRONG_SECONDS: Final = 60


class Door:
    """Lets people in and knows them again by a signed cookie."""

    def __init__(self, password: str | None, salt: bytes, clock: Clock) -> None:
        """Take what opens the door.

        Args:
            password: None where only the printed link does.
            salt: Signs cookies; the same on every server of an installation.
            clock: Server time.
        """
        self._password = None if password is None else _bytes(password)
        self._clock = clock
        # A new password turns everybody out.
        self._key = hmac.digest(salt, b"afterword-pages\x1f" + _bytes(password or ""), "sha256")
        self._once = None if password else secrets.token_urlsafe(24)
        self._wrong: list[float] = []
        self._lock = Lock()

    @property
    def once(self) -> str | None:
        """What the printed link holds; None where a password is set, or once it has been used."""
        return self._once

    def try_password(self, told: str) -> str | None:
        """Give a cookie for the right password, None for a wrong one.

        Raises:
            TooManyRequests: Somebody is guessing.
        """
        with self._lock:
            now = self._now()
            self._wrong = [at for at in self._wrong if at > now - _WRONG_SECONDS]
            if len(self._wrong) >= _WRONG_AT_MOST:
                raise TooManyRequests("Too many wrong passwords: try again in a minute.")
            if self._password is None or not _is_same(told, self._password):
                self._wrong.append(now)
                return None
        return self._cookie()

    def try_link(self, told: str) -> str | None:
        """Give a cookie for the printed link, which opens the door once."""
        with self._lock:
            if self._once is None or not _is_same(told, _bytes(self._once)):
                return None
            self._once = None
        return self._cookie()

    def knows(self, cookie: str) -> bool:
        """Tell whether a cookie is ours and still good."""
        until, _, mark = cookie.partition(".")
        if not until.isdecimal() or not _is_same(mark, _bytes(self._mark(until))):
            return False
        return int(until) > self._now()

    def _now(self) -> float:
        return self._clock.now_us() / 1e6

    def _cookie(self) -> str:
        until = str(int(self._now()) + STAYS_SECONDS)
        return f"{until}.{self._mark(until)}"

    def _mark(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), hashlib.sha256).hexdigest()


def _is_same(told: str, known: bytes) -> bool:
    return hmac.compare_digest(_bytes(told), known)


def _bytes(text: str) -> bytes:
    # An environment variable may hold bytes that are no text.
    return text.encode("utf-8", "surrogateescape")
