"""What events make of a session, in whatever order they come."""

from __future__ import annotations

from copy import deepcopy

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.domain import events as ev
from afterword.domain.policy import DAY_US, SECOND_US
from afterword.domain.session import CloseReason, LastMessage, Session
from afterword.domain.sessions import Arrival, close_if_due, fold, open_session, settles_us, thaw
from afterword.domain.use_cases import Inferred
from cast import CHAT, MIA, POLICY, RAVI, answer, arrive, clock, end, say, small_talk, talk


def tell(face, **attributes):
    """Let the host tell attributes of the session."""
    return arrive(face, ev.SessionUpdated(conversation_id=CHAT, **attributes))


def judge(face, message_id, **judgement):
    """Let somebody judge one message."""
    return arrive(face, ev.Feedback(conversation_id=CHAT, message_id=message_id, **judgement))


def meet(face, step, *, flow="tour", kind="onboarding", **fields):
    """Let the person meet a flow."""
    return arrive(
        face,
        ev.Flow(
            conversation_id=CHAT,
            flow=flow,
            kind=ev.FlowKind(kind),
            step=ev.FlowStep(step),
            **fields,
        ),
    )


# Messages


def test_messages_are_counted_by_role_with_their_words():
    """Tools speak too, but their words are nobody's."""
    session = talk(
        say("9:00", words=4), answer("9:01", words=11), say("9:02", "tool", words=99), say("9:03")
    )

    assert (session.n_user, session.n_agent, session.n_tool) == (2, 1, 1)
    assert (session.user_words, session.agent_words) == (7, 11)
    assert (session.opened_us, session.first_us, session.last_us) == (
        clock("9:00"),
        clock("9:00"),
        clock("9:03"),
    )


def test_a_late_message_widens_the_span_and_leaves_the_opening():
    """The opening names the day file, so it stays where it was."""
    session = fold(talk(say("9:10")), [say("8:55", received="9:12")])

    assert (session.first_us, session.opened_us) == (clock("8:55"), clock("9:10"))
    assert session.seen_us == clock("9:12")


def test_what_the_agent_did_is_summed():
    """Latency in microseconds, cost in billionths of a dollar: whole numbers, so order is free."""
    session = talk(
        answer("9:00", latency_ms=840.5, tokens=90, cost_usd=0.0025, tools=["ledger", "mail"]),
        answer("9:01", latency_ms=10, tokens=10, tools=["ledger", "ledger"], error="timeout"),
        answer("9:02"),
    )

    assert (session.latency_us, session.n_latency) == (850_500, 2)
    assert (session.tokens, session.cost_nano_usd, session.n_errors) == (100, 2_500_000, 1)
    assert session.tools == {"ledger": 3, "mail": 1}


def test_the_largest_numbers_of_a_thousand_messages_fit_into_64_bits():
    """The bounds of events keep what the columns can hold."""
    most = msgspec.json.decode(
        '{"type": "message", "conversation_id": "c", "role": "agent", "words": 1000000000, '
        '"latency_ms": 1e9, "tokens": 1000000000, "cost_usd": 1e6}',
        type=ev.Message,
    )
    session = talk(*(arrive("9:00", most, words=most.words) for _ in range(1_000)))

    sums = (session.latency_us, session.tokens, session.cost_nano_usd, session.agent_words)
    assert all(0 < one < 2**63 for one in sums)


def test_the_last_message_of_each_role_tells_where_the_talk_stands():
    """The latest by time, not by arrival; an answer at the same moment follows its question."""
    asked = say("9:05", closing=0.9)
    answered = answer("9:05", final=False, awaits_reply=True)
    session = talk(answered, asked, say("9:01"), answer("9:02"))

    assert session.last_user == LastMessage((clock("9:05"), 0, asked.id), closing=0.9)
    assert session.last_agent == LastMessage(
        (clock("9:05"), 2, answered.id), final=False, awaits_reply=True
    )
    assert session.last_agent.stamp > session.last_user.stamp


def test_refusals_and_retries_are_counted_over_whole_answers():
    """A part of an answer declines nothing, and the whole after it is no second answer."""
    session = talk(
        say("9:00", mark=7),
        answer("9:01", is_refusal=True, final=False),
        answer("9:02", is_refusal=True),
        answer("9:03"),
        say("9:04", mark=7),
        say("9:05", "tool"),
        answer("9:06", is_refusal=True),
    )

    assert (session.n_refusals, session.n_retries) == (2, 2)


def test_a_talk_needs_both_sides():
    """One user and one agent message are the minimum."""
    assert not talk(say("9:00"), say("9:01")).meets_minimum
    assert not talk(answer("9:00")).meets_minimum
    assert small_talk().meets_minimum


# Attributes and the person


def test_of_an_attribute_the_last_value_by_time_stands():
    """A late event does not overwrite what was told after it."""
    session = talk(
        say("9:00"),
        tell("9:03", release="v42", traits={"plan": "pro"}, labels={"arm": "b"}),
        tell("9:01", release="v41", agent="concierge", traits={"plan": "free", "seats": 2}),
        tell("9:02", metadata={"ticket": "4711"}, labels={"arm": "a"}),
    )

    assert (session.release, session.agent) == ("v42", "concierge")
    assert session.traits == {"plan": "pro", "seats": 2}
    assert (session.labels, session.metadata) == ({"arm": "b"}, {"ticket": "4711"})


def test_a_message_names_the_model_that_made_it():
    """Model, prompt version and trace come with messages too, by the same rule."""
    session = talk(
        answer("9:05", model="m-2", prompt_version="p-7", trace_id="t-2"),
        tell("9:01", model="m-1", prompt_version="p-6", trace_id="t-1"),
    )

    assert (session.model, session.prompt_version, session.trace_id) == ("m-2", "p-7", "t-2")


def test_a_trait_may_be_told_to_be_unknown():
    """Null is a value of a trait, not its absence."""
    session = talk(
        say("9:00"), tell("9:01", traits={"plan": "pro"}), tell("9:02", traits={"plan": None})
    )

    assert session.traits == {"plan": None}


def test_the_person_is_the_first_one_named():
    """In a group chat the first by time, whoever arrives first; nobody named: the conversation."""
    assert talk(say("9:00")).person == f"c:{CHAT}"
    assert talk(say("9:00"), say("9:02", user_id=RAVI)).person == f"u:{RAVI}"
    assert talk(say("9:00"), say("9:02", user_id=RAVI), say("9:01", user_id=MIA)).user_id == MIA


def test_a_rater_is_not_the_person():
    """Who answers in a group chat did not necessarily talk."""
    rated = ev.Rated(conversation_id=CHAT, rating=ev.Rating.POSITIVE, user_id=RAVI)

    assert talk(say("9:00"), arrive("9:01", rated)).user_id is None


# Feedback, flows, features, hand-overs, ends


def test_a_judgement_of_a_message_is_a_score_and_the_last_one_stands():
    """Up is 1, down is 0; each message has its own, and none of it is a rating."""
    session = talk(
        say("9:00"),
        judge("9:05", "m-1", value=ev.Vote.UP),
        judge("9:04", "m-1", value=ev.Vote.DOWN),
        judge("9:01", "m-2", value=ev.Vote.DOWN),
        judge("9:01", "m-3", score=0.25),
    )

    assert {key: score for key, (_, score) in session.feedback.items()} == {
        "m-1": 1.0,
        "m-2": 0.0,
        "m-3": 0.25,
    }
    assert session.rating is None


def test_of_each_step_of_a_flow_the_first_time_stands():
    """And of variant and answer the last word, whatever order they arrive in."""
    session = talk(
        say("9:00"),
        meet("9:07", "completed", answer="yes"),
        meet("9:03", "started", variant="long"),
        meet("9:02", "started", variant="short", answer="no"),
        meet("9:01", "dismissed", flow="poll", kind="survey"),
    )

    tour = session.flows["tour"]
    assert (tour.kind, tour.variant, tour.answer) == ("onboarding", "long", "yes")
    assert (tour.shown_us, tour.started_us, tour.completed_us, tour.dismissed_us) == (
        None,
        clock("9:02"),
        clock("9:07"),
        None,
    )
    assert session.flows["poll"].dismissed_us == clock("9:01")


def test_features_and_hand_overs_are_counted():
    """How often, not when."""
    session = talk(
        say("9:00"),
        *(arrive("9:01", ev.Feature(conversation_id=CHAT, feature=one)) for one in "aab"),
        arrive("9:02", ev.Handover(conversation_id=CHAT)),
    )

    assert (session.features, session.n_handovers) == ({"a": 2, "b": 1}, 1)


def test_the_first_end_counts_and_the_last_outcome_stands():
    """Two ends of one session are one end, as early as it was and as early as we heard of it."""
    session = talk(
        say("9:00"),
        end("9:09", received="9:09", outcome="solved"),
        end("9:06", received="9:12", outcome="open"),
    )

    assert (session.ended_us, session.end_seen_us) == (clock("9:06"), clock("9:09"))
    assert session.outcome == "solved"


def test_events_of_no_session_change_nothing():
    """A person's NPS answer is kept apart from the session."""
    session = talk(say("9:00", user_id=MIA))

    assert fold(session, [arrive("9:01", ev.Nps(user_id=MIA, score=3))]) == session


def test_only_a_message_opens_a_session():
    """Asking for it is a mistake of the caller."""
    with pytest.raises(TypeError, match="only a message opens a session, not Handover"):
        open_session(
            "p",
            arrive("9:00", ev.Handover(conversation_id=CHAT)),
            1,
            environment="production",
            is_import=False,
        )


# Order and grouping

FEW = st.sampled_from(("x", "y"))  # few names, so that events meet
OPTIONAL = st.none() | FEW
ZERO_OR_ONE = st.integers(0, 1)


def inferred(event_id):
    """What was inferred from one event, by phrase or classifier."""
    return st.builds(Inferred, st.tuples(ZERO_OR_ONE, ZERO_OR_ONE, st.just(event_id)), FEW)


_PLACE = {"conversation_id": st.just(CHAT), "user_id": st.none() | st.sampled_from((MIA, RAVI))}


def _events(struct, /, **fields):
    return st.builds(struct, **_PLACE, **fields)


EVENTS = st.one_of(
    _events(
        ev.Message,
        role=st.sampled_from(ev.Role),
        model=OPTIONAL,
        latency_ms=st.none() | st.floats(0, 1e6),
        cost_usd=st.none() | st.floats(0, 1e3),
        tokens=st.none() | st.integers(0, 1000),
        tools=st.none() | st.lists(FEW, max_size=3),
        error=OPTIONAL,
        awaits_reply=st.booleans(),
        final=st.booleans(),
    ),
    _events(
        ev.SessionUpdated,
        release=OPTIONAL,
        model=OPTIONAL,
        locale=OPTIONAL,
        traits=st.none() | st.dictionaries(FEW, st.none() | st.integers(0, 3), max_size=2),
        labels=st.none() | st.dictionaries(FEW, FEW, max_size=2),
        metadata=st.none() | st.dictionaries(FEW, FEW, max_size=2),
    ),
    _events(ev.SessionStarted, agent=OPTIONAL, use_case=OPTIONAL),
    _events(ev.SessionEnded, outcome=OPTIONAL),
    _events(
        ev.Feedback,
        message_id=FEW,
        value=st.none() | st.sampled_from(ev.Vote),
        score=st.none() | st.floats(0, 1),
    ),
    _events(
        ev.Flow,
        flow=FEW,
        kind=st.sampled_from(ev.FlowKind),
        step=st.sampled_from(ev.FlowStep),
        variant=OPTIONAL,
        answer=OPTIONAL,
    ),
    _events(ev.Feature, feature=FEW),
    _events(ev.Handover),
)


@st.composite
def folders(draw):
    """Events of one session at few moments, the same in another order, and where it is cut."""
    told = draw(st.lists(EVENTS, min_size=1, max_size=14))
    arrivals = [
        Arrival(
            f"e-{number}",
            clock("9:00") + draw(st.integers(0, 4)) * SECOND_US,
            clock("9:00") + draw(st.integers(0, 4)) * SECOND_US,
            event,
            draw(st.integers(0, 9)),
            draw(st.floats(0, 1)),
            draw(st.integers(0, 2)),
            draw(st.booleans()),
            draw(st.none() | inferred(f"e-{number}")),
        )
        for number, event in enumerate(told)
    ]
    shuffled = draw(st.permutations(arrivals))
    cuts = sorted(draw(st.lists(st.integers(0, len(told)), max_size=3)))
    return arrivals, shuffled, cuts


def _empty():
    opened_us = clock("9:00")
    return Session(
        project="p",
        conversation_id=CHAT,
        number=1,
        opened_us=opened_us,
        first_us=opened_us,
        last_us=opened_us,
    )


@settings(max_examples=400)
@given(folders())
def test_folding_commutes(case):
    """Any order and any grouping of the same events make the same session."""
    arrivals, shuffled, cuts = case
    whole = fold(_empty(), arrivals)

    grouped = _empty()
    for start, stop in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        grouped = fold(grouped, shuffled[start:stop])

    assert grouped == whole
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Session) == whole


@settings(max_examples=200)
@given(folders(), st.data())
def test_folding_counts_each_event_once(case, data):
    """Repeats within a group change nothing."""
    arrivals, _, _ = case
    repeats = data.draw(st.lists(st.sampled_from(arrivals), max_size=5))

    assert fold(_empty(), data.draw(st.permutations([*arrivals, *repeats]))) == fold(
        _empty(), arrivals
    )


@given(folders())
def test_folding_leaves_the_session_it_was_given(case):
    """A session is a value: what was read elsewhere must not change under its reader."""
    arrivals, shuffled, _ = case
    session = fold(_empty(), arrivals)
    before = deepcopy(session)

    fold(session, [msgspec.structs.replace(one, id=f"again-{one.id}") for one in shuffled])

    assert session == before


# Closing


def closing(session, face):
    """Close a session if it is due; give when and why."""
    thawed = thaw(session)
    close_if_due(thawed, POLICY, clock(face))
    return thawed.closed_us, thawed.close_reason


def test_a_session_closes_after_the_gap_of_silence_in_server_time():
    """What the host's clock says does not matter to a live session."""
    slow = talk(say("9:00", received="9:20"))

    assert closing(slow, "9:49:59") == (None, None)
    assert closing(slow, "9:50") == (clock("9:50"), CloseReason.SILENCE)
    assert closing(slow, "+3 9:00") == (clock("9:50"), CloseReason.SILENCE)


def test_the_hosts_end_closes_at_once():
    """At its own time, or at the last message where that came later."""
    assert closing(talk(say("9:00"), end("9:05")), "9:05") == (clock("9:05"), CloseReason.ENDED)
    assert closing(talk(say("9:00"), end("9:05"), answer("9:06")), "9:06") == (
        clock("9:06"),
        CloseReason.ENDED,
    )


def test_a_session_closes_a_day_after_it_opened():
    """However lively it is."""
    lively = talk(say("9:00"), say("+1 8:45"))

    assert closing(lively, "+1 8:59:59") == (None, None)
    assert closing(lively, "+1 9:00") == (clock("+1 9:00"), CloseReason.CAP)


def test_silence_before_the_cap_is_silence():
    """The reason is what came first, and of both at once the plainer one."""
    assert closing(small_talk(), "+5 9:00")[1] is CloseReason.SILENCE
    both = talk(say("9:00"), answer("+1 8:30"))
    assert closing(both, "+1 9:00") == (clock("+1 9:00"), CloseReason.SILENCE)


def test_a_closed_live_session_stays_as_it_closed():
    """Late messages and a late end amend it and close it no second time."""
    silent = thaw(small_talk())
    assert close_if_due(silent, POLICY, clock("9:31"))
    amended = fold(silent, [answer("9:00:30", received="11:00"), end("11:00")])

    assert closing(amended, "12:00") == (clock("9:31"), CloseReason.SILENCE)
    assert not close_if_due(thaw(amended), POLICY, clock("12:00"))


def test_imported_sessions_close_by_event_time():
    """It does not matter when they were imported; what is added later moves the closing."""
    old = talk(say("9:00", received="+9 0:00"), answer("9:10", received="+9 0:00"), is_import=True)
    closed = thaw(old)
    close_if_due(closed, POLICY, clock("+9 0:00"))
    more = fold(closed, [answer("9:30", received="+9 1:00")])

    assert (closed.closed_us, closed.close_reason) == (clock("9:40"), CloseReason.SILENCE)
    assert closing(more, "+9 1:00") == (clock("10:00"), CloseReason.SILENCE)


def test_an_imported_session_closes_by_what_came_first():
    """An end long after the last message finds the session closed by silence."""
    tidied = talk(say("9:00"), end("11:00"), is_import=True)
    ended = talk(say("9:00"), end("9:05"), is_import=True)

    assert closing(tidied, "+1 0:00") == (clock("9:30"), CloseReason.SILENCE)
    assert closing(ended, "+1 0:00") == (clock("9:05"), CloseReason.ENDED)


def test_a_session_settles_seven_days_after_it_closed():
    """An open one does not settle."""
    session = thaw(small_talk())
    assert settles_us(session, POLICY) is None

    close_if_due(session, POLICY, clock("10:00"))
    assert settles_us(session, POLICY) == clock("9:31") + 7 * DAY_US
