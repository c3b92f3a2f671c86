"""Keys: made, found and revoked over processes; only hashes are kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

from afterword.errors import InvalidField, UnknownKey
from afterword.journal.engine import FILE
from afterword.journal.keys import create_key, find_key, keys, revoke_key

OTHER = """
import sys
from pathlib import Path
from afterword.journal import Journal
from afterword.journal.keys import create_key, revoke_key
journal = Journal.open(Path(sys.argv[1]))
with journal.write() as connection:
    if sys.argv[2] == "create":
        print(create_key(connection, "default", "secret")[1])
    else:
        revoke_key(connection, "default", sys.argv[3])
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


def elsewhere(tmp_path, *told):
    """Create or revoke a key in another process."""
    command = [sys.executable, "-c", OTHER, str(tmp_path / "data"), *told]
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


def test_only_hashes_are_kept(journal, tmp_path):
    """No file of the journal holds a secret."""
    secrets = [make(journal)[1] for _ in range(3)]
    files = [path for path in (tmp_path / "data").iterdir() if path.name.startswith(FILE)]
    kept = b"".join(path.read_bytes() for path in files)

    assert [secret for secret in secrets if secret[6:].encode() in kept] == []
    assert len(files) >= 2


def test_a_key_that_another_process_makes_or_revokes_counts_at_once(journal, tmp_path):
    """Nothing is kept in mind between two calls."""
    secret = elsewhere(tmp_path, "create")
    found = find(journal, secret)
    assert found is not None

    elsewhere(tmp_path, "revoke", found.id)
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
