"""The pages of alerts over HTTP: who sees them, what they show, and the two buttons."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from afterword.journal.alerts import Alert, AlertKind, find_alert, save_alert
from afterword.server import Settings
from afterword.server.serve import running
from history_cast import DAY_US, plain, rated, tell
from server_harness import MovableClock

PASSWORD = "open sesame"  # noqa: S105  # of tests


@pytest.fixture
def server(tmp_path):
    """A server with an alert about a use case, and a clock in its first week."""
    clock = MovableClock()
    with running(Settings(data_dir=tmp_path, port=0, password=PASSWORD), clock=clock) as server:
        journal = server.services.journal
        since_us = clock.now_us() - 5 * DAY_US
        sessions = [
            rated(plain(n, at_us=since_us + n * 1_000_000, use_case="billing"), "negative")
            for n in range(3)
        ]
        tell(journal, [*sessions, rated(plain(9, at_us=since_us), "negative")])
        with journal.write() as connection:
            save_alert(connection, alert("a-1", clock.now_us(), since_us))
        yield server


def alert(alert_id, now_us, since_us):
    """Make one."""
    return Alert(
        id=alert_id,
        project="default",
        kind=AlertKind.MONITOR,
        stream="use_case:billing",
        direction="worse",
        opened_us=now_us,
        changed_us=now_us,
        title="Use case <billing>: ratings are worse",
        summary=("It is <b>bad</b>.",),
        since=_day(since_us),
        finding={"level": "negative"},
    )


def _day(at_us):
    return datetime.fromtimestamp(at_us / 1e6, UTC).date().isoformat()


@pytest.fixture
def http(server):
    """Somebody who has signed in."""
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        client.post("/signin", data={"password": PASSWORD})
        yield client


def state(server):
    """Give the alert's state."""
    with server.services.journal.read() as connection:
        return find_alert(connection, "default", "a-1").state.value


def test_an_alert_is_shown_with_its_picture_and_its_sessions(http):
    """On the overview, in the list, and by itself; nothing in it is markup."""
    overview, listed, one = (
        http.get(path).text for path in ("/overview", "/alerts", "/alerts/a-1")
    )

    assert 'href="alerts/a-1"' in overview
    assert 'href="alerts/a-1"' in listed
    for page in (overview, listed, one):
        assert "Use case &lt;billing&gt;: ratings are worse" in page
    assert "It is &lt;b&gt;bad&lt;/b&gt;." in one
    assert one.count("<svg") == 2
    assert one.count('href="../sessions/c-') == 3
    assert "c-9~1" not in one


def test_the_buttons_acknowledge_and_resolve(server, http):
    """And lead back to it; what is over is listed as such, and has no button."""
    known = http.post("/alerts/a-1", data={"state": "acknowledged"})
    assert (known.status_code, known.headers["location"]) == (303, "a-1")
    assert state(server) == "acknowledged"
    assert "I know of it" not in http.get("/alerts/a-1").text

    http.post("/alerts/a-1", data={"state": "resolved"})
    assert state(server) == "resolved"
    assert "<button" not in http.get("/alerts/a-1").text
    listed = http.get("/alerts").text
    assert "Nothing has changed that you should know of." in listed
    assert '<h2 id="over">Over</h2>' in listed
    assert "alerts/a-1" not in http.get("/overview").text


def test_strangers_and_other_sites_do_nothing(server, http):
    """They are led to the sign-in."""
    foreign = {"Sec-Fetch-Site": "cross-site"}
    told = http.post("/alerts/a-1", data={"state": "resolved"}, headers=foreign)
    with httpx.Client(base_url=server.url) as stranger:
        looked = stranger.get("/alerts/a-1")
        listed = stranger.get("/alerts?project=x")
        pressed = stranger.post("/alerts/a-1", data={"state": "resolved"})

    assert [one.status_code for one in (told, looked, listed, pressed)] == [303] * 4
    assert looked.headers["location"] == "../signin?to=alerts%2Fa-1"
    assert listed.headers["location"] == "signin?to=alerts%3Fproject%3Dx"
    assert state(server) == "open"
    assert http.get("/signin?to=alerts/a-1").headers["location"] == "alerts/a-1"


def test_what_is_not_there_is_said_so(http):
    """On a page."""
    assert http.get("/alerts/none").status_code == 404
    assert http.post("/alerts/a-1", data={}).status_code == 422
    assert http.post("/alerts/a-1", data={"state": "open"}).status_code == 422
