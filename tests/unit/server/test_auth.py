"""Who may do what."""

import asyncio

import pytest

from afterword.errors import (
    JournalUnavailable,
    MissingKey,
    NotForBrowsers,
    WrongKey,
    WrongScope,
)
from afterword.journal.keys import Key
from afterword.server.auth import Access, Scope, forced_environment, is_test


class Keys:
    """Keys by secret; counts lookups."""

    def __init__(self, **kinds):
        self.known = {secret: key(kind) for secret, kind in kinds.items()}
        self.n_lookups = 0

    def find(self, secret):
        self.n_lookups += 1
        return self.known.get(secret)


def key(kind="secret", scopes=("write", "read")):
    """Make a key."""
    return Key("key_1", "default", kind, scopes, (), allow_messages=False, created_us=0)


def admit(keys, *headers, scope=Scope.WRITE):
    """Admit one request."""
    return asyncio.run(Access(keys).admit(headers, scope))


def bearer(secret):
    """Make the header that carries a key."""
    return (b"authorization", f"Bearer {secret}".encode())


def test_a_known_key_is_admitted():
    """The scheme's case and further spaces do not matter."""
    keys = Keys(aw_sk_1="secret")

    assert admit(keys, (b"host", b"x"), bearer("aw_sk_1")).id == "key_1"
    assert admit(keys, (b"authorization", b"bearer   aw_sk_1 ")).id == "key_1"


@pytest.mark.parametrize(
    "header",
    [(b"accept", b"*/*"), (b"authorization", b"Basic dTpw"), (b"authorization", b"Bearer ")],
)
def test_without_a_bearer_key_nobody_is_admitted(header):
    """Other schemes count as none."""
    with pytest.raises(MissingKey):
        admit(Keys(), header)


@pytest.mark.parametrize("secret", ["aw_sk_2", "\xff\xfe", "x" * 10_000])
def test_an_unknown_key_is_refused(secret):
    """However odd it looks."""
    with pytest.raises(WrongKey):
        admit(Keys(aw_sk_1="secret"), (b"authorization", b"Bearer " + secret.encode("latin-1")))


def test_a_key_must_have_the_scope():
    """The error names the scope that is needed; admin includes the others."""
    keys = Keys(reader="secret", admin="secret")
    keys.known["reader"] = key(scopes=("read",))
    keys.known["admin"] = key(scopes=("admin",))

    with pytest.raises(WrongScope, match="write"):
        admit(keys, bearer("reader"))
    assert admit(keys, bearer("reader"), scope=Scope.READ)
    assert admit(keys, bearer("admin"), scope=Scope.WRITE)
    with pytest.raises(WrongScope, match="admin"):
        admit(keys, bearer("reader"), scope=Scope.ADMIN)


def test_publishable_keys_are_refused():
    """Where a call is for backends."""
    with pytest.raises(NotForBrowsers):
        admit(Keys(aw_pk_1="publishable"), bearer("aw_pk_1"))


def test_a_test_key_forces_its_environment():
    """What it writes is never production."""
    assert forced_environment(key("test")) == "test"
    assert is_test(key("test"))
    assert forced_environment(key()) is None
    assert not is_test(key())


def test_requests_that_arrive_together_share_a_lookup():
    """One lookup for each key and turn of the loop, and a new one for the next turn."""
    keys = Keys(a="secret", b="secret")

    async def many():
        access = Access(keys)
        calls = [access.admit([bearer(secret)], Scope.READ) for secret in "abab"]
        await asyncio.gather(*calls)
        await access.admit([bearer("a")], Scope.READ)

    asyncio.run(many())

    assert keys.n_lookups == 3


def test_a_key_that_is_revoked_is_refused_at_once():
    """Nothing is remembered from one turn to the next."""
    keys = Keys(a="secret")

    async def twice():
        access = Access(keys)
        await access.admit([bearer("a")], Scope.READ)
        del keys.known["a"]
        await access.admit([bearer("a")], Scope.READ)

    with pytest.raises(WrongKey):
        asyncio.run(twice())


def test_a_failing_lookup_fails_its_requests_and_no_others():
    """Each of them is told, whatever went wrong."""
    keys = Keys(good="secret")
    find = keys.find

    def fail_some(secret):
        if secret == "bad":  # noqa: S105  # a name, no secret
            raise JournalUnavailable
        return find(secret)

    keys.find = fail_some

    async def both():
        access = Access(keys)
        calls = [access.admit([bearer(name)], Scope.READ) for name in ("bad", "good", "bad")]
        return await asyncio.gather(*calls, return_exceptions=True)

    first, second, third = asyncio.run(both())

    assert isinstance(first, JournalUnavailable)
    assert second.id == "key_1"
    assert isinstance(third, JournalUnavailable)


def test_a_request_that_was_given_up_does_not_disturb_the_others():
    """Its share of the lookup is dropped."""
    keys = Keys(a="secret")

    async def one_gives_up():
        access = Access(keys)
        gone = asyncio.ensure_future(access.admit([bearer("a")], Scope.READ))
        stays = asyncio.ensure_future(access.admit([bearer("a")], Scope.READ))
        asyncio.get_running_loop().call_soon(gone.cancel)
        return await asyncio.gather(gone, stays, return_exceptions=True)

    gone, stays = asyncio.run(one_gives_up())

    assert isinstance(gone, asyncio.CancelledError) or gone.id == "key_1"
    assert stays.id == "key_1"
