"""What each answer means: only one that is surely our server's lets events go."""

from __future__ import annotations

import json

import pytest

from afterword.client.answers import (
    Kept,
    Later,
    Refused,
    Rejection,
    Unfit,
    read,
    seconds_until_retry,
)
from afterword.client.limits import (
    REFUSED_SECONDS,
    RETRY_AFTER_MOST_SECONDS,
    RETRY_FIRST_SECONDS,
    RETRY_MOST_SECONDS,
)
from afterword.client.transport import Response

ASK = {
    "ask_id": "a-1",
    "session_id": "c-1~1",
    "conversation_id": "c-1",
    "trigger": "closing_message",
    "question": "How did this session go?",
    "options": [{"value": "positive", "label": "helpful"}],
    "reason_question": "Anything we could have done better?",
    "acknowledgement": "Thanks.",
    "locale": "en",
    "light": False,
    "may_stop": True,
    "expires_at": "2030-01-01T00:00:00Z",
}


def kept(**more):
    """Make a 202."""
    body = {"accepted": 1, "duplicates": 0, "rejected": [], "asks": [], **more}
    return Response(202, json.dumps(body).encode())


def problem(status, code):
    """Make one of our server's problems."""
    return Response(status, json.dumps({"code": code, "detail": "Why."}).encode())


def test_a_202_tells_rejections_and_asks():
    """Both are read, with times as times."""
    verdict = read(kept(rejected=[{"index": 0, "code": "x", "detail": "y"}], asks=[ASK]))

    assert isinstance(verdict, Kept)
    assert verdict.rejected == [Rejection("x", "y")]
    assert verdict.asks[0].may_stop
    assert verdict.asks[0].expires_at.year == 2030
    assert verdict.asks[0].options[0].value == "positive"


def test_a_newer_server_may_say_more():
    """Unknown fields are passed over, and so is an ask that cannot be shown."""
    strange = {**ASK, "options": [{"value": "marvellous", "label": "wow"}]}

    verdict = read(kept(mood="fine", asks=[strange, {**ASK, "colour": "blue"}]))

    assert isinstance(verdict, Kept)
    assert [ask.ask_id for ask in verdict.asks] == ["a-1"]


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"[]", b"\xff", b'{"ok": true}'])
def test_a_success_of_something_else_keeps_the_events(body):
    """A sign-in page that answers 200 has taken nothing."""
    assert isinstance(read(Response(200, body)), Refused)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status):
    """Busy and broken servers get the events later."""
    assert read(Response(status)) == Later(f"HTTP {status}")


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7.0), ("0", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("", None)],
)
def test_retry_after_is_read_in_seconds(told, seconds):
    """A date without the server's own time is left to the back-off."""
    assert read(Response(429, headers={"retry-after": told})) == Later("HTTP 429", seconds)


@pytest.mark.parametrize(
    ("until", "now", "seconds"),
    [
        ("Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:30 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:30", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("Wed, 99 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("soon", "now", None),
    ],
)
def test_a_date_to_retry_after_counts_by_the_servers_clock(until, now, seconds):
    """The answer's own date is what it is measured from."""
    headers = {"retry-after": until, "date": now}
    assert read(Response(503, headers=headers)) == Later("HTTP 503", seconds)


def test_a_rejection_of_a_later_kind_is_a_rejection():
    """An answer that could not be read would be asked for again for ever."""
    told = [{"index": 0, "code": 7}, {"index": 1, "code": "x", "detail": None}, "y", {"code": "z"}]

    verdict = read(kept(rejected=told))

    assert isinstance(verdict, Kept)
    codes = [rejection.code for rejection in verdict.rejected]
    assert codes == ["rejected", "rejected", "rejected", "z"]


@pytest.mark.parametrize(
    ("status", "code"), [(400, "not_json"), (413, "too_many_events"), (422, "unknown_field")]
)
def test_an_unfit_envelope_is_to_be_split(status, code):
    """The server's word about one envelope is none about each of its events."""
    assert read(problem(status, code)) == Unfit(Rejection(code, "Why."))


def test_a_proxy_that_finds_it_too_large_is_believed():
    """It has no code of ours, but the remedy is the same."""
    assert read(Response(413, b"<html>")) == Unfit(Rejection("http_413"))


@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 422])
def test_what_is_not_our_servers_word_keeps_the_events(status):
    """A wrong address or a proxy's page must not cost an event."""
    assert read(Response(status, b"<html>")) == Refused(f"the address answers HTTP {status}")


@pytest.mark.parametrize(("status", "code"), [(401, "wrong_key"), (403, "wrong_scope")])
def test_a_refused_key_keeps_the_events(status, code):
    """It may be mended."""
    assert read(problem(status, code)) == Refused(f"the key was refused ({code})")


def test_pauses_grow_to_a_bound_and_differ():
    """Doubling, then steady; chance takes up to half off."""
    least = [seconds_until_retry(Later(""), n, 0.0) for n in range(1, 12)]
    most = [seconds_until_retry(Later(""), n, 1.0) for n in range(1, 12)]

    assert least[:3] == [RETRY_FIRST_SECONDS / 2, RETRY_FIRST_SECONDS, RETRY_FIRST_SECONDS * 2]
    assert most[-1] == RETRY_MOST_SECONDS == seconds_until_retry(Later(""), 10**9, 1.0)
    assert most == [2 * seconds for seconds in least]


def test_the_servers_own_wish_counts_within_a_bound():
    """Never sooner than it says, unless it says a day."""
    assert seconds_until_retry(Later("", 7.0), 1, 0.0) == 7.0
    assert seconds_until_retry(Later("", 86_400.0), 1, 0.0) == RETRY_AFTER_MOST_SECONDS
    assert seconds_until_retry(Refused(""), 1, 0.0) == REFUSED_SECONDS
