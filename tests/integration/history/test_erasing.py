"""Erasing a person: what goes, what stays, and what keeps it from coming back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from afterword.errors import Erased, JournalUnavailable, UnknownPerson
from afterword.history import Filter, History, Rewriter
from afterword.history.erasing import Eraser
from afterword.history.questions.ratings import ratings
from afterword.intake import Sourced
from afterword.journal.days import written_days
from afterword.journal.person_exports import export_person
from afterword.journal.tables import METADATA
from intake_cast import (
    DAY,
    HOUR,
    NOON,
    House,
    agent,
    codes,
    ended,
    envelope,
    goodbye,
    rating,
    stored,
    talk,
    user,
)
from postgres_harness import ON_POSTGRESQL

CANARY = "zqcanaryqz"


@pytest.fixture
def house(tmp_path, database_url):
    """An empty journal with its intake."""
    opened = House(tmp_path / "data", database_url)
    yield opened
    opened.close()


@pytest.fixture
def history(house):
    """The history of the house."""
    held = History(house.data_dir / "history", house.journal)
    held.warm()
    yield held
    held.close()


def write(house):
    """Bring the day files up to the journal."""
    Rewriter(house.data_dir / "history", house.journal).run_once()


def erase(house, person, history=None):
    """Erase a person."""
    rewriter = Rewriter(house.data_dir / "history", house.journal)
    return Eraser(house.journal, rewriter, house.clock.now_us, history).erase("default", person)


def counts(history):
    """Count all sessions and every level, by nothing that is about people."""
    return [
        replace(one, persons=None)
        for by in (None, "day", "channel", "release")
        for one in ratings(history, Filter(), by)
    ]


def bytes_below(house):
    """Read every file of the data folder with its name, and every row of the database."""
    files = [path for path in house.data_dir.rglob("*") if path.is_file()]
    held = [str(path).encode() + path.read_bytes() for path in files]
    return b"".join(held) + (stored(house) if house.journal.is_shared else b"")


def plant(house):
    """Tell of a person in every way, with one word in everything that names them or they wrote."""
    who = {"user_id": f"u-{CANARY}"}
    chat = f"c-{CANARY}"
    traits = {"traits": {f"t-{CANARY}": CANARY}}
    own = {"labels": {CANARY: CANARY}, "metadata": {CANARY: CANARY}, "trace_id": CANARY}
    flow = {"type": "flow", "flow": "tour", "kind": "survey", "step": "completed"}
    vote = {"type": "feedback", "message_id": f"m-{CANARY}", "value": "down"}
    taken = [
        house.take(
            {"type": "identify", **who, **traits}, {"type": "activity", **who, "name": "x"}
        ),
        house.take({"type": "session.started", "conversation_id": chat, **who, **traits, **own}),
        house.take(
            *goodbye(chat),
            {**vote, "conversation_id": chat, "comment": CANARY, "id": f"e-{CANARY}"},
            {**flow, "conversation_id": chat, "answer": CANARY},
        ),
    ]
    ask = house.session(f"{chat}~1").asks[-1]
    taken += [
        house.take(rating("negative", chat, reason=f"no {CANARY}", ask_id=ask.id)),
        house.take(ended(chat, outcome=CANARY)),
    ]
    house.wait(HOUR)
    taken += [house.take(*talk(chat, **who)), house.take(*talk(f"d-{CANARY}", **who))]
    assert [one.rejected for one in taken] == [[]] * len(taken)
    return chat


def crowd(house, n_people=8):
    """Tell of other people, over three days."""
    rng = random.Random(5)  # noqa: S311  # a seeded world, no secret
    for number in range(40):
        who = f"u-{rng.randrange(n_people)}"
        chat = f"c-{number}"
        house.take(*goodbye(chat, user_id=who), ended(chat))
        if rng.random() < 0.7:
            house.take(rating(rng.choice(["positive", "neutral", "negative"]), chat, reason="so"))
        house.wait(2 * HOUR)


def test_no_file_holds_a_person_who_was_erased(house, history):
    """Not the journal, its log, nor a day file; a word in all that was told of them is gone."""
    crowd(house, 3)
    chat = plant(house)
    house.wait(HOUR)
    write(house)
    counts(history)  # which keeps days in memory
    assert CANARY.encode() in bytes_below(house)

    done = erase(house, f"u-{CANARY}", history)

    assert CANARY.encode() not in bytes_below(house)
    held = counts(history)
    assert held[0].n_sessions == 43
    assert done.gone.events > 10
    assert (done.gone.traits, done.gone.reasons, done.gone.rating_changes) == (1, 1, 1)
    assert (done.kept.sessions, done.kept.ratings, done.kept.feedback, done.kept.asks) == (
        3,
        1,
        1,
        1,
    )
    assert house.session(f"{chat}~1") is None
    assert house.rows("SELECT count(*) FROM persons WHERE key LIKE 'u-%'") == [(0,)]


def export(house, person):
    """Read all that is held of a person."""
    with house.journal.read() as connection:
        return export_person(connection, "default", person)


def test_an_export_holds_everything_that_an_erasure_takes(house):
    """Every kind of it, and nothing of it afterwards."""
    crowd(house, 3)
    chat = plant(house)
    told = export(house, f"u-{CANARY}")
    done = erase(house, f"u-{CANARY}")

    assert told.person["traits"] == {f"t-{CANARY}": CANARY}
    assert [one["conversation_id"] for one in told.sessions] == [chat, chat, f"d-{CANARY}"]
    assert told.sessions[0]["rating"]["reason"] == f"no {CANARY}"
    assert len(told.events) == done.gone.events
    assert {"comment", "answer", "outcome", "reason", "traits"} <= {
        name for one in told.events for name in one["body"]
    }
    assert len(told.decisions) == done.gone.decisions > 0
    assert [one["body"]["reason"] for one in told.rating_changes] == [f"no {CANARY}"]
    with pytest.raises(UnknownPerson):
        export(house, f"u-{CANARY}")


def test_an_export_holds_nothing_of_others(house):
    """Of a conversation that others share, what the person told, and nobody else."""
    house.take(*talk("c-1", user_id="u-2"), user("c-1", user_id="u-1"))
    house.take(rating("negative", "c-1", reason="mine", user_id="u-1", source="slack"))
    mine, theirs = export(house, "u-1"), export(house, "u-2")

    assert (mine.person, mine.sessions) == (None, [])
    assert [one["body"]["user_id"] for one in mine.events] == ["u-1", "u-1"]
    assert [one["body"]["reason"] for one in mine.rating_changes] == ["mine"]
    assert [one["body"]["user_id"] for one in theirs.events] == ["u-2", "u-2"]
    assert "mine" not in str(theirs)


def test_counts_stay_as_they_were(house, history):
    """Whoever is erased, on whatever day: sessions, asks and every level are as before."""
    crowd(house)
    house.wait(9 * DAY)
    before = counts(history)
    assert before[0].n_rated > 20
    for number in range(8):
        erase(house, f"u-{number}", history)
        assert counts(history) == before
        fresh = History(house.data_dir / "history", house.journal)
        assert counts(fresh) == before
        fresh.close()
    write(house)
    files = History(house.data_dir / "history", None)
    assert counts(files) == before
    files.close()
    with house.journal.read() as connection:
        assert written_days(connection, "default")


def test_an_open_session_ends_with_its_person(house):
    """Nothing more can come to it, and nobody is asked about it."""
    house.take(*talk(user_id="u-1"))
    erase(house, "u-1")
    house.wait(DAY)

    rows = house.rows("SELECT due_us, user_id FROM sessions")
    assert rows == [(None, None)]
    assert house.rows("SELECT count(*) FROM asks") == [(0,)]
    assert house.rows("SELECT count(*) FROM persons") == [(0,)]
    [(conversation_id,)] = house.rows("SELECT conversation_id FROM sessions")
    kept = house.session(f"{conversation_id}~1")
    assert (kept.closed_us, kept.close_reason) == (kept.last_us, "ended")


def test_erasing_twice_is_the_same(house):
    """The second time nothing is left to go, and the answer says when it went."""
    house.take(*talk(user_id="u-1"))
    first = erase(house, "u-1")
    rows = stored(house) if house.journal.is_shared else house.rows("SELECT * FROM sessions")
    house.wait(HOUR)
    second = erase(house, "u-1")

    assert first.gone.events == 2
    assert second.at_us == first.at_us
    assert second.gone == type(second.gone)()
    after = stored(house) if house.journal.is_shared else house.rows("SELECT * FROM sessions")
    assert after == rows


@pytest.mark.parametrize("person", ["u-2", "c:c-9", "c:c-1", ""])
def test_a_person_who_is_not_known_cannot_be_erased(house, person):
    """Nor a conversation that has a person."""
    house.take(*talk(user_id="u-1"))
    with pytest.raises(UnknownPerson):
        erase(house, person)
    assert house.rows("SELECT count(*) FROM erased") == [(0,)]
    assert house.rows("SELECT count(*) FROM conversations") == [(1,)]
    assert house.rows("SELECT count(*) FROM persons") == [(1,)]


def test_a_conversation_without_a_user_id_is_a_person(house):
    """Others stay as they are."""
    house.take(*talk("c-1"))
    house.take(*talk("c-2"))
    done = erase(house, "c:c-1")

    assert (done.gone.events, done.kept.sessions) == (2, 1)
    assert house.session("c-1~1") is None
    assert house.session("c-2~1").n_user == 1


def test_a_user_id_that_looks_like_a_conversation(house):
    """Where somebody has such an id, it is that person."""
    house.take(*talk("c-1"))
    house.take(*talk("c-2", user_id="c:c-1"))
    erase(house, "c:c-1")

    assert house.session("c-1~1") is not None
    assert house.session("c-2~1") is None


def test_what_comes_late_is_refused_and_its_neighbours_are_kept(house):
    """A spool, of the conversation or of the person elsewhere; what another tells is kept."""
    first = talk("c-1", user_id="u-1")
    house.take(*first)
    before = NOON
    house.clock.move(HOUR)
    erase(house, "u-1")
    late = [
        user("c-1", at=before + 1),
        user("c-7", user_id="u-1", at=before + 2),
        user("c-7", at=before + 3),
        user("c-8", user_id="u-8", at=before + 4),
        {"type": "identify", "user_id": "u-1", "traits": {"plan": "pro"}, "at": before + 5},
        rating("positive", "c-1", at=before + 6),
    ]

    out = house.take(*late)

    assert codes(out) == [
        (0, "erased"),
        (1, "erased"),
        (2, "erased"),
        (4, "erased"),
        (5, "erased"),
    ]
    assert isinstance(out.errors[0], Erased)
    assert out.accepted == 1
    assert codes(house.take(user("c-7", at=before + 9))) == [(0, "erased")]
    assert house.rows("SELECT count(*) FROM persons WHERE key <> 'u:u-8'") == [(0,)]


def test_an_import_does_not_bring_a_person_back(house):
    """The same file again: only what is of others is kept."""
    told = [*talk("c-1", user_id="u-1", at=NOON - DAY), *talk("c-2", user_id="u-2", at=NOON - DAY)]
    items = [Sourced(event, f"line {n}") for n, event in envelope(*told).events]
    house.intake.import_events("default", items)
    erase(house, "u-1")
    result = house.intake.import_events("default", items)

    assert [one.code for one in result.rejected] == ["erased", "erased"]
    assert house.rows("SELECT DISTINCT user_id FROM sessions WHERE user_id IS NOT NULL") == [
        ("u-2",)
    ]


def test_who_comes_after_the_erasure_is_new(house):
    """The same user id, in the same conversation too: a first session of a new person."""
    house.take({"type": "identify", "user_id": "u-1", "traits": {"plan": "pro"}})
    house.take(*talk("c-1", user_id="u-1"))
    house.clock.move(60)
    erase(house, "u-1")
    house.clock.move(60)
    house.take(*talk("c-1", user_id="u-1"))

    again = house.session("c-1~1")
    assert (again.session_number, again.traits, again.n_user) == (1, {}, 1)
    assert erase(house, "u-1").kept.sessions == 1
    assert house.rows("SELECT count(*) FROM sessions WHERE user_id IS NOT NULL") == [(0,)]


def test_others_of_a_shared_conversation_stay(house):
    """Their sessions keep their place; what the erased one told or rated in them is gone."""
    house.take(*goodbye("c-1", user_id="u-1"), ended("c-1"))
    house.wait(HOUR)
    house.take(*talk("c-1", user_id="u-2"), user("c-1", user_id="u-1"))
    house.take(rating("neutral", "c-1", reason="hush", user_id="u-1", source="slack"))
    house.take(rating("negative", "c-1", reason="hush", user_id="u-1", source="slack"))
    due = house.rows("SELECT due_us FROM sessions WHERE number = 2")

    done = erase(house, "u-1")

    first, second = house.session("c-1~1"), house.session("c-1~2")
    assert (first.user_id, first.closed_us is None, first.n_user) == (None, False, 2)
    assert (second.user_id, second.rating.rating, second.rating.reason) == (
        "u-2",
        "negative",
        None,
    )
    assert second.rating.rater is None
    assert house.rows("SELECT due_us FROM sessions WHERE number = 2") == due
    assert (done.kept.sessions, done.gone.events) == (1, 8)
    assert b"u-1" not in (
        stored(house)
        if house.journal.is_shared
        else str(
            [house.rows(f"SELECT * FROM {name}") for name in METADATA.tables if name != "projects"]  # noqa: S608  # our names
        ).encode()
    )
    house.take(agent("c-1", user_id="u-2"))
    assert house.session("c-1~2").n_agent == 2


def test_an_erasure_and_a_flood_of_the_same_person(house):
    """Whatever is taken while it goes on, nothing of before it is left."""
    other = house.another() if house.journal.is_shared else house

    def flood(number):
        return other.take(*talk(f"c-{number}", user_id="u-1", at=NOON - 5))

    flood(0)
    with ThreadPoolExecutor(2) as pool:
        flooding = pool.map(flood, range(1, 60))
        erase(house, "u-1")
        outcomes = [*flooding]
    if other is not house:
        other.close()

    assert {code for out in outcomes for _, code in codes(out)} <= {"erased"}
    assert house.rows("SELECT count(*) FROM sessions WHERE user_id IS NOT NULL") == [(0,)]
    assert house.rows("SELECT count(*) FROM events") == [(0,)]


def test_an_erasure_that_did_not_reach_its_end_goes_on(house, monkeypatch):
    """Where a day file cannot be written it says so, and the same again writes it."""
    house.take(*talk("c-1", user_id=CANARY))
    write(house)
    with monkeypatch.context() as broken:
        broken.setattr("afterword.history.merging.files.write_day", _full)
        with pytest.raises(JournalUnavailable, match="Erase again"):
            erase(house, CANARY)
    assert CANARY.encode() in bytes_below(house)
    erase(house, CANARY)
    assert CANARY.encode() not in bytes_below(house)


def _full(*_):
    raise OSError(28, "No space left on device")


@ON_POSTGRESQL
def test_a_server_that_does_not_lead_waits_for_the_one_that_does(house):
    """Only one writes day files; the other one's answer comes when they are written."""
    house.take(*talk("c-1", user_id=CANARY))
    write(house)
    other = house.another()
    leading = Rewriter(house.data_dir / "history", house.journal, look_every=0.05)
    assert house.journal.lead()
    leading.start()
    try:
        erase(other, CANARY)
    finally:
        leading.stop()
        other.close()
    assert CANARY.encode() not in bytes_below(house)
    with house.journal.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM erased")).scalar() == 2
