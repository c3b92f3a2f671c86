"""Who may do what: keys are looked up on every request, so a new or revoked one counts at once."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from afterword.errors import (
    MissingKey,
    NotForBrowsers,
    WrongKey,
    WrongScope,
)
from afterword.journal.keys import PUBLISHABLE

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable

    from afterword.journal.keys import Key

TEST_ENVIRONMENT: Final = "test"
_TEST: Final = "test"
_LONGEST_KEY: Final = 200


class Scope(StrEnum):
    """What a key lets its holder do; ``admin`` includes the others."""

    WRITE = "write"
    READ = "read"
    ADMIN = "admin"


class FindsKeys(Protocol):
    """Where keys are looked up."""

    def find(self, secret: str) -> Key | None:
        """Give the key that a secret opens; None when unknown or revoked."""


class Access:
    """Admits requests by their key.

    All requests of one turn of the event loop share a lookup: it begins after they have arrived,
    so none sees a key that was revoked before.
    """

    def __init__(self, keys: FindsKeys) -> None:
        """Take where keys are looked up."""
        self._keys = keys
        self._waiting: dict[str, list[Future[Key | None]]] = {}

    async def admit(self, headers: Iterable[tuple[bytes, bytes]], scope: Scope) -> Key:
        """Give the key of a request.

        Args:
            headers: Of the request, names in lower case.
            scope: What the call needs.

        Raises:
            MissingKey: There is no ``Authorization: Bearer …``.
            WrongKey: The key is unknown here, or revoked.
            NotForBrowsers: It is a browser's key.
            WrongScope: It lacks the scope.
        """
        return require(await self.identify(bearer(headers)), scope)

    async def identify(self, secret: str | None) -> Key:
        """Give the key that a secret opens.

        Raises:
            MissingKey: There is no secret.
            WrongKey: The key is unknown here, or revoked.
        """
        if secret is None:
            raise MissingKey
        key = await self._find(secret) if len(secret) <= _LONGEST_KEY else None
        if key is None:
            raise WrongKey
        return key

    def _find(self, secret: str) -> Future[Key | None]:
        loop = asyncio.get_running_loop()
        future: Future[Key | None] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._look_up)
        self._waiting.setdefault(secret, []).append(future)
        return future

    def _look_up(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for secret, futures in waiting.items():
            # A request may have been given up meanwhile.
            pending = [future for future in futures if not future.done()]
            try:
                key = self._keys.find(secret)
            except Exception as error:  # noqa: BLE001  # whatever it is, each request is told
                for future in pending:
                    future.set_exception(error)
            else:
                for future in pending:
                    future.set_result(key)


def require(key: Key, scope: Scope) -> Key:
    """Give a key back that may do what a call needs.

    Raises:
        NotForBrowsers: It is a browser's key.
        WrongScope: It lacks the scope.
    """
    if key.kind == PUBLISHABLE:
        raise NotForBrowsers
    if scope not in key.scopes and Scope.ADMIN not in key.scopes:
        raise WrongScope(
            f"This call needs a key with the scope {scope}; this one has {', '.join(key.scopes)}."
        )
    return key


def forced_environment(key: Key) -> str | None:
    """Give the environment of everything that a key writes, None where the host may choose."""
    return TEST_ENVIRONMENT if is_test(key) else None


def is_test(key: Key) -> bool:
    """Tell whether a key is for trying things out: no limits, and answers say why."""
    return key.kind == _TEST


def bearer(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Give the secret of ``Authorization: Bearer …``, if there is one."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _, secret = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer" and secret.strip():
                return secret.strip()
    return None
