"""Session rows: written whole, read singly, in pages, and by what is due."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from afterword.errors import InvalidField
from afterword.journal.sessions import (
    SessionFilter,
    get_session,
    list_sessions,
    load_conversation,
    parse_id,
)
from history_cast import FIRST_US, MINUTE_US, plain, rated, tell, world


def pages(journal, limit, **chosen):
    """Read every page; give the ids."""
    found, cursor = [], None
    with journal.read() as connection:
        while True:
            page, cursor = list_sessions(
                connection, "default", SessionFilter(**chosen), cursor, limit
            )
            assert len(page) <= limit
            found += [session.id for session in page]
            if cursor is None:
                return found


def test_a_session_comes_back_as_it_was_written(journal):
    """Every field of it."""
    sessions = world(1, n=60)
    tell(journal, sessions)

    with journal.read() as connection:
        for session in sessions:
            assert get_session(connection, "default", session.id) == session
            assert get_session(connection, "other", session.id) is None


def test_pages_give_every_session_once_newest_first(journal):
    """Also where many opened in the same microsecond."""
    sessions = [plain(n, at_us=FIRST_US + n // 10) for n in range(57)]
    tell(journal, sessions)
    expected = sorted(sessions, key=lambda one: (one.opened_us, one.conversation_id), reverse=True)

    for limit in (1, 7, 57, 100):
        assert pages(journal, limit) == [one.id for one in expected]


@pytest.mark.parametrize(
    ("chosen", "is_chosen"),
    [
        ({"rating": "negative"}, lambda one: one.rating and one.rating.rating == "negative"),
        ({"release": "v42"}, lambda one: one.release == "v42"),
        ({"use_case": "it's"}, lambda one: one.use_case == "it's"),
        ({"user_id": "u-3"}, lambda one: one.user_id == "u-3"),
        ({"flow": "tour"}, lambda one: "tour" in one.flows),
        ({"flow": "to_r"}, lambda _: False),  # no pattern
        ({"has_reason": False}, lambda one: not (one.rating and one.rating.reason)),
        ({"from_us": FIRST_US + 10**11}, lambda one: one.opened_us >= FIRST_US + 10**11),
        ({"to_us": FIRST_US + 10**11}, lambda one: one.opened_us < FIRST_US + 10**11),
    ],
)
def test_filters_choose_as_counted_by_hand(journal, chosen, is_chosen):
    """In production unless another environment is named."""
    sessions = world(2, n=150)
    tell(journal, sessions)

    for environment in ("production", "staging"):
        expected = {
            one.id for one in sessions if one.environment == environment and is_chosen(one)
        }
        assert set(pages(journal, 40, environment=environment, **chosen)) == expected
    everywhere = {one.id for one in sessions if is_chosen(one)}
    assert set(pages(journal, 40, environment=None, **chosen)) == everywhere


@pytest.mark.parametrize("cursor", ["", "nonsense", "e30=", "WzEsMl0=", "\u00e9", "WzEsImMiXQ=="])
def test_a_cursor_that_nobody_gave_is_refused(journal, cursor):
    """The field is named."""
    with journal.read() as connection, pytest.raises(InvalidField) as caught:
        list_sessions(connection, "default", SessionFilter(), cursor, 10)

    assert caught.value.field == "cursor"


def test_a_conversations_sessions_come_by_number(journal):
    """Also beyond nine."""
    opened = [FIRST_US + n * 60 * MINUTE_US for n in range(12)]
    sessions = [replace(plain(1, at_us=at), number=n) for n, at in enumerate(opened, start=1)]
    tell(journal, [*reversed(sessions), plain(2)])

    with journal.read() as connection:
        found = load_conversation(connection, "default", "c-1")
    assert [one.number for one in found] == list(range(1, 13))


def test_writing_again_replaces_the_row(journal):
    """One row a session, its newest state."""
    tell(journal, [plain(1)])
    tell(journal, [rated(plain(1), "positive")])
    tell(journal, [replace(plain(1), release="v2")])

    with journal.read() as connection:
        session = get_session(connection, "default", "c-1~1")
    assert (session.rating, session.release) == (None, "v2")
    assert pages(journal, 10) == ["c-1~1"]


@pytest.mark.parametrize(
    ("session_id", "parsed"),
    [
        ("c-1~1", ("c-1", 1)),
        ("a~b/c~12", ("a~b/c", 12)),
        ("~~1", ("~", 1)),
        ("c-1", None),
        ("c-1~", None),
        ("~1", None),
        ("c-1~x", None),
        ("c-1~-1", None),
        ("c-1~\u0661", None),
        ("c-1~" + "9" * 30, None),
    ],
)
def test_a_session_id_is_read_from_the_right(session_id, parsed):
    """What is none names no session."""
    assert parse_id(session_id) == parsed
