"""Who may see the pages."""

import pytest

from afterword.errors import TooManyRequests
from afterword.server.pages.door import STAYS_SECONDS, Door
from server_harness import MINUTE, MovableClock

SALT = b"salt of one installation"


@pytest.fixture
def clock():
    """A clock that can be moved."""
    return MovableClock()


@pytest.fixture
def door(clock):
    """A door that a password opens."""
    return Door("open sesame", SALT, clock)


def test_the_password_opens_and_nothing_else_does(door):
    """Not even nearly the same."""
    assert door.knows(door.try_password("open sesame"))
    assert [door.try_password(told) for told in ("", "open", "Open Sesame", "öpen")] == [None] * 4
    assert door.once is None
    assert door.try_link("None") is None


def test_a_cookie_is_good_for_two_weeks(door, clock):
    """Then it is not known any more."""
    cookie = door.try_password("open sesame")
    clock.move(STAYS_SECONDS - MINUTE)
    assert door.knows(cookie)
    clock.move(2 * MINUTE)
    assert not door.knows(cookie)


@pytest.mark.parametrize("made_up", ["", ".", "9999999999.", "9999999999.0", "x.y", "९९९.a", "é"])
def test_a_cookie_that_is_not_ours_opens_nothing(door, made_up):
    """Whatever it looks like; a longer life needs our signature too."""
    until, mark = door.try_password("open sesame").split(".")

    assert not door.knows(made_up)
    assert not door.knows(f"{int(until) + 1}.{mark}")


def test_another_password_or_installation_turns_everybody_out(door, clock):
    """The same ones go on knowing who came in before a restart."""
    cookie = door.try_password("open sesame")

    assert Door("open sesame", SALT, clock).knows(cookie)
    assert not Door("other", SALT, clock).knows(cookie)
    assert not Door(None, SALT, clock).knows(cookie)
    assert not Door("open sesame", b"other", clock).knows(cookie)


def test_the_link_opens_once(clock):
    """Without a password; a wrong one does not use it up, and no password opens."""
    door = Door(None, SALT, clock)
    once = door.once

    assert door.try_password("") is None
    assert door.try_link(f"{once}x") is None
    assert door.knows(door.try_link(once))
    assert door.try_link(once) is None
    assert door.once is None


def test_guessing_is_stopped_for_a_minute(door, clock):
    """Ten wrong ones, then even the right one has to wait."""
    for _ in range(10):
        assert door.try_password("guess") is None
    with pytest.raises(TooManyRequests):
        door.try_password("open sesame")
    clock.move(MINUTE + 1)

    assert door.try_password("open sesame") is not None


def test_a_password_of_odd_bytes_is_no_crash(clock):
    """An environment variable may hold what is no text."""
    door = Door("\udcff", SALT, clock)

    assert door.try_password("?") is None
    assert door.try_password("\udcff") is not None
