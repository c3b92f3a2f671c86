"""Ratings through intake: which session is meant, what may change, until when."""

from __future__ import annotations

import pytest

from afterword.domain.events import Unrated
from afterword.intake import Envelope
from intake_cast import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    agent,
    codes,
    ended,
    goodbye,
    rating,
    step,
    talk,
    user,
)


def take_back(house, conversation_id="c-1", session_id=None):
    """Take a rating back; give the outcome."""
    event = Unrated(conversation_id=conversation_id, session_id=session_id)
    return house.intake.run(Envelope(project="default", events=[(0, event)]))


def test_a_rating_is_kept_and_counted_once(house):
    """The same again is no news; with a new id neither."""
    house.take(*talk())
    answers = [house.take(rating(reason="quick", id=f"r-{n}")).ratings[0] for n in range(3)]

    assert [answer.status for answer in answers] == ["new", "same", "same"]
    assert answers[0].session_id == "c-1~1"
    assert house.session("c-1~1").rating == answers[2].record
    assert [line["status"] for line in house.ratings("c-1~1")] == ["new"]


def test_a_rating_sent_again_with_its_id_is_a_duplicate(house):
    """The network may repeat it at any time, also after the lock."""
    house.take(*talk(), rating(id="r-1"))
    house.wait(DAY)

    outcome = house.take(rating("negative", id="r-1"))

    assert (outcome.duplicates, outcome.rejected) == (1, [])
    assert house.session("c-1~1").rating.rating == "positive"


def test_a_change_within_ten_minutes_is_a_revision(house):
    """Its history is kept, the reason too unless it is taken away."""
    house.take(*talk(), rating(reason="quick"))
    house.wait(10 * MINUTE)
    revised = house.take(rating("negative")).ratings[0]
    removed = house.take(rating("negative", reason=None)).ratings[0]

    assert (revised.status, revised.record.reason) == ("revised", "quick")
    assert (removed.status, removed.record.reason) == ("revised", None)
    kept = [line["record"]["rating"] for line in house.ratings("c-1~1")]
    assert kept == ["positive", "negative", "negative"]


def test_a_change_after_the_lock_is_rejected_and_its_neighbours_are_kept(house):
    """Ten minutes from the first answer, whatever was revised in between."""
    house.take(*talk(), rating())
    house.wait(9 * MINUTE)
    house.take(rating("neutral"))
    house.wait(2 * MINUTE)

    outcome = house.take(user(), rating("negative"), agent())

    assert codes(outcome) == [(1, "rating_locked")]
    assert outcome.accepted == 2
    assert house.session("c-1~1").rating.rating == "neutral"


@pytest.mark.parametrize("seconds", [MINUTE, 6 * DAY])
def test_a_first_reason_may_come_later(house, seconds):
    """A minute after its rating or days after: until the session settles."""
    house.take(*talk(), rating())
    house.wait(seconds)
    outcome = house.take(rating(reason="it just worked"))

    assert outcome.ratings[0].status == "revised"
    assert house.session("c-1~1").rating.reason == "it just worked"


@pytest.mark.parametrize(
    ("days", "n_accepted", "expected"), [(6, 1, []), (8, 0, [(0, "rating_closed")])]
)
@pytest.mark.parametrize("has_watched", [True, False])
def test_a_late_rating_counts_until_the_session_settles(
    house, days, n_accepted, expected, has_watched
):
    """Six days late is in time and eight are not, whether or not the timers ran meanwhile."""
    house.take(*talk())
    if has_watched:
        house.wait(days * DAY)
    else:
        house.clock.move(days * DAY)
    outcome = house.take(rating())

    assert (outcome.accepted, codes(outcome)) == (n_accepted, expected)
    assert (house.session("c-1~1").rating is not None) == bool(n_accepted)


def test_a_rating_dated_eight_days_back_is_out_of_range(house):
    """Live events may be a week old."""
    house.take(*talk())
    outcome = house.take(rating(at=NOON - 8 * DAY), rating(at=NOON - 6 * DAY))

    assert codes(outcome) == [(0, "time_out_of_range")]
    assert outcome.accepted == 1


def test_nothing_to_rate(house):
    """No conversation, or none with a user and an agent: two codes, naming the field."""
    outcome = house.take(rating(), user("c-2"), rating(conversation_id="c-2"))

    assert codes(outcome) == [(0, "unknown_conversation"), (2, "nothing_to_rate")]
    assert outcome.errors[0].field == "conversation_id"


def test_a_rating_means_the_open_session_or_the_last_that_was_a_talk(house):
    """A session that has only begun is passed over."""
    house.take(*talk())
    house.wait(HOUR)
    house.take(user())
    before = house.take(rating("negative")).ratings[0].session_id
    house.take(agent(), rating("positive"))

    assert before == "c-1~1"
    assert [house.session(f"c-1~{n}").rating.rating for n in (1, 2)] == ["negative", "positive"]


def test_a_rating_may_name_its_session_or_ask(house):
    """The ask's session is meant, however many have come since."""
    (ask,) = house.take(*talk(), ended()).asks
    house.wait(HOUR)
    house.take(*talk())
    by_ask = house.take(rating("negative", ask_id=ask.id)).ratings[0]
    by_name = house.take(rating("neutral", session_id="c-1~2")).ratings[0]

    assert (by_ask.session_id, by_ask.record.trigger) == ("c-1~1", "explicit_end")
    assert (by_name.session_id, by_name.record.trigger) == ("c-1~2", "user_opened")


def test_an_ask_answers_only_for_its_own_session(house):
    """Two names that contradict each other are refused; neither session is touched."""
    (ask,) = house.take(*talk(), ended()).asks
    house.clock.move(1)
    house.take(*talk())
    outcome = house.take(
        rating(ask_id=ask.id, session_id="c-1~2"),
        rating(ask_id="no-such"),
        rating(session_id="c-1~3"),
        rating(session_id="c-2~1"),
        rating(session_id="nonsense"),
    )

    unknown = "unknown_session"
    assert codes(outcome) == [
        (0, "unknown_ask"),
        (1, "unknown_ask"),
        (2, unknown),
        (3, unknown),
        (4, unknown),
    ]
    assert house.session("c-1~2").asks == []
    assert house.rows("SELECT count(*) FROM ratings") == [(0,)]


def test_a_rating_while_an_ask_waits_answers_it(house):
    """Also through the menu, without the ask's id."""
    house.take(*goodbye())
    record = house.take(rating()).ratings[0].record

    assert record.ask_id == house.ask("c-1~1").id
    assert house.ask("c-1~1").state == "answered"


def test_taking_a_rating_back(house):
    """Inside the window it goes, its history stays, and its ask counts as dismissed."""
    (ask,) = house.take(*goodbye()).asks
    house.take(step(ask, "shown"), rating())
    outcome = take_back(house)

    assert outcome.ratings[0].status == "removed"
    assert (house.session("c-1~1").rating, house.ask("c-1~1").state) == (None, "dismissed")
    assert [line["status"] for line in house.ratings("c-1~1")] == ["new", "removed"]
    assert codes(take_back(house)) == [(0, "not_rated")]
    house.take(rating("negative"))
    house.wait(11 * MINUTE)
    assert codes(take_back(house, session_id="c-1~1")) == [(0, "rating_locked")]


def test_taking_back_a_rating_that_nobody_asked_for(house):
    """Without an ask there is none to dismiss."""
    house.take(*talk(), rating())

    assert take_back(house).accepted == 1
    assert house.session("c-1~1").asks == []
    assert codes(take_back(house, "c-2")) == [(0, "unknown_conversation")]


def test_thirty_one_words_are_too_many(house):
    """The answer names the field, the count and the limit, and not the words."""
    house.take(*talk())
    outcome = house.take(rating(reason="secret " * 31), agent(), rating(reason="word " * 30))

    (fault,) = outcome.rejected
    assert (fault.index, fault.code) == (0, "reason_too_long")
    assert fault.detail == "reason has 31 words; at most 30 are kept."
    assert outcome.accepted == 2


def test_the_first_rater_of_a_group_stands(house):
    """Somebody else cannot change the rating, nor give it a reason."""
    house.take(*talk(), rating(user_id="ann"))
    outcome = house.take(rating("negative", user_id="bob"), rating(user_id="bob", reason="mine"))

    assert codes(outcome) == [(0, "rating_locked"), (1, "rating_locked")]
    assert house.session("c-1~1").rating.rater == "ann"


def test_an_import_judges_windows_by_event_time(house):
    """Years later too, inside one batch; a long reason is cut."""
    year = NOON - 365 * DAY
    told = [one | {"at": year + n} for n, one in enumerate(talk())]
    outcome = house.take(
        *told,
        rating(at=year + MINUTE, reason="word " * 31),
        rating("negative", at=year + HOUR),
        rating("negative", "c-1", at=year + 8 * DAY),
        is_import=True,
    )

    assert codes(outcome) == [(3, "rating_locked"), (4, "rating_closed")]
    record = house.session("c-1~1").rating
    assert (record.trigger, record.source, record.is_reason_cut) == ("import", "import", True)
    assert record.reason.split() == ["word"] * 30
