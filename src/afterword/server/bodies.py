"""Request bodies: read piece by piece, so that one too large is refused before it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.exceptions import ClientException, HTTPException

from afterword.domain.events import MAX_BODY_BYTES
from afterword.errors import BodyTooLarge

if TYPE_CHECKING:
    from litestar.types import HTTPScope, Receive


async def read_body(scope: HTTPScope, receive: Receive) -> bytes:
    """Read a whole body of at most 1 MiB.

    Raises:
        BodyTooLarge: It is larger, by its own account or as it arrives.
        HTTPException: 415, it is compressed.
        ClientException: The client went away; nobody hears this.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > MAX_BODY_BYTES:
            raise BodyTooLarge
        if name == b"content-encoding" and value.lower() != b"identity":
            raise HTTPException(status_code=415, headers={"Accept-Encoding": "identity"})
    pieces: list[bytes] = []
    n_bytes = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientException
        pieces.append(message["body"])
        n_bytes += len(message["body"])
        if n_bytes > MAX_BODY_BYTES:
            raise BodyTooLarge
        if not message.get("more_body"):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
