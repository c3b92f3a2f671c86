"""Every question on both engines: one folder, one overlay, the same counts."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from ibis import _

from afterword.cli import main
from afterword.errors import SetupError
from afterword.history import Filter, History, questions
from afterword.history.engines import engine_of, kept, settled, spark_session
from afterword.history.engines.duckdb import connect
from afterword.history.engines.kept import Kept, Recipe
from afterword.history.files import DayFile, day_files, read_day, remove_day
from afterword.history.questions.answered import answered
from afterword.history.questions.arms import arms
from afterword.history.questions.ask_effects import (
    after_asking,
    answers_again,
    decisions,
    stopped,
)
from afterword.history.questions.asks import answer_seconds, asks
from afterword.history.questions.attributes import attributes, numbers, session_days
from afterword.history.questions.case_tables import Sides
from afterword.history.questions.flow_rest import gone_with
from afterword.history.questions.flows import labels_used, levels_met, met
from afterword.history.questions.given import given
from afterword.history.questions.hours import hours
from afterword.history.questions.last_words import last_words
from afterword.history.questions.ratings import ratings
from afterword.history.questions.reasons import givers, reasons
from afterword.history.questions.releases import days_of, kinds_of, shared_by_pair, use_cases
from afterword.history.questions.responses import response_sessions, responses
from afterword.history.questions.returns import returns
from afterword.history.questions.rhythm import hour_kinds
from afterword.history.questions.segments import segments
from afterword.history.questions.shared import shared
from afterword.history.questions.slices import slices
from afterword.history.questions.use_cases import case_counts, seen
from afterword.history.schema import rows
from afterword.simulation import WORLDS, Settings, simulate, write_data
from history_cast import DAY_US, FIRST_US, day_at, rated, store, world
from spark_harness import leave_sockets, need_spark, small_spark

HOUR_US = DAY_US // 24
ODD = "o'brien [a]{b}*,\\"  # a folder's name that is neither SQL nor a pattern


def asked(*filters, **options):
    """Give the arguments of a question after the history."""
    return filters, options


WEEK = Filter(from_us=FIRST_US + 30 * HOUR_US, to_us=FIRST_US + 200 * HOUR_US)
QUOTED = Filter(where=(("release", "v42"), ("release", "it's"), ("flow", "tour"), ("flow", "\\")))
# How each question is asked: few and different, for each costs Spark a second or two.
CALLS = {
    ratings: [
        asked(Filter()),
        asked(Filter(project="absent"), by="release"),
        asked(WEEK, by="week"),
        asked(Filter(from_us=-(2**62), to_us=2**62), by="trait.plan"),
        asked(QUOTED, by="label.arm"),
        asked(Filter(environment="staging"), by="session_number"),
        asked(Filter(where=(("trait.seats", "over 2 up to 3"), ("trait.seats", "no number")))),
        asked(Filter(), by="day,use_case", least_raters=10),
    ],
    returns: [asked(Filter(), by="week"), asked(WEEK, by="day", one_in=2)],
    responses: [asked(Filter(), by="is_new", has_events=True, least_rated=9)],
    response_sessions: [asked(Filter(), at_most=5, last=date(2026, 11, 23))],
    kinds_of: [
        asked(
            Filter(),
            by="release,channel",
            cases=("billing", "it's"),
            other="the rest",
            least_rated=2,
        )
    ],
    shared_by_pair: [
        asked(
            Filter(),
            by="release",
            pairs=((("v41",), ("v42",)), (("v41",), ("unknown",))),
        )
    ],
    days_of: [asked(QUOTED, by="release", least_rated=2)],
    use_cases: [asked(Filter(), at_most=3)],
    shared: [asked(WEEK, Filter(where=(("release", "v42"),)), by="month")],
    asks: [asked(Filter(), by="week"), asked(Filter(), by="use_case", least_people=9)],
    answer_seconds: [asked(Filter(), by="use_case", least_people=9)],
    after_asking: [asked(Filter(), one_in=2)],
    answers_again: [asked(Filter())],
    decisions: [asked(Filter())],
    stopped: [asked(Filter(), one_in=2)],
    gone_with: [asked(Filter())],
    given: [asked(Filter()), asked(QUOTED, by="use_case", least_rated=2)],
    hours: [asked(QUOTED, by="channel"), asked(Filter())],
    answered: [asked(Filter())],
    last_words: [asked(QUOTED), asked(Filter())],
    met: [asked(QUOTED), asked(Filter())],
    levels_met: [asked(Filter(), cases=("billing", "it's"), other="the rest")],
    arms: [asked(Filter(), label="arm", flow="tour")],
    labels_used: [asked(Filter(), labels=("arm", "absent"))],
    session_days: [asked(WEEK)],
    attributes: [asked(QUOTED, days=[])],
    numbers: [asked(Filter(), days=[], name="trait.seats")],
    segments: [
        asked(Filter(), names=("session_number", "label.arm"), one_in=2),
        asked(WEEK, names=("trait.seats", "trait.plan"), edges={"trait.seats": (2.5, 3.0)}),
    ],
    givers: [asked(Filter())],
    reasons: [asked((WEEK, Filter(where=(("release", "v42"),))), by="release", at_most=90)],
    seen: [asked(Filter(), at_most=3)],
    case_counts: [
        asked(
            Sides(WEEK, Filter(from_us=WEEK.to_us, where=QUOTED.where), is_joint=True),
            alone=(("host", "billing"), ("host", "it's")),
            rest="other",
        )
    ],
    hour_kinds: [asked(Filter(), ("billing",), "rest")],
    slices: [asked(Filter(), ("billing",), "rest"), asked(Filter())],
}
# What questions are made of, where engines differ most.
PIECES = [
    lambda t: t.aggregate(n=_.count(where=_.is_new), m=_.count(where=_.closed_at.isnull())),
    lambda t: t.filter(_.rating == "absent").aggregate(
        n=_.count(where=_.is_onboarded), people=_.person_key.nunique(), words=_.user_words.sum()
    ),
    lambda t: t.group_by(week=_.day.truncate("W").strftime("%Y-%m-%d"), at=_.local_hour).aggregate(
        n=_.count(), low=_.person_key.min(), late=_.opened_at.epoch_seconds().max()
    ),
    lambda t: (
        t.select(ask=_.asks.unnest())
        .select(
            trigger=_.ask.trigger,
            state=_.ask.state,
            seconds=_.ask.shown_at.epoch_seconds() - _.ask.granted_at.epoch_seconds(),
        )
        .group_by("trigger", "state")
        .aggregate(
            n=_.count(), shown=_.count(where=_.seconds >= 0), waited=_.seconds.sum().round(3)
        )
    ),
    lambda t: (
        t.select("flow_steps", "flow_kinds", flow=_.flow_steps.keys().unnest())
        .group_by("flow", step=_.flow_steps.get(_.flow), kind=_.flow_kinds.get(_.flow))
        .aggregate(n=_.count())
    ),
]


class Changed:
    """An overlay of rows that are in no file, or not as they are there."""

    def __init__(self, table):
        self.rows = table
        self.damaged = []

    def table(self, project, columns):
        held = self.rows.filter(pc.equal(self.rows["project"], project))
        return held.select(sorted(columns | {"environment", "session_id", "day", "opened_at"}))

    def damage(self, project, day):
        self.damaged.append((project, day))


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Two weeks of a simulated world, of which one day cannot be read."""
    data = tmp_path_factory.mktemp("data") / ODD
    settings = Settings(
        world=WORLDS["steady"], sessions=3_000, days=14, seed=3, end_us=FIRST_US + 14 * DAY_US
    )
    write_data(simulate(settings), data)
    broken = day_files(data / "history", "default")[9].path
    broken.write_bytes(broken.read_bytes()[:5_000])
    return data


@pytest.fixture(scope="module")
def changed(data_dir):
    """Sessions of two of its days that are rated otherwise now, and six hundred new ones."""
    directory = data_dir / "history"
    held = [
        part
        for file in day_files(directory, "default")[:4:3]
        for part in read_day(directory, "default", file.day)
    ]
    some = pa.concat_tables(held).slice(17, 150)
    at = some.schema.get_field_index("rating")
    turned = pc.if_else(pc.equal(some["rating"], "positive"), None, "negative")
    return pa.concat_tables(
        [some.set_column(at, some.schema.field(at), turned), rows(world(5, 600))]
    )


def public_questions():
    """Give every question there is: a public function whose first argument is a history."""
    modules = [
        importlib.import_module(f"{questions.__name__}.{found.name}")
        for found in pkgutil.iter_modules(questions.__path__)
    ]
    return {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), "") == "history"
    }


def test_no_question_is_left_out():
    """A question that is not asked of both engines here fails."""
    assert set(CALLS) == public_questions()


@pytest.mark.parametrize("unsettled_days", [1, 4, settled.UNSETTLED_DAYS])
def test_what_is_kept_of_days_is_what_their_rows_say(tmp_path, monkeypatch, unsettled_days):
    """Asked again while days are written anew, changed and removed, and when memory is short."""
    monkeypatch.setattr(settled, "UNSETTLED_DAYS", unsettled_days)
    monkeypatch.setattr(settled, "LEAST_DAYS", 1)
    sessions = world(11, n=200, n_days=9)
    store(tmp_path / "history", sessions)
    overlay = Changed(rows([]))
    warm = History(tmp_path / "history", None, overlay=overlay)
    warm.warm()
    engine = engine_of("duckdb")

    def compare():
        # Rows that stand in no file are never kept.
        fresh = History(tmp_path / "none", None, overlay=Changed(rows(sessions)), engine=engine)
        for question, calls in CALLS.items():
            for filters, options in calls:
                told = [question(one, *filters, **options) for one in (warm, warm, fresh)]
                assert _in_order(told[0]) == _in_order(told[1]) == _in_order(told[2])

    compare()
    days = sorted({day_at(one) for one in sessions})
    sessions = [rated(one, "negative") if day_at(one) == days[1] else one for one in sessions]
    store(tmp_path / "history", sessions)
    remove_day(tmp_path / "history", "default", days[2])
    sessions = [one for one in sessions if day_at(one) != days[2] or one.project != "default"]
    compare()
    again = [rated(one, "positive") for one in sessions if day_at(one) in (days[0], days[-2])]
    overlay.rows = rows(again)
    sessions = [one for one in sessions if day_at(one) not in (days[0], days[-2])] + again
    compare()
    monkeypatch.setattr(kept, "MOST_BYTES", 0)
    compare()
    for one in (warm, engine):
        one.close()


def test_what_is_kept_is_dropped_where_somebody_was_erased(tmp_path):
    """At once, or when the question is answered that is being asked of it."""
    database, held = connect(), Kept()
    question = engine_of("duckdb").compile(("all",), lambda table: table.aggregate(n=_.count()))
    recipe = Recipe(("some",), lambda _: "SELECT DATE '2026-11-01' AS day", ("day",), question)
    files = [DayFile(date(2026, 11, 1), tmp_path, mark=(1,))]

    def count_kept():
        return database.execute(
            "SELECT count(*) FROM duckdb_databases() WHERE database_name LIKE 'kept%'"
        ).fetchall()

    def answer(ask):
        nothing = "SELECT DATE '2026-11-02' AS day WHERE false"
        return held.answer(database, recipe, files, nothing, ask)

    def forget_meanwhile(_):
        held.forget(database.cursor())
        return count_kept()

    assert answer(lambda _: count_kept()) == count_kept() == [(1,)]
    held.forget(database.cursor())
    assert count_kept() == [(0,)]
    assert answer(forget_meanwhile) == [(1,)]
    assert count_kept() == [(0,)]
    database.close()


@need_spark
@leave_sockets
@pytest.mark.timeout(600)  # most of it is Java getting warm
def test_every_question_counts_the_same_on_spark(data_dir, changed, capfdbinary, monkeypatch):
    """Files, overlay, filters, a damaged day, and a report of the command line."""
    spark, duck = Changed(changed), Changed(changed)
    with small_spark(monkeypatch) as engine:
        there = History(data_dir / "history", None, overlay=spark, engine=engine)
        here = History(data_dir / "history", None, overlay=duck)
        for question, calls in CALLS.items():
            for filters, options in calls:
                counted = [question(one, *filters, **options) for one in (there, here)]
                assert _in_order(counted[0]) == _in_order(counted[1])
        for number, build in enumerate(PIECES):
            pieces = [
                sorted(one.run((number,), build, Filter()), key=str) for one in (there, here)
            ]
            assert pieces[0] == pieces[1] != []
        assert spark.damaged == duck.damaged != []

        found = []
        for name in ("spark", "duckdb"):
            command = ["report", "trend", "--by", "week", "--data", str(data_dir), "--json"]
            assert main([*command, "--engine", name]) == 0
            found.append(json.loads(capfdbinary.readouterr().out))
        assert found[0] == found[1]
        assert sum(row["n_sessions"] for row in found[0]["rows"]) > 2_000

        with pytest.raises(engine.errors()):
            there.run(("wrong",), lambda t: t.select(t.session_id.cast("int64")), Filter())
        assert len(spark.damaged) == 1


def _in_order(found):
    return sorted(found, key=repr) if isinstance(found, list) else found


def _hide_java(patch):
    patch.delenv("JAVA_HOME", raising=False)
    patch.setenv("PATH", "/nowhere")


LACKS = [
    (None, lambda patch: patch.setenv("JAVA_HOME", "/nowhere"), "default-jre-headless"),
    (None, _hide_java, "Java 17"),
    (None, lambda patch: patch.setattr(spark_session, "find_spec", lambda _: None), "[spark]"),
    ("sc://host", lambda _: None, "spark://"),
]


@pytest.mark.parametrize(("master", "change", "told"), LACKS)
def test_what_spark_lacks_is_told(tmp_path, monkeypatch, master, change, told):
    """Java, pyspark or a cluster: what to install or to set, not a traceback."""
    change(monkeypatch)
    history = History(tmp_path, None, engine=engine_of("spark", master))

    with pytest.raises(SetupError, match=re.escape(told)):
        ratings(history, Filter())


def test_an_engine_that_is_none_is_told(data_dir, capsys):
    """The error names those there are; a server chooses for itself."""
    with pytest.raises(SetupError, match="duckdb, spark"):
        engine_of("sqlite")
    assert main(["report", "trend", "--data", str(data_dir), "--engine", "sqlite"]) == 2
    assert main(["report", "trend", "--url", "http://x", "--engine", "spark"]) == 2
    assert "duckdb, spark" in (told := capsys.readouterr().err)
    assert "--engine" in told
