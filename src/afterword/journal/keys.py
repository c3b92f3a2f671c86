"""Keys: who may write and read. A key is shown once; only its hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.tokens import token_key
from afterword.errors import InvalidField, UnknownKey
from afterword.journal.tables import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Connection

PUBLISHABLE: Final = "publishable"
PREFIXES: Final = {"secret": "aw_sk_", PUBLISHABLE: "aw_pk_", "test": "aw_tk_"}
_DIGEST_BYTES: Final = 32
# As browsers write it in ``Origin``: in lower case, without a path or the usual port.
_ORIGIN: Final = re.compile(
    r"(?!https://.*:443$|http://.*:80$)"
    r"[a-z][a-z0-9+.-]*://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
)
SCOPES = ("write", "read", "admin")


class TokenKey(NamedTuple):
    """What checks the tokens of the secret key ``id``."""

    id: str
    key: bytes


class Key(Struct, frozen=True):
    """A key without its secret."""

    id: str
    project: str
    kind: str
    scopes: tuple[str, ...]
    allow_origins: tuple[str, ...]
    allow_messages: bool
    created_us: int
    revoked_us: int | None = None


def create_key(  # the options of one command
    connection: Connection,
    project: str,
    kind: str,
    scopes: tuple[str, ...] = ("write", "read"),
    allow_origins: tuple[str, ...] = (),
    *,
    allow_messages: bool = False,
) -> tuple[Key, str]:
    """Make a key.

    Args:
        connection: A writing transaction.
        project: The tenant.
        kind: ``secret``, ``publishable`` or ``test``.
        scopes: Of ``write``, ``read``, ``admin``; ``admin`` includes both others.
        allow_origins: Browser origins, for publishable keys.
        allow_messages: Whether a browser may send messages.

    Returns:
        The key's row and the key itself, which cannot be had again.

    Raises:
        InvalidField: An unknown kind or scope, or no origin of a browser.
    """
    if kind not in PREFIXES:
        raise InvalidField(f"kind is one of {', '.join(PREFIXES)}, not {kind!r}.", field="kind")
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        raise InvalidField(
            f"scope is one of {', '.join(SCOPES)}, not {', '.join(wrong) or 'nothing'}.",
            field="scope",
        )
    for origin in allow_origins:
        if not _ORIGIN.fullmatch(origin):
            raise InvalidField(
                f"allow_origin is such as https://example.com or http://localhost:3000, as"
                f" browsers write it, not {origin!r}.",
                field="allow_origin",
            )
    secret = PREFIXES[kind] + secrets.token_urlsafe(32)
    key = Key(
        id=f"key_{secrets.token_hex(8)}",
        project=project,
        kind=kind,
        scopes=tuple(scopes),
        allow_origins=tuple(allow_origins),
        allow_messages=allow_messages,
        created_us=time.time_ns() // 1000,
    )
    connection.execute(
        sa.insert(KEYS).values(
            id=key.id,
            project=project,
            kind=kind,
            secret_sha256=_digest(secret),
            token_key=token_key(secret),
            body=msgspec.json.encode(key).decode(),
        )
    )
    return key, secret


def find_key(connection: Connection, secret: str) -> Key | None:
    """Find the key that a secret opens; None when unknown or revoked."""
    row = connection.execute(_FIND, {"digest": _digest(secret)}).first()
    return None if row is None else msgspec.json.decode(row.body, type=Key)


_FIND = sa.select(KEYS.c.body).where(
    KEYS.c.secret_sha256 == sa.bindparam("digest"), KEYS.c.revoked_us.is_(None)
)


def find_token_key(connection: Connection, project: str, beginning: bytes) -> TokenKey | None:
    """Find what checks the tokens of a secret key; None when unknown or revoked.

    Args:
        connection: A snapshot.
        project: The tenant, which must be the key's.
        beginning: Of the SHA-256 of the secret key, as a token's header names it.
    """
    digest = KEYS.c.secret_sha256
    rows = connection.execute(
        sa.select(KEYS.c.id, digest, KEYS.c.token_key).where(
            KEYS.c.project == project,
            KEYS.c.revoked_us.is_(None),
            KEYS.c.kind != PUBLISHABLE,
            digest.between(beginning, beginning + b"\xff" * _DIGEST_BYTES),
        )
    )
    found = [row for row in rows if row.secret_sha256.startswith(beginning)]
    return TokenKey(found[0].id, found[0].token_key) if len(found) == 1 else None


def revoked_keys(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Give those of these keys that open nothing any more."""
    rows = connection.execute(
        sa.select(KEYS.c.id).where(KEYS.c.id.in_(list(ids)), KEYS.c.revoked_us.is_not(None))
    )
    return set(rows.scalars())


def browser_origins(connection: Connection) -> set[str]:
    """Give every browser origin that some publishable key allows."""
    rows = connection.execute(
        sa.select(KEYS.c.body).where(KEYS.c.kind == PUBLISHABLE, KEYS.c.revoked_us.is_(None))
    )
    return {
        origin
        for body in rows.scalars()
        for origin in msgspec.json.decode(body, type=Key).allow_origins
    }


def keys(connection: Connection, project: str) -> list[Key]:
    """List the keys of a project, revoked ones too, oldest first."""
    rows = connection.execute(
        sa.select(KEYS.c.body, KEYS.c.revoked_us).where(KEYS.c.project == project)
    )
    found = [
        msgspec.structs.replace(msgspec.json.decode(row.body, type=Key), revoked_us=row.revoked_us)
        for row in rows
    ]
    return sorted(found, key=lambda key: key.created_us)


def revoke_key(connection: Connection, project: str, key_id: str) -> None:
    """Revoke a key: it opens nothing from now on.

    Raises:
        UnknownKey: The project has no such key.
    """
    done = connection.execute(
        sa.update(KEYS)
        .where(KEYS.c.project == project, KEYS.c.id == key_id, KEYS.c.revoked_us.is_(None))
        .values(revoked_us=time.time_ns() // 1000)
    )
    if done.rowcount == 0:
        raise UnknownKey(f"There is no key {key_id} to revoke.", field="id")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
