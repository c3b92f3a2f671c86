"""What tests of intake are given."""

from __future__ import annotations

import pytest

from intake_cast import House


@pytest.fixture
def house(tmp_path, database_url):
    """An empty journal with its intake."""
    opened = House(tmp_path / "data", database_url)
    yield opened
    opened.close()


@pytest.fixture
def running(house):
    """The same, with its writer and its timers running."""
    house.intake.start()
    yield house
    house.intake.stop()
