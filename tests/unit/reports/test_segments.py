"""The report that looks for segments which are rated otherwise."""

import json
from datetime import date

import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter
from afterword.history.questions.attributes import Attribute, Day
from afterword.history.questions.dimensions import bins_of
from afterword.history.questions.segments import Split
from afterword.reports.render import render
from afterword.reports.report import View
from afterword.reports.segments import KIND, report
from afterword.reports.segments.choice import ALWAYS, chosen_of, edges_of, one_in
from afterword.reports.segments.rows import Verdict
from afterword.reports.segments.weighing import weigh
from unit.statistics.people import cell_of, strangers

ALIKE = Split([strangers(325, 125, 50, "false"), strangers(325, 125, 50, "true")], 0)
# Of four ways to come, people from one are served worse.
CAME = Split(
    [
        strangers(260, 100, 40, "search"),
        strangers(130, 50, 20, "friend"),
        strangers(90, 50, 60, "ads"),
        strangers(130, 50, 20, "partner"),
    ],
    17,
)


@pytest.fixture
def asked(monkeypatch):
    """Let a report be made of splits, so that no engine is needed."""

    def made(splits, view=None, found=(), n_rated=1_000):
        n_sessions = max(
            (sum(c.n_sessions for c in one.cells) for one in splits.values()), default=0
        )
        days = [Day(date(2026, 11, 1), n_sessions, n_rated)] if n_sessions else []
        monkeypatch.setattr(report, "session_days", lambda *_: days)
        monkeypatch.setattr(report, "attributes", lambda *_: list(found))
        monkeypatch.setattr(
            report,
            "segments",
            lambda _history, _chosen, names, **_: {
                name: splits.get(name, Split([], n_sessions)) for name in names
            },
        )
        return KIND.run(None, Filter(), view or View())

    return made


def test_the_segment_that_is_served_worse_is_found():
    """And no other; the attribute that shows most comes first, its worst value first."""
    rows, attributes, _ = weigh({"is_new": ALIKE, "trait.acquisition": CAME}, View())

    assert [one.attribute for one in attributes] == ["trait.acquisition", "is_new"]
    assert attributes[0].q < 1e-6
    assert attributes[1].q == pytest.approx(1)
    verdicts = {row.key: row.verdict for row in rows}
    assert verdicts["trait.acquisition:ads"] is Verdict.WORSE
    assert verdicts["is_new:true"] is verdicts["is_new:false"] is Verdict.NOT_SHOWN
    assert Verdict.WORSE not in [row.verdict for row in rows[1:]]


def test_a_value_stands_beside_the_other_values_of_its_attribute():
    """Shares, difference and who wins; drawn to the common share; those without a value apart."""
    rows, attributes, _ = weigh({"trait.acquisition": CAME}, View())

    ads = rows[0]
    assert (ads.attribute, ads.value, ads.n_rated) == ("trait.acquisition", "ads", 200)
    assert (ads.rest.n_rated, ads.rest.negative.share) == (800, 0.1)
    assert ads.rest.negative.difference == pytest.approx(0.2)
    assert 0.1 < ads.rest.negative.low < 0.2 < ads.rest.negative.high
    assert ads.win.low < ads.win.value < ads.win.high < 0.5
    assert ads.rest.negative.share < ads.shrunk.value < ads.negative.share
    assert (attributes[0].n_sessions, attributes[0].n_without) == (1_000, 17)
    assert (attributes[0].degrees, attributes[0].design_effect) == (3, pytest.approx(1))


def test_two_values_are_not_shrunk():
    """Two show nothing of how values vary."""
    rows, _, _ = weigh({"is_new": ALIKE}, View())

    assert [row.shrunk.value for row in rows] == [None, None]
    assert rows[0].win.value == pytest.approx(0.5)


def test_a_persons_many_ratings_are_one_voice():
    """Twenty people of one mind who rate ten times each show less than two hundred strangers."""
    often = cell_of([(0, 0, 10)] * 5 + [(0, 10, 0)] * 4 + [(10, 0, 0)] * 11, "ads")
    rest = strangers(260, 100, 40, "search")
    loud, _, _ = weigh({"trait.acquisition": Split([rest, often], 0)}, View())
    many, _, _ = weigh(
        {"trait.acquisition": Split([rest, strangers(110, 40, 50, "ads")], 0)}, View()
    )

    assert many[0].q is not None
    assert loud[0].q > 0.05 > many[0].q
    assert loud[0].negative.high - loud[0].negative.low > 2 * (
        many[0].negative.high - many[0].negative.low
    )


def test_values_with_few_people_stand_together(asked):
    """They have counts and no verdict; what remains of two values is compared with nobody."""
    small = [strangers(2, 0, 1, f"tiny-{n}") for n in range(3)]
    big = strangers(60, 30, 10, "big")
    made = asked({"is_new": Split([big, *small], 0)})

    assert [(row.value, row.n_rated) for row in made.rows] == [("big", 100), ("other", 9)]
    assert (made.rows[1].negative.count, made.rows[1].negative.low) == (3, None)
    assert made.rows[1].rest is None
    assert made.rows[1].verdict is Verdict.NOT_ENOUGH_RATINGS
    assert "3 values" in " ".join(made.notes)
    lonely = asked({"is_new": Split([big, small[0]], 0)})
    assert [row.rest for row in lonely.rows] == [None, None]


def test_an_attribute_asked_for_keeps_its_fifty_values_with_most_ratings(asked):
    """The others stand together, however many they are."""
    cells = [strangers(20 + n % 7, 5, 5, f"city-{n}") for n in range(20_000)]
    made = asked({"trait.city": Split(cells, 0)}, View(by="trait.city"))

    assert len(made.rows) == 51
    assert made.rows[-1].value == "other"
    assert sum(row.n_rated for row in made.rows) == sum(cell.n_rated for cell in cells)
    assert "19,950 values" in " ".join(made.notes)


def test_attributes_with_many_values_are_left_out_and_named(asked):
    """Whether that was seen where they were looked for, or only in all sessions."""
    found = [
        Attribute("trait.email", 900, 900, 640),
        Attribute("trait.city", 900, 880, 40),
        Attribute("trait.plan", 900, 880, 3),
        Attribute("label.pet", 10, 8, 5),
    ]
    cities = [strangers(10, 5, 5, f"city-{n}") for n in range(51)]
    made = asked(
        {"is_new": ALIKE, "trait.city": Split(cities, 0), "trait.plan": CAME}, found=found
    )

    assert {row.attribute for row in made.rows} == {"is_new", "trait.plan"}
    assert "trait.email, label.pet, trait.city" in " ".join(made.notes)


def test_only_the_most_common_traits_are_looked_at():
    """Fifty of them, in passes that do not fill the memory; those that are always there first."""
    found = [Attribute(f"trait.t{n}", n, 1_000, 9) for n in range(70)]
    choice = chosen_of(found)
    names = [name for names in choice.passes for name in names]

    assert choice.n_rare == 20
    assert set(names) == {*ALWAYS, *(f"trait.t{n}" for n in range(20, 70))}
    assert len(names) == len(set(names))
    assert max(10 ** len(names) for names in choice.passes) <= 10**6
    assert (one_in(0), one_in(499_999), one_in(2_200_000)) == (1, 1, 8)


@pytest.mark.parametrize("by", ["week", "is_new,channel", "shoe size", "trait."])
def test_it_is_split_by_one_dimension(asked, by):
    """The error names the field."""
    with pytest.raises(InvalidField) as caught:
        asked({}, View(by=by))

    assert caught.value.field == "by"


@pytest.mark.parametrize(
    ("splits", "n_rated", "told"),
    [
        ({}, 0, "No sessions in this window."),
        ({"is_new": Split([], 9)}, 0, "No sessions in this window."),
        ({"is_new": ALIKE}, 1_000, "No segment is rated otherwise"),
        (
            {"is_new": ALIKE, "trait.acquisition": CAME},
            1_000,
            "trait.acquisition:ads is rated worse",
        ),
        ({"is_new": Split([strangers(10_000, 0, 0, "true")], 0)}, 10_000, "No segment is rated"),
        ({"is_new": Split([cell_of([(9_000, 600, 400)], "true")], 0)}, 10_000, "No segment"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "csv", "svg", "html"])
def test_what_is_found_is_said_in_every_form(asked, splits, n_rated, told, form):
    """Or that nothing is, or that there is nothing."""
    found = [Attribute("trait.acquisition", 1_000, 900, 4)]
    made = asked(splits, n_rated=n_rated, found=found)

    assert told in made.notes[0]
    body = render(made, form).decode()
    assert body
    if form == "text":
        assert max(map(len, body.splitlines())) <= 110
    if form == "json":
        assert json.loads(body)["report"] == "segments"


@pytest.mark.parametrize(
    ("counts", "edges"),
    [
        ({}, ()),
        ({7: 9}, ()),
        (dict.fromkeys(range(1, 101), 3), (25, 50, 75)),
        ({1: 60, 2: 20, 3: 10, 4: 10}, (1, 2)),
        ({1: 1, 2: 1, 3: 98}, ()),
        ({-1.5: 1, 0: 1, 2.25: 1, 9: 1}, (-1.5, 0, 2.25)),
    ],
)
def test_numbers_are_split_at_their_quartiles(counts, edges):
    """No edge twice, and none behind which nothing lies."""
    assert edges_of(counts) == edges


def test_numbers_are_split_and_names_are_not():
    """A trait of many numbers has four parts; one with a word in ten is no trait of numbers."""
    seats = Attribute("trait.seats", 900, 800, 300, 890)
    mixed = Attribute("trait.mixed", 900, 800, 300, 700)
    few = Attribute("trait.floor", 900, 800, 9, 900)

    choice = chosen_of([seats, mixed, few])

    assert choice.numeric == ("trait.seats",)
    assert choice.too_many == ("trait.mixed",)
    assert {"trait.seats", "trait.floor"} <= {name for one in choice.passes for name in one}


@pytest.mark.parametrize("by", [None, "trait.seats"])
def test_where_numbers_are_split_is_said(asked, monkeypatch, by):
    """In words, with the edges; the rows are named by their parts."""
    parts = bins_of((10.0, 25.5))
    split = Split([strangers(300, 60, 40, part) for part in parts], 0)
    monkeypatch.setattr(report, "numbers", lambda *_: {10.0: 40, 25.5: 30, 90.0: 30})

    found = asked(
        {"trait.seats": split}, View(by=by), [Attribute("trait.seats", 1_200, 1_100, 500, 1_200)]
    )

    assert {row.value for row in found.rows} == {*parts}
    assert parts == ("up to 10", "over 10 up to 25.5", "over 25.5")
    assert any("trait.seats" in note and "at 10, 25.5" in note for note in found.notes)
    assert not any("Not split by" in note for note in found.notes)
