"""Alerts as the journal keeps them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from afterword.errors import JournalUnavailable, UnknownAlert
from afterword.journal.alerts import (
    Alert,
    AlertKind,
    AlertState,
    alerts,
    count_live,
    find_alert,
    newest_alerts,
    save_alert,
)
from afterword.journal.monitors import load_monitors, save_monitors


def alert(alert_id, opened_us=10, **more):
    """Make one."""
    told = {"kind": AlertKind.MONITOR, "stream": "all", "direction": "worse", "title": "worse"}
    return Alert(
        id=alert_id, project="a", opened_us=opened_us, changed_us=opened_us, **told | more
    )


def test_an_alert_is_read_as_it_was_written(journal):
    """By its id, in its project alone; a change is written over it."""
    told = alert("x", summary=("one", "two"), finding={"n": 3}, since="2026-11-01")
    with journal.write() as connection:
        save_alert(connection, told)
        assert find_alert(connection, "a", "x") == told
        known = replace(told, state=AlertState.ACKNOWLEDGED, acknowledged_by="ann")
        save_alert(connection, known)

        assert alerts(connection, "a") == [known]
        assert alerts(connection, "a", [AlertState.OPEN]) == []
        assert alerts(connection, "b") == []
        with pytest.raises(UnknownAlert):
            find_alert(connection, "b", "x")


def test_of_a_stream_and_direction_one_alert_is_live(journal):
    """Another one is refused, whoever writes it; one that was resolved makes room."""
    first = alert("x")
    with journal.write() as connection:
        save_alert(connection, first)
        save_alert(connection, alert("y", direction="better"))
        save_alert(connection, alert("z", stream="channel:web"))
    with pytest.raises(JournalUnavailable), journal.write() as connection:
        save_alert(connection, alert("again", 20))
    with journal.write() as connection:
        over = replace(first, state=AlertState.RESOLVED)
        save_alert(connection, over)
        save_alert(connection, alert("again", 20))

        found = newest_alerts(connection, "a")
        assert {key: one.id for key, one in found.items()} == {
            ("monitor", "all", "worse"): "again",
            ("monitor", "all", "better"): "y",
            ("monitor", "channel:web", "worse"): "z",
        }
        assert [one.id for one in alerts(connection, "a")] == ["again", "z", "y", "x"]
        assert len(alerts(connection, "a", limit=2)) == 2


def test_monitors_are_kept_by_stream(journal):
    """Those that are not written again stay."""
    with journal.write() as connection:
        save_monitors(connection, "a", {"all": "1", "channel:web": "2"})
        save_monitors(connection, "a", {"all": "3"})

        assert load_monitors(connection, "a") == {"all": "3", "channel:web": "2"}
        assert load_monitors(connection, "b") == {}


def test_live_alerts_are_counted_by_what_they_are(journal):
    """Of every project; what is resolved is none."""
    known = {"state": AlertState.ACKNOWLEDGED}
    with journal.write() as connection:
        for one in (
            *(alert("x", stream=stream) for stream in ("all", "channel:web")),
            alert("y", stream="channel:api", **known),
            alert("z", direction="better", state=AlertState.RESOLVED),
        ):
            save_alert(connection, replace(one, id=f"{one.id}-{one.stream}"))
        counts = count_live(connection)

    assert counts == {
        ("a", "monitor", "worse", "open"): 2,
        ("a", "monitor", "worse", "acknowledged"): 1,
    }
