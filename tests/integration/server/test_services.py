"""What the calls work with: opened and closed together, whatever happens between."""

from __future__ import annotations

import asyncio
import threading

import pytest

from afterword.errors import JournalInUse, JournalUnavailable, UnavailableError
from afterword.server import Settings
from afterword.server.lock import holder
from afterword.server.services import Services


@pytest.fixture
def services(tmp_path):
    """Services of an empty folder, nothing opened."""
    return Services(Settings(data_dir=tmp_path))


def test_services_that_were_never_started_close_too(services, tmp_path):
    """A server that is told to stop before it is ready leaves the folder free."""
    services.open()
    assert holder(tmp_path) is not None
    services.stop()

    assert holder(tmp_path) is None
    services.stop()  # a second time changes nothing


def test_what_cannot_be_opened_leaves_nothing_open(services, tmp_path):
    """The lock is given back, and once the journal is sound the same services open."""
    (tmp_path / "journal.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(JournalUnavailable):
        services.open()
    assert holder(tmp_path) is None

    (tmp_path / "journal.db").unlink()
    services.open()
    services.stop()


def test_one_folder_has_one_server(services, tmp_path):
    """The second is told who has it, and does not disturb the first."""
    services.start()
    with pytest.raises(JournalInUse, match=str(tmp_path)):
        Services(Settings(data_dir=tmp_path)).open()

    assert services.is_ready
    services.check()
    services.stop()


def test_services_start_again_after_a_stop(services):
    """A host may restart what it mounted."""
    for _ in range(2):
        services.start()
        assert services.is_ready
        services.stop()
        assert not services.is_ready


def test_nothing_is_read_while_nothing_is_ready(services):
    """Neither before the start nor after the stop."""
    for ask in (services.read, services.count):
        with pytest.raises(UnavailableError):
            asyncio.run(ask(services.check))


def test_a_server_learns_by_itself_and_stops(services):
    """The weekly look runs as long as the server does."""
    assert "afterword-learner" not in _threads()
    services.start()
    assert "afterword-learner" in _threads()
    services.stop()
    assert "afterword-learner" not in _threads()


def _threads():
    return {thread.name for thread in threading.enumerate()}
