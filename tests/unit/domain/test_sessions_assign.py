"""Which session an event belongs to."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.domain.policy import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from afterword.domain.sessions import (
    NEXT,
    IfLater,
    Span,
    assign,
    close_if_due,
    fold,
    goes_on,
    needs_earlier,
    open_session,
    span,
    thaw,
)
from cast import MIA, POLICY, answer, clock, end, say, talk

GAP_US = POLICY.session_gap * SECOND_US
OPEN, WAIT, BELONG = IfLater.OPEN, IfLater.WAIT, IfLater.BELONG


def lies(number, first, last, *, is_open=False, opened=None):
    """Lay a session out in time."""
    return Span(number, clock(opened or first), clock(first), clock(last), is_open)


def place(face, *spans, if_later=OPEN):
    """Assign an event at a time."""
    return assign(clock(face), spans, POLICY, if_later)


MORNING, NOON = lies(1, "9:00", "9:10"), lies(2, "12:00", "12:20")
TALKING = lies(1, "9:00", "9:10", is_open=True)


def test_only_a_message_opens_the_first_session():
    """Attributes and flows wait for it; what belongs to a session has none to belong to."""
    assert place("9:00") == 1
    assert place("9:00", if_later=WAIT) == NEXT
    assert place("9:00", if_later=BELONG) == NEXT


@pytest.mark.parametrize("if_later", IfLater)
@pytest.mark.parametrize("face", ["9:00", "9:05", "9:10"])
def test_inside_the_span_of_a_session_belongs_to_it(face, if_later):
    """Whatever it is, and whether the session is open, closed, or long past."""
    assert place(face, MORNING, NOON, if_later=if_later) == 1
    assert place(face, MORNING, if_later=if_later) == 1
    assert place(face, TALKING, if_later=if_later) == 1


@pytest.mark.parametrize("if_later", IfLater)
@pytest.mark.parametrize("face", ["8:30", "8:59:59", "9:10:01", "9:40"])
def test_within_the_gap_of_the_open_session_belongs_to_it(face, if_later):
    """In both directions, and the gap itself is still within."""
    assert place(face, TALKING, if_later=if_later) == 1


def test_after_the_gap_a_message_opens_a_new_session():
    """Attributes and flows wait for the next one, everything else belongs to the last one."""
    assert place("9:40:01", TALKING) == 2
    assert place("9:40:01", TALKING, if_later=WAIT) == NEXT
    assert place("9:40:01", TALKING, if_later=BELONG) == 1


def test_a_closed_session_has_no_gap():
    """A second after its last message the next session begins; one before its first is late."""
    assert place("9:10:01", MORNING) == 2
    assert place("9:10:01", MORNING, if_later=WAIT) == NEXT
    assert place("8:59", MORNING) == 1


@pytest.mark.parametrize("if_later", IfLater)
def test_a_late_event_between_two_sessions_belongs_to_the_nearest_earlier_one(if_later):
    """It cannot open one in the past."""
    third = lies(3, "15:00", "15:10")

    assert place("11:59", MORNING, NOON, if_later=if_later) == 1
    assert place("14:00", MORNING, NOON, third, if_later=if_later) == 2


@pytest.mark.parametrize("if_later", IfLater)
def test_a_late_event_before_all_sessions_belongs_to_the_first(if_later):
    """Where none is earlier."""
    assert place("7:00", MORNING, NOON, if_later=if_later) == 1
    assert place("7:00", TALKING, if_later=if_later) == 1


def test_the_span_of_an_earlier_session_comes_before_the_gap_of_the_open_one():
    """The host ended the first talk and the user began again at once; a straggler stays there."""
    first, second = lies(1, "9:00", "9:10"), lies(2, "9:12", "9:15", is_open=True)

    assert place("9:08", first, second) == 1
    assert place("9:11", first, second) == 2
    assert needs_earlier(clock("9:08"), second)


def test_earlier_spans_are_needed_only_before_the_last_session():
    """Live traffic is placed by the last session alone."""
    assert not needs_earlier(clock("12:00"), NOON)
    assert not needs_earlier(clock("20:00"), NOON)
    assert needs_earlier(clock("11:59:59"), NOON)
    assert not needs_earlier(clock("8:00"), MORNING)


def test_a_session_takes_no_message_after_24_hours():
    """A talk that never pauses is cut a day after it opened, not after its earliest message."""
    endless = lies(1, "8:50", "+1 8:59", is_open=True, opened="9:00")

    assert place("+1 8:59:59", endless) == 1
    assert place("+1 9:00", endless) == 2
    assert place("+1 9:00", endless, if_later=WAIT) == NEXT


def test_a_spooled_message_may_open_a_session_hours_ago():
    """It comes after the last message of a closed session, however late it arrives."""
    morning = talk(say("9:00"), answer("9:10"))
    morning = thaw(morning)
    assert close_if_due(morning, POLICY, clock("15:00"))

    number = assign(clock("10:00"), [span(morning)], POLICY, OPEN)
    spooled = say("10:00", received="15:00")
    opened = open_session("default", spooled, number, environment="production", is_import=False)

    assert (number, opened.opened_us) == (2, clock("10:00"))


def test_after_the_hosts_end_a_message_opens_a_new_session_at_once():
    """Even in the same group, where nobody has closed the session yet."""
    ended = talk(say("9:00"), answer("9:01"), end("9:02"))
    assert ended.closed_us is None

    assert assign(clock("9:02:01"), [span(ended)], POLICY, OPEN) == 2


def test_what_was_said_before_the_hosts_end_belongs_to_the_ended_session():
    """An answer overtaken by the end opens nothing, before and after the closing."""
    ended = thaw(talk(say("9:00"), end("9:05")))

    assert assign(clock("9:04"), [span(ended)], POLICY, OPEN) == 1
    close_if_due(ended, POLICY, clock("9:05"))
    assert assign(clock("9:04"), [span(ended)], POLICY, OPEN) == 1
    assert assign(clock("9:06"), [span(ended)], POLICY, OPEN) == 2


def test_an_end_after_the_silence_stretches_nothing():
    """The session was over; a host that tidies up days later does not reopen the time between."""
    silent = thaw(talk(say("9:00"), answer("9:01")))
    close_if_due(silent, POLICY, clock("12:00"))
    tidied = fold(silent, [end("+2 9:00")])

    assert span(tidied) == lies(1, "9:00", "9:01")
    assert assign(clock("+1 9:00"), [span(tidied)], POLICY, OPEN) == 2


def test_imports_are_measured_by_event_time():
    """A session from the past has been closed by silence, and still takes what lies near."""
    old = thaw(talk(say("9:00", user_id=MIA), answer("9:10"), is_import=True))
    close_if_due(old, POLICY, clock("+300 9:00"))

    imported, live = span(old, is_import=True), span(old)
    assert [assign(clock(face), [imported], POLICY, OPEN) for face in ("9:40", "9:41")] == [1, 2]
    assert assign(clock("9:40"), [live], POLICY, OPEN) == 2


def test_an_imported_session_that_was_ended_stays_ended():
    """Silence may prove shorter than it looked; an end may not."""
    old = thaw(talk(say("9:00"), answer("9:10"), end("9:11"), is_import=True))
    close_if_due(old, POLICY, clock("+300 9:00"))

    assert assign(clock("9:12"), [span(old, is_import=True)], POLICY, OPEN) == 2


# Arrivals: minutes of the event, minutes that pass before the next one arrives, and its kind.
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 3 * 24 * 60),
        st.sampled_from((0, 1, 20, 31, 600)),
        st.sampled_from(("message", "message", "message", "attributes", "feedback", "end")),
    ),
    max_size=30,
)
LATER = {"message": OPEN, "attributes": WAIT, "feedback": BELONG, "end": BELONG}


def _arrive(arrivals):
    """Assign and fold as intake does; give the sessions and what happened to each event."""
    sessions, log, now_us = [], [], clock("+3 0:00")
    for minute, pause, kind in arrivals:
        now_us += pause * MINUTE_US
        for session in sessions:
            close_if_due(session, POLICY, now_us)
        at_us = clock("0:00") + minute * MINUTE_US
        before = [span(session) for session in sessions]
        number = assign(at_us, before, POLICY, LATER[kind])
        log.append((at_us, kind, number, before))
        if number == NEXT or kind in ("attributes", "feedback"):
            continue
        event = end("0:00") if kind == "end" else say("0:00")
        event.at_us, event.received_us = at_us, now_us
        if number > len(sessions):
            sessions.append(
                open_session("p", event, number, environment="production", is_import=False)
            )
        sessions[number - 1] = fold(sessions[number - 1], [event])
    return sessions, log


@settings(max_examples=300)
@given(ARRIVALS)
def test_no_session_opens_before_the_last_one_and_none_merge(arrivals):
    """Sessions are numbered in the order in which they opened, and what is assigned stays."""
    sessions, log = _arrive(arrivals)

    opened = [session.opened_us for session in sessions]
    assert opened == sorted(set(opened))
    assert [session.number for session in sessions] == list(range(1, len(sessions) + 1))
    assert len({session.id for session in sessions}) == len(sessions)
    said = [number for _, kind, number, _ in log if kind == "message"]
    assert [said.count(session.number) for session in sessions] == [
        session.n_user for session in sessions
    ]
    for at_us, kind, number, before in log:
        assert 0 <= number <= len(before) + 1
        if number > len(before):
            assert kind == "message"
            assert all(at_us > known.last_us for known in before[-1:])


@settings(max_examples=300)
@given(ARRIVALS)
def test_assignment_follows_the_rule_word_by_word(arrivals):
    """The contract's sentence, told a second time, gives the same session for every event."""
    _, log = _arrive(arrivals)

    for at_us, kind, number, before in log:
        assert number in _read_the_rule(at_us, kind, before)


def test_what_goes_on_comes_after_the_last_message_within_the_gap_and_the_cap():
    """Nothing goes on after the host's end, or once the session has closed."""
    session = talk(say("9:00"), say("9:10"))
    old = replace(session, opened_us=clock("9:20") - DAY_US)
    over = replace(session, closed_us=clock("9:10"))

    faces = ("9:05", "9:10", "9:10:01", "9:40", "9:40:01")
    told = [goes_on(session, clock(face), POLICY) for face in faces]
    assert told == [False, False, True, True, False]
    assert goes_on(old, clock("9:19:59"), POLICY)
    assert not goes_on(old, clock("9:20"), POLICY)
    assert not goes_on(over, clock("9:11"), POLICY)
    assert not goes_on(talk(say("9:00"), end("9:05")), clock("9:06"), POLICY)


def test_what_goes_on_belongs_to_the_last_session():
    """At every edge of gap and cap the short way says what the rule says; an end is the rule's."""
    last_us = clock("9:00")
    for age_us, later_us, closed_us, ended_us in product(
        (0, GAP_US, DAY_US - GAP_US, DAY_US - GAP_US // 2, DAY_US - 1, DAY_US),
        (-1, 0, 1, GAP_US // 2 - 1, GAP_US // 2, GAP_US - 1, GAP_US, GAP_US + 1),
        (None, last_us),
        (None, last_us, last_us + 2 * GAP_US),
    ):
        opened_us, at_us = last_us - age_us, last_us + later_us
        times = {"opened_us": opened_us, "first_us": opened_us, "last_us": last_us}
        session = replace(talk(say("9:00")), **times, closed_us=closed_us, ended_us=ended_us)
        belongs = assign(at_us, [span(session)], POLICY, OPEN) == session.number
        is_plain = belongs and later_us > 0 and ended_us is None
        assert goes_on(session, at_us, POLICY) == is_plain


def _read_the_rule(at_us, kind, spans):
    if not spans:
        return {1 if kind == "message" else NEXT}
    inside = {one.number for one in spans if one.first_us <= at_us <= one.last_us}
    if inside:
        return inside
    last = spans[-1]
    distance_us = max(last.first_us - at_us, at_us - last.last_us)
    if last.is_open and distance_us <= GAP_US and at_us - last.opened_us < DAY_US:
        return {last.number}
    if at_us > last.last_us:
        return {{"message": last.number + 1, "attributes": NEXT}.get(kind, last.number)}
    earlier = [one for one in spans if one.last_us < at_us]
    if not earlier:
        return {1}
    nearest_us = min(at_us - one.last_us for one in earlier)
    return {one.number for one in earlier if at_us - one.last_us == nearest_us}


def test_the_cap_and_the_gap_are_the_contracts():
    """Thirty minutes and a day."""
    assert GAP_US == HOUR_US // 2
    assert POLICY.session_cap * SECOND_US == DAY_US
