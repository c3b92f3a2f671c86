"""Reports in every format."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import altair as alt
import msgspec
import pytest

from afterword.errors import InvalidField
from afterword.history.filters import Filter
from afterword.reports import distribution, trend
from afterword.reports.beside import Beside
from afterword.reports.csv_table import inert
from afterword.reports.key_pairs import shown_rows
from afterword.reports.palette import DARK
from afterword.reports.picture import specification
from afterword.reports.render import FORMATS, render
from afterword.reports.report import View
from afterword.reports.wording import percent, printable
from unit.reports.figures import HEALTHY, asked, at_us, marker, week
from unit.statistics.people import strangers

DASH = "\N{EN DASH}"
HOSTILE = '=1+1</text><script>alert("x")</script>\x1b[31m\x00\ud800'
MARKS = (
    marker("2026-10-06", "release", "v42"),
    marker("2026-10-07", "policy", "policy 2"),
    marker("2026-10-22", "note", f"a long story about {HOSTILE[:-1]}"),
)


def whole(cell=HEALTHY):
    """Report everything at once."""
    cell = asked(cell, n_sessions=300, n_closed=250, n_shown=160, n_answered=80)
    return distribution.report([cell], Filter(from_us=at_us("2026-10-01")), View())


def by_case(*keys):
    """Report one row a key."""
    cells = [strangers(60, 25, 15, key) for key in keys]
    return distribution.report(cells, Filter(), View(by="use_case"))


def by_pair(*pairs):
    """Report one row a pair of keys."""
    cells = [replace(strangers(60, 25, 15, " · ".join(pair)), keys=pair) for pair in pairs]
    return distribution.report(cells, Filter(), View(by="release,use_case"))


def compared(others, pairs):
    """Report rows, of which some have others beside them."""
    key_of = {pair: pair or ("all",) for pair in pairs}
    side = {key_of[pair]: strangers(40, 30, 30, " · ".join(key_of[pair])) for pair in others}
    cells = [replace(HEALTHY, key=" · ".join(key_of[pair]), keys=pair) for pair in pairs]
    by = "release,use_case" if pairs[0] else None
    return distribution.report(cells, Filter(), View(by=by), Beside(side, {}, printable(HOSTILE)))


PAIRS = (("v41", "billing"), ("v41", "refunds"), (HOSTILE, HOSTILE), ("", HOSTILE), (HOSTILE, ""))


def over_time():
    """Report weeks, one of them empty, one short, with markers."""
    cells = [week("2026-10-05"), week("2026-10-12", 3, 1, 1), week("2026-10-26")]
    return trend.report(cells, Filter(), View(markers=MARKS))


EVERY = {
    "whole": whole,
    "few": lambda: whole(strangers(2, 1, 1)),
    "nothing": lambda: distribution.report([], Filter(), View()),
    "by case": lambda: by_case("billing", "refunds"),
    "hostile": lambda: by_case(HOSTILE, "", HOSTILE + "\x01"),
    "compared": lambda: compared((("v41", "billing"),), (("v41", "billing"), ("v41", "refunds"))),
    "compared whole": lambda: compared(((),), ((),)),
    "by pair": lambda: by_pair(*PAIRS),
    "over time": over_time,
    "no time": lambda: trend.report([], Filter(), View()),
}
every = pytest.mark.parametrize("made", EVERY.values(), ids=EVERY)


@every
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_every_report_has_every_format(made, form):
    """Whatever a host called its things, and however little there is."""
    assert render(made(), form)


def test_an_unknown_format_names_those_there_are():
    """The error names the field."""
    with pytest.raises(InvalidField, match="json, csv, svg, png, html, text") as caught:
        render(whole(), "docx")

    assert caught.value.field == "format"


def test_json_is_the_report_object():
    """The keys of the contract, nulls and all."""
    found = json.loads(render(whole(), "json"))

    assert list(found) == ["report", "window", "rows", "notes", "confidence_level", "method"]
    assert found["window"] == {"from": "2026-10-01T00:00:00Z", "to": None}
    [row] = found["rows"]
    assert list(row) == [
        "key",
        "n_sessions",
        "n_closed",
        "n_shown",
        "n_rated",
        "n_unasked",
        "response_rate",
        "coverage",
        "positive",
        "neutral",
        "negative",
        "health",
        "per_person",
        "worst_case",
        "tilts",
    ]
    assert list(row["negative"]) == ["count", "share", "low", "high"]
    assert row["response_rate"] == 0.5
    for name in ("Goodman", "Wilson 1927", "deff"):
        assert name in found["method"]


def test_json_of_a_trend_has_its_period_and_markers():
    """Beside the keys of every report."""
    found = json.loads(render(trend.report([week("2026-10-05")], Filter(), View()), "json"))

    assert (found["by"], found["markers"]) == ("week", [])


@every
def test_json_reads_back_as_the_same_report(made):
    """Nothing is lost on the way; what JSON cannot carry is not made by the journal either."""
    report = made()
    if any(row.key.startswith(HOSTILE) for row in report.rows):
        return  # half a surrogate pair, which intake refuses

    assert msgspec.json.decode(render(report, "json"), type=type(report)) == report


def test_json_says_null_where_there_is_no_number():
    """No ratings: counts of 0, shares of null."""
    [row] = json.loads(render(EVERY["nothing"](), "json"))["rows"]

    assert row["positive"] == {"count": 0, "share": None, "low": None, "high": None}
    assert (row["response_rate"], row["coverage"]) == (None, None)


def test_csv_has_a_column_for_each_of_two_keys():
    """Only where there are two; both are kept from running."""
    lines = list(csv.DictReader(StringIO(render(by_pair(*PAIRS), "csv").decode())))

    assert [(line["keys_1"], line["keys_2"]) for line in lines[:2]] == [*PAIRS[:2]]
    assert lines[2]["keys_2"].startswith("'=")
    assert b"keys" not in render(whole(), "csv")


def test_second_keys_stand_below_their_first():
    """A chart names the first key once; keys that look alike stay apart."""
    marks = ("a" * 80 + "1", "a" * 80 + "2")
    rows = by_pair(("v41", "x"), ("v41", "y"), *((mark, "x") for mark in marks)).rows

    shown = shown_rows(rows)

    assert [row is None for row in shown.values()] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
    ]
    assert [row for row in shown.values() if row] == list(rows)


def test_csv_has_a_line_a_row():
    """Figures in full, nothing where there is none."""
    lines = list(csv.DictReader(StringIO(render(over_time(), "csv").decode())))

    assert [line["key"] for line in lines] == [
        "2026-10-05",
        "2026-10-12",
        "2026-10-19",
        "2026-10-26",
    ]
    assert float(lines[0]["positive_share"]) == 0.65
    assert (lines[2]["positive_count"], lines[2]["positive_share"]) == ("0", "")
    assert lines[1]["health"] == "not_enough_ratings"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "\uff20"])
def test_a_spreadsheet_runs_no_key(start):
    """What would be a formula becomes text; other text stays as it is."""
    assert inert(f"{start}1+1") == f"'{start}1+1"
    assert inert(f"a{start}1") == f"a{start}1"


@pytest.mark.parametrize("form", ["csv", "text", "html", "svg"])
def test_nothing_a_host_wrote_runs(form):
    """No formula, no element, no control sequence gets through."""
    made = render(by_case(HOSTILE), form).decode(errors="surrogatepass")

    assert "<script" not in made or form in ("csv", "text")
    assert form == "csv" or "\x1b" not in made
    assert form != "csv" or "'=1+1" in made


@every
def test_an_svg_is_whole_in_itself(made):
    """Well formed, named, and without script, style sheet, font or address to fetch."""
    drawn = render(made(), "svg").decode()

    root = ET.fromstring(drawn)  # noqa: S314  # our own
    assert root.get("role") == "img"
    assert root[0].tag.endswith("title")
    assert not any(one.tag.endswith(("script", "image", "link")) for one in root.iter())
    assert not any("href" in name for one in root.iter() for name in one.attrib)
    assert "url(" not in drawn  # nor an id that a second picture in the page could share
    assert "@import" not in drawn


def test_an_svg_knows_a_dark_colour_for_each_of_its_own():
    """Whatever it paints with has a rule for readers who prefer the dark."""
    root = ET.fromstring(render(over_time(), "svg"))  # noqa: S314  # our own
    painted = {
        one.get(name)
        for one in root.iter()
        for name in ("fill", "stroke")
        if (one.get(name) or "none") not in ("none", "transparent")
    }

    assert painted <= set(DARK)
    assert any("prefers-color-scheme:dark" in (one.text or "") for one in root.iter())


@pytest.mark.parametrize(("light", "dark"), [(one, two) for one, two in DARK.items()])
def test_colours_stand_out_from_their_paper(light, dark):
    """Text and marks reach 4.5 to 1 (WCAG 2.2, 1.4.3) in the light and in the dark."""
    if light in ("#ffffff", "#e3e7eb"):  # the paper itself, and the grid, which carries nothing
        return

    assert _contrast(light, "#ffffff") >= 4.5
    assert _contrast(dark, DARK["#ffffff"]) >= 4.5


def test_a_picture_holds_to_the_schema():
    """Drawing skips the check for speed; here it is made."""
    for report in (whole(), by_case("a", "b"), over_time()):
        for is_narrow in (False, True):
            alt.VConcatChart.from_dict(specification(report, is_narrow=is_narrow))


def test_a_line_breaks_where_there_is_no_interval():
    """Empty and short weeks are null, and a point alone is drawn with a whisker."""
    points = specification(over_time())["datasets"]["negative"]

    assert [point["share"] for point in points] == [0.1, None, None, 0.1]
    assert [point["is_alone"] for point in points] == [True, False, False, True]


def test_labels_of_markers_meet_no_other():
    """Near ones stand lower, one that finds no room keeps its rule, a late one turns left."""
    marks = [marker("2026-10-06", text=f"a release of some size {n}") for n in range(4)]
    late = marker("2026-11-01", text="at the very end of it")
    cells = [week("2026-10-05"), week("2026-10-26")]
    report = trend.report(cells, Filter(), View(markers=(*marks, late)))

    labels = specification(report)["datasets"]["labels"]

    assert [label["lane"] for label in labels] == [0, 1, 2, 0, 0]
    assert [bool(label["text"]) for label in labels] == [True, True, True, False, True]
    assert [label["is_late"] for label in labels] == [False, False, False, False, True]


def test_a_long_trend_draws_its_last_periods():
    """A picture of thousands of days would show none; the subtitle says what is left out."""
    cells = [week("2020-01-01"), week("2026-10-26")]
    report = trend.report(cells, Filter(), View(by="day"))

    drawn = specification(report)

    assert len(report.rows) == 2491
    assert len(drawn["datasets"]["volume"]) == 400
    assert drawn["title"]["subtitle"][-1] == "the last 400 of 2,491 days"


def test_keys_that_look_alike_stay_apart():
    """Two keys that differ only where nothing can be shown get a row each."""
    drawn = specification(by_case("a\x00", "a\x01", ""))

    keys = [one["key"] for one in drawn["datasets"]["positive"]]
    assert keys == ["a\ufffd", "a\ufffd (2)", "(empty)"]


def test_a_png_is_a_png():
    """By its first bytes."""
    assert render(whole(), "png").startswith(b"\x89PNG\r\n")


@every
def test_a_page_stands_alone(made):
    """One document with picture, table and notes; nothing in it runs or is fetched."""
    report = made()
    reader = _Page()

    reader.feed(render(report, "html").decode(errors="surrogatepass"))

    assert {"html", "svg", "main", "title"} <= reader.tags
    assert not {"script", "link", "img", "iframe"} & reader.tags
    assert not {"src", "href", "onload", "onclick"} & reader.attributes
    for note in report.notes:
        assert note in reader.text


def test_text_shows_every_figure_with_what_it_rests_on():
    """Words of the levels, share, interval, count, response rate, coverage, health, notes."""
    text = render(whole(), "text").decode()

    assert text.startswith("How sessions were rated\nsince 2026-10-01 (UTC) · 95 % intervals\n")
    for expected in (
        "300 sessions, 250 closed, 100 rated",
        f"65 %  (53{DASH}75)",
        "not what I needed ███░",
        f"10 %  (5{DASH}19)",
        "response rate   50 %  of 160 asks shown",
        "coverage        40 %  of 250 closed sessions",
        "health         No line is crossed.",
        f"rule of thumb: helpful 60{DASH}70 %, okay 20{DASH}30 %, not what I needed 5{DASH}15 %.",
        "200 sessions of 300 went unrated.",
    ):
        assert expected in text


def test_text_shows_few_ratings_as_counts():
    """No percentage of four."""
    text = render(whole(strangers(2, 1, 1)), "text").decode()

    assert "helpful               2 of 4" in text
    assert "4 ratings from 4 people: too few to call healthy or not" in text


def test_text_of_a_trend_puts_markers_between_its_weeks():
    """Each after the week in which it fell; a week without ratings has dashes."""
    lines = render(over_time(), "text").decode().splitlines()
    table = [line.split()[0] for line in lines if line.startswith("  2026-")]

    assert table == [
        "2026-10-05",
        "2026-10-06",
        "2026-10-07",
        "2026-10-12",
        "2026-10-19",
        "2026-10-22",
        "2026-10-26",
    ]
    [empty] = [line for line in lines if line.startswith("  2026-10-19")]
    assert empty.split()[1:] == ["0", *(DASH * 5), "no", "ratings"]
    assert any("── release: v42" in line for line in lines)


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (None, DASH),
        (0.0, "0 %"),
        (0.001, "<1 %"),
        (0.1, "10 %"),
        (0.999, ">99 %"),
        (1.0, "100 %"),
    ],
)
def test_percent_never_rounds_something_to_nothing(share, told):
    """One negative in a thousand is not 0 %."""
    assert percent(share) == told


def test_printable_text_keeps_what_people_write():
    """Scripts, emoji and joiners stay; line ends become spaces, controls a mark; cut with …."""
    assert printable("名前\n👩\u200d🔧 é\x07") == "名前 👩\u200d🔧 é\ufffd"
    assert printable("abcdef", 4) == "abc…"


def test_reports_load_no_chart_library_until_one_is_drawn():
    """Start-up pays for no picture and no special function."""
    code = (
        "import sys; import afterword.reports, afterword.reports.render;"
        "print([m for m in ('altair','vl_convert','scipy','numpy','pandas') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603  # our own

    assert done.stdout.strip() == b"[]"


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def _contrast(one, two):
    lights = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(
        part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    )
