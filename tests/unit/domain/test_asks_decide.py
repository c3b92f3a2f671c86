"""When to ask: the moment, the rules against it, the person's patience, and chance."""

from __future__ import annotations

from copy import deepcopy
from statistics import mean

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.domain import events as ev
from afterword.domain.asks import (
    Decision,
    Patience,
    Verdict,
    Why,
    decide,
    draw_of,
    patience,
    trigger_of,
    waits_for_silence,
    without_limits,
)
from afterword.domain.people import Person
from afterword.domain.policy import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Policy
from afterword.domain.session import AskState, CloseReason, RatingRecord, Trigger
from afterword.domain.sessions import close_if_due, thaw
from cast import CHAT, PATIENT, POLICY, answer, arrive, ask_of, clock, end, say, small_talk, talk

FAREWELL = {"closing": 0.95}


def goodbye(*more, **fields):
    """Make a session whose user has said goodbye at 9:02 and was answered at 9:03."""
    session = talk(say("9:00"), answer("9:01"), say("9:02", **FAREWELL), answer("9:03"), *more)
    session.session_number = 1
    for name, value in fields.items():
        setattr(session, name, value)
    return session


def closed(session, face):
    """Close a session that is due."""
    thawed = thaw(session)
    assert close_if_due(thawed, POLICY, clock(face))
    return thawed


def when(session, face, *, is_visiting=False):
    """Find the moment."""
    return trigger_of(session, POLICY, clock(face), is_visiting=is_visiting)


def judge(session, face="9:03", person=PATIENT, *, policy=POLICY, draw=0.5):
    """Decide at a time."""
    return decide(policy, session, person, clock(face), draw)


def refusal(session, face="9:03", person=PATIENT, **more):
    """Decide, and give the rule that spoke against asking."""
    decision = judge(session, face, person, **more)
    assert decision.verdict is Verdict.LEAVE
    return decision.reason


# The moment


def test_in_the_middle_of_a_talk_there_is_no_moment():
    """Nobody is asked while they may be typing."""
    assert when(small_talk(), "9:05:59") is None
    assert judge(small_talk()) == Decision(Verdict.LEAVE, Why.NO_MOMENT, None, 0.0)


def test_a_closing_message_is_a_moment_once_it_is_answered():
    """Not before, and not while the agent is still at it."""
    said = [say("9:00"), answer("9:01"), say("9:02", **FAREWELL)]

    assert when(talk(*said), "9:03") is None
    assert when(talk(*said, answer("9:03", final=False)), "9:03") is None
    assert when(talk(*said, answer("9:03", final=False), answer("9:04")), "9:04") is (
        Trigger.CLOSING_MESSAGE
    )
    assert judge(goodbye()) == Decision(Verdict.ASK, Why.ASKED, Trigger.CLOSING_MESSAGE, 1.0)


def test_a_closing_message_that_nobody_answers_is_asked_about_by_silence():
    """An unanswered question bars an ask; an unanswered goodbye does not."""
    unanswered = talk(say("9:00"), answer("9:01"), say("9:02", **FAREWELL))

    assert judge(unanswered, "9:06:59").reason is Why.NO_MOMENT
    assert judge(unanswered, "9:07").trigger is Trigger.INACTIVITY
    assert judge(unanswered, "9:07").verdict is Verdict.ASK


def test_the_threshold_is_met_or_it_is_no_closing_message():
    """A probability just below it says nothing."""
    below = POLICY.closing_threshold - 0.001
    nearly = talk(say("9:00"), say("9:02", closing=below), answer("9:03"))
    just = talk(say("9:00"), say("9:02", closing=POLICY.closing_threshold), answer("9:03"))

    assert when(nearly, "9:03") is None
    assert when(just, "9:03") is Trigger.CLOSING_MESSAGE


def test_who_goes_on_after_a_goodbye_has_not_finished():
    """The last message of the user decides, not any."""
    assert when(goodbye(say("9:04"), answer("9:05")), "9:05") is None


def test_silence_is_a_moment_after_five_minutes_of_server_time():
    """The host's clock may be wrong."""
    slow = talk(say("9:00"), answer("9:01", received="9:10"))

    assert when(slow, "9:14:59") is None
    assert when(slow, "9:15") is Trigger.INACTIVITY
    assert judge(slow, "9:15").verdict is Verdict.ASK


def test_an_explicit_end_is_a_moment_at_once():
    """Whether or not somebody has closed the session yet."""
    ended = talk(say("9:00"), answer("9:01"), end("9:02"))

    assert when(ended, "9:02") is Trigger.EXPLICIT_END
    assert when(closed(ended, "9:02"), "9:02") is Trigger.EXPLICIT_END
    assert judge(ended, "9:02").verdict is Verdict.ASK


def test_an_explicit_end_is_a_moment_no_longer_than_its_ask_would_live():
    """Feedback that trickles in hours later must not raise the question again."""
    ended = closed(talk(say("9:00"), answer("9:01"), end("9:02", received="9:05")), "9:05")

    assert when(ended, "9:14:59") is Trigger.EXPLICIT_END
    assert when(ended, "9:15") is None


def test_a_session_closed_by_silence_has_no_moment_without_a_visit():
    """Nobody is there to ask."""
    silent = closed(small_talk(), "10:00")

    assert silent.close_reason is CloseReason.SILENCE
    assert when(silent, "10:00") is None


@pytest.mark.parametrize("is_ended", [True, False])
def test_the_next_visit_is_a_moment_for_a_day(is_ended):
    """A session that ended with nobody there is asked about when the person comes back."""
    left = talk(say("9:00"), answer("9:01"), *([end("9:31")] if is_ended else []))
    left = closed(left, "9:31")

    assert left.closed_us == clock("9:31")
    assert when(left, "+1 9:31", is_visiting=True) is Trigger.RETURN_VISIT
    assert when(left, "+1 9:31:01", is_visiting=True) is None
    visitor = Patience(is_visiting=True)
    assert judge(left, "20:00", visitor).trigger is Trigger.RETURN_VISIT
    assert judge(left, "20:00", visitor).verdict is Verdict.ASK


# What speaks against asking about the session


def test_imported_sessions_are_never_asked_about():
    """The past is past."""
    assert refusal(goodbye(is_imported=True)) is Why.IMPORTED


def test_a_rated_session_is_not_asked_about():
    """The user has said it already."""
    rating = RatingRecord(
        rating=ev.Rating.POSITIVE,
        rated_us=clock("9:02"),
        source=ev.Source.API,
        trigger=Trigger.USER_OPENED,
    )

    assert refusal(goodbye(rating=rating)) is Why.ALREADY_RATED


@pytest.mark.parametrize("state", set(AskState) - {AskState.WITHDRAWN})
def test_a_session_is_asked_about_once(state):
    """Whatever became of the ask, unless it was withdrawn."""
    session = goodbye()
    session.asks = [ask_of(session, state)]

    assert refusal(session) is Why.ALREADY_ASKED


def test_after_a_withdrawn_ask_only_a_surer_moment_is_asked_about():
    """At an explicit end or the next visit; another goodbye may be as wrong as the first."""
    session = goodbye()
    session.asks = [ask_of(session, "withdrawn")]
    ended = goodbye(end("9:04"), asks=session.asks)
    left = closed(session, "10:00")

    assert refusal(session) is Why.ALREADY_ASKED
    assert judge(ended, "9:04").trigger is Trigger.EXPLICIT_END
    assert judge(ended, "9:04").verdict is Verdict.ASK
    assert judge(left, "10:00", Patience(is_visiting=True)).verdict is Verdict.ASK


def test_silence_after_a_withdrawn_ask_may_be_asked_about():
    """The user went on, and then stopped."""
    session = small_talk()
    session.asks = [ask_of(session, "withdrawn")]

    assert judge(session, "9:06") == Decision(Verdict.ASK, Why.ASKED, Trigger.INACTIVITY, 1.0)


def test_silence_after_a_goodbye_whose_ask_was_withdrawn_may_be_asked_about():
    """By a client whose user typed and sent nothing, or by words, after which came a goodbye."""
    session = goodbye()
    session.asks = [ask_of(session, "withdrawn", ended_us=clock("9:04"))]

    assert refusal(session, "9:08:59") is Why.ALREADY_ASKED
    assert judge(session, "9:09") == Decision(Verdict.ASK, Why.ASKED, Trigger.INACTIVITY, 1.0)
    assert waits_for_silence(session, POLICY)


def test_a_moment_whose_ask_was_withdrawn_is_over():
    """The user typed on at the end, or into the silence: neither asks again at once."""
    ended = talk(say("9:00"), answer("9:01"), end("9:02"))
    ended.asks = [ask_of(ended, "withdrawn", granted="9:02", ended_us=clock("9:03"))]
    silent = small_talk()
    silent.asks = [ask_of(silent, "withdrawn", granted="9:06", ended_us=clock("9:07"))]

    assert when(ended, "9:04") is None
    assert when(silent, "9:11:59") is None
    assert when(silent, "9:12") is Trigger.INACTIVITY


def test_an_end_told_with_the_message_that_withdrew_is_a_moment():
    """A host may send the last words and the end of the talk together."""
    session = goodbye(say("9:04"), answer("9:05"), end("9:06", received="9:06"))
    session.asks = [ask_of(session, "withdrawn", ended_us=clock("9:06"))]

    assert when(session, "9:06") is Trigger.EXPLICIT_END
    assert judge(session, "9:06").verdict is Verdict.ASK


def test_there_is_no_third_ask():
    """One more means one."""
    session = goodbye(end("9:04"))
    session.asks = [ask_of(session, "withdrawn"), ask_of(session, "withdrawn")]

    assert refusal(session, "9:04") is Why.ALREADY_ASKED


def test_an_ask_that_nobody_was_there_to_see_may_be_made_on_the_next_visit():
    """Expired counts against nobody; before that visit nothing is asked again."""
    left = small_talk()
    left.asks = [ask_of(left, "expired")]
    left = closed(left, "10:00")

    assert judge(left, "11:00", Patience(is_visiting=True)).verdict is Verdict.ASK
    left.asks = [ask_of(left, "ignored", shown="9:10")]
    assert refusal(left, "11:00", Patience(is_visiting=True)) is Why.ALREADY_ASKED


def test_a_monologue_is_not_asked_about():
    """There must have been one user and one agent message."""
    assert refusal(talk(answer("9:00"), end("9:01")), "9:01") is Why.BELOW_MINIMUM
    assert refusal(talk(say("9:00", **FAREWELL), end("9:01")), "9:01") is Why.BELOW_MINIMUM


def test_nothing_is_asked_after_a_hand_over_to_a_human():
    """The question would be about somebody else's work."""
    handed = goodbye(arrive("9:02:30", ev.Handover(conversation_id=CHAT)))

    assert refusal(handed) is Why.HANDED_OVER


def test_nothing_is_asked_while_the_agent_waits_for_a_choice():
    """Two questions at once are one too many; once it is made, asking is free again."""
    waits = talk(say("9:00"), answer("9:01", awaits_reply=True), end("9:02"))
    chosen = talk(
        say("9:00"), answer("9:01", awaits_reply=True), say("9:02"), answer("9:03"), end("9:04")
    )

    left = talk(say("9:00"), answer("9:01", awaits_reply=True), say("9:02", **FAREWELL))

    assert refusal(waits, "9:02") is Why.AWAITS_REPLY
    assert judge(left, "9:07").verdict is Verdict.ASK
    assert judge(chosen, "9:04").verdict is Verdict.ASK


def test_nothing_is_asked_while_the_user_waits_for_an_answer():
    """A question without its answer, or with half of one, is not the end of anything."""
    unanswered = talk(say("9:00"), answer("9:01"), say("9:02"))
    half = talk(say("9:00"), answer("9:01"), say("9:02"), answer("9:03", final=False))

    assert refusal(unanswered, "9:30") is Why.USER_UNANSWERED
    assert refusal(half, "9:30") is Why.USER_UNANSWERED
    assert refusal(talk(say("9:00"), answer("9:01"), say("9:02"), end("9:03")), "9:03") is (
        Why.USER_UNANSWERED
    )


# The person's patience


def test_who_said_never_again_is_never_asked_again():
    """Whatever the moment."""
    assert refusal(goodbye(), person=Patience(has_stopped=True)) is Why.PERSON_STOPPED


def test_at_most_two_asks_in_a_day():
    """The third waits until the first is a day old."""
    now_us = clock("9:03")
    day = Patience(spent_us=(now_us - DAY_US + 1, now_us - HOUR_US))
    older = Patience(spent_us=(now_us - DAY_US, now_us - HOUR_US))

    assert refusal(goodbye(), person=day) is Why.BUDGET_DAY
    assert judge(goodbye(), person=older).verdict is Verdict.ASK


def test_at_most_six_asks_in_a_week():
    """Even where no day had more than two."""
    now_us = clock("9:03")
    days = [now_us - day * DAY_US for day in (2, 2, 3, 4, 5)]
    week = Patience(spent_us=(*days, now_us - 7 * DAY_US + 1))
    older = Patience(spent_us=(*days, now_us - 7 * DAY_US))

    assert refusal(goodbye(), person=week) is Why.BUDGET_WEEK
    assert judge(goodbye(), person=older).verdict is Verdict.ASK


@pytest.mark.parametrize(
    ("state", "shown", "is_spent"),
    [
        ("granted", None, True),
        ("shown", "9:05", True),
        ("answered", "9:05", True),
        ("dismissed", "9:05", True),
        ("ignored", "9:05", True),
        ("withdrawn", "9:05", True),
        ("withdrawn", None, False),
        ("expired", None, False),
    ],
)
def test_the_budget_is_reserved_when_granted_and_spent_when_shown(state, shown, is_spent):
    """What ended before it was seen is given back."""
    ask = ask_of(small_talk(), state, granted="9:02", shown=shown)
    known = patience(Person(key="u:u-mia", first_us=0), [ask])

    assert known.spent_us == ((clock(shown or "9:02"),) if is_spent else ())


def test_a_person_is_summed_up_as_the_journal_knows_them():
    """Streak, dismissals and the last quiet session come from the row of the person."""
    person = Person(
        key="u:u-mia", first_us=0, streak=2, n_dismissed=1, quiet_number=7, has_stopped=True
    )

    assert patience(person, [], is_visiting=True) == Patience(
        streak=2, n_dismissed=1, quiet_number=7, has_stopped=True, is_visiting=True
    )


def test_the_session_after_an_unanswered_ask_is_left_alone():
    """The next one, and those that began before it and still go on; the one after may be asked."""
    annoyed = Patience(streak=1, quiet_number=4)

    assert refusal(goodbye(session_number=3), person=annoyed) is Why.LEFT_ALONE
    assert refusal(goodbye(session_number=5), person=annoyed) is Why.LEFT_ALONE
    assert judge(goodbye(session_number=6), person=annoyed).verdict is Verdict.ASK


@pytest.mark.parametrize(
    ("streak", "chance"), [(0, 1), (1, 1), (2, 1 / 3), (3, 1 / 7), (4, 1 / 7), (99, 1 / 7)]
)
def test_the_chance_falls_with_every_unanswered_ask_and_never_to_zero(streak, chance):
    """It is logged, so that who was asked less often can be weighted more."""
    annoyed = Patience(streak=streak, quiet_number=4)
    session = goodbye(session_number=6)
    lucky = judge(session, person=annoyed, draw=0.0)

    assert lucky == Decision(Verdict.ASK, Why.ASKED, Trigger.CLOSING_MESSAGE, chance)
    assert judge(session, person=annoyed, draw=chance - 1e-9).verdict is Verdict.ASK
    if chance < 1:
        assert judge(session, person=annoyed, draw=chance) == Decision(
            Verdict.LEAVE, Why.BACK_OFF, Trigger.CLOSING_MESSAGE, chance
        )


# Chance


def test_a_tenth_is_skipped_at_random_where_there_is_traffic():
    """That share measures what asking costs; below 200 a week every session counts."""
    busy = Policy(eligible_per_week=200)
    quiet = Policy(eligible_per_week=199)

    assert judge(goodbye(), policy=busy, draw=0.89) == Decision(
        Verdict.ASK, Why.ASKED, Trigger.CLOSING_MESSAGE, 0.9
    )
    assert judge(goodbye(), policy=busy, draw=0.9).reason is Why.SKIPPED_AT_RANDOM
    assert judge(goodbye(), policy=busy, draw=0.9).probability == 0.9
    assert judge(goodbye(), policy=quiet, draw=0.999) == Decision(
        Verdict.ASK, Why.ASKED, Trigger.CLOSING_MESSAGE, 1.0
    )


def test_the_random_skip_and_the_back_off_multiply():
    """And the reason tells which of the two it was."""
    busy = Policy(eligible_per_week=1000)
    annoyed = Patience(streak=2, quiet_number=1)
    session = goodbye(session_number=9)
    draws = {
        draw: judge(session, person=annoyed, policy=busy, draw=draw) for draw in (0.29, 0.31, 0.34)
    }

    assert [one.reason for one in draws.values()] == [
        Why.ASKED,
        Why.SKIPPED_AT_RANDOM,
        Why.BACK_OFF,
    ]
    assert {one.probability for one in draws.values()} == {1 / 3 * 0.9}


def test_the_draw_is_fixed_for_a_session_and_policy_version():
    """It moves with the salt, the session and the version, and with nothing else."""
    drawn = draw_of(b"salt", "c-1~1", 1)

    assert drawn == draw_of(b"salt", "c-1~1", 1)
    others = {
        draw_of(b"tlas", "c-1~1", 1),
        draw_of(b"salt", "c-1~2", 1),
        draw_of(b"salt", "c-1~1", 2),
    }
    assert len({drawn, *others}) == 4


def test_draws_are_uniform_over_sessions():
    """Of 20,000, each tenth holds a tenth: 5 standard errors are 0.0106."""
    draws = [draw_of(b"salt", f"c-{number}~1", 1) for number in range(20_000)]

    assert all(0 <= draw < 1 for draw in draws)
    for tenth in range(10):
        share = mean(tenth / 10 <= draw < (tenth + 1) / 10 for draw in draws)
        assert share == pytest.approx(0.1, abs=0.0106)


@given(st.text(), st.integers(1, 10**6))
def test_any_session_id_can_be_drawn(session_id, version):
    """Emoji, half a surrogate pair, or nothing."""
    assert 0 <= draw_of(b"s" * 100, session_id, version) < 1


# Test keys


def test_test_keys_know_no_limits():
    """Neither budget nor back-off, nor a session left alone, nor chance."""
    policy = without_limits(Policy(eligible_per_week=1000))
    spent_us = tuple(clock("9:03") - minute * MINUTE_US for minute in range(50))
    worn = Patience(streak=9, quiet_number=8, n_dismissed=9, spent_us=spent_us)

    assert judge(goodbye(session_number=9), person=worn, policy=policy, draw=0.999) == Decision(
        Verdict.ASK, Why.ASKED, Trigger.CLOSING_MESSAGE, 1.0
    )


def test_test_keys_respect_what_is_no_limit():
    """A wish never to be asked, and the rules about the session itself."""
    policy = without_limits(POLICY)

    stopped = Patience(has_stopped=True)
    assert refusal(goodbye(), person=stopped, policy=policy) is Why.PERSON_STOPPED
    assert refusal(goodbye(n_handovers=1), policy=policy) is Why.HANDED_OVER
    assert refusal(small_talk(), policy=policy) is Why.NO_MOMENT


# Purity

PEOPLE = st.builds(
    Patience,
    streak=st.integers(0, 5),
    n_dismissed=st.integers(0, 5),
    quiet_number=st.none() | st.integers(1, 5),
    has_stopped=st.booleans(),
    is_visiting=st.booleans(),
    spent_us=st.lists(st.integers(clock("-3 9:00"), clock("9:03")), max_size=4).map(tuple),
)
SESSIONS = st.sampled_from(
    [
        small_talk(),
        goodbye(),
        goodbye(session_number=3),
        goodbye(end("9:04")),
        goodbye(say("9:04")),
        goodbye(is_imported=True),
        goodbye(n_handovers=1),
        closed(small_talk(), "9:40"),
        closed(goodbye(session_number=5), "9:40"),
        talk(answer("9:00"), end("9:01")),
    ]
)


@settings(max_examples=400)
@given(
    policy=st.builds(Policy, eligible_per_week=st.sampled_from((0, 500))),
    session=SESSIONS,
    person=PEOPLE,
    after_s=st.integers(0, 30 * 3600),
    draw=st.floats(0, 1, exclude_max=True),
)
def test_a_decision_is_a_pure_function_of_its_arguments(policy, session, person, after_s, draw):
    """Equal arguments give equal decisions and are left as they were; the draw alone tips it."""
    now_us = clock("9:00") + after_s * SECOND_US
    twin = deepcopy((policy, session, person))

    decision = decide(policy, session, person, now_us, draw)

    assert (policy, session, person) == twin
    assert decide(*twin, now_us, draw) == decision
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision
    assert (decision.verdict is Verdict.ASK) == (draw < decision.probability)
    assert (decision.verdict is Verdict.ASK) == (decision.reason is Why.ASKED)
    assert (decision.trigger is None) == (decision.reason is Why.NO_MOMENT)


def test_every_rule_can_be_the_one_that_decided():
    """Each reason is given by some case of this file, in the order in which they are tried."""
    now_us = clock("9:03")
    busy = Policy(eligible_per_week=500)
    rated = goodbye(
        rating=RatingRecord(
            rating=ev.Rating.NEUTRAL,
            rated_us=0,
            source=ev.Source.API,
            trigger=Trigger.USER_OPENED,
        )
    )
    asked = goodbye()
    asked.asks = [ask_of(asked)]
    annoyed = Patience(streak=2, quiet_number=1)
    later = goodbye(session_number=9)
    found = [
        judge(small_talk()),
        judge(goodbye(is_imported=True)),
        judge(rated),
        judge(asked),
        judge(talk(answer("9:00"), end("9:01"))),
        judge(goodbye(n_handovers=1)),
        judge(talk(say("9:00"), answer("9:01", awaits_reply=True), end("9:02"))),
        judge(talk(say("9:00"), answer("9:01"), say("9:02"), end("9:03"))),
        judge(goodbye(), person=Patience(has_stopped=True)),
        judge(goodbye(session_number=2), person=annoyed),
        judge(later, person=Patience(spent_us=(now_us, now_us))),
        judge(later, person=Patience(spent_us=tuple(now_us - 2 * DAY_US for _ in range(6)))),
        judge(later, person=annoyed, draw=0.9),
        judge(goodbye(), policy=busy, draw=0.95),
        judge(goodbye()),
    ]

    assert [decision.reason for decision in found] == list(Why)


@pytest.mark.parametrize(
    ("session", "waits"),
    [
        (talk(say("9:00"), answer("9:01")), True),
        (talk(say("9:00")), False),
        (talk(say("9:00"), answer("9:01"), say("9:02")), False),
        (talk(say("9:00"), answer("9:01", final=False)), False),
        (talk(say("9:00"), answer("9:01", awaits_reply=True)), False),
        (goodbye(), False),
        (talk(say("9:00"), answer("9:01"), say("9:02", **FAREWELL)), True),
        (
            talk(say("9:00"), answer("9:01"), arrive("9:02", ev.Handover(conversation_id=CHAT))),
            False,
        ),
    ],
    ids=[
        "answered",
        "agent absent",
        "unanswered",
        "not final",
        "awaits",
        "closed",
        "farewell",
        "handed over",
    ],
)
def test_silence_waits_only_where_it_would_ask(session, waits):
    """As the decision says, once the silence is long enough."""
    assert waits_for_silence(session, POLICY) is waits
    is_asked = judge(session, "9:20")
    assert (is_asked.trigger is Trigger.INACTIVITY and is_asked.reason is Why.ASKED) is waits
