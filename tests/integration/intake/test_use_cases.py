"""Use cases: inferred from what is said where the host does not tell, and kept without a word."""

from __future__ import annotations

import pytest

from afterword.domain.kinds import Kind
from afterword.domain.use_cases import InferredBy, UseCases
from afterword.intake import Intake
from intake_cast import agent, stored, user


@pytest.fixture
def informed(house):
    """An intake that knows the use cases of one project."""
    cases = UseCases(
        [Kind("billing", ("charged twice",)), Kind("travel", ("xylophone",))],
        lambda text: "chat" if "zither" in text else None,
    )
    house.intake = Intake(
        house.journal,
        clock=house.clock,
        use_cases=lambda project: cases if project == "default" else None,
    )
    return house


def named(conversation_id="c-1"):
    """Let the host say what the user came for."""
    return {"type": "session.updated", "conversation_id": conversation_id, "use_case": "sales"}


def found(house, conversation_id="c-1"):
    """Give what was inferred about a session, and by what."""
    session = house.session(f"{conversation_id}~1")
    return session.inferred_use_case, session.inferred_by


def test_the_first_message_that_a_phrase_names_decides(informed):
    """Over several requests, live and imported; what agents say decides nothing."""
    told = [
        user(text="a zither, please"),
        agent(text="You were charged twice?"),
        user(text="xylophone lessons"),
        user(text="I was charged twice"),
    ]
    steps = []
    for event in told:
        informed.take(event)
        steps.append(found(informed))
    informed.take(*({**event, "conversation_id": "c-2"} for event in told), is_import=True)

    chat, travel = ("chat", InferredBy.CLASSIFIER), ("travel", InferredBy.PHRASE)
    assert steps == [chat, chat, travel, travel]
    assert found(informed, "c-2") == travel
    assert b"xylophone" not in stored(informed)


def test_what_somebody_came_for_is_said_early(informed):
    """In the first five messages of the user; later ones are not looked at."""
    informed.take(*(user(text="hello") for _ in range(4)), user(text="charged twice"))
    informed.take(
        *(user("c-2", text="hello") for _ in range(5)), user("c-2", text="charged twice")
    )

    assert found(informed) == ("billing", InferredBy.PHRASE)
    assert found(informed, "c-2") == (None, None)


def test_what_the_host_says_stands_alone(informed):
    """Before or after the message, and nothing is inferred beside it."""
    informed.take(named(), user(text="charged twice"))
    informed.take(user("c-2", text="charged twice"), named("c-2"))
    informed.take(user("c-3", text="nothing of that kind"))

    assert [found(informed, f"c-{number}") for number in (1, 2, 3)] == [(None, None)] * 3
    assert informed.session("c-2~1").use_case == "sales"
