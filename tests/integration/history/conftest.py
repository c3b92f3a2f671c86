"""A journal, its history's folder, and what works on both."""

import pytest

from afterword.history import History, Rewriter
from afterword.journal import Journal


@pytest.fixture
def journal(tmp_path, database_url):
    """An empty journal."""
    opened = Journal.open(tmp_path, database_url)
    yield opened
    opened.close()


@pytest.fixture
def directory(tmp_path):
    """The history's folder."""
    return tmp_path / "history"


@pytest.fixture
def rewriter(directory, journal):
    """The rewriter of both."""
    return Rewriter(directory, journal)


@pytest.fixture
def history(directory, journal):
    """The history of both."""
    opened = History(directory, journal)
    yield opened
    opened.close()
