"""From a session to its row."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from afterword.domain.session import Exposure, Trigger
from afterword.history import schema
from history_cast import FIRST_US, MINUTE_US, ask, plain, rated, world


def row(session):
    """Give the one row of a session."""
    return schema.rows([session]).to_pylist()[0]


def test_rows_have_the_schema_of_the_files():
    """Every column is there in the order of the file, for no session as for many."""
    for sessions in ([], world(1, n=50)):
        assert schema.rows(sessions).schema == schema.arrow_schema()


def test_only_the_wanted_columns_are_made():
    """They keep the file's order, whatever order they were asked in."""
    table = schema.rows([plain()], {"rating", "project"})

    assert table.column_names == ["project", "rating"]


def test_times_are_utc_and_the_day_is_that_of_the_opening():
    """A session that runs over midnight lies in the day on which it opened."""
    late_us = FIRST_US + 86_400_000_000 - MINUTE_US
    told = row(plain(at_us=late_us, last_us=late_us + 5 * MINUTE_US))

    assert told["day"] == date(2026, 11, 1)
    assert told["opened_at"] == datetime(2026, 11, 1, 23, 59, tzinfo=UTC)
    assert told["last_at"] == datetime(2026, 11, 2, 0, 4, tzinfo=UTC)
    assert told["duration_s"] == 300


@pytest.mark.parametrize(
    ("timezone", "hour", "weekday"),
    [
        ("Asia/Kolkata", 5, 6),  # UTC+5:30
        ("America/New_York", 20, 5),  # the evening before, summer time on its last day
        (None, None, None),
        ("Nowhere/Land", None, None),
        ("../../etc/passwd", None, None),
        ("America", None, None),  # a folder of the zone database
    ],
)
def test_local_time_is_that_of_the_zone_then_or_unknown(timezone, hour, weekday):
    """Nothing is guessed where the zone is missing or no zone."""
    told = row(plain(timezone=timezone))

    assert (told["local_hour"], told["local_weekday"]) == (hour, weekday)


def test_an_import_at_the_end_of_the_calendar_still_makes_a_row():
    """Its local time would lie in the year 10000 and is unknown."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    at_us = int((last - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000

    assert (
        row(plain(at_us=at_us, last_us=at_us, closed_us=None, timezone="Asia/Tokyo"))["local_hour"]
        is None
    )


def test_a_persons_key_is_stable_and_differs_between_projects():
    """Files of different days and processes must agree on it; the value is pinned."""
    assert schema.person_key("default", "u:u-7") == schema.person_key("default", "u:u-7")
    assert schema.person_key("default", "u:u-7") != schema.person_key("other", "u:u-7")
    assert schema.person_key("default", "u:u-7") == 841602258899533051
    assert row(plain(user_id="u-7"))["person_key"] == 841602258899533051


def test_an_answer_implies_that_the_ask_was_shown():
    """Whoever answers has seen it, even where the client never told so."""
    session = plain()
    asks = [ask(session, "withdrawn", is_shown=True), ask(session, "answered")]
    told = row(replace(session, asks=asks))

    assert (told["n_asks"], told["n_shown"], told["n_answered"]) == (2, 2, 1)
    assert told["ask_state"] == "answered"


def test_the_ratings_trigger_goes_before_the_asks():
    """Without a rating it is the last ask's; without either it is unknown."""
    session = plain()
    asked = replace(session, asks=[ask(session, "expired", Trigger.EXPLICIT_END)])

    assert row(session)["trigger"] is None
    assert row(asked)["trigger"] == "explicit_end"
    assert row(rated(asked, "neutral", trigger=Trigger.USER_OPENED))["trigger"] == "user_opened"


def test_nobodys_rating_is_null_and_not_an_okay():
    """Everything that hangs on a rating is null or false without one."""
    told = row(plain())

    for name in ("rating", "reason", "rated_at", "rating_source", "n_revisions"):
        assert told[name] is None
    assert (told["has_reason"], told["is_reason_cut"], told["is_unasked"]) == (False,) * 3


@pytest.mark.parametrize(
    ("trigger", "is_unasked"),
    [(trigger, trigger in ("user_opened", "import")) for trigger in Trigger],
)
def test_ratings_that_nobody_asked_for_are_told_apart(trigger, is_unasked):
    """Opened by the user, or imported."""
    assert row(rated(plain(), "positive", trigger=trigger))["is_unasked"] is is_unasked


def test_feedback_is_put_in_the_order_of_its_stamps():
    """The last is the latest, not the one that arrived last."""
    feedback = {
        "m-3": ((30, 0, "e"), 0.5),
        "m-1": ((10, 0, "e"), 1.0),
        "m-2": ((20, 0, "e"), 0.0),
    }
    told = row(plain(feedback=feedback))

    assert (told["n_feedback"], told["n_up"], told["n_down"]) == (3, 2, 1)
    assert (told["feedback_mean"], told["feedback_last"]) == (0.5, 0.5)
    assert told["feedback_worst"] == 0.0
    assert row(plain())["feedback_mean"] is None


def test_a_later_step_of_a_flow_implies_the_earlier_ones():
    """Hosts often tell only the end."""
    flows = {
        "tour": Exposure("onboarding", completed_us=5),
        "poll": Exposure("survey", shown_us=1, dismissed_us=2),
    }
    told = row(plain(flows=flows))

    assert told["flows_shown"] == ["poll", "tour"]
    assert told["flows_started"] == told["flows_completed"] == ["tour"]
    assert told["flows_dismissed"] == ["poll"]


def test_traits_are_written_as_json_writes_them():
    """One value is one segment: 3 and 3.0, true and True; null is no value."""
    traits = {"a": True, "b": 3.0, "c": 3, "d": 0.5, "e": None, "f": "x"}
    told = dict(row(plain(traits=traits))["traits"])

    assert told == {"a": "true", "b": "3", "c": "3", "d": "0.5", "f": "x"}


def test_sums_beyond_a_column_are_cut_to_what_it_holds():
    """A host that claims absurd counts must not break every question of its project."""
    assert row(plain(tokens=2**70, user_words=2**64))["tokens"] == 2**63 - 1


def test_means_and_money_are_whole_units():
    """Milliseconds a message, dollars a session; no message, no latency."""
    told = row(plain(latency_us=3_000, n_latency=2, cost_nano_usd=2_500_000))

    assert (told["latency_ms"], told["cost_usd"]) == (1.5, 0.0025)
    assert row(plain())["latency_ms"] is None


def test_asks_are_told_one_by_one_with_their_times():
    """The seconds to the answer are known only where the showing was told before it."""
    session = plain()
    shown = ask(session, "withdrawn", is_shown=True)
    seen = replace(ask(session, "answered", is_shown=True), ended_us=session.last_us + 2_400_001)
    unseen = replace(seen, shown_us=seen.ended_us)
    first, second, third = row(replace(session, asks=[shown, seen, unseen]))["asks"]

    assert (first["trigger"], first["state"], first["answer_s"]) == (
        "inactivity",
        "withdrawn",
        None,
    )
    assert first["shown_at"] > first["granted_at"]
    assert (first["ended_at"], first["policy_version"]) == (None, 1)
    assert (second["state"], second["answer_s"]) == ("answered", 2.4)
    assert third["answer_s"] is None
    assert row(session)["asks"] == []


def test_who_was_left_to_chance_stays_known():
    """Whatever was decided later; of sessions kept before, the last decision may tell."""
    skipped = plain(drawn="skipped_at_random", ask_chance=0.9, decision="no_moment")

    assert (row(skipped)["drawn"], row(skipped)["ask_chance"]) == ("skipped_at_random", 0.9)
    assert row(plain(decision="back_off"))["drawn"] == "back_off"
    assert row(plain(decision="budget_day"))["drawn"] is None
    assert row(replace(plain(), asks=[ask(plain(), "ignored")]))["drawn"] == "asked"


def test_flows_tell_kind_variant_furthest_step_and_when():
    """One that waited for the session was met before it."""
    flows = {
        "tour": Exposure(
            "onboarding", "short", shown_us=FIRST_US - 5_000_000, started_us=FIRST_US
        ),
        "poll": Exposure("survey", started_us=FIRST_US + 1, completed_us=FIRST_US + 2_500_000),
        "tip": Exposure("capability", started_us=FIRST_US + 9, dismissed_us=FIRST_US + 10),
    }
    told = {
        name: dict(value) for name, value in row(plain(flows=flows)).items() if "flow_" in name
    }

    assert told == {
        "flow_kinds": {"tour": "onboarding", "poll": "survey", "tip": "capability"},
        "flow_variants": {"tour": "short"},
        "flow_steps": {"tour": "started", "poll": "completed", "tip": "dismissed"},
        "flow_seconds": {"tour": -5.0, "poll": 1e-6, "tip": 9e-6},
    }


DAY_US = 86_400_000_000


@pytest.mark.parametrize(
    ("tenure_days", "signed_up_at", "known_days", "is_new"),
    [
        (0, None, 30, True),
        (13, None, 30, True),
        (14, None, 30, False),
        (0, None, 29, None),  # nobody knows who was there before
        (14, None, 3, False),
        (None, None, 90, None),
        (90, "2026-10-18T00:00:01Z", 0, True),  # 14 days, less a second
        (0, "2026-10-18T00:00:00+00:00", 90, False),
        (0, "2026-10-18", 90, False),
        (0, FIRST_US / 1e6 - 14 * 86_400, 90, False),
        (40, "2026-11-30", 90, True),  # a trait that came before its time
        (0, "last spring", 90, True),
        (0, True, 90, True),
        (0, 1e300, 90, True),
    ],
)
def test_a_person_is_new_by_signing_up_else_by_the_first_event(
    tenure_days, signed_up_at, known_days, is_new
):
    """Two weeks long; in the first month of the data only signing up tells."""
    session = plain(tenure_days=tenure_days, traits={"signed_up_at": signed_up_at})
    table = schema.rows([session], since_us=FIRST_US - known_days * DAY_US)

    assert table["is_new"].to_pylist() == [is_new]


def test_without_a_beginning_of_the_data_nobody_is_called_new():
    """Files written by hand may not know it."""
    assert row(plain(tenure_days=0))["is_new"] is None
