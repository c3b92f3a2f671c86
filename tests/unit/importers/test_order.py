"""Events of several files in the order of their times."""

import random

import pytest

from afterword.domain.events import Feature, Message, Rated, Rating, Role
from afterword.domain.kinds import Kind
from afterword.domain.use_cases import UseCases
from afterword.importers.order import AT_ONCE, by_time
from afterword.importers.times import from_us
from afterword.intake import Refused, Sourced


def event(at_us, place):
    """Make an event that says where it was read."""
    made = Feature(id=f"f-{place}", conversation_id="c", feature="x", at=from_us(at_us))
    return Sourced(made, f"line {place}")


@pytest.mark.parametrize("n", [0, 1, AT_ONCE, 2 * AT_ONCE + 7])
@pytest.mark.parametrize("is_shuffled", [False, True])
def test_events_come_by_time_and_then_as_they_were_read(n, is_shuffled):
    """The order is that of a stable sort, and nothing is lost or changed."""
    times = [place // 3 for place in range(n)]
    if is_shuffled:
        random.Random(n).shuffle(times)  # noqa: S311  # no secret
    items = [event(at_us, place) for place, at_us in enumerate(times)]

    assert list(by_time(items)) == sorted(items, key=lambda item: item.event.at)


def test_refusals_come_first():
    """What could not be read is known before anything is imported."""
    refused = Refused("line 2", "not_json", "The line is not JSON.")

    assert list(by_time([event(2, 1), refused, event(1, 3)])) == [
        refused,
        event(1, 3),
        event(2, 1),
    ]


def test_texts_become_words_before_they_wait():
    """No text of a message lies in the temporary database; a host's own count stays, and facts."""
    common = {"conversation_id": "c", "at": from_us(1), "role": Role.USER}
    items = [
        Sourced(Message(id="1", text="why was I charged", **common), "line 1"),
        Sourced(Message(id="2", text="why was I charged", words=9, **common), "line 2"),
    ]

    answered = Message(
        id="3", text="I can't help with that", **{**common, "role": Role.AGENT, "at": from_us(2)}
    )
    cases = UseCases([Kind("billing", ("charged",))])

    found = list(by_time([*items, Sourced(answered, "line 3")], use_cases=cases))

    assert [(one.event.text, one.event.words) for one in found] == [
        (None, 4),
        (None, 9),
        (None, 5),
    ]
    assert [one.facts.words for one in found] == [4, 9, 5]
    assert found[0].facts.mark == found[1].facts.mark > 0
    assert [one.facts.hint for one in found] == [(0, "billing"), (0, "billing"), None]
    assert [one.facts.is_refusal for one in found] == [None, None, True]


@pytest.mark.parametrize("given", [{}, {"reason": None}, {"reason": "quick"}])
def test_a_reason_left_out_is_not_a_reason_removed(given):
    """Waiting keeps the three apart."""
    rated = Rated(id="1", conversation_id="c", at=from_us(1), rating=Rating.NEUTRAL, **given)

    assert [item.event for item in by_time([Sourced(rated, "line 1")])] == [rated]


def test_progress_is_told():
    """The caller hears how many items have been read."""
    heard = []
    list(by_time([event(1, place) for place in range(AT_ONCE + 1)], heard.append))

    assert heard == [AT_ONCE, AT_ONCE + 1]
