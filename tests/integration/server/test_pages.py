"""The pages over HTTP: who comes in, where links lead, what is cached, what goes wrong."""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import quote

import httpx
import pytest
from msgspec.structs import replace

from afterword.domain.asks import Why
from afterword.domain.session import Trigger
from afterword.journal.days import clear_day, dirty_days
from afterword.journal.keys import create_key
from afterword.journal.markers import add_marker
from afterword.reports.palette import dark_rules
from afterword.server import Settings
from afterword.server.pages.overview import cache
from afterword.server.pages.overview.data import Wanted
from afterword.server.pages.session.words import MOMENT, WHY
from afterword.server.serve import running
from history_cast import ask, plain, rated, tell
from server_harness import DAY, MovableClock, said

PASSWORD = "open sesame"  # noqa: S105  # of tests
HTML = {"Accept": "text/html,*/*"}
HTTPS = {"X-Forwarded-Proto": "https"}


class Reader:
    """Somebody at a browser."""

    def __init__(self, server, *, is_in=True):
        """Come to a server, and in."""
        self.server, self.pages, self.clock = server, server.pages, server.services.clock
        self.http = httpx.Client(base_url=server.url, headers=HTML, timeout=30)
        if is_in:
            assert self.sign_in().status_code == 303

    def sign_in(self, password=PASSWORD, headers=None, **more):
        """Send the form."""
        data = {"password": password, **more}
        return self.http.post("/signin", data=data, headers=headers)

    def page(self, path, status=200):
        """Read a page; give its text."""
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    def tell(self, *sessions):
        """Put sessions into the journal."""
        tell(self.server.services.journal, sessions)

    def made(self, **wanted):
        """Give the overview as it is held or made now."""
        return self.pages.overviews.get(Wanted(**wanted), self.clock.now_us())


@contextmanager
def served(folder, *, password=PASSWORD, is_in=True):
    """Serve a folder."""
    settings = Settings(data_dir=folder, port=0, password=password)
    with running(settings, clock=MovableClock()) as server:
        reader = Reader(server, is_in=is_in)
        yield reader
        reader.http.close()


@pytest.fixture
def reader(tmp_path):
    """Somebody who has signed in."""
    with served(tmp_path) as reader:
        yield reader


@pytest.fixture
def stranger(tmp_path):
    """Somebody who has not."""
    with served(tmp_path, is_in=False) as reader:
        yield reader


def now_session(reader, number=1, **given):
    """Make a session of an hour ago."""
    return plain(number, at_us=reader.clock.now_us() - 3_600_000_000, **given)


def test_without_a_sign_in_nothing_is_shown(stranger):
    """Every page leads to the sign-in, and the static files need none."""
    for path in ("/overview", "/sessions/c-1~1"):
        answer = stranger.http.get(path)
        assert answer.status_code == 303
        assert answer.text == ""
    assert stranger.http.get("/").headers["location"] == "overview"
    assert 'type="password"' in stranger.page("/signin")
    assert stranger.http.get("/demo").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "overview?days=7&project=a%20b",
        "sessions/a%2Fb%20%F0%9F%98%80~1?project=x%2Fy",
        "overview",
    ],
)
def test_signing_in_leads_to_the_page_first_asked_for(stranger, asked):
    """With its query, and with ids that hold a slash."""
    sent = stranger.http.get(f"/{asked}").headers["location"]
    form = stranger.http.get(httpx.URL(f"{stranger.server.url}/{asked}").join(sent))
    to = re.search(r'name="to" value="([^"]*)"', form.text)[1].replace("&amp;", "&")

    assert to == asked
    answer = stranger.sign_in(to=to)
    assert (answer.status_code, answer.headers["location"]) == (303, asked)


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example/overview",
        "/\\evil.example",
        "overview\\..//evil",
        "javascript:alert(1)",
        "sessions/a/../../x",
        "overview\r\nSet-Cookie: a=b",
        "overviewx",
        "signout",
    ],
)
def test_nobody_is_led_elsewhere(stranger, to):
    """What is not one of our own pages becomes the overview, before and after the form."""
    assert f'value="{to}"' not in stranger.page(f"/signin?to={quote(to, safe='')}")
    assert stranger.sign_in(to=to).headers["location"] == "overview"
    again = stranger.http.get("/signin", params={"to": to})
    assert again.headers["location"] == "overview"


def test_the_cookie_is_for_the_browser_alone(stranger):
    """No script reads it, no other site sends it, and over HTTPS it stays there."""
    plainly = stranger.sign_in().headers["set-cookie"]
    securely = stranger.sign_in(headers=HTTPS).headers["set-cookie"]

    assert "HttpOnly; SameSite=Lax" in plainly
    assert "Secure" not in plainly
    assert securely.endswith("Secure")
    assert "Path" not in plainly


def test_signing_out_forgets(reader):
    """The next page asks again."""
    reader.page("/overview")
    assert reader.http.post("/signout").headers["location"] == "signin"
    assert reader.http.get("/overview").status_code == 303


def test_wrong_passwords_are_told_and_then_stopped(stranger):
    """A page each time; the eleventh in a minute is 429."""
    for _ in range(10):
        answer = stranger.sign_in("wrong")
        assert answer.status_code == 403
        assert "That is not the password." in answer.text
    answer = stranger.sign_in()

    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    assert "try again in a minute" in answer.text
    assert "set-cookie" not in answer.headers
    stranger.clock.move(61)
    assert stranger.sign_in().status_code == 303


def test_the_printed_link_opens_once(tmp_path):
    """A preview that asks for the head does not use it up; who is in already is led on."""
    with served(tmp_path, password=None, is_in=False) as reader:
        link = f"/signin?once={reader.pages.door.once}"
        assert reader.http.head(link).status_code == 200
        assert "opens these pages once" in reader.page("/signin")
        assert reader.http.get(link).headers["location"] == "overview"
        assert reader.http.get(link).headers["location"] == "overview"
        reader.page("/overview")
        reader.http.cookies.clear()
        assert "This link has been used" in reader.page(link, 403)


def test_nothing_tells_the_password(tmp_path, caplog, capfd):
    """Neither settings written into a log, nor the log of requests."""
    caplog.set_level("DEBUG")
    settings = Settings(data_dir=tmp_path, password=PASSWORD)
    with served(tmp_path) as reader:
        reader.sign_in("wrong " + PASSWORD)

    assert PASSWORD not in f"{settings!r} {settings}" + caplog.text + "".join(capfd.readouterr())


def test_a_page_allows_nothing_inline_and_nobody_else(reader):
    """The policy is strict, and there is nothing in the page that it would stop."""
    reader.tell(*(rated(now_session(reader, n), "neutral") for n in range(40)))
    answer = reader.http.get("/overview")
    policy = answer.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<svg" in answer.text
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", answer.text)


def test_the_overview_shows_where_we_stand(reader):
    """Shares of all ratings, response rate, coverage, what to read and why."""
    shown = [rated(now_session(reader, n, user_id=f"u-{n}"), "positive") for n in range(34)]
    bad = rated(now_session(reader, "bad", release="v7"), "negative", reason="it kept looping")
    reader.tell(*shown, bad, now_session(reader, "unrated"))
    text = reader.page("/overview").replace("\N{NO-BREAK SPACE}", " ")

    assert "35 ratings" in text
    assert "97 %" in text  # helpful and coverage alike: 34 and 35 of 36
    assert "of 36 closed sessions" in text
    assert "“it kept looping”" in text
    assert 'href="sessions/c-bad~1"' in text
    assert text.index("Whiskers") < text.index("Newest sessions to read")


def test_below_the_least_the_reading_list_leads(reader):
    """One rating is read, not divided."""
    reader.tell(rated(now_session(reader), "negative", reason="slow"))
    text = reader.page("/overview")

    assert "Not enough ratings to say." in text
    assert text.index("Read these first") < text.index("Whiskers")
    assert "By week" not in text


def test_an_empty_project_says_what_to_do_next(reader):
    """The two commands that lead on."""
    text = reader.page("/overview")

    assert "No sessions in the last 13 weeks" in text
    assert "afterword keys create" in text
    assert "afterword import" in text
    assert "No sessions yet" in reader.page("/overview?days=all")


def test_projects_and_environments_are_apart(reader):
    """Each shows its own sessions, and links stay with it."""
    reader.tell(
        rated(now_session(reader, "a"), "negative", reason="of default"),
        rated(now_session(reader, "b", project="über/x"), "negative", reason="of another"),
        rated(now_session(reader, "c", environment="staging"), "negative", reason="of staging"),
    )
    usual = reader.page("/overview")
    other = reader.page("/overview?project=%C3%BCber%2Fx")
    staging = reader.page("/overview?environment=staging")

    for text, reason in ((usual, "default"), (other, "another"), (staging, "staging")):
        assert re.findall(r"“of (\w+)”", text) == [reason]
    link = re.search(r'href="(sessions/c-b[^"]*)"', other)[1]
    assert "of another" in reader.page(f"/{link}")
    assert 'href="../overview?project=%C3%BCber/x"' in reader.page(f"/{link}")
    assert "There is no such project." in reader.page("/overview?project=..%2F..%2Fetc", 404)
    assert "days: one of 7" in reader.page("/overview?days=8", 422)


@pytest.mark.parametrize("conversation_id", ["c-1", "team/7 😀", "a/", "<b>&%2F", "sessions/x~1"])
def test_a_session_is_shown_with_its_log(reader, conversation_id):
    """From the list, by an id of any letters: facts, rating, decisions in words, no texts."""
    talk = [
        said(conversation_id, "user", "my secret is 42", user_id="u"),
        said(conversation_id, "agent", "noted"),
        said(conversation_id, "user", "thanks, bye!"),
        said(conversation_id, "agent", "you are welcome"),
    ]
    key = _key(reader)
    reader.http.post("/v1/events", json={"events": talk}, headers=key).raise_for_status()
    path = f"/v1/conversations/{quote(conversation_id, safe='')}/rating"
    body = {"rating": "negative", "reason": "not <i>good</i>"}
    reader.http.post(path, json=body, headers=key).raise_for_status()
    link = re.search(r'href="(sessions/[^"]*)"', reader.page("/overview"))[1]
    text = reader.page(f"/{link}")

    assert "“not &lt;i&gt;good&lt;/i&gt;”" in text
    assert "At a goodbye: " in text
    assert "2 from the user, 2 from the agent" in text
    assert "secret" not in text
    assert 'href="../overview"' in text


def test_an_unknown_session_is_a_page(reader):
    """With a way back."""
    assert 'href="../overview"' in reader.page("/sessions/nobody~1", 404)


def test_every_rule_and_moment_has_words():
    """A new one cannot be forgotten."""
    assert set(WHY) == set(Why)
    assert set(MOMENT) == set(Trigger)


def test_what_goes_wrong_is_a_page_for_people_and_a_problem_for_programs(reader):
    """By what they say they read; below /v1 it is always a problem."""
    assert "There is nothing at this address." in reader.page("/nothing/at/all", 404)
    assert 'href="../../overview"' in reader.page("/nothing/at/all", 404)
    assert 'href="../../overview"' in reader.page("/nothing/at/", 404)
    for path, headers in (("/nothing", {"Accept": "*/*"}), ("/v1/nothing", HTML)):
        answer = reader.http.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"
    refused = reader.http.delete("/overview")
    assert refused.status_code == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "OPTIONS"}
    assert reader.http.head("/overview").status_code == 200


def test_files_are_kept_while_their_address_is_the_same(reader):
    """The address holds a mark of the content; the charts' dark colours are the palette's."""
    text = reader.page("/overview")
    for address in re.findall(r'href="(static/[^"]+)"', text):
        answer = reader.http.get(f"/{address}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/css")
    assert reader.http.get("/static/charts.css").text == dark_rules()
    assert reader.http.get("/static/..%2Fsettings.py").status_code == 404
    widget = reader.http.get("/widget.v1.js")
    assert widget.headers["access-control-allow-origin"] == "*"
    assert "customElements.define" in widget.text


def test_an_overview_is_made_anew_only_where_something_has_changed(reader):
    """A rating, a marker, a new day; not a reader, a signed-out one, nor another project."""
    session = now_session(reader)
    reader.tell(session)
    with reader.server.services.journal.write() as connection:
        for dirty in dirty_days(connection):
            clear_day(connection, dirty)
    first = reader.made()
    reader.page("/overview")
    reader.tell(now_session(reader, project="other"))
    assert reader.made() is first

    reader.tell(rated(session, "negative"))
    second = reader.made()
    assert second.overview.whole.rows[0].n_rated == 1
    with reader.server.services.journal.write() as connection:
        add_marker(connection, "default", "note", "a note", reader.clock.now_us())
    third = reader.made()
    assert [one.text for one in third.overview.trend.markers] == ["a note"]
    reader.clock.move(DAY)
    assert reader.made() is not third
    assert reader.made() is reader.made()


def test_two_readers_at_once_cost_one_and_others_do_not_wait(reader, monkeypatch):
    """Whoever wants another window is served while the first is still being made."""
    reader.tell(rated(now_session(reader), "negative"))
    loads, found = [], []
    begun, may_go = Event(), Event()
    load = cache.load

    def slow(services, wanted, now_us):
        loads.append(wanted.days)
        if wanted.days == "91":
            begun.set()
            assert may_go.wait(30)
        return load(services, wanted, now_us)

    monkeypatch.setattr(cache, "load", slow)
    threads = [Thread(target=lambda: found.append(reader.made())) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    assert reader.made(days="7").overview.wanted.days == "7"
    may_go.set()
    for thread in threads:
        thread.join()

    assert sorted(loads) == ["7", "91"]
    assert found[0] is found[1]


def test_a_figure_of_an_answered_ask_counts_in_the_response_rate(reader):
    """Two shown, one answered."""
    answered, ignored = now_session(reader, 1), now_session(reader, 2)
    answered = replace(answered, asks=[ask(answered, "answered", is_shown=True)])
    ignored = replace(ignored, asks=[ask(ignored, "ignored", is_shown=True)])
    reader.tell(rated(answered, "positive"), ignored)
    text = reader.page("/overview").replace("\N{NO-BREAK SPACE}", " ")

    assert re.search(r"response rate</dt><dd>50 % <small>of 2 asks shown", text)


def _key(reader):
    with reader.server.services.journal.write() as connection:
        return {"Authorization": f"Bearer {create_key(connection, 'default', 'secret')[1]}"}


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("overview/", "../overview"),
        ("overview//?days=7", "../../overview?days=7"),
        ("sessions/a%2Fb/", "../a%2Fb"),
        ("static/pages.css/", "../pages.css"),
    ],
)
def test_an_address_with_a_slash_at_its_end_leads_to_the_one_without(reader, asked, place):
    """Relative to where the browser stands; links of a page would all lead astray there."""
    answer = reader.http.get(f"/{asked}")

    assert (answer.status_code, answer.headers["location"]) == (303, place)
