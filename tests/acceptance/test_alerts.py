"""Alerts from outside: listed, read, acknowledged and resolved, over HTTP and in the shell."""

from __future__ import annotations

import pytest

from alert_cast import BAD, N_BASE, Watch
from cli_harness import afterword, answer
from server_harness import problem, served


@pytest.fixture
def data(tmp_path):
    """A folder in which ratings fell, and a lookout saw it."""
    watch = Watch(tmp_path)
    watch.live(range(N_BASE))
    watch.live(range(N_BASE, N_BASE + 3), BAD)
    watch.look(N_BASE + 2)
    watch.close()
    return tmp_path / "data"


@pytest.fixture
def caller(data):
    """A caller of the server on it."""
    with served(data) as caller:
        yield caller


def test_an_alert_over_http(caller):
    """From open to resolved; what is over stays so."""
    (found,) = caller.reads("/v1/alerts")["alerts"]
    path = f"/v1/alerts/{found['id']}"
    one = caller.reads(path)

    assert (found["state"], found["stream"], found["direction"]) == ("open", None, "worse")
    assert found["sessions"] == []
    assert len(one["sessions"]) == 10
    assert caller.session(one["sessions"][0])["session"]["rating"]["rating"] == "negative"

    known = caller.http.patch(path, json={"state": "acknowledged", "by": "ann"}).json()
    assert (known["state"], known["acknowledged_by"]) == ("acknowledged", "ann")
    assert caller.reads("/v1/alerts", state="open")["alerts"] == []
    over = caller.http.patch(path, json={"state": "resolved"}).json()
    assert (over["state"], over["resolution"]) == ("resolved", "operator")
    assert caller.http.patch(path, json={"state": "acknowledged"}).json() == over


def test_what_is_wrong_is_refused_by_name(caller):
    """Neither reopened by hand, nor found where it is not."""
    (found,) = caller.reads("/v1/alerts")["alerts"]
    path = f"/v1/alerts/{found['id']}"

    problem(caller.http.patch(path, json={"state": "open"}), 422, "invalid_field", "state")
    problem(caller.http.patch(path, json={"state": "gone"}), 422, "invalid_field", "state")
    problem(caller.http.patch(path, json={}), 422, "missing_field", "state")
    problem(caller.http.get("/v1/alerts", params={"state": "loud"}), 422, "invalid_field", "state")
    problem(caller.http.get("/v1/alerts/none"), 404, "unknown_alert")
    problem(caller.http.patch("/v1/alerts/none", json={"state": "resolved"}), 404, "unknown_alert")


def test_alerts_in_the_shell(data):
    """The exit code says that something is worse; the same beside a server and through it."""
    listed = afterword("alerts", "list", "--data", data, expect=1).stdout.decode()
    (found,) = answer("alerts", "list", "--data", data, expect=1)["alerts"]
    shown = afterword("alerts", "show", found["id"], "--data", data).stdout.decode()

    assert "All sessions: ratings are worse since" in listed
    assert f"open, opened 2027-01-02 23:54 UTC  {found['id']}" in listed
    assert "To read:" in shown

    with served(data) as caller:
        remote = "--url", str(caller.http.base_url), "--key", caller.key
        assert answer("alerts", "list", *remote, expect=1)["alerts"] == [found]
        assert afterword("alerts", "show", found["id"], *remote).stdout.decode() == shown
        known = afterword(
            "alerts", "acknowledge", found["id"], "--by", "ann", *remote
        ).stdout.decode()
        over = answer("alerts", "resolve", found["id"], "--data", data)

    assert "UTC by ann" in known
    assert over["state"] == "resolved"
    assert afterword("alerts", "list", "--data", data).stdout == b"No alert.\n"
    assert len(answer("alerts", "list", "--all", "--data", data)["alerts"]) == 1
    refused = afterword("alerts", "show", "none", "--data", data, expect=2).stderr.decode()
    assert "There is no such alert." in refused
