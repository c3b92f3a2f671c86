"""Keys: made, found and revoked over processes; only hashes are kept."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from afterword.domain.tokens import token_key
from afterword.errors import InvalidField, UnknownKey
from afterword.journal.engine import FILE
from afterword.journal.keys import (
    browser_origins,
    create_key,
    find_key,
    find_token_key,
    keys,
    revoke_key,
    revoked_keys,
)
from postgres_harness import ON_SQLITE

OTHER = """
import sys
from pathlib import Path
from afterword.journal import Journal
from afterword.journal.keys import create_key, revoke_key
journal = Journal.open(Path(sys.argv[1]), sys.argv[2] or None)
with journal.write() as connection:
    if sys.argv[3] == "create":
        print(create_key(connection, "default", "secret")[1])
    else:
        revoke_key(connection, "default", sys.argv[4])
journal.close()
"""


def make(journal, kind="secret", *scopes, **more):
    """Make a key; give its row and the secret."""
    with journal.write() as connection:
        return create_key(connection, "default", kind, scopes or ("write", "read"), **more)


def find(journal, secret):
    """Find the key of a secret."""
    with journal.read() as connection:
        return find_key(connection, secret)


def elsewhere(tmp_path, url, *told):
    """Create or revoke a key in another process."""
    command = [sys.executable, "-c", OTHER, str(tmp_path / "data"), url or "", *told]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603  # ourselves


def test_a_key_of_each_kind_is_made_and_found(journal):
    """The kind can be read off the secret."""
    made = [
        make(journal, "secret", "write"),
        make(journal, "publishable", allow_origins=("https://a.example",), allow_messages=True),
        make(journal, "test"),
    ]

    assert [secret[:6] for _, secret in made] == ["aw_sk_", "aw_pk_", "aw_tk_"]
    assert [find(journal, secret) for _, secret in made] == [key for key, _ in made]
    assert made[0][0].scopes == ("write",)
    assert made[1][0].allow_origins == ("https://a.example",)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://shop.example", "http://localhost:3000", "http://[::1]:8080"),
        *("https://xn--bcher-kva.example", "capacitor://localhost", "https://a.b:444"),
    ],
)
def test_an_origin_is_as_browsers_write_it(journal, origin):
    """Scheme and host in lower case, and a port that is not the usual one."""
    assert make(journal, "publishable", allow_origins=(origin,))[0].allow_origins == (origin,)
    with journal.read() as connection:
        assert browser_origins(connection) == {origin}


@pytest.mark.parametrize(
    "origin",
    [
        *("", "*", "null", "shop.example", "https://", "https://Shop.example", "HTTPS://a.b"),
        *("https://shop.example/", "https://shop.example/chat", "https://shop.example?x"),
        *("https://*.example", "https://a.b:443", "http://a.b:80", "https://a.b:port"),
        *("https://a.b\n", "https://a.b, https://c.d", "https://user@a.b"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused(journal, origin):
    """It would allow nothing, and nobody would know why."""
    with pytest.raises(InvalidField, match="as browsers write it") as raised:
        make(journal, "publishable", allow_origins=("https://shop.example", origin))

    assert raised.value.field == "allow_origin"


def test_a_token_key_is_found_by_the_beginning_of_its_digest(journal):
    """Of secret and test keys of the project that are not revoked; one that is whole."""
    (key, secret), (test_key, test), (_, page) = (
        make(journal, kind) for kind in ("secret", "test", "publishable")
    )
    start = {one: hashlib.sha256(one.encode()).digest()[:8] for one in (secret, test, page)}

    def found(project, beginning):
        with journal.read() as connection:
            return find_token_key(connection, project, beginning)

    assert found("default", start[secret]) == (key.id, token_key(secret))
    assert found("default", start[test]) == (test_key.id, token_key(test))
    assert found("default", start[page]) is None
    assert found("other", start[secret]) is None
    assert found("default", b"\xff" * 8) is None
    with journal.write() as connection:
        revoke_key(connection, "default", key.id)
    assert found("default", start[secret]) is None
    with journal.read() as connection:
        assert revoked_keys(connection, {key.id, test_key.id, "key_none"}) == {key.id}


@ON_SQLITE
def test_a_token_key_is_found_by_an_index(journal):
    """However many keys there are: a browser's call waits for it."""
    with journal.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM keys"
            " WHERE project = '' AND secret_sha256 BETWEEN '' AND ''"
        ).all()

    assert [row.detail for row in plan] == [
        "SEARCH keys USING INDEX sqlite_autoindex_keys_2 (secret_sha256>? AND secret_sha256<?)"
    ]


@ON_SQLITE
def test_only_hashes_are_kept(journal, tmp_path):
    """No file of the journal holds a secret."""
    secrets = [make(journal)[1] for _ in range(3)]
    files = [path for path in (tmp_path / "data").iterdir() if path.name.startswith(FILE)]
    kept = b"".join(path.read_bytes() for path in files)

    assert [secret for secret in secrets if secret[6:].encode() in kept] == []
    assert len(files) >= 2


def test_a_key_that_another_process_makes_or_revokes_counts_at_once(
    journal, tmp_path, database_url
):
    """Nothing is kept in mind between two calls."""
    secret = elsewhere(tmp_path, database_url, "create")
    found = find(journal, secret)
    assert found is not None

    elsewhere(tmp_path, database_url, "revoke", found.id)
    assert find(journal, secret) is None


def test_a_revoked_key_stays_in_the_list(journal):
    """With the time, so that it can be told what happened; a second time there is none."""
    first, second = make(journal)[0], make(journal)[0]
    with journal.write() as connection:
        revoke_key(connection, "default", first.id)
        listed = keys(connection, "default")
        with pytest.raises(UnknownKey):
            revoke_key(connection, "default", first.id)
        with pytest.raises(UnknownKey):
            revoke_key(connection, "other", second.id)

    assert [(key.id, key.revoked_us is None) for key in listed] == [
        (first.id, False),
        (second.id, True),
    ]


@pytest.mark.parametrize("secret", ["", "aw_sk_wrong", "\ud800", "aw_sk_" + "x" * 10_000])
def test_a_wrong_secret_finds_nothing(journal, secret):
    """Whatever it holds."""
    make(journal)

    assert find(journal, secret) is None


@pytest.mark.parametrize(
    ("kind", "scopes", "field"),
    [("root", ("read",), "kind"), ("secret", ("fly",), "scope"), ("secret", (), "scope")],
)
def test_what_is_no_key_is_refused(journal, kind, scopes, field):
    """The field is named and nothing is made."""
    with journal.write() as connection:
        with pytest.raises(InvalidField) as caught:
            create_key(connection, "default", kind, scopes)
        assert keys(connection, "default") == []

    assert caught.value.field == field
