"""Tokens that let one browser speak for one person: minted offline by the host's backend.

A token is a JSON Web Token (RFC 7519, HS256). What signs it is made of a secret key, so that the
server, which keeps that and never the secret, can check it, and the host mints it without asking.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from afterword.domain.events import Id
from afterword.errors import WrongToken

LONGEST: Final = 4_096  # characters; ids have at most 200
LIVES_AT_MOST: Final = 30 * 86_400  # seconds; a page that stays open for longer asks for another
_PURPOSE: Final = b"afterword-token"
_KID: Final = re.compile("[0-9a-f]{16}")
_LEEWAY: Final = 60  # seconds that the host's clock may be ahead of ours
_Seconds = Annotated[int, Meta(ge=0, lt=2**53)]
# As in events: no control characters, and nothing that cannot be stored.
_Plain = Annotated[Id, Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+\Z")]


class Claims(Struct, frozen=True, omit_defaults=True):
    """Whom a token speaks for, from when until when (Unix seconds).

    ``cid``: the one conversation that it is good for; any of the person's if None.
    """

    sub: _Plain
    iat: _Seconds
    exp: _Seconds
    cid: _Plain | None = None


# A header that we do not know may change what the token means (``crit``, RFC 7515, 4.1.11).
class _Header(Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str = "JWT"


_CLAIMS: Final = msgspec.json.Decoder(Claims)
_HEADER: Final = msgspec.json.Decoder(_Header)


def token_key(secret: str) -> bytes:
    """Derive from a secret key what signs its tokens."""
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


def claim(user_id: str, conversation_id: str | None, now_s: int, expires_in: int) -> Claims:
    """Say what a token is to say.

    Raises:
        ValueError: An id is none, or the token would live for no time or too long.
    """
    if not 0 < expires_in <= LIVES_AT_MOST:
        msg = f"expires_in lies in 1 to {LIVES_AT_MOST} seconds"
        raise ValueError(msg)
    told = {"sub": user_id, "cid": conversation_id, "iat": now_s, "exp": now_s + expires_in}
    return msgspec.convert(told, Claims)


def mint(secret: str, claims: Claims) -> str:
    """Make a token that the server with this secret key accepts."""
    header = _Header("HS256", hashlib.sha256(secret.encode()).hexdigest()[:16])
    signed = f"{_encode(msgspec.json.encode(header))}.{_encode(msgspec.json.encode(claims))}"
    return f"{signed}.{_sign(token_key(secret), signed)}"


def key_id(token: str) -> bytes:
    """Give the beginning (8 bytes) of the SHA-256 of the secret key that is said to have signed.

    Raises:
        WrongToken: It is no token of ours.
    """
    if len(token) > LONGEST or token.count(".") != 2:  # noqa: PLR2004  # header, claims, signature
        raise WrongToken
    try:
        header = _HEADER.decode(_decode(token.partition(".")[0]))
    except (ValueError, msgspec.MsgspecError) as exc:
        raise WrongToken from exc
    if header.alg != "HS256" or not _KID.fullmatch(header.kid):
        raise WrongToken
    return bytes.fromhex(header.kid)


def read_token(token: str, key: bytes, now_s: float) -> Claims:
    """Check a token and give whom it speaks for.

    Args:
        token: As the browser sent it; ``key_id`` has accepted its header.
        key: What signs the tokens of its secret key.
        now_s: Server time, Unix seconds.

    Raises:
        WrongToken: Signed by somebody else, not yet good, expired, or good for too long.
    """
    signed, _, signature = token.rpartition(".")
    # As text: one signature has one spelling.
    if not hmac.compare_digest(signature.encode(), _sign(key, signed).encode()):
        raise WrongToken
    try:
        claims = _CLAIMS.decode(_decode(signed.partition(".")[2]))
    except (ValueError, msgspec.MsgspecError) as exc:
        raise WrongToken from exc
    if not claims.iat - _LEEWAY <= now_s < claims.exp:
        raise WrongToken("The token has expired, or is not good yet: mint a new one.")
    if claims.exp - claims.iat > LIVES_AT_MOST:
        raise WrongToken("A token is good for at most 30 days: mint a new one.")
    return claims


def _sign(key: bytes, signed: str) -> str:
    return _encode(hmac.digest(key, signed.encode(), "sha256"))


def _encode(told: bytes) -> str:
    return urlsafe_b64encode(told).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
