"""Alerts on their way: through a day without a mail server, told once and as they then stand."""

from __future__ import annotations

import socket

import pytest
from msgspec.structs import replace

from afterword.journal.alerts import Alert, AlertKind, Resolution, save_alert
from afterword.journal.outbox import Topic, add_notices
from afterword.monitoring.alerts import news
from afterword.notify.sender import Sender
from intake_cast import DAY, HOUR, MINUTE
from notify_cast import SHORT, PostOffice, couriers_of, hook, mailbox, outbox_rows, team

ALL = ["alert.opened", "alert.updated", "alert.resolved"]


@pytest.fixture
def tell(house, receiver):
    """Set channels up; give what writes an alert with its notices, and the courier."""

    def set_up(*tables, **environment):
        book, courier = couriers_of(house, receiver, *tables, **environment)

        def write(topic, alert):
            now_us = house.clock.now_us()
            with house.journal.write() as connection:
                save_alert(connection, alert)
                notices = news.notices(topic, alert, book.subscribers, now_us)
                add_notices(connection, notices, now_us)
            return alert

        return write, courier

    return set_up


def fresh(house, alert_id="alert_1", **more):
    """Make an alert of now."""
    now_us = house.clock.now_us()
    told = {"kind": AlertKind.MONITOR, "stream": "use_case:billing", "direction": "worse"}
    times = {"opened_us": now_us, "changed_us": now_us}
    words = {"title": "Worse in billing", "summary": ("Release v42 carries it.",)}
    return Alert(id=alert_id, project="default", **times, **told | words | more)


def later(house, alert, **more):
    """Make what became of an alert by now."""
    return replace(alert, changed_us=house.clock.now_us(), **more)


def free_port():
    """Give a port on which nobody listens yet."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def drain(courier):
    """Send all that is due."""
    while courier.run_once():
        pass


def test_one_alert_reaches_every_kind_of_channel(house, receiver, tell):
    """A webhook with its figures, Slack, Discord, Teams and PagerDuty in their forms, a mail."""
    office = PostOffice()
    tables = [{"name": kind, "kind": kind, "url_env": "TEAM_URL"} for kind in ("discord", "teams")]
    pager = {"name": "pager", "kind": "pagerduty", "url": receiver.url, "secret_env": "PAGER"}
    others = [table | {"events": ALL} for table in (*tables, pager)]
    write, courier = tell(
        *(hook(receiver, events=ALL), team(events=ALL), mailbox(events=ALL)),
        *others,
        MAIL_URL=f"smtp://127.0.0.1:{office.port}",
        PAGER="r" * 32,
    )
    write(Topic.ALERT_OPENED, fresh(house))

    drain(courier)
    office.close()

    forms = {frozenset(body): body for body in receiver.bodies}
    assert len(forms) == 5
    (webhook,) = (body for body in receiver.bodies if body.get("data"))
    assert webhook["type"] == "alert.opened"
    assert webhook["data"] == {
        "alert_id": "alert_1",
        "project": "default",
        "environment": "production",
        "kind": "monitor",
        "stream": {"dimension": "use_case", "value": "billing"},
        "direction": "worse",
        "state": "open",
        "title": "Worse in billing",
        "summary": ["Release v42 carries it."],
        "since": None,
        "resolution": None,
        "url": "https://afterword.example/base/alerts/alert_1",
    }
    assert [mail["subject"] for _, mail, _ in office.mails] == ["Worse in billing"]
    assert {row.state for row in outbox_rows(house.journal)} == {"delivered"}


def test_a_mail_server_that_is_away_for_a_day(house, tell):
    """When it is back the alert is told once, as it then stands; others were not held up."""
    port = free_port()
    write, courier = tell(
        mailbox(events=ALL), team(events=ALL), MAIL_URL=f"smtp://127.0.0.1:{port}"
    )
    write(Topic.ALERT_OPENED, fresh(house))
    for _ in range(24):
        drain(courier)
        house.clock.move(HOUR)
    waiting = [(row.channel, row.state, row.error) for row in outbox_rows(house.journal)]

    office = PostOffice(port)
    for _ in range(24):
        drain(courier)
        house.clock.move(HOUR)
    office.close()

    assert sorted(waiting) == [
        ("post", "waiting", "could not connect"),
        ("team", "delivered", None),
    ]
    assert [mail["subject"] for _, mail, _ in office.mails] == ["Worse in billing"]
    assert {row.state for row in outbox_rows(house.journal)} == {"delivered"}


def test_what_is_no_longer_so_is_not_told(house, tell):
    """Who hears of everything hears the newest alone."""
    office = PostOffice()
    office.answers = ["451 later"]
    write, courier = tell(mailbox(events=ALL), MAIL_URL=f"smtp://127.0.0.1:{office.port}")
    alert = write(Topic.ALERT_OPENED, fresh(house))
    drain(courier)
    house.clock.move(2 * DAY)
    alert = write(Topic.ALERT_UPDATED, later(house, alert, title="Far worse in billing"))
    drain(courier)
    house.clock.move(HOUR)
    write(Topic.ALERT_RESOLVED, news.resolved(alert, Resolution.BACK, house.clock.now_us()))
    drain(courier)
    office.close()

    assert [mail["subject"] for _, mail, _ in office.mails] == [
        "Update: Far worse in billing",
        "Resolved: Far worse in billing",
    ]
    assert {mail["references"] for _, mail, _ in office.mails} == {"<alert_1@example.com>"}


def test_who_hears_of_openings_alone_hears_of_an_alert_that_has_moved_on(house, tell):
    """The mail was late, and the alert still stands: it comes with the words of now."""
    office = PostOffice()
    office.answers = ["451 later"]
    write, courier = tell(mailbox(), MAIL_URL=f"smtp://127.0.0.1:{office.port}")
    alert = write(Topic.ALERT_OPENED, fresh(house))
    drain(courier)
    house.clock.move(DAY)
    write(Topic.ALERT_UPDATED, later(house, alert, title="Far worse in billing"))
    drain(courier)
    office.close()

    assert [mail["subject"] for _, mail, _ in office.mails] == ["Far worse in billing"]


def test_who_hears_of_openings_alone_is_not_told_of_what_is_over(house, tell):
    """Nobody needs to look into it."""
    office = PostOffice()
    office.answers = ["451 later"]
    write, courier = tell(mailbox(), MAIL_URL=f"smtp://127.0.0.1:{office.port}")
    alert = write(Topic.ALERT_OPENED, fresh(house))
    drain(courier)
    house.clock.move(HOUR)
    write(Topic.ALERT_RESOLVED, news.resolved(alert, Resolution.BACK, house.clock.now_us()))
    drain(courier)
    office.close()

    assert (office.mails, outbox_rows(house.journal)) == ([], [])


def test_an_incident_is_opened_and_resolved_and_good_news_calls_nobody(house, receiver, tell):
    """Under one key."""
    pager = {"name": "pager", "kind": "pagerduty", "url": receiver.url, "secret_env": "PAGER"}
    write, courier = tell(pager | {"events": ALL}, PAGER="r" * 32)
    alert = write(Topic.ALERT_OPENED, fresh(house))
    write(Topic.ALERT_OPENED, fresh(house, "alert_2", direction="better"))
    drain(courier)
    house.clock.move(HOUR)
    write(Topic.ALERT_RESOLVED, news.resolved(alert, Resolution.BACK, house.clock.now_us()))
    drain(courier)

    told = [(body["event_action"], body["dedup_key"]) for body in receiver.bodies]
    assert told == [("trigger", "alert_1"), ("resolve", "alert_1")]
    assert len(outbox_rows(house.journal)) == 2


def test_a_mail_server_that_hangs_holds_up_nobody(house, receiver, tell):
    """Its mail has failed at the deadline, and the line is in Slack."""
    office = PostOffice()
    office.answers = [None]
    write, courier = tell(mailbox(), team(events=ALL), MAIL_URL=f"smtp://127.0.0.1:{office.port}")
    courier._sender = Sender(seconds=SHORT)  # noqa: SLF001  # one that does not wait for long
    write(Topic.ALERT_OPENED, fresh(house))

    courier.run_once()
    office.close()

    assert len(receiver.requests) == 1
    assert [(row.channel, row.error) for row in outbox_rows(house.journal) if row.error] == [
        ("post", "timed out")
    ]


@pytest.mark.parametrize("kind", ["discord", "teams"])
@pytest.mark.parametrize(("status", "state"), [(410, "dead"), (429, "waiting"), (500, "waiting")])
def test_every_kind_fails_as_webhooks_do(house, receiver, tell, kind, status, state):
    """Gone is gone, too much rests for as long as was asked, and an error is tried again."""
    receiver.answer(status, body=b"x" * 1_000_000, retry_after="600")
    write, courier = tell({"name": "ops", "kind": kind, "url_env": "TEAM_URL", "events": ALL})
    write(Topic.ALERT_OPENED, fresh(house))

    courier.run_once()
    house.clock.move(9 * MINUTE)
    courier.run_once()

    assert len(receiver.requests) == 1
    (row,) = outbox_rows(house.journal)
    assert (row.state, row.error) == (state, f"status {status}")


def test_no_log_tells_where_alerts_go(house, tell, caplog):
    """Whatever goes wrong, by mail and through Apprise too."""
    caplog.set_level("DEBUG")
    apprise = {"name": "all", "kind": "apprise", "url_env": "ALL_URL", "events": ALL}
    write, courier = tell(
        *(mailbox(), apprise),
        MAIL_URL="smtp://me:hunter2@127.0.0.1:1",
        ALL_URL="json://hunter2:hunter2@127.0.0.1:1/hunter2",
    )
    courier._sender = Sender(seconds=100)  # noqa: SLF001  # a process is slow on a busy machine
    write(Topic.ALERT_OPENED, fresh(house))

    courier.run_once()

    assert sorted((row.channel, row.error) for row in outbox_rows(house.journal)) == [
        ("all", "Apprise could not deliver it"),
        ("post", "could not connect"),
    ]
    assert "hunter2" not in caplog.text
