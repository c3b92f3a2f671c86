"""What a rating does to a session."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from afterword.domain.events import Rated, Rating, Source
from afterword.domain.policy import SECOND_US
from afterword.domain.ratings import Rater, RatingStatus, rate, take_back
from afterword.domain.session import CloseReason, Trigger
from afterword.domain.words import count_words
from afterword.errors import NotRated, RatingClosed, RatingLocked, ReasonTooLong
from cast import CHAT, MIA, POLICY, RAVI, ask_of, clock, small_talk

NEW, SAME, REVISED = RatingStatus.NEW, RatingStatus.SAME, RatingStatus.REVISED
FIRST = "9:10"  # when the session of these tests is rated first
IN_WINDOW, AFTER_WINDOW = "9:20", "9:20:01"


def told(level="positive", reason=UNSET):
    """Say how it went."""
    return Rated(conversation_id=CHAT, rating=Rating(level), reason=reason)


def by(user_id=MIA, face=FIRST, **fields):
    """Say who rates, and when."""
    return Rater(**{"now_us": clock(face), "source": Source.WIDGET, "user_id": user_id, **fields})


def rated_talk(level="positive", reason=UNSET, **fields):
    """Make a session that was rated at 9:10 and closed at 9:31, seven days before it settles."""
    session = small_talk(closed_us=clock("9:31"), close_reason=CloseReason.SILENCE)
    _, session.rating = rate(session, told(level, reason), by(**fields), POLICY)
    return session


def change(session, level, reason=UNSET, *, face=IN_WINDOW, user_id=MIA):
    """Rate again; give what happened and what stands."""
    return rate(session, told(level, reason), by(user_id, face), POLICY)


# The first rating


def test_the_first_rating_stands_with_all_that_is_known_of_it():
    """Who, when, by which way, at which ask, and the reason with its own source."""
    session = small_talk()
    ask = ask_of(session, "shown", shown="9:05", trigger=Trigger.INACTIVITY)
    status, record = rate(session, told("neutral", " slow but right "), by(ask=ask), POLICY)

    assert status is NEW
    assert (record.rating, record.reason) == (Rating.NEUTRAL, "slow but right")
    assert (record.rated_us, record.rater, record.ask_id) == (clock(FIRST), MIA, ask.id)
    assert (record.source, record.reason_source) == (Source.WIDGET, Source.WIDGET)
    assert (record.trigger, record.n_revisions) == (Trigger.INACTIVITY, 0)
    assert session.rating is None


def test_a_rating_nobody_asked_for_says_so():
    """User-opened where there was no ask, import where the ask is unknown."""
    session = small_talk()

    assert rate(session, told(), by(), POLICY)[1].trigger is Trigger.USER_OPENED
    imported = by(is_import=True, source=Source.IMPORT)
    assert rate(session, told(), imported, POLICY)[1].trigger is Trigger.IMPORT


@pytest.mark.parametrize("reason", [UNSET, None, "", "  \n"])
def test_a_rating_needs_no_reason(reason):
    """Left out, null or blank: there is none, and no source of one."""
    _, record = rate(small_talk(), told(reason=reason), by(), POLICY)

    assert (record.reason, record.reason_source) == (None, None)


# The table


@pytest.mark.parametrize(
    ("before", "says", "status", "stands"),
    [
        (("positive", UNSET), ("positive", UNSET), SAME, ("positive", None)),
        (("positive", UNSET), ("positive", None), SAME, ("positive", None)),
        (("positive", UNSET), ("positive", "  "), SAME, ("positive", None)),
        (("positive", "quick"), ("positive", UNSET), SAME, ("positive", "quick")),
        (("positive", "quick"), ("positive", " quick "), SAME, ("positive", "quick")),
        (("positive", UNSET), ("positive", "quick"), REVISED, ("positive", "quick")),
        (("positive", "quick"), ("positive", "clear"), REVISED, ("positive", "clear")),
        (("positive", "quick"), ("positive", None), REVISED, ("positive", None)),
        (("positive", "quick"), ("negative", UNSET), REVISED, ("negative", "quick")),
        (("positive", "quick"), ("negative", None), REVISED, ("negative", None)),
        (("positive", "quick"), ("negative", "slow"), REVISED, ("negative", "slow")),
        (("positive", UNSET), ("neutral", UNSET), REVISED, ("neutral", None)),
    ],
)
def test_inside_the_change_window_anything_may_change(before, says, status, stands):
    """Without a reason the earlier one stays, null removes it."""
    session = rated_talk(*before)
    first = session.rating
    found, record = change(session, *says)

    assert (found, record.rating, record.reason) == (status, *stands)
    assert record.n_revisions == (found is REVISED)
    assert (record.rated_us, record.trigger) == (first.rated_us, first.trigger)
    assert (record.reason_source is None) == (record.reason is None)
    assert session.rating is first


def test_the_window_counts_from_the_first_rating():
    """Changing one's mind every five minutes does not keep it open."""
    session = rated_talk()
    _, session.rating = change(session, "neutral", face="9:15")
    _, session.rating = change(session, "negative", face=IN_WINDOW)

    assert session.rating.n_revisions == 2
    with pytest.raises(RatingLocked):
        change(session, "positive", face=AFTER_WINDOW)


@pytest.mark.parametrize(
    "says", [("negative", UNSET), ("negative", "x"), ("positive", "x"), ("positive", None)]
)
def test_after_the_window_the_rating_is_locked(says):
    """Another rating, another reason, no reason: all too late."""
    with pytest.raises(RatingLocked):
        change(rated_talk("positive", "quick"), *says, face=AFTER_WINDOW)


def test_the_same_rating_is_the_same_at_any_time():
    """A repeated call is no change, however late."""
    session = rated_talk("positive", "quick")

    assert change(session, "positive", face="+30 0:00")[0] is SAME
    assert change(session, "positive", "quick", face="+30 0:00")[0] is SAME


def test_a_first_reason_may_be_added_until_the_session_settles():
    """Days later, and by another way than the rating; but with another rating it is a change."""
    session = rated_talk()
    added = Rater(now_us=clock("+7 9:30:59"), source=Source.QUESTION, user_id=MIA)
    status, record = rate(session, told(reason="it held"), added, POLICY)

    assert (status, record.reason) == (REVISED, "it held")
    assert (record.source, record.reason_source) == (Source.WIDGET, Source.QUESTION)
    with pytest.raises(RatingLocked):
        change(session, "negative", "it broke", face="+6 0:00")


def test_after_settling_nothing_changes():
    """Neither a first rating, nor a first reason, nor a change."""
    settled = "+7 9:31"
    unrated = small_talk(closed_us=clock("9:31"), close_reason=CloseReason.SILENCE)

    assert change(unrated, "positive", face="+7 9:30:59")[0] is NEW
    for session, says in (
        (unrated, ("positive", UNSET)),
        (rated_talk(), ("positive", "late")),
        (rated_talk(), ("negative", UNSET)),
    ):
        with pytest.raises(RatingClosed):
            change(session, *says, face=settled)


def test_an_open_session_takes_ratings_at_any_time():
    """What has not closed cannot have settled."""
    assert change(small_talk(), "neutral", face="+20 0:00")[0] is NEW


# Who rates


def test_in_a_group_chat_the_first_raters_answer_stands():
    """Nobody else changes it or adds a reason; saying the same is no change."""
    session = rated_talk()

    assert change(session, "positive", user_id=RAVI)[0] is SAME
    for says in (("negative", UNSET), ("positive", "mine")):
        with pytest.raises(RatingLocked, match="somebody else"):
            change(session, *says, user_id=RAVI)
    assert change(session, "negative", user_id=MIA)[0] is REVISED


@pytest.mark.parametrize(("first", "second"), [(None, MIA), (MIA, None), (None, None)])
def test_where_a_rater_is_unknown_the_conversation_is_trusted(first, second):
    """A backend that names nobody may still correct what it sent."""
    session = rated_talk(user_id=first)

    assert change(session, "negative", user_id=second)[0] is REVISED


# The words of a reason, and imports


def test_thirty_words_are_a_reason_and_thirty_one_are_not():
    """The error names the field, the count and the limit."""
    session = small_talk()

    assert rate(session, told(reason="ok " * 30), by(), POLICY)[0] is NEW
    with pytest.raises(ReasonTooLong, match=r"reason has 31 words; at most 30") as caught:
        rate(session, told(reason="ok " * 31), by(), POLICY)
    assert caught.value.field == "reason"


def test_a_reason_is_masked_before_it_is_kept():
    """And one that says the same again is the same."""
    reason = "call me at 555-0123 or jane.doe@example.org"
    session = rated_talk("negative", reason)

    assert session.rating.reason == "call me at [phone] or [email]"
    assert change(session, "negative", reason, face=AFTER_WINDOW)[0] is SAME


def test_an_imported_reason_over_thirty_words_is_cut_and_flagged():
    """The rating is kept."""
    imported = by(is_import=True, source=Source.IMPORT)
    session = small_talk()
    _, cut = rate(session, told("negative", "slow " * 31), imported, POLICY)
    _, whole = rate(session, told("negative", "slow " * 30), imported, POLICY)

    assert (cut.rating, count_words(cut.reason), cut.is_reason_cut) == (Rating.NEGATIVE, 30, True)
    assert (count_words(whole.reason), whole.is_reason_cut) == (30, False)


@pytest.mark.parametrize("secret", ["jane.doe@example.org", "415 555 0123"])
@pytest.mark.parametrize("n_before", range(24, 31))
def test_a_cut_leaves_no_half_of_what_is_masked(secret, n_before):
    """Half an address would not be known for one."""
    imported = by(is_import=True, source=Source.IMPORT)
    reason = "so " * n_before + secret + " and" * 9
    _, record = rate(small_talk(), told(reason=reason), imported, POLICY)

    assert not any(part in record.reason for part in ("jane", "doe", "example", "415", "555"))
    assert record.is_reason_cut


def test_imports_judge_the_windows_by_event_time():
    """What happened in the window counts, however long ago it was."""
    session = rated_talk(is_import=True)
    late = by(face=AFTER_WINDOW, is_import=True, source=Source.IMPORT)

    assert change(session, "negative", face=IN_WINDOW)[0] is REVISED
    with pytest.raises(RatingLocked):
        rate(session, told("negative"), late, POLICY)


def test_a_new_reason_drops_the_mark_of_a_cut_one():
    """The flag speaks of the reason that stands."""
    imported = by(is_import=True, source=Source.IMPORT)
    session = small_talk()
    _, session.rating = rate(session, told(reason="slow " * 31), imported, POLICY)

    assert change(session, "negative")[1].is_reason_cut
    assert not change(session, "positive", "short")[1].is_reason_cut
    assert not change(session, "positive", None)[1].is_reason_cut


@given(st.text(max_size=200))
def test_any_text_is_a_reason_or_too_long(text):
    """It never breaks, and what is kept is within the limit."""
    imported = by(is_import=True, source=Source.IMPORT)
    _, record = rate(small_talk(), told(reason=text), imported, POLICY)

    assert count_words(record.reason or "") <= POLICY.reason_words


# Taking back


def test_a_rating_may_be_taken_back_inside_its_window():
    """To the last moment of it."""
    take_back(rated_talk(), POLICY, clock(IN_WINDOW))


def test_only_who_rated_takes_a_rating_back():
    """Where both are known; a backend that names nobody may."""
    talk, nobodys = rated_talk(user_id=MIA), rated_talk(user_id=None)

    take_back(talk, POLICY, clock(IN_WINDOW), MIA)
    take_back(talk, POLICY, clock(IN_WINDOW), None)
    take_back(nobodys, POLICY, clock(IN_WINDOW), RAVI)
    with pytest.raises(RatingLocked, match="somebody else"):
        take_back(talk, POLICY, clock(IN_WINDOW), RAVI)


def test_taking_back_fails_like_any_other_change():
    """Locked after the window, closed after settling, and not rated is not rated."""
    with pytest.raises(NotRated):
        take_back(small_talk(), POLICY, clock(FIRST))
    with pytest.raises(RatingLocked):
        take_back(rated_talk(), POLICY, clock(AFTER_WINDOW))
    with pytest.raises(RatingClosed):
        take_back(rated_talk(), POLICY, clock("+7 9:31"))


def test_the_windows_are_the_contracts():
    """Ten minutes, seven days, thirty words."""
    assert clock(IN_WINDOW) - clock(FIRST) == POLICY.change_window * SECOND_US
    assert (POLICY.settles_after, POLICY.reason_words) == (7 * 86_400, 30)
