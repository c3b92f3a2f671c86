"""Dialogues rated turn by turn."""

import pytest

from afterword.domain.events import Feedback, Message, Rated, SessionEnded
from afterword.importers.times import from_us
from import_files import STARTED_US, jsonl, read, told, write

TURNS = (
    ("user", [1, 5]),
    ("agent", []),
    ("agent", []),
    ("user", [2, 5]),
    ("user", [5, 1]),
    ("agent", []),
    ("user", []),
    ("user", [None, 3]),
)


def dialogue(*turns, overall=(4, 1), **more):
    """Make a dialogue."""
    told_turns = [{"role": role, "text": "two words", "ratings": list(r)} for role, r in turns]
    return {"dialogue_id": "d-1", "turns": told_turns, "overall": list(overall), **more}


def events(tmp_path, *dialogues):
    """Read dialogues without refusals; give the events."""
    found, refused = read("uss", write(tmp_path / "uss.x.jsonl.gz", jsonl(*dialogues)))
    assert refused == []
    return [item.event for item in found]


def test_a_dialogue_becomes_a_session(tmp_path):
    """Messages a second apart, then the first annotator's rating, and the end."""
    found = events(tmp_path, dialogue(*TURNS, scale="1-5", comments=[]))
    messages = [one for one in found if isinstance(one, Message)]
    rated, ended = found[-2:]

    assert [(one.role, one.words) for one in messages] == [(role, 2) for role, _ in TURNS]
    assert [one.at for one in messages] == [
        from_us(STARTED_US + 1_000_000 * place) for place in range(8)
    ]
    assert (type(rated), rated.rating) == (Rated, "positive")
    assert type(ended) is SessionEnded
    assert {one.conversation_id for one in found} == {"d-1"}
    assert len({one.id for one in found}) == len(found)


def test_a_rated_user_turn_scores_the_agent_message_before_it(tmp_path):
    """The first annotator's, as (r-1)/4; where no agent message stands before it, nothing."""
    found = [one for one in events(tmp_path, dialogue(*TURNS)) if isinstance(one, Feedback)]

    assert [(one.message_id, one.score) for one in found] == [("d-1/2", 0.25), ("d-1/2", 1.0)]


@pytest.mark.parametrize(
    ("overall", "rating"),
    [(1, "negative"), (2, "negative"), (3, "neutral"), (4, "positive"), (5, "positive")],
)
def test_the_overall_rating_is_the_sessions(tmp_path, overall, rating):
    """1 and 2 are negative, 3 neutral, 4 and 5 positive."""
    found = events(tmp_path, dialogue(*TURNS, overall=(overall, 6 - overall)))

    assert [one.rating for one in found if isinstance(one, Rated)] == [rating]


@pytest.mark.parametrize("overall", [(), (None, 4)])
def test_a_dialogue_that_the_first_annotator_left_out_is_unrated(tmp_path, overall):
    """Other annotators do not stand in."""
    found = events(tmp_path, dialogue(*TURNS, overall=overall))

    assert not any(isinstance(one, Rated) for one in found)


def test_a_bad_dialogue_is_refused_whole(tmp_path):
    """Its place and field are named; its neighbours are read."""
    good = dialogue(*TURNS)
    path = write(
        tmp_path / "uss.x.jsonl",
        jsonl(
            dialogue(*TURNS, overall=(6,)),
            good,
            {**good, "turns": [{"role": "system", "text": "x"}]},
            {**good, "turns": [{"role": "user", "text": "x" * 100_001}]},
            {**good, "dialogue_id": ""},
            {"turns": []},
        )
        + '{"dialogue_id": ',
    )
    found, refused = read("uss", path)

    assert {item.where for item in found} == {f"{path} line 2"}
    assert [(place, code) for place, code, _ in told(path, refused)] == [
        ("line 1", "invalid_field"),
        ("line 3", "invalid_field"),
        ("line 4", "text_too_long"),
        ("line 5", "invalid_field"),
        ("line 6", "invalid_field"),
        ("line 7", "invalid_field"),
    ]
    assert "$.overall[0]" in refused[0].detail
    assert "$.turns[0].role" in refused[1].detail
