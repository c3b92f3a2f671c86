"""Segments, flows, asks and responses beside the same report of other sessions."""

import csv
from io import StringIO

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from afterword.domain.session import Exposure
from afterword.errors import InvalidField
from afterword.history import Filter, History
from afterword.reports import run
from afterword.reports.render import render
from history_cast import DAY_US, FIRST_US, ask, plain, rated, store

WEEK_US = 7 * DAY_US
MINUTE_US = 60_000_000
NOW = Filter(from_us=FIRST_US + WEEK_US, to_us=FIRST_US + 2 * WEEK_US)
PAIRED = ("segments", "flows", "asks", "responses")
CHANNELS = ("web", "web", "slack")
# By week how many of twenty are helpful, and not what people needed.
LEVELS = ((14, 2), (10, 6))


def level_of(number, week):
    """Give a level, the worse ones more often in the second week."""
    helpful, bad = LEVELS[week]
    at = number * 7 % 20
    return "positive" if at < helpful else "negative" if at >= 20 - bad else "neutral"


def session(number, week, channel, *, is_rated=True):
    """Make a session of somebody who comes once: asked, and a part of them met a flow."""
    at_us = FIRST_US + week * WEEK_US + number % 10_000 * MINUTE_US
    made = plain(
        number,
        at_us=at_us,
        user_id=f"u-{number}",
        channel=channel,
        traits={"seats": number * 7919 % 200 + 1 + 30 * week},
        flows={"tour": Exposure("onboarding", shown_us=at_us)} if number % 2 else {},
        feedback={"m-1": ((at_us, 1, "f-1"), float(number % 4 > 0))} if number % 3 else {},
    )
    state = "answered" if is_rated else ("dismissed", "ignored", "withdrawn")[number % 3]
    made = replace(made, asks=[ask(made, state, is_shown=True)])
    return rated(made, level_of(number, week)) if is_rated else made


def week(at, others=()):
    """Make the sessions of a week: six hundred people of whom two in three answer."""
    start = 10_000 * at
    held = [session(start + n, at, CHANNELS[n % 3], is_rated=n % (3 + at) > 0) for n in range(600)]
    places = [(channel, n) for channel, of_it in others for n in range(of_it)]
    return held + [session(start + 1000 + n, at, channel) for n, (channel, _) in enumerate(places)]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Two weeks: one channel is only in the first, one only in the second, one had few people."""
    folder = tmp_path_factory.mktemp("weeks")
    before = week(0, (("mail", 12), ("phone", 3), ("fax", 2)))
    store(folder, before + week(1, (("api", 12), ("phone", 12), ("fax", 2))))
    made = History(folder, None)
    yield made
    made.close()


def changes(compared):
    """Give the figures of the three levels."""
    levels = (compared.positive, compared.neutral, compared.negative)
    return [figure for one in levels for figure in (one.share, one.difference, one.low, one.high)]


@pytest.mark.parametrize(
    ("name", "key", "pair"),
    [
        ("segments", "channel:slack", ("channel", "slack")),
        ("flows", "tour · shown", ("flow", "tour")),
    ],
)
def test_the_same_sessions_compare_as_in_a_distribution(history, name, key, pair):
    """Where everybody rates once, strangers are what people are: the intervals are the same."""
    [row] = [row for row in run(name, history, NOW, compare="previous").rows if row.key == key]
    chosen = replace(NOW, where=(pair,))
    [whole] = run("distribution", history, chosen, compare="previous").rows

    assert row.compared.n_rated == whole.compared.n_rated > 100
    assert row.compared.n_sessions == whole.compared.n_sessions
    assert row.compared.response_rate == whole.compared.response_rate
    assert changes(row.compared) == pytest.approx(changes(whole.compared), abs=1e-9)
    assert row.compared.positive.difference < -0.1


def test_every_share_stands_beside_the_one_of_the_other_report(history):
    """Counted as that one is, and the difference is this row's share minus it."""
    other = Filter(from_us=FIRST_US, to_us=NOW.from_us)
    for name, shares in (
        ("asks", ("answered", "ignored")),
        ("responses", ("hollow", "differing")),
    ):
        here = run(name, history, NOW, compare="previous").rows
        there = run(name, history, other).rows
        assert [row.key for row in here] == [row.key for row in there]
        for row, before in zip(here, there, strict=True):
            for share in shares:
                told, now, then = (getattr(one, share) for one in (row.compared, row, before))
                assert told.share == then.share
                assert told.difference == pytest.approx(now.share - then.share)
                assert told.low < told.difference < told.high
                # Square and add: wider than either side, narrower than both together.
                widths = [one.high - one.low for one in (now, then)]
                assert max(widths) < told.high - told.low < sum(widths)


def test_an_answered_ask_is_the_response_rate_of_a_distribution(history):
    """The same sessions, seen from their asks and from their ratings."""
    asks = run("asks", history, NOW, by="channel", compare="previous").rows
    rated_ones = run("distribution", history, NOW, by="channel", compare="previous").rows

    of_sessions = {row.key: row.compared for row in rated_ones}
    told = {row.key: row.compared.answered.share for row in asks if row.key in ("web", "slack")}
    assert told == {key: of_sessions[key].response_rate for key in ("web", "slack")}


def test_a_key_on_one_side_only_is_not_compared(history):
    """Nor is one with few people there, or what is merged; what is only there is told."""
    found = run("segments", history, NOW, by="channel", compare="previous")

    rows = {row.value: row for row in found.rows}
    assert {*rows} == {"web", "slack", "api", "phone", "other"}
    assert [rows[key].compared for key in ("api", "phone", "other")] == [None] * 3
    assert rows["web"].compared.n_rated > 100
    told = " ".join(found.notes)
    assert "3 rows not there, or with fewer than 5 people there: not compared." in told
    assert "1 row only there, not shown here." in told


def test_parts_of_numbers_are_those_of_the_report(history):
    """Seats grew by 30, and with them the quartiles: both sides are split at the later ones."""
    alone = run("segments", history, NOW, by="trait.seats").rows
    found = run("segments", history, NOW, by="trait.seats", compare="previous").rows

    assert [row.key for row in found] == [row.key for row in alone]
    assert len(found) == 4
    assert all(row.compared.n_rated for row in found)


def test_periods_stand_beside_those_of_the_other_window(history):
    """The first day beside the first."""
    other = Filter(from_us=FIRST_US, to_us=NOW.from_us)

    here = run("asks", history, NOW, by="day", compare="previous").rows
    there = run("asks", history, other, by="day").rows

    assert here
    for row, before in zip(here, there, strict=True):
        assert row.key > before.key
        assert row.compared.n_granted == before.n_granted


@pytest.mark.parametrize("name", PAIRED)
@pytest.mark.parametrize("which", ["here", "there"])
def test_where_nobody_rated_there_is_no_difference(tmp_path, name, which):
    """No data is no 0, on whichever side; every format says so without a traceback."""
    weeks = [
        [
            replace(one, asks=[], rating=None) if at == (which == "here") else one
            for one in week(at)
        ]
        for at in (0, 1)
    ]
    store(tmp_path, [*weeks[0], *weeks[1]])
    history = History(tmp_path, None)

    found = run(name, history, NOW, compare="previous")

    history.close()
    for row in found.rows:
        share = {"asks": "answered", "responses": "hollow"}.get(name, "negative")
        assert row.compared is None or getattr(row.compared, share).difference is None
    assert found.compared_with.startswith("2")
    for form in ("text", "json", "csv", "svg", "html"):
        assert render(found, form)


@pytest.mark.parametrize("name", PAIRED)
def test_every_form_has_the_comparison_and_none_without_it(history, name):
    """A table, columns, and rings where there are points; the chart without says so."""
    alone, found = (run(name, history, NOW, compare=told) for told in (None, "previous"))

    heads = [next(csv.reader(StringIO(render(one, "csv").decode()))) for one in (alone, found)]
    assert [head for head in heads[0] if "compared" in head] == []
    assert {f"compared_{told}" for told in ("n_rated", "n_granted")} & {*heads[1]}
    assert any(head.endswith("_difference") and head.startswith("compared") for head in heads[1])
    assert "In points above or below" in render(found, "text").decode()
    assert "In points above or below" not in render(alone, "text").decode()
    how = "rings: " if name in ("segments", "asks") else "not drawn: the comparison with "
    assert f"{how}{found.compared_with}" in render(found, "svg").decode()
    assert alone.compared_with is UNSET
    assert "Zou" in found.method
    assert found.method.startswith(alone.method)


def test_responses_by_key_have_rings(history):
    """Forgiven and hollow are points there."""
    found = run("responses", history, NOW, by="channel", compare="previous")

    assert f"rings: {found.compared_with}" in render(found, "svg").decode()


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("asks", {"compare": "trigger:inactivity"}, "split by trigger already"),
        ("segments", {"by": "channel", "compare": "channel:web"}, "split by channel already"),
        ("asks", {"by": "month", "compare": "previous"}, "none of the same periods"),
        ("rhythm", {"compare": "previous"}, "segments, asks, use-cases and reasons do"),
    ],
)
def test_a_comparison_that_leaves_every_row_alone_is_refused(history, name, options, words):
    """By its name."""
    with pytest.raises(InvalidField, match=words) as caught:
        run(name, history, NOW, **options)

    assert caught.value.field == "compare"
