"""Request bodies, piece by piece."""

import asyncio

import pytest
from litestar.exceptions import ClientException

from afterword.errors import BodyTooLarge
from afterword.server.bodies import read_body

MIB = 1_048_576


class Arriving:
    """A body that arrives in pieces; counts how many were asked for."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.n_taken = 0

    async def __call__(self):
        self.n_taken += 1
        piece = self.pieces.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}


def read(receive, *headers):
    """Read a whole body."""
    return asyncio.run(read_body({"headers": list(headers)}, receive))


def test_pieces_are_put_together():
    """In the order in which they arrive."""
    assert read(Arriving(b"a", b"", b"bc")) == b"abc"
    assert read(Arriving(b"whole")) == b"whole"
    assert len(read(Arriving(b"x" * MIB))) == MIB


def test_a_body_that_says_it_is_too_large_is_not_read():
    """Nothing of it is taken from the wire."""
    receive = Arriving(b"x")
    with pytest.raises(BodyTooLarge):
        read(receive, (b"content-length", b"10485760"))

    assert receive.n_taken == 0


def test_a_body_that_grows_too_large_is_refused_on_the_way():
    """No more than the limit and one piece is held, whatever was announced."""
    receive = Arriving(*[b"x" * 65_536] * 160)
    with pytest.raises(BodyTooLarge):
        read(receive, (b"content-length", b"5"))

    assert receive.n_taken == 17


def test_a_client_that_goes_away_ends_the_reading():
    """There is nobody to answer."""
    with pytest.raises(ClientException):
        read(Arriving(b"half", None))
