"""What tests of the journal are given."""

from __future__ import annotations

import pytest

from afterword.journal import Journal


@pytest.fixture
def journal(tmp_path, database_url):
    """An empty journal."""
    opened = Journal.open(tmp_path / "data", database_url)
    yield opened
    opened.close()
