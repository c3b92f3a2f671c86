"""What becomes of an ask."""

from __future__ import annotations

import pytest

from afterword.domain.asks import (
    Decision,
    Patience,
    Verdict,
    Why,
    counts,
    end,
    grant,
    lapse,
    lapses_us,
    reopen_as_dismissed,
    show,
)
from afterword.domain.policy import MINUTE_US
from afterword.domain.session import AskState, CloseReason, Trigger
from afterword.domain.sessions import fold
from cast import CHAT, MIA, POLICY, ask_of, clock, say, small_talk

ENDED = (
    AskState.ANSWERED,
    AskState.DISMISSED,
    AskState.WITHDRAWN,
    AskState.IGNORED,
    AskState.EXPIRED,
)
GRANTED = Decision(Verdict.ASK, Why.ASKED, Trigger.INACTIVITY, 1.0)


def grant_at(face, session, person=None):
    """Grant an ask at a time."""
    return grant(session, GRANTED, POLICY, person or Patience(), ask_id="a-1", now_us=clock(face))


def test_a_granted_ask_says_what_it_is_about():
    """Session, person, moment, policy, language, and ten minutes to be seen."""
    session = fold(small_talk(locale="de-AT"), [say("9:02", user_id=MIA)])
    ask = grant_at("9:10", session)

    assert (ask.id, ask.session_id, ask.conversation_id) == ("a-1", f"{CHAT}~1", CHAT)
    assert (ask.person, ask.trigger, ask.locale) == (f"u:{MIA}", Trigger.INACTIVITY, "de-AT")
    assert (ask.state, ask.is_open, counts(ask)) == (AskState.GRANTED, True, True)
    assert ask.expires_us - ask.granted_us == 10 * MINUTE_US
    assert ask.policy_version == POLICY.version


@pytest.mark.parametrize(
    ("n_dismissed", "may_stop"), [(0, False), (1, True), (2, True), (5, True)]
)
def test_never_again_is_offered_after_the_second_dismissal(n_dismissed, may_stop):
    """Ignored asks offer nothing: nobody was annoyed enough to close them."""
    person = Patience(n_dismissed=n_dismissed, streak=5)

    assert grant_at("9:10", small_talk(), person).may_stop is may_stop


def test_nothing_is_granted_without_a_moment():
    """Asking for it is a mistake of the caller."""
    without = Decision(Verdict.LEAVE, Why.NO_MOMENT, None, 0.0)

    with pytest.raises(ValueError, match="needs a trigger"):
        grant(small_talk(), without, POLICY, Patience(), ask_id="a-1", now_us=0)


def test_showing_spends_an_ask_once():
    """A second telling changes nothing."""
    shown = show(ask_of(small_talk()), clock("9:03"))

    assert (shown.state, shown.shown_us) == (AskState.SHOWN, clock("9:03"))
    assert show(shown, clock("9:04")) is shown
    assert counts(shown)


def test_a_telling_that_comes_late_still_counts():
    """An expired ask was there after all; a withdrawn one was seen and stays withdrawn."""
    expired = end(ask_of(small_talk()), AskState.EXPIRED, clock("9:12"))
    withdrawn = end(ask_of(small_talk()), AskState.WITHDRAWN, clock("9:03"))
    assert not counts(expired)
    assert not counts(withdrawn)

    seen, gone = show(expired, clock("9:13")), show(withdrawn, clock("9:04"))

    assert (seen.state, seen.is_open, seen.ended_us) == (AskState.SHOWN, True, None)
    assert (gone.state, gone.ended_us) == (AskState.WITHDRAWN, clock("9:03"))
    assert counts(seen)
    assert counts(gone)


def test_what_was_dismissed_was_seen():
    """A client that tells of the dismissal alone has shown it first: the budget is spent."""
    dismissed = end(ask_of(small_talk()), AskState.DISMISSED, clock("9:03"))

    assert (dismissed.state, dismissed.shown_us) == (AskState.DISMISSED, clock("9:03"))
    assert dismissed.ended_us == clock("9:03")


@pytest.mark.parametrize("state", [AskState.WITHDRAWN, AskState.EXPIRED])
def test_what_ends_unseen_stays_unseen(state):
    """It is no part of the response rate, and its budget is given back."""
    ended = end(ask_of(small_talk()), state, clock("9:03"))

    assert (ended.state, ended.shown_us, counts(ended)) == (state, None, False)


def test_a_withdrawal_after_showing_keeps_what_it_cost():
    """The user saw it."""
    ended = end(ask_of(small_talk(), "shown", shown="9:03"), AskState.WITHDRAWN, clock("9:04"))

    assert (ended.state, ended.shown_us, counts(ended)) == (
        AskState.WITHDRAWN,
        clock("9:03"),
        True,
    )


@pytest.mark.parametrize("before", ENDED)
@pytest.mark.parametrize("after", set(ENDED) - {AskState.ANSWERED})
def test_an_ask_ends_once(before, after):
    """What a slow client tells of an ask that has ended changes nothing."""
    ended = ask_of(small_talk(), before, shown="9:03", ended_us=clock("9:04"))

    assert end(ended, after, clock("9:05")) is ended


@pytest.mark.parametrize("before", [AskState.IGNORED, AskState.EXPIRED, AskState.WITHDRAWN])
def test_an_answer_always_counts(before):
    """An ignored, expired or withdrawn ask that is answered after all is an answered ask."""
    shown = None if before is AskState.EXPIRED else "9:03"
    answered = end(ask_of(small_talk(), before, shown=shown), AskState.ANSWERED, clock("9:20"))

    assert answered.state is AskState.ANSWERED
    assert answered.shown_us == clock(shown or "9:20")
    assert answered.ended_us == clock("9:20")


def test_an_ask_not_shown_in_ten_minutes_expires():
    """It counts against nobody."""
    session = small_talk()
    ask = ask_of(session, granted="9:02")

    assert lapses_us(ask, session, POLICY) == clock("9:12")
    assert lapse(ask, session, POLICY, clock("9:11:59")) is ask
    assert lapse(ask, session, POLICY, clock("9:12")).state is AskState.EXPIRED


def test_a_shown_ask_is_ignored_once_the_session_is_over():
    """Not before: the user may still answer."""
    session = small_talk()
    ask = ask_of(session, "shown", shown="9:06")
    assert lapse(ask, session, POLICY, clock("9:30")) is ask

    session.closed_us, session.close_reason = clock("9:31"), CloseReason.SILENCE
    assert lapse(ask, session, POLICY, clock("9:30:59")) is ask
    ignored = lapse(ask, session, POLICY, clock("9:31"))

    assert (ignored.state, ignored.ended_us) == (AskState.IGNORED, clock("9:31"))


def test_an_ask_at_the_end_gets_its_ten_minutes():
    """An explicit end closes the session before the user can possibly answer."""
    session = small_talk(closed_us=clock("9:02"), close_reason=CloseReason.ENDED)
    ask = ask_of(session, "shown", shown="9:03")

    assert lapse(ask, session, POLICY, clock("9:12:59")) is ask
    assert lapse(ask, session, POLICY, clock("9:13")).state is AskState.IGNORED


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_does_not_lapse(state):
    """Time changes nothing about it."""
    ask = ask_of(small_talk(), state, shown="9:03")

    assert lapse(ask, small_talk(), POLICY, clock("+9 0:00")) is ask


def test_an_answer_taken_back_leaves_a_dismissed_ask():
    """It was closed by hand."""
    answered = end(ask_of(small_talk()), AskState.ANSWERED, clock("9:03"))

    assert reopen_as_dismissed(answered).state is AskState.DISMISSED
    assert not reopen_as_dismissed(answered).is_open


def test_a_session_knows_its_open_ask():
    """The one that waits, not those that are over."""
    session = small_talk()
    over, waiting = ask_of(session, "withdrawn"), ask_of(session, "shown", shown="9:03")

    assert session.open_ask is None
    session.asks = [over, waiting]
    assert session.open_ask is waiting
