"""A client with a transport that records."""

from __future__ import annotations

import pytest

import afterword
from afterword.testing import RecordingTransport


@pytest.fixture
def transport():
    """Give a transport that keeps what it is sent."""
    return RecordingTransport()


@pytest.fixture
def aw(transport):
    """Give a client of it."""
    with afterword.Client(transport=transport) as client:
        yield client
