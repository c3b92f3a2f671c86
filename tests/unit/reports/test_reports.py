"""Reports by name."""

import pytest

from afterword import reports
from afterword.errors import InvalidField, UnknownReport
from afterword.history.filters import Filter
from afterword.reports import distribution, trend
from afterword.reports.wording import when
from afterword.statistics.lines import Lines
from unit.reports.figures import marker, week


class Question:
    """Stands for the question: answers with the same cells, and remembers what it was asked."""

    def __init__(self, *cells):
        """Take the cells."""
        self.cells = list(cells)
        self.asked = []

    def __call__(self, history, chosen, by=None, **_):
        """Answer."""
        self.asked.append((history, chosen, by))
        return self.cells


@pytest.fixture
def question(monkeypatch):
    """Stand in for the history's question, so that no engine is needed."""
    asked = Question(week("2026-10-05"))
    for module in (distribution, trend):
        monkeypatch.setattr(module, "ratings", asked)
    monkeypatch.setattr(trend, "returns", lambda *_, **__: {})
    return asked


@pytest.mark.parametrize(
    ("name", "by"), [("distribution", None), ("distribution", "release"), ("trend", "month")]
)
def test_a_report_asks_the_history_and_bears_its_name(question, name, by):
    """Once, with the caller's filter and dimension."""
    chosen = Filter(project="shop", where=(("release", "v42"),))

    found = reports.run(name, "history", chosen, by=by)

    assert found.report == name
    assert question.asked == [("history", chosen, by)]
    assert (found.where, when(found)) == (("release:v42",), "all time · release v42")
    assert sum(row.n_rated for row in found.rows) == 100


def test_options_reach_the_report(question):
    """Markers, confidence level and lines; a trend is by week unless told."""
    found = reports.run(
        "trend",
        "history",
        Filter(),
        markers=[marker("2026-10-06")],
        confidence_level=0.8,
        lines=Lines(negative=0.01),
    )

    assert question.asked[0][2] == "week"
    assert (found.by, found.confidence_level, found.markers[0].text) == ("week", 0.8, "v42")
    assert found.rows[0].health == ("investigate",)


def test_an_unknown_report_names_those_there_are():
    """The error lists the reports."""
    with pytest.raises(UnknownReport, match="distribution, trend"):
        reports.run("horoscope", "history", Filter())


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"by": "shoe size"}, "by"),
        ({"confidence_level": 1.0}, "confidence_level"),
        ({"confidence_level": 0.0}, "confidence_level"),
        ({"confidence_level": float("nan")}, "confidence_level"),
    ],
)
@pytest.mark.parametrize("name", list(reports.KINDS))
def test_an_option_that_cannot_be_followed_is_refused_by_name(name, options, field):
    """The error carries the field."""
    with pytest.raises(InvalidField) as caught:
        reports.run(name, "history", Filter(), **options)

    assert caught.value.field == field


@pytest.mark.parametrize("name", [name for name in reports.KINDS if name != "releases"])
def test_what_cannot_be_compared_with_is_refused(name):
    """Only a release may be called anything."""
    with pytest.raises(InvalidField) as caught:
        reports.run(name, "history", Filter(), compare="v41")

    assert caught.value.field == "compare"


@pytest.mark.parametrize(
    ("name", "options", "field", "words"),
    [
        ("rhythm", {"compare": "release:v41"}, "compare", "the report rhythm does not compare"),
        ("rhythm", {"compare": "previous"}, "compare", "distribution, trend, releases"),
        ("segments", {"by": "channel,device"}, "by", "distribution and releases take two"),
        ("trend", {"by": "week,release"}, "by", "the report trend takes one name at most"),
    ],
)
def test_what_a_report_cannot_follow_is_refused_with_those_that_can(name, options, field, words):
    """Before the history is asked."""
    with pytest.raises(InvalidField, match=words) as caught:
        reports.run(name, None, Filter(), **options)

    assert caught.value.field == field
