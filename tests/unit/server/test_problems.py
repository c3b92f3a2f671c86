"""Errors as HTTP answers."""

import json
import logging

import pytest
from litestar import Request
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException

from afterword import errors
from afterword.errors import AfterwordError
from afterword.server import problems


def tree(root=AfterwordError):
    """Give every error class, the root first."""
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


def answer(error, method="GET"):
    """Turn an exception into an answer, as the framework would."""
    handlers = problems.handlers()
    handler = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    response = handler(Request({"type": "http", "method": method}), error)
    return response, json.loads(response.content or "null")


EXPECTED = {
    "NotJson": 400,
    "BodyTooLarge": 413,
    "TooManyEvents": 413,
    "UnknownType": 422,
    "UnknownField": 422,
    "MissingField": 422,
    "InvalidField": 422,
    "TextTooLong": 422,
    "ReasonTooLong": 422,
    "TimeOutOfRange": 422,
    "UnknownConversation": 404,
    "UnknownSession": 404,
    "UnknownAsk": 404,
    "UnknownReport": 404,
    "UnknownRelease": 404,
    "UnknownAlert": 404,
    "UnknownPerson": 404,
    "Erased": 410,
    "UnknownKey": 404,
    "NotRated": 404,
    "NothingToRate": 409,
    "RatingLocked": 409,
    "RatingClosed": 409,
    "NotForTests": 409,
    "MissingKey": 401,
    "WrongKey": 401,
    "WrongScope": 403,
    "MissingToken": 401,
    "WrongToken": 401,
    "NotForBrowsers": 403,
    "WrongOrigin": 403,
    "TooManyRequests": 429,
    "JournalUnavailable": 503,
    "JournalInUse": 503,
    "Stopping": 503,
    "SetupError": 500,
}


def test_every_error_of_the_tree_is_mapped():
    """No class falls to the root's 500, but those that are the server's own fault."""
    leaves = [kind for kind in tree() if not kind.__subclasses__()]

    assert {kind.__name__: int(problems.status_of(kind)) for kind in leaves} == EXPECTED


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_every_error_becomes_a_problem_with_its_code(kind):
    """The body is RFC 9457: title, status and detail, with the stable code beside them."""
    response, body = answer(kind("what happened", field="reason"))

    assert response.media_type == "application/problem+json"
    assert body["status"] == response.status_code
    if response.status_code == 500:
        assert body["code"] == "internal"
        assert "what happened" not in body["detail"]
    else:
        assert body["code"] == kind.code
        assert (body["detail"], body["field"]) == ("what happened", "reason")


def test_codes_are_unique():
    """One code means one thing."""
    codes = [kind.code for kind in tree()]

    assert len(codes) == len(set(codes))


def test_what_may_succeed_later_says_when():
    """Only errors that are not permanent ask to be tried again."""
    later, _ = answer(errors.Stopping())
    never, _ = answer(errors.RatingLocked())

    busy, _ = answer(errors.TooManyRequests(wait_s=7))

    assert later.headers["Retry-After"] == "1"
    assert busy.headers["Retry-After"] == "7"
    assert "Retry-After" not in never.headers


def test_a_missing_key_says_how_to_send_one():
    """HTTP wants a 401 to name the scheme."""
    response, _ = answer(errors.MissingKey())

    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_crash_leaks_nothing(caplog):
    """Neither body nor log repeats the message: it may quote what a user wrote."""
    said = "my card is 4111 1111 1111 1111"
    with pytest.raises(RuntimeError) as raised:
        _crash(said)
    with caplog.at_level(logging.ERROR):
        response, body = answer(raised.value)

    assert response.status_code == 500
    assert body["code"] == "internal"
    assert said not in json.dumps(body) + caplog.text
    assert "RuntimeError" in caplog.text
    assert "in _crash" in caplog.text


def _crash(said):
    raise RuntimeError(said)


def test_the_frameworks_own_errors_are_problems_too():
    """An address or method that does not exist answers in the same form."""
    response, body = answer(MethodNotAllowedException(headers={"Allow": "POST"}))

    assert (response.status_code, body["code"]) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"
    assert answer(HTTPException(status_code=404))[1]["code"] == "not_found"
    assert answer(HTTPException(status_code=413))[1]["code"] == "body_too_large"


def test_who_asks_what_is_allowed_is_told():
    """A refusal that was asked for is none."""
    refused = MethodNotAllowedException(headers={"Allow": "POST"})
    response, body = answer(refused, problems.ALLOWED)

    assert (response.status_code, body, response.headers["Allow"]) == (204, None, "POST")


def test_the_frameworks_text_is_not_repeated():
    """It quotes the address, and a token may stand there."""
    response, body = answer(ValidationException(detail="failed for GET /x?token=secret"))

    assert (response.status_code, body["code"]) == (400, "bad_request")
    assert "secret" not in body["detail"]
