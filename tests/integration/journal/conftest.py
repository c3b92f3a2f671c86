"""What tests of the journal are given."""

from __future__ import annotations

import pytest

from afterword.journal import Journal


@pytest.fixture
def journal(tmp_path):
    """An empty journal."""
    opened = Journal.open(tmp_path / "data")
    yield opened
    opened.close()
