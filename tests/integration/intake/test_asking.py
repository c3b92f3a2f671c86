"""Asking: the moments, the budget, what becomes of an ask, and the log of it all."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from afterword.domain.asks import Verdict, decide, draw_of, patience
from afterword.domain.moments import moment
from afterword.domain.people import Person
from afterword.domain.policy import Policy
from afterword.journal.projects import load_project, save_policy
from intake_cast import (
    DAY,
    HOUR,
    MINUTE,
    agent,
    codes,
    ended,
    envelope,
    goodbye,
    rating,
    step,
    talk,
    together,
    user,
)


def test_a_closing_message_asks_once_its_answer_is_in(house):
    """The thanks alone wait for the agent; then the envelope's answer carries the ask."""
    thanks = [*talk(), user(text="perfect, that is all I needed, thank you!")]

    assert house.take(*thanks).asks == []
    (ask,) = house.take(agent(text="You are welcome!")).asks
    assert (ask.session_id, ask.trigger, ask.state) == ("c-1~1", "closing_message", "granted")


def test_the_agents_words_before_are_read_with_the_users(house):
    """A bare no means more after the agent's offer, also where all came together."""
    offer = "Done. Is there anything else I can help you with?"

    house.take(*talk(), agent(text=offer), user(text="no"), agent(text="Goodbye!"))

    assert house.session("c-1~1").last_user.closing == moment("no", offer).finished
    assert moment("no", offer).finished > moment("no").finished


def test_what_the_agent_did_is_known_when_its_words_are_gone(house):
    """The user's answer comes with a later group; of the agent's words none is kept."""
    offer = "Done with the xylophone. Is there anything else I can help you with?"
    house.take(*talk(), agent(text=offer))
    house.wait(60)
    house.take(user(text="no"))

    session = house.session("c-1~1")
    assert session.last_user.closing == moment("no", offer).finished
    assert "xylophone" not in str(session)


def test_the_host_knows_better_than_the_detector(house):
    """With closing false nothing is read out of the words; with true nothing need be."""
    thanks = user(text="thanks, that is all!", closing=False)

    assert house.take(*talk(), thanks, agent()).asks == []
    assert (
        len(house.take(*talk("c-2"), user("c-2", "xyzzy", closing=True), agent("c-2")).asks) == 1
    )


def test_an_end_asks_at_once(house):
    """The host's end is a moment."""
    (ask,) = house.take(*talk(), ended()).asks

    assert ask.trigger == "explicit_end"


def test_an_end_told_long_after_it_was_asks_nobody(house):
    """What a spool sends hours later raises no question, and the log says so."""
    past = (house.clock.us // 1_000_000) - HOUR
    told = [one | {"at": past + place} for place, one in enumerate([*talk(), ended()])]

    assert house.take(*told).asks == []
    assert house.reasons("c-1~1") == ["no_moment"]


def test_an_end_after_the_silence_asks_nobody(house):
    """A session that closed by itself is not asked about because its thread is cleaned up."""
    house.take(*talk(), agent(awaits_reply=True))
    house.wait(2 * HOUR)

    assert house.take(ended()).asks == []
    assert house.session("c-1~1").close_reason == "silence"


def test_one_decision_after_all_is_folded(house):
    """Thanks and a further question in one group are no moment."""
    assert house.take(*goodbye(), user(text="one more thing: my address?")).asks == []


def test_a_rating_in_the_same_group_leaves_nothing_to_ask(house):
    """Who has answered is not asked."""
    outcome = house.take(*goodbye(), rating())

    assert (outcome.accepted, outcome.asks) == (5, [])
    assert house.reasons("c-1~1") == ["already_rated"]


def test_going_on_withdraws_and_gives_the_budget_back(house):
    """Asked too early: the ask ends, costs nothing unshown, and its moment asks no more."""
    (ask,) = house.take(*goodbye(user_id="u")).asks
    outcome = house.take(user(text="wait, what about May?"))

    assert outcome.asks == []
    assert house.ask("c-1~1").state == "withdrawn"
    # Twice more in the day: nothing was spent.
    for name in ("c-2", "c-3"):
        assert [one.id == ask.id for one in house.take(*goodbye(name, user_id="u")).asks] == [
            False
        ]
    assert house.take(*goodbye("c-4", user_id="u")).asks == []


def test_a_withdrawn_ask_waits_for_new_silence(house):
    """Somebody types, says the client: silence begins anew, then asks once more."""
    house.take(*talk())
    house.wait(5 * MINUTE)
    first = house.ask("c-1~1")
    house.clock.move(MINUTE)

    assert house.take(step(first, "withdrawn")).asks == []
    house.wait(4 * MINUTE)
    assert len(house.session("c-1~1").asks) == 1
    house.wait(MINUTE)
    assert house.ask("c-1~1").id != first.id
    assert house.reasons("c-1~1") == ["asked", "asked"]  # a line for each ask
    house.take(step(house.ask("c-1~1"), "withdrawn"))
    house.wait(10 * MINUTE)
    assert len(house.session("c-1~1").asks) == 2


def test_silence_asks_after_a_goodbye_whose_ask_was_withdrawn(house):
    """The user began to type, and sent nothing."""
    house.take(*goodbye())
    house.take(step(house.ask("c-1~1"), "withdrawn"))
    house.wait(5 * MINUTE - 1)
    assert len(house.session("c-1~1").asks) == 1
    house.wait(1)
    assert house.ask("c-1~1").trigger == "inactivity"
    assert house.ask("c-1~1").is_open


def test_a_withdrawn_ask_is_not_repeated_at_the_same_end(house):
    """Whether the client says it or the user goes on, one end asks once."""
    for name in ("c-1", "c-2"):
        (ask,) = house.take(*talk(name), ended(name)).asks
        told = [step(ask, "withdrawn")] if name == "c-1" else [user(name)]
        house.clock.move(1)

        assert house.take(*told).asks == []
        assert [one.state for one in house.session(f"{name}~1").asks] == ["withdrawn"]


def test_going_on_in_a_new_session_withdraws_the_old_ones_ask(house):
    """Also where the agent spoke first there."""
    house.take(*talk(), ended())
    house.clock.move(1)
    opened = house.take(agent(text="By the way:"))
    assert [one.session_id for one in opened.asks] == ["c-1~1"]

    assert house.take(user(text="yes?")).asks == []
    assert house.ask("c-1~1").state == "withdrawn"
    assert house.session("c-1~2").n_user == 1


def test_every_pending_ask_of_a_conversation_is_answered(house):
    """Naming a conversation gives the ask about an earlier session too."""
    (ask,) = house.take(*talk(), ended()).asks
    house.clock.move(1)
    house.take(agent())

    note = {"type": "session.updated", "conversation_id": "c-1", "release": "v2"}
    assert [one.id for one in house.take(note).asks] == [ask.id]


def test_a_repeated_envelope_gets_its_asks_again(house):
    """Until they have ended or their time is over."""
    told = [one | {"id": f"e-{place}"} for place, one in enumerate(goodbye())]
    first = house.take(*told)
    again = house.take(*told)

    assert (again.accepted, again.duplicates) == (0, 4)
    assert [one.id for one in again.asks] == [one.id for one in first.asks]
    house.clock.move(10 * MINUTE)
    assert house.take(*told).asks == []


def test_two_sessions_of_one_person_in_one_group_share_the_budget(house):
    """Five talks end at once: two asks, whoever looks at them."""
    events = [one for place in range(5) for one in goodbye(f"c-{place}", user_id="u")]

    outcome = house.take(*events)

    assert len(outcome.asks) == 2
    reasons = [house.reasons(f"c-{place}~1")[-1] for place in range(5)]
    assert sorted(reasons) == ["asked", "asked", "budget_day", "budget_day", "budget_day"]


def test_the_budget_holds_over_groups_days_and_channels(house):
    """Two a day and six a week, over every conversation of the person."""
    asked = []
    for day in range(8):
        for place in range(3):
            name = f"c-{day}-{place}"
            answer = house.take(*goodbye(name, user_id="u"))
            asked.append(len(answer.asks))
            for ask in answer.asks:
                house.take(rating(conversation_id=name, ask_id=ask.id))
        house.wait(DAY + 1)

    days = [sum(asked[3 * day : 3 * day + 3]) for day in range(8)]
    assert days == [2, 2, 2, 0, 0, 0, 0, 2]


def test_an_ask_that_nobody_saw_expires_and_costs_nothing(house):
    """Ten minutes, then the budget has it back, and the person keeps their patience."""
    for name in ("c-1", "c-2"):
        house.take(*goodbye(name, user_id="u"))
    assert house.take(*goodbye("c-3", user_id="u")).asks == []
    house.wait(10 * MINUTE)

    assert house.ask("c-1~1").state == "expired"
    assert len(house.take(*goodbye("c-4", user_id="u")).asks) == 1


def test_an_ignored_ask_leaves_the_next_session_alone(house):
    """Shown and never answered: the next one is quiet, the one after is asked again."""
    (ask,) = house.take(*goodbye(user_id="u")).asks
    house.take(step(ask, "shown"))
    house.wait(31 * MINUTE)
    assert house.ask("c-1~1").state == "ignored"

    assert house.take(*goodbye("c-2", user_id="u")).asks == []
    assert house.reasons("c-2~1") == ["left_alone"]
    assert len(house.take(*goodbye("c-3", user_id="u")).asks) == 1


def test_patience_wears_thin_and_an_answer_makes_it_whole(house):
    """Dismissed asks: a session is left alone, then the chance is 1, 1/3, 1/7; then 1 again."""
    told = []  # chance and stop of each ask, in their order
    number = 0
    while len(told) < 5:
        number += 1
        house.wait(DAY)
        for ask in house.take(*goodbye(f"c-{number}", user_id="u")).asks:
            (line,) = house.decisions(f"c-{number}~1")
            told.append((line["probability"], ask.may_stop))
            is_last_but_one = len(told) == 4
            house.take(
                rating(conversation_id=ask.conversation_id, ask_id=ask.id)
                if is_last_but_one
                else step(ask, "dismissed")
            )

    chances = [chance for chance, _ in told]
    assert chances == [1, 1, 1 / 3, 1 / 7, 1]
    assert [may_stop for _, may_stop in told] == [False, True, True, True, True]
    reasons = [house.reasons(f"c-{n}~1")[0] for n in range(1, number + 1)]
    assert reasons[:4] == ["asked", "left_alone", "asked", "left_alone"]
    assert set(reasons) <= {"asked", "left_alone", "back_off"}
    assert reasons[-2:] == ["asked", "asked"]


def test_an_answer_to_an_ended_ask_counts(house):
    """An ignored, expired or withdrawn ask becomes answered, and patience is whole again."""
    (ask,) = house.take(*goodbye(user_id="u")).asks
    house.take(step(ask, "shown"))
    house.wait(DAY)
    outcome = house.take(rating(ask_id=ask.id, reason="late but true"))

    assert outcome.ratings[0].record.trigger == "closing_message"
    assert house.ask("c-1~1").state == "answered"
    assert len(house.take(*goodbye("c-2", user_id="u")).asks) == 1


def test_a_late_showing_opens_an_expired_ask_again(house):
    """The telling came late, the showing did not."""
    (ask,) = house.take(*goodbye()).asks
    house.wait(11 * MINUTE)
    house.take(step(ask, "shown"), step(ask, "shown"))

    assert house.ask("c-1~1").state == "shown"
    house.wait(HOUR)
    assert house.ask("c-1~1").state == "ignored"


def test_never_holds_everywhere(house):
    """No more asks to this person, in any conversation; the log says why."""
    (ask,) = house.take(*goodbye(user_id="u")).asks
    house.take(step(ask, "never"))

    assert house.ask("c-1~1").state == "dismissed"
    house.wait(30 * DAY)
    assert house.take(*goodbye("c-9", user_id="u")).asks == []
    assert house.reasons("c-9~1") == ["person_stopped"]


def test_never_outlives_the_name(house):
    """Who said it before signing in is not asked under their name."""
    (ask,) = house.take(*goodbye()).asks
    house.take(step(ask, "never"))
    house.take(agent(user_id="u"))

    assert house.take(*goodbye("c-2", user_id="u")).asks == []
    assert house.reasons("c-2~1") == ["person_stopped"]


def test_asks_before_the_name_weigh_on_the_person(house):
    """A talk that began without a name spends the named person's budget."""
    for name in ("c-1", "c-2"):
        house.take(*goodbye(name))
        house.take(agent(name, user_id="u"))

    assert house.take(*goodbye("c-3", user_id="u")).asks == []
    assert house.reasons("c-3~1") == ["budget_day"]


def test_a_step_of_an_unknown_ask_is_rejected(house):
    """Also that of another conversation; the neighbours stay."""
    (ask,) = house.take(*goodbye()).asks
    house.take(*talk("c-2"))
    foreign = step(ask, "dismissed") | {"conversation_id": "c-2"}
    unknown = step(ask, "shown") | {"ask_id": "no-such"}

    outcome = house.take(foreign, unknown, step(ask, "shown"))

    assert codes(outcome) == [(0, "unknown_ask"), (1, "unknown_ask")]
    assert (outcome.accepted, house.ask("c-1~1").state) == (1, "shown")


def test_test_keys_have_no_limits_and_hear_why(house):
    """Every moment asks, at once or by silence, and the answer says what was decided."""
    key = {"is_test": True, "environment": "test"}
    asked = [house.take(*goodbye(f"c-{n}", user_id="u"), **key) for n in range(4)]
    assert [len(outcome.asks) for outcome in asked] == [1, 1, 1, 1]
    assert asked[0].why == ["c-0~1: asked"]
    assert house.take(user("c-9"), **key).why == ["c-9~1: not asked, no_moment"]

    house.take(*talk("c-5", user_id="u"), **key)
    house.wait(5 * MINUTE)
    assert house.ask("c-5~1").trigger == "inactivity"


def test_test_and_normal_keys_in_one_transaction_keep_their_rules(running):
    """The limits of the one are not lifted for the other."""
    key = {"is_test": True, "environment": "test"}
    tests = [envelope(*goodbye(f"t-{n}", user_id="tester"), **key) for n in range(3)]
    normal = [envelope(*goodbye(f"c-{n}", user_id="u")) for n in range(3)]

    answers = together(running, *(one for pair in zip(tests, normal, strict=True) for one in pair))

    assert [len(answer.asks) for answer in answers] == [1, 1, 1, 1, 1, 0]
    assert running.session("t-1~1").environment == "test"
    assert running.session("c-1~1").environment == "production"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ([user()], "below_minimum"),
        ([*talk(), {"type": "handover", "conversation_id": "c-1"}], "handed_over"),
        ([user(), agent(awaits_reply=True)], "awaits_reply"),
        ([*talk(), user()], "user_unanswered"),
    ],
)
def test_a_session_left_alone_says_why(house, told, reason):
    """Silence is the moment; the rule that spoke against asking is in the log."""
    house.take(*told)
    house.wait(5 * MINUTE)

    (line,) = house.decisions("c-1~1")
    assert (line["reason"], line["verdict"], line["trigger"]) == (reason, "leave", "inactivity")
    assert (line["probability"], line["policy_version"]) == (0.0, 1)


def test_every_session_has_a_decision(house):
    """Rated before any moment, ended at once, closed while nobody watched: each has its line."""
    house.take(*talk("rated"), rating(conversation_id="rated"))
    house.take(*talk("ended"), ended("ended"))
    house.take(*talk("silent"))
    house.take(user("alone"))
    house.wait(HOUR)  # the timers see closing and silence together, as after a stop
    house.take(*talk("short"))
    house.wait(HOUR)

    sessions = {name for (name,) in house.rows("SELECT conversation_id || '~1' FROM sessions")}
    logged = {name for (name,) in house.rows("SELECT DISTINCT session_id FROM decisions")}
    assert sessions - logged == set()
    assert len(sessions) == 5


def test_imports_are_not_asked_and_not_logged(house):
    """Nobody was there."""
    house.take(*goodbye(at=house.clock.us // 1_000_000 - DAY), is_import=True)
    house.wait(DAY)

    assert (house.reasons("c-1~1"), house.session("c-1~1").asks) == ([], [])
    assert house.session("c-1~1").closed_us is not None


def test_a_decision_can_be_replayed(house):
    """The logged draw and chance give the logged verdict, and so does deciding again."""
    cautious = Policy(skip_share=0.5, eligible_per_week=1_000)
    with house.journal.write() as connection:
        load_project(connection, "default", 0)
        save_policy(connection, "default", cautious, 0)
    names = [f"c-{n}" for n in range(60)]
    for name in names:
        house.take(*goodbye(name))
    with house.journal.read() as connection:
        project = load_project(connection, "default", 0)

    verdicts = set()
    for name in names:
        (line,) = house.decisions(f"{name}~1")
        assert line["policy_version"] == project.policy.version == 2
        assert line["draw"] == draw_of(project.salt, f"{name}~1", 2)
        before = replace(house.session(f"{name}~1"), asks=[])
        nobody = patience(Person(key=f"c:{name}", first_us=0), [])
        again = decide(project.policy, before, nobody, line["at_us"], line["draw"])
        assert (again.verdict, again.reason) == (line["verdict"], line["reason"])
        assert (line["probability"], again.trigger) == (0.5, line["trigger"])
        assert (line["draw"] < line["probability"]) == (again.verdict is Verdict.ASK)
        verdicts.add(line["verdict"])
    assert verdicts == {"ask", "leave"}


def test_asks_and_patience_survive_a_restart(house):
    """Everything that decides lies in the journal."""
    for name in ("c-1", "c-2"):
        house.take(*goodbye(name, user_id="u"))
    house.close()
    again = house.another()

    assert again.take(*goodbye("c-3", user_id="u")).asks == []
    again.wait(10 * MINUTE)
    assert again.ask("c-1~1").state == "expired"
    again.close()
