"""Files through intake into a real journal."""

import pytest
import sqlalchemy as sa

from afterword import importers
from afterword.domain.events import Feature, Message, Rating, Role
from afterword.domain.words import count_words
from afterword.errors import JournalUnavailable
from afterword.history import Filter, History
from afterword.history.questions.ratings import ratings
from afterword.importers.times import from_us
from afterword.intake import Intake, Refused, Sourced
from afterword.intake.envelope import REFUSALS_KEPT
from afterword.intake.intake import IMPORT_EVENTS, UNEXPECTED_MOST
from afterword.journal import Journal
from afterword.journal.sessions import get_session
from afterword.journal.tables import ASKS, DECISIONS, EVENTS, SESSIONS
from import_files import jsonl, options, write

HOUR = 3600
DAY = 24 * HOUR
NOON = 1_780_000_000  # long ago


@pytest.fixture
def journal(tmp_path):
    """A new journal."""
    made = Journal.open(tmp_path / "data")
    yield made
    made.close()


def message(conversation_id, at, role="user", **more):
    """Make a message."""
    return {
        "id": f"{conversation_id}/{at}/{role}",
        "type": "message",
        "conversation_id": conversation_id,
        "role": role,
        "at": at,
        **more,
    }


def talk(conversation_id, at):
    """Make a talk that may be rated."""
    return [message(conversation_id, at), message(conversation_id, at + 5, "agent")]


def rating(conversation_id, at, level="positive", **more):
    """Make a rating."""
    common = {"type": "rating", "conversation_id": conversation_id, "at": at}
    return {"id": f"{conversation_id}/{at}/{level}", **common, "rating": level, **more}


def bring(journal, tmp_path, *raw, name="e.jsonl"):
    """Import events from a file."""
    return bring_file(journal, "events", write(tmp_path / name, jsonl(*raw)))


def bring_file(journal, name, *paths, maps=(), scale=None):
    """Import files."""
    items = importers.read(name, list(paths), options(*maps, scale=scale))
    return Intake(journal).import_events("default", items)


def figures(result):
    """Give the counts of an import: events, sessions, ratings, duplicates, rejected."""
    counts = (result.events, result.sessions, result.ratings, result.duplicates)
    return (*counts, result.n_rejected)


def session(journal, session_id):
    """Read a session."""
    with journal.read() as connection:
        return get_session(connection, "default", session_id)


def count(journal, table):
    """Count the rows of a table."""
    with journal.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def files_with(tmp_path, told):
    """Find the files of the data folder that hold these bytes."""
    return [file for file in (tmp_path / "data").iterdir() if told in file.read_bytes()]


def cell(journal, tmp_path):
    """Ask the history about ratings."""
    history = History(tmp_path / "data" / "history", journal)
    (found,) = ratings(history, Filter())
    history.close()
    return found


def test_imported_sessions_are_closed_rated_and_never_asked(journal, tmp_path):
    """Without a server, by the times of their events; the history counts them at once."""
    result = bring(
        journal,
        tmp_path,
        *talk("c-1", NOON),
        rating("c-1", NOON + 9),
        *talk("c-1", NOON + 2 * HOUR),
        *talk("c-2", NOON),
        message("c-2", NOON + 9, text="thanks, bye!"),
    )
    found = cell(journal, tmp_path)

    assert figures(result) == (8, 3, 1, 0, 0)
    assert (found.n_sessions, found.n_closed, found.n_rated) == (3, 3, 1)
    assert (found.positive, found.n_unasked, found.n_shown) == (1, 1, 0)
    assert session(journal, "c-1~1").closed_us == (NOON + 5 + 1800) * 1_000_000
    assert session(journal, "c-1~1").rating.source == "import"
    assert (count(journal, ASKS), count(journal, DECISIONS)) == (0, 0)


def test_an_import_again_changes_nothing(journal, tmp_path):
    """Every event is known, and every session row stays as it was."""
    events = [*talk("c-1", NOON), rating("c-1", NOON + 9, reason="quick")]
    first = bring(journal, tmp_path, *events)
    before = session(journal, "c-1~1")
    again = bring(journal, tmp_path, *events, name="again.jsonl.gz")

    assert (figures(first), figures(again)) == ((3, 1, 1, 0, 0), (0, 0, 0, 3, 0))
    assert session(journal, "c-1~1") == before
    assert cell(journal, tmp_path).n_rated == 1


def test_a_conversation_may_span_files(journal, tmp_path):
    """The order is that of the times, whatever the order of the files and lines."""
    late = write(
        tmp_path / "a.jsonl",
        jsonl(rating("c-1", NOON + 2 * DAY, "negative"), *talk("c-1", NOON + 2 * DAY - 60)),
    )
    early = write(tmp_path / "b.jsonl.gz", jsonl(rating("c-1", NOON + 9), *talk("c-1", NOON)))
    result = bring_file(journal, "events", late, early)

    assert figures(result) == (6, 2, 2, 0, 0)
    assert session(journal, "c-1~1").rating.rating is Rating.POSITIVE
    assert session(journal, "c-1~2").rating.rating is Rating.NEGATIVE


@pytest.mark.parametrize("n_between", [0, IMPORT_EVENTS])
@pytest.mark.parametrize(
    ("seconds", "n_ratings", "code"),
    [(6 * DAY, 1, None), (8 * DAY, 0, "rating_closed")],
)
def test_a_late_rating_is_judged_by_event_time(
    journal, tmp_path, n_between, seconds, n_ratings, code
):
    """Inside seven days it counts, after them it does not, in whatever group it falls."""
    between = [message(f"x-{place}", NOON + 60) for place in range(n_between)]
    result = bring(journal, tmp_path, *talk("c-1", NOON), *between, rating("c-1", NOON + seconds))

    assert result.ratings == n_ratings
    assert [(one.where, one.code) for one in result.rejected] == (
        [] if code is None else [(f"{tmp_path / 'e.jsonl'} line {n_between + 3}", code)]
    )


def test_a_change_is_judged_by_event_time(journal, tmp_path):
    """Within ten minutes of the first answer it is a revision, later it is locked."""
    result = bring(
        journal,
        tmp_path,
        *talk("c-1", NOON),
        rating("c-1", NOON + 60, "negative"),
        rating("c-1", NOON + 600, "positive"),
        rating("c-1", NOON + 700, "neutral"),
    )

    assert figures(result) == (4, 1, 1, 0, 1)
    assert (result.rejected[0].where, result.rejected[0].code) == (
        f"{tmp_path}/e.jsonl line 5",
        "rating_locked",
    )
    assert session(journal, "c-1~1").rating.rating is Rating.POSITIVE


def test_a_long_reason_is_cut_and_masked(journal, tmp_path):
    """Thirty words stay, and nobody's address; the rating is kept."""
    reason = "write to ann@example.org about " + "it " * 30
    bring(journal, tmp_path, *talk("c-1", NOON), rating("c-1", NOON + 9, reason=reason))
    kept = session(journal, "c-1~1").rating

    assert kept.is_reason_cut
    assert kept.reason.startswith("write to [email] about it it")
    assert count_words(kept.reason) <= 30
    assert files_with(tmp_path, b"ann@example") == []


def test_texts_are_not_kept(journal, tmp_path):
    """Of a text only its number of words goes into the journal."""
    told = message("c-1", NOON, text="where is my albatross", role="user")
    bring(journal, tmp_path, told, message("c-1", NOON + 1, "agent", text="indeed"))
    kept = session(journal, "c-1~1")

    assert (kept.user_words, kept.agent_words) == (4, 1)
    assert files_with(tmp_path, b"albatross") == []


def test_rows_of_one_conversation_are_its_sessions(journal, tmp_path):
    """However near in time, and without times: every row is a session with its own rating."""
    rows = "conversation_id,rating,release\nc-1,up,v1\nc-1,down,v2\nc-2,okay,v2\n"
    path = write(tmp_path / "r.csv", rows)
    result = bring_file(journal, "csv", path)
    found = cell(journal, tmp_path)

    assert figures(result)[1:] == (3, 3, 0, 0)
    assert (found.n_sessions, found.n_closed) == (3, 3)
    assert (found.positive, found.neutral, found.negative) == (1, 1, 1)
    assert session(journal, "c-1~2").rating.rating is Rating.NEGATIVE
    assert [session(journal, f"c-1~{number}").release for number in (1, 2)] == ["v1", "v2"]
    assert figures(bring_file(journal, "csv", path))[:3] == (0, 0, 0)


def test_a_table_of_messages_becomes_conversations(journal, tmp_path):
    """Sessions come from the pauses, the rating from the row that has one."""
    rows = [
        "conversation_id,user_id,at,role,release,score",
        f"c-1,u-1,{NOON + DAY},user,v2,",
        f"c-1,u-1,{NOON + DAY + 3},agent,v2,2",
        f"c-1,u-1,{NOON},user,v1,",
        f"c-1,u-1,{NOON + 3},agent,v1,5",
    ]
    path = write(tmp_path / "m.csv", "\n".join(rows))
    result = bring_file(journal, "csv", path, maps=("rating=score",), scale="1-5")
    first, second = session(journal, "c-1~1"), session(journal, "c-1~2")

    assert figures(result) == (10, 2, 2, 0, 0)
    assert (first.release, first.rating.rating, first.session_number) == ("v1", "positive", 1)
    assert (second.release, second.rating.rating, second.session_number) == ("v2", "negative", 2)


def test_refusals_of_reading_and_of_the_rules_are_both_counted(journal, tmp_path):
    """Each names file and line; neighbours are kept."""
    result = bring(
        journal,
        tmp_path,
        rating("nobody", NOON),
        {"type": "quiz"},
        *talk("c-1", NOON),
        message("c-2", NOON),
        rating("c-2", NOON + 1),
    )

    assert figures(result) == (3, 2, 0, 0, 3)
    assert [(one.where.removeprefix(f"{tmp_path}/"), one.code) for one in result.rejected] == [
        ("e.jsonl line 2", "unknown_type"),
        ("e.jsonl line 1", "unknown_conversation"),
        ("e.jsonl line 6", "nothing_to_rate"),
    ]


def test_refusals_do_not_fill_the_memory(journal):
    """All are counted, the first are kept."""
    n = REFUSALS_KEPT + 7
    items = (Refused(f"line {place}", "not_json", "") for place in range(n))
    result = Intake(journal).import_events("default", items)

    assert (result.n_rejected, len(result.rejected)) == (n, REFUSALS_KEPT)
    assert result.rejected[-1].where == f"line {REFUSALS_KEPT - 1}"


def test_sessions_are_counted_once_over_batches(journal):
    """A session that goes on in the next batch was opened once."""
    items = [
        item for place in range(3) for item in spoken(place * IMPORT_EVENTS // 2, IMPORT_EVENTS)
    ]
    result = Intake(journal).import_events("default", items)

    assert (result.events, result.duplicates) == (2 * IMPORT_EVENTS, IMPORT_EVENTS)
    assert result.sessions == count(journal, SESSIONS) == 20


def spoken(first, n):
    """Make messages in twenty conversations, a second apart."""
    for place in range(first, first + n):
        event = Message(
            id=f"m-{place}",
            conversation_id=f"c-{place % 20}",
            role=Role.USER,
            at=from_us((NOON + place) * 1_000_000),
        )
        yield Sourced(event, f"line {place}")


def unstorable(place):
    """Make an event that no file can hold: half a surrogate pair."""
    at = from_us((NOON + place) * 1_000_000)
    event = Feature(id=f"f-{place}", conversation_id="c-1", feature="\ud800", at=at)
    return Sourced(event, f"line {place}")


def test_an_event_that_breaks_its_batch_is_refused_alone(journal, caplog):
    """Whatever it was, its neighbours are kept."""
    items = [*spoken(0, 50), unstorable(50), *spoken(51, 50)]
    result = Intake(journal).import_events("default", items)

    assert figures(result) == (100, 20, 0, 0, 1)
    assert [(one.where, one.code) for one in result.rejected] == [
        ("line 50", "journal_unavailable")
    ]
    assert count(journal, EVENTS) == 100
    assert "could not be committed" in caplog.text


def test_an_import_of_which_much_breaks_ends(journal):
    """Beyond a few such events it is not the events that are at fault."""
    items = [*spoken(0, 20), *(unstorable(20 + place) for place in range(UNEXPECTED_MOST + 1))]

    with pytest.raises(UnicodeEncodeError):
        Intake(journal).import_events("default", items)


def test_an_import_that_fails_half_way_goes_on_when_run_again(journal):
    """What was committed stays, the error says how much, and nothing is there twice."""
    items = list(spoken(0, 2 * IMPORT_EVENTS + 100))
    with journal.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON events WHEN (SELECT count(*) FROM events)"
            " >= 2050 BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
    with pytest.raises(JournalUnavailable, match=r"disk full.* 2,000 events are kept; run"):
        Intake(journal).import_events("default", items)
    assert count(journal, EVENTS) == IMPORT_EVENTS
    with journal.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    result = Intake(journal).import_events("default", items)

    assert figures(result) == (IMPORT_EVENTS + 100, 0, 0, IMPORT_EVENTS, 0)
    assert count(journal, EVENTS) == len(items)


def test_progress_is_told(journal):
    """The number of items done so far, refusals too, up to the last."""
    heard = []
    items = [Refused("line 0", "not_json", ""), *spoken(0, IMPORT_EVENTS + 1)]
    Intake(journal).import_events("default", items, heard.append)

    assert heard == [IMPORT_EVENTS + 1, IMPORT_EVENTS + 2]
