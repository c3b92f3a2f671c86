"""Reports over HTTP: every format, filters, markers, and hostile words that stay words."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from afterword.reports import KINDS
from server_harness import DAY, MovableClock, problem, served

HOSTILE = '=HYPERLINK("http://evil.example","<script>alert(1)</script>")'
FORMATS = {
    "json": ("application/json", b"{"),
    "csv": ("text/csv", b"key,"),
    "svg": ("image/svg+xml", b"<svg"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "html": ("text/html", b"<!doctype html>"),
}


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    """A caller of a server with twelve rated sessions of two releases, one of them hostile."""
    with served(tmp_path_factory.mktemp("reports")) as caller:
        for number in range(12):
            name = f"c-{number}"
            caller.send(
                {
                    "type": "session.started",
                    "conversation_id": name,
                    "release": "v41" if number < 6 else HOSTILE,
                    "traits": {"plan": "pro" if number < 3 else "free"},
                    "labels": {"arm": HOSTILE},
                }
            )
            caller.chat(name, user_id=f"u-{number}")
            rating = "positive" if number < 3 else "negative"
            caller.rate(name, rating=rating, reason="<img src=x onerror=alert(1)>")
        caller.http.post("/v1/notes", json={"text": HOSTILE}).raise_for_status()
        yield caller


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, text):
        """Read a page."""
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        """Note a text."""
        self.words.append(data)


@pytest.mark.parametrize("name", ["distribution", "trend"])
@pytest.mark.parametrize("form", FORMATS)
def test_every_report_comes_in_every_format(caller, name, form):
    """With the type that says what it is, and nothing that a browser may guess or keep."""
    answer = caller.http.get(f"/v1/reports/{name}", params={"format": form})
    media_type, begins = FORMATS[form]

    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.content.startswith(begins)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", KINDS)
def test_a_report_is_what_its_schema_says(caller, name):
    """Checked by a validator that is not ours, against the description of the API."""
    document = caller.http.get("/openapi.json").json()
    told = document["paths"]["/v1/reports/{name}"]["get"]["responses"]["200"]["content"]
    schema = {**told["application/json"]["schema"], "components": document["components"]}
    body = caller.http.get(f"/v1/reports/{name}").json()
    check = Draft202012Validator(schema)

    assert [one.message for one in check.iter_errors(body)] == []
    assert not check.is_valid({**body, "rows": 3})
    assert not check.is_valid({**body, "report": "another"})


def test_a_report_counts_with_intervals_and_rates(caller):
    """The object that the reference describes."""
    report = caller.report()
    (row,) = report["rows"]

    assert report["report"] == "distribution"
    assert row["key"] == "all"
    assert (row["n_sessions"], row["n_rated"], row["n_unasked"]) == (12, 12, 12)
    assert row["negative"]["count"] == 9
    assert 0 < row["negative"]["low"] < row["negative"]["share"] < row["negative"]["high"] < 1
    assert row["response_rate"] is None
    assert row["coverage"] is None
    assert row["health"] == ["not_enough_ratings"]
    assert report["confidence_level"] == 0.95


def test_where_and_window_choose_what_is_counted(caller):
    """Several values of one key mean any of them; different keys mean all."""
    counted = [
        caller.report(**query)["rows"][0]["n_sessions"]
        for query in (
            {"where": "release:v41"},
            {"where": ["release:v41", f"release:{HOSTILE}"]},
            {"where": ["release:v41", "trait.plan:free"]},
            {"where": f"label.arm:{HOSTILE}"},
            {"to": "2020-01-01"},
            {"from": "2020-01-01"},
            {"environment": "staging"},
        )
    ]

    assert counted == [6, 12, 3, 12, 0, 12, 0]


def test_rows_are_split_by_a_dimension(caller):
    """Each release has its row."""
    report = caller.report(by="release")

    assert report["by"] == "release"
    assert {row["key"]: row["n_sessions"] for row in report["rows"]} == {"v41": 6, HOSTILE: 6}


def test_a_csv_cell_cannot_run_in_a_spreadsheet(caller):
    """What would be a formula begins with an apostrophe."""
    answer = caller.http.get("/v1/reports/distribution", params={"by": "release", "format": "csv"})
    keys = [row["key"] for row in csv.DictReader(io.StringIO(answer.text))]

    assert sorted(keys) == [f"'{HOSTILE}", "v41"]


@pytest.mark.parametrize("name", ["distribution", "trend"])
def test_a_page_runs_nothing(caller, name):
    """Hostile releases and notes are text; a strict policy forbids what might get through."""
    query = {"format": "html"} | ({"by": "release"} if name == "distribution" else {})
    answer = caller.http.get(f"/v1/reports/{name}", params=query)
    page = Tags(answer.text)
    policy = answer.headers["content-security-policy"].split("; ")

    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "form", "link", "a", "base"})
    assert not any(attribute.startswith("on") for attribute in page.attributes)
    assert any("=HYPERLINK(" in word for word in page.words)
    for rule in ("default-src 'none'", "sandbox", "base-uri 'none'", "form-action 'none'"):
        assert rule in policy
    assert not any("script" in rule for rule in policy)


@pytest.mark.parametrize("name", ["distribution", "trend"])
def test_a_picture_runs_nothing(caller, name):
    """It is one well-formed drawing, without script, handler or link."""
    query = {"format": "svg"} | ({"by": "release"} if name == "distribution" else {})
    answer = caller.http.get(f"/v1/reports/{name}", params=query)
    elements = list(ET.fromstring(answer.content).iter())  # noqa: S314  # our own server's

    names = {element.tag.rpartition("}")[2] for element in elements}
    assert names.isdisjoint({"script", "foreignObject", "image", "use", "a"})
    assert not any(name.startswith("on") for element in elements for name in element.attrib)
    assert "sandbox" in answer.headers["content-security-policy"]


def test_reports_hold_no_reason(caller):
    """They count; what people wrote is read session by session."""
    for name in ("distribution", "trend"):
        for form in ("json", "csv", "svg", "html"):
            answer = caller.http.get(f"/v1/reports/{name}", params={"format": form})
            assert "onerror" not in answer.text


@pytest.mark.parametrize(
    "name", ["nothing", "..%2F..%2F..%2Fetc%2Fpasswd", "distribution%00", "%2e%2e", "a%2Fb", "😀"]
)
def test_only_reports_that_there_are_can_be_read(caller, name):
    """A name is looked up, never opened."""
    answer = caller.http.get(f"/v1/reports/{name}")

    assert answer.status_code == 404
    assert answer.json()["code"] in ("unknown_report", "not_found")
    assert "root:" not in answer.text


def test_an_unknown_report_says_what_there_is(caller):
    """So that a typing error needs no manual."""
    detail = problem(caller.http.get("/v1/reports/distributoin"), 404, "unknown_report")

    assert "distribution, trend" in detail


def test_notes_and_releases_are_markers_of_the_trend(tmp_path):
    """At their own time, inside the window only; a note without a time is now."""
    clock = MovableClock()
    with served(tmp_path, clock) as caller:
        clock.move(DAY)
        caller.send({"type": "session.started", "conversation_id": "c-1", "release": "v42"})
        caller.chat("c-1")
        now_us = clock.now_us()
        now = caller.http.post("/v1/notes", json={"text": "prices changed, ask ann@example.com"})
        dated = caller.http.post("/v1/notes", json={"text": "old", "at": "2026-11-01"})
        marks = caller.report("trend")["markers"]
        outside = caller.report("trend", to="2026-11-01")["markers"]

    assert (now.status_code, now.json()["kind"]) == (201, "note")
    assert now.json()["text"] == "prices changed, ask [email]"
    assert dated.json()["at"] == "2026-11-01T00:00:00Z"
    assert {(one["kind"], one["text"]) for one in marks} == {
        ("note", "old"),
        ("release", "v42"),
        ("note", "prices changed, ask [email]"),
    }
    assert outside == []
    assert _seconds(now.json()["at"]) >= now_us / 1e6


def test_what_test_keys_write_stays_out_of_reports(tmp_path):
    """It is there where somebody asks for the environment ``test``."""
    with served(tmp_path) as live:
        trying = live.other(tmp_path, kind="test")
        live.chat("c-1")
        live.rate("c-1", rating="positive")
        trying.chat("t-1", environment="production")
        trying.rate("t-1", rating="negative")
        production, test = live.report(), live.report(environment="test")
        trying.http.close()

    assert production["rows"][0]["positive"]["count"] == production["rows"][0]["n_rated"] == 1
    assert test["rows"][0]["negative"]["count"] == test["rows"][0]["n_rated"] == 1


def _seconds(text):
    return datetime.fromisoformat(text).timestamp()
