"""Errors as HTTP answers: RFC 9457 problem bodies with a stable ``code``."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import Struct

from afterword import errors
from afterword.errors import AfterwordError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOG: Final = logging.getLogger(__name__)
MEDIA_TYPE: Final = "application/problem+json"
ALLOWED: Final = "ALLOWED?"  # stands for OPTIONS: a method of no call, refused with what there is

# The nearest class upwards counts, so that a new error of a known family is mapped at once.
STATUSES: Final[Mapping[type[AfterwordError], HTTPStatus]] = {
    AfterwordError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotJson: HTTPStatus.BAD_REQUEST,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyEvents: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.Erased: HTTPStatus.GONE,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.DeniedError: HTTPStatus.FORBIDDEN,
    errors.MissingKey: HTTPStatus.UNAUTHORIZED,
    errors.WrongKey: HTTPStatus.UNAUTHORIZED,
    errors.MissingToken: HTTPStatus.UNAUTHORIZED,
    errors.WrongToken: HTTPStatus.UNAUTHORIZED,
    errors.TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
# What the framework finds wrong before a call is reached.
_FRAMEWORK: Final = {
    HTTPStatus.NOT_FOUND: (errors.NotFoundError.code, "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        "This address does not take that method.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "unsupported_encoding",
        "Compressed bodies are not taken: send the JSON as it is.",
    ),
}
BAD_REQUEST: Final = "bad_request"
INTERNAL: Final = "internal"
_SILENT: Final = "Something went wrong here; the server's log says where."


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an error answers: ``code`` is stable, ``detail`` is for people.

    ``field`` names the input at fault, as the caller named it, where there is one.
    """

    title: str
    status: int
    code: str
    detail: str
    field: str | None = None


def status_of(kind: type[AfterwordError]) -> HTTPStatus:
    """Give the status of an error class."""
    return next(STATUSES[family] for family in kind.__mro__ if family in STATUSES)


def problem_of(error: AfterwordError) -> Problem:
    """Give the body of an error; one that is the server's own says nothing of its cause."""
    status = status_of(type(error))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _silent()
    return _problem(status, error.code, error.detail, error.field)


def handlers() -> dict[
    int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]
]:
    """Give what turns every exception into a problem, for the framework."""
    return {
        AfterwordError: _answer_known,
        HTTPException: _answer_http,
        Exception: _answer_unknown,
    }


def _answer_known(_request: Request[Any, Any, Any], error: AfterwordError) -> Response[Any]:
    problem = problem_of(error)
    if problem.code == INTERNAL:
        _log(error)
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if not error.permanent:
        headers["Retry-After"] = str(error.wait_s)
    return _respond(problem, headers)


def _answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.METHOD_NOT_ALLOWED and request.method == ALLOWED:
        return Response(None, status_code=HTTPStatus.NO_CONTENT, headers=error.headers)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _answer_known(request, errors.BodyTooLarge())
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log(error)
        return _respond(_silent())
    # Never the framework's own text: it quotes the address, which may hold a token.
    unreadable = (BAD_REQUEST, f"The request cannot be read: {status.phrase.lower()}.")
    code, detail = _FRAMEWORK.get(status, unreadable)
    return _respond(_problem(status, code, detail), error.headers)


def _answer_unknown(_request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _log(error)
    return _respond(_silent())


def _problem(status: HTTPStatus, code: str, detail: str, field: str | None = None) -> Problem:
    return Problem(title=status.phrase, status=int(status), code=code, detail=detail, field=field)


def _silent() -> Problem:
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, _SILENT)


def _respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[Any]:
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def _log(error: Exception) -> None:
    # Where it happened, not what it said: the message may quote what a user wrote.
    frames = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("A request failed with %s:\n%s", type(error).__qualname__, frames)
