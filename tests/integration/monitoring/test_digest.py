"""The digest of a week: its figures against a count by hand, and its way to a mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from afterword.journal.alerts import Alert, AlertKind, save_alert
from afterword.journal.markers import add_marker
from afterword.journal.outbox import Topic
from afterword.journal.tables import OUTBOX
from afterword.monitoring.digest.finding import digest_of
from afterword.monitoring.digest.herald import Herald
from afterword.monitoring.digest.week import Week
from afterword.monitoring.digest.writing import data_of
from afterword.notify import ChannelBook, Courier, Sources
from alert_cast import Watch, day_of_ratings, subscriber
from history_cast import DAY_US, FIRST
from notify_cast import PostOffice, mailbox, write_channels

FIRST_MONDAY = (7 - FIRST.weekday()) % 7  # days from the first
WEEK = Week(FIRST + timedelta(days=FIRST_MONDAY + 7))
DAYS = range(FIRST_MONDAY + 7, FIRST_MONDAY + 14)
BEFORE = range(FIRST_MONDAY, FIRST_MONDAY + 7)
HEADINGS = ["Alerts", "What moved", "On the time line", "What people say", "At risk", "To read"]


@pytest.fixture
def watch(tmp_path):
    """An empty journal and its history."""
    opened = Watch(tmp_path)
    yield opened
    opened.close()


def told(watch):
    """Give the digest, its headings, and its lines under each."""
    found = digest_of(watch.history, watch.journal, "default", WEEK)
    return found, {block.heading: [one.text for one in block.lines] for block in found.blocks}


def because(sessions, reason):
    """Give every negative one a reason."""
    return [
        replace(one, rating=replace(one.rating, reason=reason))
        if one.rating.rating.value == "negative"
        else one
        for one in sessions
    ]


def eventful(watch):
    """Two weeks: billing falls in the second."""
    for day in BEFORE:
        watch.tell(*day_of_ratings(day, (13, 5, 2), of="b", use_case="billing"))
    for day in DAYS:
        bad = day_of_ratings(day, (8, 5, 7), of="b", use_case="billing")
        watch.tell(*because(bad, "it repeated itself over and over"))
    for day in (*BEFORE, *DAYS):
        watch.tell(*day_of_ratings(day, (13, 5, 2), of="t", use_case="travel"))
    with watch.journal.write() as connection:
        add_marker(connection, "default", "release", "v42", WEEK.from_us + DAY_US)
        save_alert(connection, _alert())


def _alert():
    return Alert(
        id="a-1",
        project="default",
        kind=AlertKind.MONITOR,
        stream="all",
        direction="worse",
        opened_us=WEEK.from_us + 2 * DAY_US,
        changed_us=WEEK.from_us + 2 * DAY_US,
        title="Use case billing: ratings are worse",
    )


def test_a_week_with_ratings_enough_says_where_it_stands_and_what_moved(watch):
    """Every figure with its doubt, and the change since the week before."""
    eventful(watch)
    digest, blocks = told(watch)

    assert digest.title.endswith(", 280 ratings")
    assert [(bar.level, round(bar.share, 4)) for bar in digest.bars] == [
        ("positive", round(147 / 280, 4)),
        ("neutral", 0.25),
        ("negative", round(63 / 280, 4)),
    ]
    negative = digest.bars[-1]
    assert negative.low < 63 / 280 < negative.high
    assert negative.change.startswith("+12.5 points (+")
    assert list(blocks) == HEADINGS
    assert blocks["Alerts"] == ["Use case billing: ratings are worse (open)"]
    assert blocks["What moved"] == [
        'use case billing: "not what I needed" 10 % → 35 % of 140 ratings'
    ]
    assert blocks["On the time line"] == ["release v42"]
    assert "49 of 49 people" in blocks["What people say"][0]
    assert blocks["At risk"] == [
        '63 people\'s last word of the week was "not what I needed", of 280 who rated.'
    ]
    assert blocks["To read"][0] == "“it repeated itself over and over” billing"


def test_a_week_of_few_ratings_is_a_reading_list(watch):
    """No share is made of twelve ratings; every negative one is there, those with words first."""
    day = DAYS[0]
    watch.tell(*because(day_of_ratings(day, (5, 2, 2), use_case="billing"), "too slow"))
    watch.tell(*day_of_ratings(day, (0, 0, 3), of="silent"))
    digest, blocks = told(watch)

    assert digest.bars == ()
    assert digest.lead.startswith("12 ratings of 12 sessions: too few for shares")
    assert list(blocks) == ["At risk", "Read these"]
    assert blocks["Read these"] == ["“too slow” billing"] * 2 + ["no reason given"] * 3


def test_a_week_without_anything_is_not_told_of(watch):
    """But one in which nobody rated any more is."""
    assert digest_of(watch.history, watch.journal, "default", WEEK) is None
    watch.tell(*day_of_ratings(BEFORE[0], (5, 0, 0)))
    digest, blocks = told(watch)

    assert digest.lead == "0 sessions, and nobody rated one."
    assert blocks == {}


def test_what_people_wrote_is_text_in_a_mail(watch):
    """Not markup; and links lead to the pages, of the project."""
    day = DAYS[0]
    watch.tell(*because(day_of_ratings(day, (0, 0, 1)), "<script>alert(1)</script>"))
    digest, _ = told(watch)
    data = data_of(replace(digest, project="a b"), "https://aw.example/base/")

    assert "<script>" not in data["html"]
    assert "&lt;script&gt;" in data["html"]
    assert data["url"] == "https://aw.example/base/overview?days=7&project=a%20b"
    (line,) = data["blocks"][-1]["lines"]
    assert line["url"].startswith("https://aw.example/base/sessions/")
    assert line["url"].endswith("?project=a%20b")
    assert data_of(digest, None)["url"] is None


def herald_of(watch, *subscribers):
    """Give a herald."""
    return Herald(watch.journal, watch.history, watch.clock, lambda: subscribers)


def test_it_is_put_out_once_on_monday_at_seven(watch):
    """For the channels that want it, however often one looks, and not a day late."""
    eventful(watch)
    herald = herald_of(
        watch, subscriber("crm", Topic.DIGEST_READY), subscriber("mail", Topic.ALERT_OPENED)
    )
    waiting = []
    for at_us in (WEEK.told_us - 1, WEEK.told_us, WEEK.told_us + 3_600_000_000):
        watch.clock.at_us = at_us
        herald.run_once()
        waiting.append(_waiting(watch))
    late = Watch(watch.data_dir / "late")
    late.clock.at_us = WEEK.told_us + 2 * DAY_US
    herald_of(late, subscriber("crm", Topic.DIGEST_READY)).run_once()

    assert waiting[0] == []
    assert waiting[1] == waiting[2] == [("crm", "digest.ready", WEEK.monday.isoformat())]
    assert _waiting(late) == []
    late.close()


def test_it_reaches_a_mailbox(watch):
    """As text and HTML, written when it is sent."""
    watch.tell(*(one for day in DAYS for one in day_of_ratings(day, (13, 5, 2))))
    office = PostOffice()
    path = write_channels(watch.data_dir, mailbox(events=["digest.ready"]))
    book = ChannelBook(path, {"MAIL_URL": f"smtp://127.0.0.1:{office.port}"})
    herald = Herald(watch.journal, watch.history, watch.clock, lambda: book.subscribers)
    sources = Sources("https://aw.example", herald.tell)
    courier = Courier(watch.journal, book, watch.clock, sources=sources)
    watch.clock.at_us = WEEK.told_us
    herald.run_once()
    courier.run_once()
    office.close()

    ((to, mail, _),) = office.mails
    assert to == ["ann@example.com"]
    assert mail["Subject"].endswith(", 140 ratings")
    assert "not what I needed 10 %" in mail.get_body(("plain",)).get_content()
    assert "https://aw.example/overview?days=7" in mail.get_body(("html",)).get_content()


def _waiting(watch):
    query = sa.select(OUTBOX.c.channel, OUTBOX.c.topic, OUTBOX.c.subject)
    with watch.journal.read() as connection:
        return [tuple(row) for row in connection.execute(query)]
