"""Foresight: reading an envelope ahead changes nothing but who reads it, and when."""

from __future__ import annotations

import pytest

from afterword.intake import listening
from afterword.intake.foresight import foresee
from intake_cast import NOON, House, agent, envelope, rating, talk, user

GERMAN = {"type": "session.started", "conversation_id": "c-2", "locale": "de-DE"}
TOOL = {"type": "message", "conversation_id": "c-3", "role": "tool", "text": "thanks, bye"}
TOLD = (
    [*talk(), agent(text="Is there anything else I can help you with?")],
    [user(text="no")],  # after what the agent asked in another request
    [GERMAN, user("c-2", "Info 42"), agent("c-2", "Info 43"), user("c-2", "ok super")],
    [user("c-3", "Why was I charged twice?"), agent("c-3", "I can't help with that."), TOOL],
    [user("c-3", "why was I charged TWICE"), agent("c-3", "Done.", closing=0.2)],
    [user("c-4", "thanks, that is all", at=NOON + 9), agent("c-4", "Shall I?", at=NOON)],
    [*talk("c-5"), user("c-5", "thanks", closing=0.1), user("c-6", "thanks!"), rating()],
    [agent("c-7", "More?"), user("c-7", "no thanks"), agent("c-7", "Bye!"), user("c-7", "bye")],
)


@pytest.fixture
def houses(tmp_path):
    """Two that are alike."""
    found = [House(tmp_path / name) for name in ("plain", "ahead")]
    yield found
    for house in found:
        house.close()


def test_sessions_are_the_same(houses):
    """Whatever came before, in whatever order, and whatever the host says of it."""
    plain, ahead = houses
    named = [
        [{"id": f"e-{n}-{at}", **event} for at, event in enumerate(told)]
        for n, told in enumerate(TOLD)
    ]
    for told in named:
        plain.take(*told)
        ahead.intake.run(foresee(envelope(*told)))

    found = [house.rows("SELECT body FROM sessions ORDER BY conversation_id") for house in houses]
    assert len(found[0]) == 7
    assert found[0] == found[1]
    assert plain.reasons("c-1~1") == ahead.reasons("c-1~1")


def test_the_writer_reads_nothing_again(house, monkeypatch):
    """What was found in the last words of a session is used, not found once more."""
    foreseen = foresee(envelope(*talk(), user(text="thanks, that is all!"), agent(text="Bye!")))
    for name in ("moment_after", "Hearing"):
        monkeypatch.setattr(listening, name, None)

    house.intake.run(foreseen)

    assert house.session("c-1~1").last_user.closing > 0.7
    assert house.session("c-1~1").last_agent.heard is not None
