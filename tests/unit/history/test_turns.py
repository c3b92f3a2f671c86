"""Readers and writers of day files take turns."""

import fcntl
from threading import Thread

import pytest

from afterword.history.turns import reading, swapping


def is_free(path, how):
    """Tell whether a lock could be had now."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@pytest.fixture
def door(tmp_path):
    """The lock that everybody passes."""
    return tmp_path / "door.lock"


@pytest.fixture
def room(tmp_path):
    """The lock that readers share."""
    return tmp_path / "room.lock"


def test_readers_share_and_keep_writers_out(tmp_path, door, room):
    """Any number may read at once, and more may come, but nobody may rename."""
    with reading(tmp_path), reading(tmp_path):
        assert is_free(door, fcntl.LOCK_SH)
        assert is_free(room, fcntl.LOCK_SH)
        assert not is_free(room, fcntl.LOCK_EX)


def test_a_writer_is_alone(tmp_path, door, room):
    """Neither a reader nor another writer passes the door."""
    with swapping(tmp_path):
        assert not is_free(door, fcntl.LOCK_SH)
        assert not is_free(room, fcntl.LOCK_SH)


@pytest.mark.parametrize("turn", [reading, swapping])
def test_a_turn_ends_also_when_it_fails(tmp_path, door, room, turn):
    """An error inside leaves no lock behind."""
    with pytest.raises(OSError, match="disk"), turn(tmp_path):
        raise OSError("the disk is gone")

    assert is_free(door, fcntl.LOCK_EX)
    assert is_free(room, fcntl.LOCK_EX)


def test_readers_that_come_after_a_waiting_writer_let_it_pass(tmp_path, door, room):
    """Readers in a row cannot keep a writer out: it waits for the room with the door in hand."""

    def swap():
        with swapping(tmp_path):
            pass

    writer = Thread(target=swap)
    with reading(tmp_path):
        writer.start()
        while is_free(door, fcntl.LOCK_SH):
            pass  # until the writer stands in it
        assert not is_free(room, fcntl.LOCK_EX)
    writer.join()
    assert is_free(door, fcntl.LOCK_EX)


def test_an_absent_folder_has_nobody_to_wait_for(tmp_path):
    """Asking a history that was never written makes no folder."""
    absent = tmp_path / "history"
    with reading(absent), swapping(absent):
        assert not absent.exists()
