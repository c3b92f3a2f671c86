"""What an answer means for the events that were sent."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from afterword.client.inbox import PendingAsk
from afterword.client.limits import (
    REFUSED_SECONDS,
    RETRY_AFTER_MOST_SECONDS,
    RETRY_FIRST_SECONDS,
    RETRY_MOST_SECONDS,
)

if TYPE_CHECKING:
    from datetime import datetime

    from afterword.client.transport import Response

_TOO_LARGE: Final = 413
_UNFIT: Final = (400, _TOO_LARGE, 422)
_DENIED: Final = (401, 403)
_BUSY: Final = (408, 425, 429)


class Rejection(Struct, frozen=True):
    """One event that the server did not accept."""

    code: str
    detail: str = ""


class Kept(Struct, frozen=True, kw_only=True):
    """The server has them, but for the rejected ones."""

    rejected: list[Rejection] = []
    asks: list[PendingAsk] = []


class Unfit(Struct, frozen=True):
    """The server cannot accept them together; alone, most may be fine."""

    rejection: Rejection


class Later(Struct, frozen=True):
    """They are to be sent again. ``after``: the seconds that the server asked to wait."""

    why: str
    after: float | None = None


class Refused(Struct, frozen=True):
    """Somebody must mend something first: the key, or the address."""

    why: str


Verdict = Kept | Unfit | Later | Refused


class _Answer(Struct, frozen=True):
    accepted: int
    rejected: list[msgspec.Raw] = []
    asks: list[msgspec.Raw] = []


class _Problem(Struct, frozen=True):
    code: str = ""
    detail: str = ""


def read(response: Response) -> Verdict:
    """Judge an answer. Only one that is surely our server's lets events go."""
    status = response.status
    if status in _BUSY or status >= 500:  # noqa: PLR2004  # server errors
        return Later(f"HTTP {status}", _retry_after(response))
    if 200 <= status < 300:  # noqa: PLR2004  # success
        return _read_kept(response.body)
    problem = _read_problem(response.body)
    # Without a code it is not our server's word, but that of something in between.
    if status in _UNFIT and (problem.code or status == _TOO_LARGE):
        return Unfit(Rejection(problem.code or f"http_{status}", problem.detail))
    if status in _DENIED and problem.code:
        return Refused(f"the key was refused ({problem.code})")
    return Refused(f"the address answers HTTP {status}")


def seconds_until_retry(verdict: Later | Refused, n_failures: int, draw: float) -> float:
    """Give how long to wait before sending again.

    Args:
        verdict: What the last try gave.
        n_failures: How many tries have failed in a row, at least 1.
        draw: Random in [0, 1), so that hosts which failed together do not return together.
    """
    if isinstance(verdict, Refused):
        return REFUSED_SECONDS * (1 + draw / 2)
    if verdict.after is not None:
        return min(verdict.after, RETRY_AFTER_MOST_SECONDS) * (1 + draw / 2)
    doubled = RETRY_FIRST_SECONDS * 2.0 ** min(n_failures - 1, 30)
    return min(doubled, RETRY_MOST_SECONDS) * (1 + draw) / 2


def _read_kept(body: bytes) -> Kept | Refused:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Refused("what answers there is not Afterword")
    asks = []
    for raw in answer.asks:
        with contextlib.suppress(msgspec.MsgspecError):  # of a later kind, which we cannot show
            asks.append(msgspec.json.decode(raw, type=PendingAsk))
    return Kept(rejected=[_read_rejection(raw) for raw in answer.rejected], asks=asks)


def _read_rejection(raw: msgspec.Raw) -> Rejection:
    try:
        return msgspec.json.decode(raw, type=Rejection)
    except msgspec.MsgspecError:  # of a later kind; it is one all the same
        return Rejection("rejected")


def _read_problem(body: bytes) -> _Problem:
    try:
        return msgspec.json.decode(body, type=_Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Problem()


def _retry_after(response: Response) -> float | None:
    told = response.headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        return float(told)
    until, now = _date(told), _date(response.headers.get("date", ""))
    # Against the server's own clock: ours may be wrong by hours.
    return None if until is None or now is None else max(0.0, (until - now).total_seconds())


def _date(told: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # in the thread, after httpx

    with contextlib.suppress(ValueError):
        date = parsedate_to_datetime(told)
        return date if date.tzinfo else None
    return None
