"""Light hours from outside: learnt, said by asks and a marker, and overruled by a file."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from afterword.cli import main
from afterword.domain.policy import SECOND_US
from afterword.simulation import WORLDS, Settings, simulate, write_data
from server_harness import DAY, MINUTE, MovableClock, served

EVERYBODY = "skip_share = 0\n"  # is asked: chance leaves nobody out


def zone_where_it_is(hour, clock):
    """Name a zone whose clocks now show an hour."""
    now = datetime.fromtimestamp(clock.now_us() / SECOND_US, UTC)
    east = (hour - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-east:+d}"  # where the signs are the other way round


def ask_at(caller, clock, name, hour):
    """Have a talk where it is this hour; give the ask."""
    zone = zone_where_it_is(hour, clock)
    caller.send({"type": "session.started", "conversation_id": name, "timezone": zone})
    return caller.thank(name, user_id=name)


@pytest.fixture(scope="module")
def traffic(tmp_path_factory):
    """Six weeks of a world in which few come at night."""
    clock, folder = MovableClock(), tmp_path_factory.mktemp("traffic")
    end_us = clock.now_us() // SECOND_US * SECOND_US
    settings = Settings(world=WORLDS["steady"], sessions=10_000, end_us=end_us, days=42)
    write_data(simulate(settings), folder)
    (folder / "policy.toml").write_text(EVERYBODY)
    return folder


def learn(caller, clock):
    """Let a first day be over, and look."""
    caller.chat("first")
    clock.move(2 * DAY + 40 * MINUTE)
    while caller.services.intake.tick():
        pass
    return caller.services.learner.run_once()


def test_asks_of_light_hours_say_so(traffic, capsys):
    """By night, where the user is, and not by day; a file overrules what was learnt."""
    clock = MovableClock()
    with served(traffic, clock) as caller:
        assert not ask_at(caller, clock, "before", 2)["light"]
        assert learn(caller, clock) == 1
        asks = {hour: ask_at(caller, clock, f"at-{hour}", hour) for hour in (2, 12)}
        (marker,) = caller.report("trend", by="day")["markers"][-1:]
        assert main(["asks", "policy", "--data", str(traffic)]) == 0
        told = capsys.readouterr().out
    (traffic / "policy.toml").write_text(f'{EVERYBODY}light_hours = ["every day 11-14"]\n')
    with served(traffic, clock) as caller:
        set_by_hand = {hour: ask_at(caller, clock, f"set-{hour}", hour) for hour in (2, 12)}
    assert {hour: ask["light"] for hour, ask in asks.items()} == {2: True, 12: False}
    assert {hour: ask["light"] for hour, ask in set_by_hand.items()} == {2: False, 12: True}
    assert marker["kind"] == "policy"
    assert "light on workdays 2" in marker["text"]
    assert "# learnt: light on workdays 2" in told


def test_a_history_that_cannot_be_read_stops_no_learning(tmp_path, monkeypatch, caplog):
    """The log says it; what was learnt stays."""
    clock = MovableClock()
    with served(tmp_path, clock) as caller:
        monkeypatch.setattr(caller.services.history, "run", None)
        with caplog.at_level(logging.ERROR):
            assert learn(caller, clock) == 0
    assert "light hours of project default could not be counted" in caplog.text
