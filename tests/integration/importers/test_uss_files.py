"""The real USS files through a real journal, against counting them with plain JSON."""

import gzip
import json
import os
from collections import Counter

import pytest
import sqlalchemy as sa

from afterword import importers
from afterword.history import Filter, History
from afterword.history.questions.ratings import ratings
from afterword.intake import Intake
from afterword.journal import Journal
from afterword.journal.sessions import SessionFilter, list_sessions
from afterword.journal.tables import EVENTS
from afterword.reports import run
from import_files import options, shared_folder

SHARED = shared_folder(os.environ)
pytestmark = pytest.mark.skipif(
    SHARED is None, reason="The shared data are absent: set AFTERWORD_SHARED to their folder."
)
LEVELS = {1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}


def scored(dialogue):
    """Pair the first annotator's turn ratings with the agent turns before them."""
    last = None
    for place, turn in enumerate(dialogue["turns"]):
        if turn["role"] == "agent":
            last = place
        elif turn["ratings"] and last is not None:
            yield f"{dialogue['dialogue_id']}/{last}", (turn["ratings"][0] - 1) / 4


def differs(dialogue):
    """Say whether a dialogue's rating stands at another level than its responses on average."""
    scores = [4 * score + 1 for score in dict(scored(dialogue)).values()]
    mean = sum(scores) / len(scores)
    responses = "positive" if mean >= 3.5 else "negative" if mean < 2.5 else "neutral"
    return responses != LEVELS[dialogue["overall"][0]]


@pytest.fixture(scope="module")
def dialogues():
    """Every dialogue of every file."""
    found = []
    for path in sorted((SHARED / "data" / "dev").glob("uss.*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines]
    assert len(found) > 1_000
    return found


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A journal that took all files, and what taking them said, once and again."""
    data = tmp_path_factory.mktemp("data")
    journal = Journal.open(data)
    paths = sorted((SHARED / "data" / "dev").glob("uss.*.jsonl.gz"))
    results = [
        Intake(journal).import_events("default", importers.read("uss", paths, options()))
        for _ in range(2)
    ]
    yield data, journal, results
    journal.close()


def test_the_counts_are_those_of_the_files(imported, dialogues):
    """Sessions, levels and single-message scores, by history and by hand."""
    data, journal, (result, _) = imported
    levels = Counter(LEVELS[one["overall"][0]] for one in dialogues if one["overall"])
    history = History(data / "history", journal)
    (cell,) = ratings(history, Filter())
    history.close()

    assert (result.sessions, result.ratings) == (len(dialogues), levels.total())
    assert (result.n_rejected, result.duplicates) == (0, 0)
    assert (cell.n_sessions, cell.n_closed) == (len(dialogues), len(dialogues))
    assert {level: getattr(cell, level) for level in levels} == levels
    assert (cell.n_rated, cell.n_unasked, cell.n_shown) == (levels.total(), levels.total(), 0)


def test_the_scores_are_those_of_the_files(imported, dialogues):
    """Every rated user turn after an agent message is one feedback; the last of each counts."""
    _, journal, _ = imported
    pairs = [pair for dialogue in dialogues for pair in scored(dialogue)]
    with journal.read() as connection:
        bodies = [json.loads(body) for body in connection.scalars(sa.select(EVENTS.c.body))]
        sessions, _ = list_sessions(connection, "default", SessionFilter(), None, 10_000)
    told = [(body["message_id"], body["score"]) for body in bodies if body["type"] == "feedback"]

    assert Counter(told) == Counter(pairs)
    assert {
        message: score for one in sessions for message, (_, score) in one.feedback.items()
    } == dict(pairs)


def test_the_messages_are_those_of_the_files(imported, dialogues):
    """User and agent turns are counted in their sessions."""
    _, journal, _ = imported
    with journal.read() as connection:
        sessions, _ = list_sessions(connection, "default", SessionFilter(), None, 10_000)
    counted = {one.conversation_id: (one.n_user, one.n_agent) for one in sessions}
    roles = {
        one["dialogue_id"]: Counter(turn["role"] for turn in one["turns"]) for one in dialogues
    }

    assert counted == {name: (found["user"], found["agent"]) for name, found in roles.items()}


def test_the_files_again_change_nothing(imported):
    """Every event is known by its id."""
    _, _, (first, again) = imported

    assert (again.events, again.sessions, again.ratings, again.n_rejected) == (0, 0, 0, 0)
    assert again.duplicates == first.events


@pytest.mark.parametrize(
    ("name", "about"), [("ccpe", 0.24), ("mwoz", 0.28), ("redial", 0.34), ("sgd", 0.32)]
)
def test_ratings_differ_from_their_responses_as_often_as_by_hand(tmp_path, name, about):
    """A session's rating is not the average of its responses, in one dialogue of three or four."""
    path = SHARED / "data" / "dev" / f"uss.{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    judged = [one for one in read if one["overall"] and list(scored(one))]
    journal = Journal.open(tmp_path)
    Intake(journal).import_events("default", importers.read("uss", [path], options()))
    history = History(tmp_path / "history", journal)

    [row] = run("responses", history, Filter()).rows
    history.close()
    journal.close()

    assert (row.differing.count, row.differing.n) == (sum(map(differs, judged)), len(judged))
    assert row.differing.share == pytest.approx(about, abs=0.025)
