"""One server to a data folder."""

import os

import pytest

from afterword.errors import JournalInUse
from afterword.server.lock import ServeLock, holder


def test_a_second_server_is_told_who_has_the_folder(tmp_path):
    """The message names the folder and the process."""
    with ServeLock(tmp_path):
        assert holder(tmp_path) == str(os.getpid())
        with pytest.raises(JournalInUse) as raised:
            ServeLock(tmp_path).take()

    assert str(tmp_path) in raised.value.detail
    assert str(os.getpid()) in raised.value.detail


def test_a_released_folder_is_free(tmp_path):
    """The file that stays behind holds nobody up, and the folder is made when absent."""
    folder = tmp_path / "new"
    assert holder(folder) is None
    for _ in range(2):
        with ServeLock(folder):
            pass

    assert holder(folder) is None
