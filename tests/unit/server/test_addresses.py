"""Paths relative to the mount, and ids that hold a slash."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.server.addresses import localise, read_id


def scope(raw, root=""):
    """Make the scope that a server makes of an address."""
    return {"path": unquote(raw), "raw_path": raw.encode(), "root_path": root, "headers": []}


def test_a_plain_path_is_left_alone():
    """The same scope goes on, uncopied."""
    plain = scope("/v1/events")

    assert localise(plain) is plain


@pytest.mark.parametrize("conversation_id", ["a/b", "😀/ü", "a%2Fb", "//", "x/../y", "100%"])
def test_an_encoded_slash_stays_inside_its_segment(conversation_id):
    """The router sees one segment, and the call sees the id."""
    raw = f"/v1/conversations/{quote(conversation_id, safe='')}/rating"
    segments = localise(scope(raw))["path"].split("/")

    assert len(segments) == 5
    assert read_id(segments[3]) == conversation_id


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_every_id_comes_back(conversation_id):
    """Ids hold no control characters; whatever else they hold survives the way."""
    raw = f"/v1/sessions/{quote(conversation_id, safe='')}"

    assert read_id(localise(scope(raw))["path"].removeprefix("/v1/sessions/")) == conversation_id


def test_a_control_character_never_becomes_a_slash():
    """Who sends the stand-in itself gets an address that nothing answers."""
    path = localise(scope("/v1/conversations/a%1Fb%2Fc/rating"))["path"]

    assert len(path.split("/")) == 6


def test_the_mounts_prefix_is_taken_off():
    """Even where the prefix comes again inside the path."""
    local = localise(scope("/v1/v1/events", root="/v1"))

    assert (local["path"], local["root_path"]) == ("/v1/events", "")
    assert localise(scope("/afterword", root="/afterword"))["path"] == "/"
    assert localise(scope("/after/x", root="/aft"))["path"] == "/after/x"
    assert localise(scope("/v1/v1/sessions/a%2Fb", root="/v1"))["path"] == "/v1/sessions/a\x1fb"
    assert localise(scope("/rate/v1/sessions/a%2Fb", root="/rate"))["path"].count("/") == 3


@pytest.mark.parametrize("session_id", ["a/b~1", "sessions/x~1", "/v2/~1", "x/sessions/y~2"])
def test_a_page_of_a_session_takes_any_id_too(session_id):
    """Wherever it is mounted; a host may have taken its prefix off the path alone."""
    raw = f"/rate/sessions/{quote(session_id, safe='')}"
    stripped = {**scope(raw, root="/rate"), "path": unquote(raw).removeprefix("/rate")}

    for local in (localise(scope(raw, root="/rate")), localise(stripped)):
        assert read_id(local["path"].removeprefix("/sessions/")) == session_id


def test_a_server_without_raw_paths_is_served_too():
    """The raw path is optional in ASGI."""
    assert localise({"path": "/healthz", "headers": []})["path"] == "/healthz"


def test_a_proxy_may_leave_its_prefix_or_take_it_off():
    """A host's own prefix goes before it; a longer name is another one."""
    assert localise(scope("/rate/v1/events"), "/rate")["path"] == "/v1/events"
    assert localise(scope("/v1/events"), "/rate")["path"] == "/v1/events"
    assert localise(scope("/rate"), "/rate")["path"] == "/"
    assert localise(scope("/rated/v1/events"), "/rate")["path"] == "/rated/v1/events"
    assert localise(scope("/host/rate", root="/host"), "/rate")["path"] == "/rate"
