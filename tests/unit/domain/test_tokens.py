"""Tokens: minted here and checked by hand, minted by hand and checked here."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.tokens import LIVES_AT_MOST, LONGEST, claim, key_id, mint, read_token
from afterword.domain.tokens import token_key as key_of
from afterword.errors import WrongToken
from page_harness import encode, sign

SECRET, NOON = "aw_sk_kettle", 1_772_539_200
KID = hashlib.sha256(SECRET.encode()).hexdigest()[:16]
HEADER = {"alg": "HS256", "typ": "JWT", "kid": KID}
CLAIMS = {"sub": "u-7", "iat": NOON, "exp": NOON + 3600}


def decode(part):
    """Read a part of a token."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def read(token, now=NOON, secret=SECRET):
    """Check a token as the server does."""
    key_id(token)
    return read_token(token, key_of(secret), now)


def test_a_token_is_a_json_web_token():
    """Header, claims and signature are what RFC 7519 says, by an independent reading."""
    token = mint(SECRET, claim("u-7", "c-1", NOON, 60))
    header, claims, signature = token.split(".")
    key = hmac.new(SECRET.encode(), b"afterword-token", hashlib.sha256).digest()

    assert json.loads(decode(header)) == {"alg": "HS256", "kid": KID, "typ": "JWT"}
    assert json.loads(decode(claims)) == {
        "sub": "u-7",
        "cid": "c-1",
        "iat": NOON,
        "exp": NOON + 60,
    }
    signed = f"{header}.{claims}".encode()
    assert decode(signature) == hmac.new(key, signed, hashlib.sha256).digest()
    assert "=" not in token
    assert key_id(token) == hashlib.sha256(SECRET.encode()).digest()[:8]


def test_without_a_conversation_there_is_no_claim_for_one():
    """Such a token is good for all of the person's."""
    token = mint(SECRET, claim("u-7", None, NOON, 60))

    assert set(json.loads(decode(token.split(".")[1]))) == {"sub", "iat", "exp"}
    assert read(token).cid is None


def test_a_token_of_another_library_is_read():
    """Claims that we do not know change nothing."""
    claims = read(sign(SECRET, HEADER, {**CLAIMS, "cid": "c/1 ü", "iss": "shop", "jti": "1"}))

    assert (claims.sub, claims.cid, claims.exp) == ("u-7", "c/1 ü", NOON + 3600)


@pytest.mark.parametrize(
    ("now", "is_good"),
    [
        (NOON - 61, False),
        (NOON - 60, True),
        (NOON, True),
        (NOON + 3599.9, True),
        (NOON + 3600, False),
        (NOON + 10**9, False),
    ],
)
def test_a_token_is_good_from_a_minute_before_until_it_expires(now, is_good):
    """The host's clock may be a minute ahead of ours."""
    token = mint(SECRET, claim("u-7", None, NOON, 3600))
    if is_good:
        assert read(token, now).sub == "u-7"
        return
    with pytest.raises(WrongToken, match="mint a new one"):
        read(token, now)


def test_a_token_that_would_live_too_long_is_refused():
    """However it was minted: what leaks must end."""
    longest = {**CLAIMS, "exp": NOON + LIVES_AT_MOST}

    assert read(sign(SECRET, HEADER, longest)).exp == NOON + LIVES_AT_MOST
    with pytest.raises(WrongToken, match="30 days"):
        read(sign(SECRET, HEADER, {**longest, "exp": longest["exp"] + 1}))


@pytest.mark.parametrize("part", [0, 1, 2])
@given(place=st.integers(0, 10**6), letter=st.sampled_from("AQgwZ09-_"))
def test_no_letter_of_a_token_can_be_changed(part, place, letter):
    """Neither of the header nor of the claims nor of the signature."""
    parts = mint(SECRET, claim("u-7", "c-1", NOON, 60)).split(".")
    old = parts[part]
    place %= len(old)
    if old[place] == letter:
        return
    parts[part] = old[:place] + letter + old[place + 1 :]

    with pytest.raises(WrongToken):
        read(".".join(parts))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS512"},
        {"alg": "hs256"},
        {"kid": None},
        {"kid": ""},
        {"kid": KID[:-1]},
        {"kid": KID.upper()},
        {"kid": " " * 16},
        {"kid": 5},
        {"crit": ["exp"]},
        {"jku": "https://evil.example"},
    ],
)
def test_a_strange_header_is_refused(header):
    """Even where the signature is right: what we do not know may change what it means."""
    with pytest.raises(WrongToken):
        read(sign(SECRET, {**HEADER, **header}, CLAIMS))


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_without_a_signature_is_refused(alg):
    """Whatever its header says about that."""
    with pytest.raises(WrongToken):
        read(f"{encode({**HEADER, 'alg': alg})}.{encode(CLAIMS)}.")


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "u" * 201},
        {"sub": "u\n"},
        {"sub": "\x85"},
        {"cid": ""},
        {"cid": "c\x00"},
        {"exp": "later"},
        {"exp": 1e300},
        {"exp": True},
        {"iat": None},
        {"iat": -1},
    ],
)
def test_strange_claims_are_refused(claims):
    """Even where the signature is right."""
    with pytest.raises(WrongToken):
        read(sign(SECRET, HEADER, {**CLAIMS, **claims}))


@pytest.mark.parametrize("claims", [b"", b"[]", b"{}", b"\xff", b'{"sub": "\\ud800"}'])
def test_claims_that_are_no_object_are_refused(claims):
    """Even where the signature is right."""
    with pytest.raises(WrongToken):
        read(sign(SECRET, HEADER, claims))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", "\ud800.a.b", "x" * 10_000, "null.null.x"]
)
def test_garbage_is_refused(token):
    """And nothing else happens."""
    with pytest.raises(WrongToken):
        read(token)


@given(st.text())
def test_no_text_is_a_token(text):
    """Whatever it is."""
    with pytest.raises(WrongToken):
        read(text)


def test_a_token_longer_than_any_of_ours_is_refused():
    """Before anything of it is decoded."""
    right = sign(SECRET, HEADER, {**CLAIMS, "more": "x" * LONGEST})

    with pytest.raises(WrongToken):
        read(right)


def test_a_signature_has_one_spelling():
    """Padding, other letters and line ends are no part of it."""
    token = mint(SECRET, claim("u-7", None, NOON, 60))
    standard = urlsafe_b64encode(decode(token.rpartition(".")[2])).decode()

    for other in (
        f"{token}=",
        f"{token}\n",
        f"{token} ",
        f"{token.rpartition('.')[0]}.{standard}",
    ):
        with pytest.raises(WrongToken):
            read(other)


def test_a_token_is_good_for_its_own_key_only():
    """Another secret checks another signature."""
    with pytest.raises(WrongToken):
        read(mint("aw_sk_other", claim("u-7", None, NOON, 60)))


@pytest.mark.parametrize("seconds", [0, -1, LIVES_AT_MOST + 1])
def test_no_token_lives_for_no_time_or_too_long(seconds):
    """It is said where it is minted."""
    with pytest.raises(ValueError, match="expires_in"):
        claim("u-7", None, NOON, seconds)


@pytest.mark.parametrize("user_id", ["", "u" * 201, "a\tb", None, 7])
def test_no_token_speaks_for_nobody(user_id):
    """An id is what it is in events."""
    with pytest.raises(msgspec.ValidationError):
        claim(user_id, None, NOON, 60)
