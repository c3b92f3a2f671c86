"""Counting and logging of requests."""

import asyncio
import logging

import pytest

from afterword.server.metrics import Metrics
from afterword.server.observing import observe


def answering(status, template="/v1/sessions/{session_id}"):
    """Make an app that answers with a status."""

    async def app(scope, _receive, send):
        scope["path_template"] = template
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"body text"})

    return app


def call(app, metrics, **scope):
    """Make one request."""

    async def send(_message):
        """Drop what is answered."""

    whole = {"method": "GET", "path": "/v1/sessions/u-7", "query_string": b"token=secret", **scope}
    asyncio.run(observe(app, whole, None, send, metrics))


def test_a_request_is_counted_by_its_template():
    """Ids never become labels."""
    metrics = Metrics()
    call(answering(200), metrics)
    call(answering(200), metrics)
    text = metrics.text().decode()

    line = 'afterword_requests_total{call="/v1/sessions/{session_id}",method="GET",status="200"}'
    assert f"{line} 2.0" in text
    assert "u-7" not in text


def test_the_log_holds_neither_address_nor_token_nor_body(caplog):
    """Only method, template, status and time."""
    with caplog.at_level(logging.INFO, logger="afterword.access"):
        call(answering(404), Metrics())

    assert "GET /v1/sessions/{session_id} 404" in caplog.text
    for secret in ("u-7", "secret", "body text"):
        assert secret not in caplog.text


def test_an_odd_method_makes_no_new_label():
    """Nobody can fill the memory with made-up words."""
    metrics = Metrics()
    call(answering(405), metrics, method="BREW")

    assert 'method="other"' in metrics.text().decode()


def test_a_crash_is_counted_too():
    """As a request that nobody heard the answer of."""

    async def crash(_scope, _receive, _send):
        raise RuntimeError

    metrics = Metrics()
    with pytest.raises(RuntimeError):
        call(crash, metrics)

    assert 'call="unmatched",method="GET",status="499"' in metrics.text().decode()
