"""Tables of rated sessions and of messages."""

import pytest

from afterword.domain.events import (
    Message,
    Rated,
    Rating,
    Role,
    SessionEnded,
    SessionStarted,
    SessionUpdated,
)
from afterword.errors import InvalidField, SetupError
from afterword.importers.times import from_us
from import_files import STARTED_US, read, told, write

AT = "2026-11-01T12:00:00Z"
NOON = from_us(1_793_534_400_000_000)


def table(tmp_path, *rows, name="r.csv"):
    """Write a table of these lines."""
    return write(tmp_path / name, "\n".join(rows) + "\n")


def events(*read_args, **more):
    """Read a table without refusals; give its events."""
    found, refused = read("csv", *read_args, **more)
    assert refused == []
    return [item.event for item in found]


def ratings(found):
    """Keep the ratings, as (conversation, level, reason)."""
    return [
        (one.conversation_id, one.rating.value, one.reason or None)
        for one in found
        if isinstance(one, Rated)
    ]


def test_a_row_becomes_a_rated_session(tmp_path):
    """It gets its attributes, the two messages that a session needs, its rating and its end."""
    path = table(
        tmp_path,
        "conversation_id,user_id,at,rating,reason,release,use_case,trait.plan,label.arm,outcome",
        f"c-1,u-1,{AT},positive,clear,v42,billing,pro,b,refund",
    )
    found = events(path)

    assert [type(one) for one in found] == [
        SessionStarted,
        Message,
        Message,
        Rated,
        SessionEnded,
    ]
    assert {(one.conversation_id, one.user_id, one.at) for one in found} == {("c-1", "u-1", NOON)}
    started, user, agent, rated, ended = found
    assert (started.release, started.use_case) == ("v42", "billing")
    assert (started.traits, started.labels) == ({"plan": "pro"}, {"arm": "b"})
    assert (user.role, agent.role, user.text) == (Role.USER, Role.AGENT, None)
    assert (rated.rating, rated.reason, ended.outcome) == (Rating.POSITIVE, "clear", "refund")


def test_columns_are_mapped(tmp_path):
    """A field may stand in any column, and a column of a field's name may be left out."""
    path = table(tmp_path, "thread,Score,Why,agent,plan", "c-1,4,quick,Bob,pro")
    maps = ("conversation_id=thread", "rating=Score", "reason=Why", "trait.plan=plan", "agent=")
    found = events(path, maps=maps, scale="1-5")

    assert ratings(found) == [("c-1", "positive", "quick")]
    assert (found[0].agent, found[0].traits) == (None, {"plan": "pro"})


def test_a_row_with_a_role_is_a_message(tmp_path):
    """It carries what is known of the message, and may carry the session's rating."""
    path = table(
        tmp_path,
        "conversation_id,role,text,release,tokens,latency_ms,rating",
        "c-1,human,why?,v42,,,",
        "c-1,assistant,because,,12,8.5,good",
    )
    updated, user, agent, rated = events(path)

    assert (type(updated), updated.release) == (SessionUpdated, "v42")
    assert (user.role, agent.role, agent.tokens, agent.latency_ms) == ("user", "agent", 12, 8.5)
    assert (user.words, user.text) == (1, None)
    assert user.at < agent.at == rated.at


def test_rows_without_a_time_keep_their_order(tmp_path):
    """They get the import's start, a microsecond apart."""
    found = events(table(tmp_path, "conversation_id,rating", "c-1,up", "c-1,down"))

    assert {one.at for one in found} == {from_us(STARTED_US + 2), from_us(STARTED_US + 3)}
    assert [level for _, level, _ in ratings(found)] == ["positive", "negative"]


def test_an_unrated_row_is_an_unrated_session(tmp_path):
    """Coverage counts it."""
    found = events(table(tmp_path, "conversation_id,rating", "c-1,", "c-2,good"))

    assert ratings(found) == [("c-2", "positive", None)]
    assert len([one for one in found if isinstance(one, SessionEnded)]) == 2


def test_the_same_row_has_the_same_ids_in_any_file(tmp_path):
    """A later export that starts with other rows is known again by its conversations."""
    head = "conversation_id,at,rating"
    first = events(table(tmp_path, head, f"c-1,{AT},good"))
    later = events(table(tmp_path, head, f"c-0,{AT},bad", f"c-1,{AT},good", name="later.csv"))

    assert [one.id for one in later if one.conversation_id == "c-1"] == [one.id for one in first]


def test_equal_rows_without_a_conversation_are_several_sessions(tmp_path):
    """Each row is somebody's answer; the same file gives the same conversations again."""
    path = table(tmp_path, "rating", "good", "good")
    found = events(path)

    assert len({one.conversation_id for one in found}) == 2
    assert len({one.id for one in found}) == len(found)
    assert events(path) == found


def test_equal_messages_are_several(tmp_path):
    """Somebody may say the same thing twice."""
    path = table(tmp_path, "conversation_id,role,text", "c-1,user,yes", "c-1,user,yes")

    assert len({one.id for one in events(path)}) == 2


def test_a_row_may_bring_its_own_id(tmp_path):
    """It names the row whatever else the row says, and the conversation where there is none."""
    path = table(tmp_path, "id,rating,reason", "17,good,quick", "18,good,quick")
    other = table(tmp_path, "id,rating,reason", "18,bad,", name="other.csv")
    found = events(path)

    assert {one.conversation_id for one in found} == {"17", "18"}
    assert {one.id for one in events(other)} <= {one.id for one in found}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["r.csv", "r.csv.gz"])
def test_other_delimiters_quotes_and_line_breaks_are_read(tmp_path, delimiter, end, name):
    """The header's delimiter counts; quotes hold delimiters, quotes and line breaks."""
    rows = [
        ["conversation_id", '"rating, or ""so"""', "reason"],
        ["c-1", "good", f'"it {delimiter} said ""no""{end}twice"'],
        [],
        ["c-2", "bad", "nein \N{LATIN SMALL LETTER U WITH DIAERESIS}berhaupt"],
    ]
    text = "\ufeff" + end.join(delimiter.join(row) for row in rows)
    path = write(tmp_path / name, text)

    assert ratings(events(path, maps=('rating=rating, or "so"',))) == [
        ("c-1", "positive", f'it {delimiter} said "no"{end}twice'),
        ("c-2", "negative", "nein überhaupt"),
    ]


def test_a_bad_row_is_refused_with_its_line_and_column(tmp_path):
    """Its neighbours are read; lines are those an editor shows."""
    path = table(
        tmp_path,
        "thread,score,why,when,Version",
        'c-1,5,"two',
        'lines",,',
        "c-2,7,,,",
        "c-3,meh,,,",
        "c-4,4,,2026-11-01 12:00,",
        f"c-5,4,,,{'v' * 201}",
        f"{'c' * 201},4,,,",
        "c-6,,but why,,",
        "c-7,4",
        "c-8,4,,,,,",
        'c-9,4,"so" so,,',
        "c-10,4,,,\x00",
        f"c-11,4,{'x' * 100_001},,",
        f"c-12,4,{'x' * 200_000},,",
        "c-13,1,,,",
        'c-14,1,"never closed,,',
        "c-15,1,,,",
    )
    maps = ("conversation_id=thread", "rating=score", "reason=why", "at=when", "release=Version")
    found, refused = read("csv", path, maps=maps, scale="1-5")

    assert ratings([item.event for item in found]) == [
        ("c-1", "positive", "two\nlines"),
        ("c-13", "negative", None),
    ]
    assert found[0].where == f"{path} line 2"
    assert [(place, code, detail[:24]) for place, code, detail in told(path, refused)] == [
        ("line 4", "invalid_field", "column score: '7' lies o"),
        ("line 5", "invalid_field", "column score: 'meh' is n"),
        ("line 6", "invalid_field", "column when: '2026-11-01"),
        ("line 7", "invalid_field", "column Version: release:"),
        ("line 8", "invalid_field", "column thread: conversat"),
        ("line 9", "missing_field", "column score: rating is "),
        ("line 10", "invalid_field", "The row has 2 fields and"),
        ("line 11", "invalid_field", "The row has 7 fields and"),
        ("line 12", "invalid_field", "The row is no CSV: ',' e"),
        ("line 13", "invalid_field", "column Version: release "),
        ("line 14", "text_too_long", "column why: reason has 1"),
        ("line 15", "invalid_field", "The row is no CSV: field"),
        ("line 17", "invalid_field", "The row is no CSV: unexp"),
    ]


def test_a_bad_message_is_refused_with_its_column(tmp_path):
    """Unknown roles, missing conversations and numbers that are none."""
    path = table(
        tmp_path,
        "conversation_id,speaker,tokens,latency_ms",
        "c-1,user,,",
        "c-1,system,,",
        "c-1,,,",
        ",user,,",
        "c-1,agent,many,",
        "c-1,agent,,nan",
        "c-1,agent,-1,",
    )
    found, refused = read("csv", path, maps=("role=speaker",))

    assert len(found) == 1
    assert [(place, code, detail[:34]) for place, code, detail in told(path, refused)] == [
        ("line 3", "invalid_field", "column speaker: 'system' is none o"),
        ("line 4", "missing_field", "column speaker: role is missing."),
        ("line 5", "missing_field", "column conversation_id: conversati"),
        ("line 6", "invalid_field", "column tokens: 'many' is no number"),
        ("line 7", "invalid_field", "column latency_ms: 'nan' is no num"),
        ("line 8", "invalid_field", "column tokens: tokens: expected `i"),
    ]


@pytest.mark.parametrize(
    ("header", "maps", "says"),
    [
        ("thread,score", (), "has no column for rating .or role.: map one.*thread, score"),
        ("thread,score", ("rating=points",), "no column 'points'; it has thread, score"),
        ("rating,rating", (), "more than one column 'rating'"),
        ("rating,said", ("text=said",), "text is not read here.*map role, too"),
        ("role,outcome", ("outcome=outcome",), "outcome is not read here.*messages"),
    ],
)
def test_a_table_without_the_columns_is_refused(tmp_path, header, maps, says):
    """The error names the file and the columns that it has."""
    with pytest.raises(SetupError, match=r"r\.csv.*" + says if "not read" not in says else says):
        read("csv", table(tmp_path, header), maps=maps)


def test_an_unknown_field_is_refused():
    """The error lists the fields."""
    with pytest.raises(InvalidField, match=r"'rateing' is none of id, .*trait\.<name>") as caught:
        read("csv", maps=("rateing=score",))

    assert caught.value.field == "map"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_refused(tmp_path, encoding):
    """Guessing would garble names and reasons."""
    path = write(tmp_path / "r.csv", "rating,reason\ngood,für mich\n".encode(encoding))

    with pytest.raises(SetupError, match=r"r\.csv is not UTF-8"):
        read("csv", path)


@pytest.mark.parametrize("body", ["", "\nrating\ngood\n"])
def test_a_file_without_a_header_is_refused(tmp_path, body):
    """Its first line names the columns."""
    with pytest.raises(SetupError, match=r"r\.csv is empty"):
        read("csv", write(tmp_path / "r.csv", body))
