"""The client mints tokens for browsers: offline, and never at the host's cost."""

from __future__ import annotations

import time

import pytest

import afterword
from afterword.domain.tokens import LIVES_AT_MOST, read_token, token_key
from page_harness import mint

NOWHERE = "http://127.0.0.1:9"  # nobody is asked


@pytest.mark.parametrize("kind", ["aw_sk_", "aw_tk_"])
@pytest.mark.parametrize("conversation_id", [None, "c/1 ü"])
def test_a_token_speaks_for_its_person_for_an_hour(kind, conversation_id):
    """Of any conversation, or of one."""
    before = int(time.time())
    with afterword.Client(NOWHERE, f"{kind}kettle") as aw:
        token = aw.token("u-7", conversation_id)
    claims = read_token(token, token_key(f"{kind}kettle"), before + 3599)

    assert (claims.sub, claims.cid) == ("u-7", conversation_id)
    assert before <= claims.iat <= time.time()
    assert claims.exp == claims.iat + 3600


def test_the_token_is_the_one_that_the_documents_describe():
    """Claim by claim what any library of JSON Web Tokens makes."""
    with afterword.Client(NOWHERE, " aw_sk_kettle\n") as aw:
        token = aw.token(user_id="u-7", expires_in=60)
    claims = read_token(token, token_key("aw_sk_kettle"), time.time())
    other = mint("aw_sk_kettle", "u-7", now=claims.iat, expires_in=60)

    assert read_token(other, token_key("aw_sk_kettle"), time.time()) == claims


def test_the_key_may_come_from_the_environment(monkeypatch):
    """As everywhere."""
    monkeypatch.setenv("AFTERWORD_KEY", "aw_sk_kettle")
    with afterword.Client(NOWHERE) as aw:
        assert aw.token("u-7").count(".") == 2


WRONG = {
    "nobody": ("",),
    "none": (None,),
    "a number": (7,),
    "too long an id": ("u" * 201,),
    "a line end": ("u-7\n",),
    "half a pair": ("\ud83d",),
    "no conversation": ("u-7", ""),
    "no time": ("u-7", None, 0),
    "time that has passed": ("u-7", None, -60),
    "too long a time": ("u-7", None, LIVES_AT_MOST + 1),
    "a time in words": ("u-7", None, "3600"),
    "half a second": ("u-7", None, 1.5),
    "no number": ("u-7", None, float("nan")),
    "nothing": (),
}


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_none_and_hurts_nobody(told, caplog):
    """It is counted and said once, without what was told."""
    with afterword.Client(NOWHERE, "aw_sk_kettle") as aw:
        assert aw.token(*told) == ""
        assert aw.stats.rejected == 1
    assert len(caplog.records) == 1
    assert "kettle" not in caplog.text


@pytest.mark.parametrize("key", ["", " ", "aw_pk_kettle", 5, b"aw_sk_kettle", "aw_sk_\ud83d"])
def test_without_a_secret_key_there_is_no_token(key, caplog, monkeypatch):
    """A publishable one signs nothing; whatever it is, the client can be made."""
    monkeypatch.delenv("AFTERWORD_KEY", raising=False)
    with afterword.Client(NOWHERE, key) as aw:
        assert aw.token("u-7") == ""
    assert "token" in caplog.text
