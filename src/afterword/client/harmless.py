"""The promise of every public method: whatever goes wrong, the host goes on."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from afterword.client.recorder import Recorder

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F")


class Records(Protocol):
    """Something with a recorder."""

    @property
    def _recorder(self) -> Recorder: ...


S = TypeVar("S", bound=Records)


def harmless(
    fallback: F,
) -> Callable[[Callable[Concatenate[S, P], T]], Callable[Concatenate[S, P], T | F]]:
    """Make a method count and log, once, what it would raise; missing arguments too.

    Args:
        fallback: What the method gives then.
    """

    def decorate(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T | F]:
        @wraps(method)
        def call(self: S, /, *args: P.args, **named: P.kwargs) -> T | F:
            try:
                return method(self, *args, **named)
            except Exception as error:  # noqa: BLE001  # the host goes on
                self._recorder.refuse(method.__name__, error)
                return fallback

        return call

    return decorate


def harmless_wait(
    fallback: F,
) -> Callable[
    [Callable[Concatenate[S, P], Awaitable[T]]],
    Callable[Concatenate[S, P], Coroutine[Any, Any, T | F]],
]:
    """Do the same for a method that is awaited; a cancellation passes."""

    def decorate(
        method: Callable[Concatenate[S, P], Awaitable[T]],
    ) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T | F]]:
        @wraps(method)
        async def call(self: S, /, *args: P.args, **named: P.kwargs) -> T | F:
            try:
                return await method(self, *args, **named)
            except Exception as error:  # noqa: BLE001  # as above
                self._recorder.refuse(method.__name__, error)
                return fallback

        return call

    return decorate
