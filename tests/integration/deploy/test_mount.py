"""Inside FastAPI and Django, as the document says, in a process of uvicorn's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import afterword
from afterword.journal import Journal
from crawling import crawl
from page_harness import page
from server_harness import Caller, make_key

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "mount.md"
PASSWORD = "open sesame"  # noqa: S105  # of tests
CONVERSATION = "team/7 😀"


def program(nth):
    """Give a program of the document."""
    return re.findall(r"^```python.*?\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)[
        nth
    ]


def fastapi(folder):
    """Write the host as told; give what uvicorn is to serve."""
    (folder / "fastapi_host.py").write_text(program(0))
    return "fastapi_host:app"


def django(folder):
    """Make a project and change its asgi.py as told."""
    start = (sys.executable, "-m", "django", "startproject", "shop", folder)
    subprocess.run(start, check=True)  # noqa: S603  # our own command
    (folder / "shop" / "asgi.py").write_text(program(1))
    return "shop.asgi:application"


HOSTS = {"fastapi": fastapi, "django": django}


@contextmanager
def hosted(folder, make):
    """Serve a host as its user does; give the process and a caller of the mounted app."""
    _, key = make_key(folder / "data")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")},
        "AFTERWORD_DATA": str(folder / "data"),
        "AFTERWORD_PASSWORD": PASSWORD,
    }
    command = (sys.executable, "-m", "uvicorn", "--port", "0", make(folder))
    process = subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        log = ""
        while not (found := re.search(r"running on (http://[\d.:]+)", log)):
            line = process.stderr.readline()
            assert line, log
            log += line
        caller = Caller(f"{found[1]}/afterword", key)
        yield process, caller
        caller.http.close()
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module", params=HOSTS)
def caller(request, tmp_path_factory):
    """A caller of an app that is mounted."""
    with hosted(tmp_path_factory.mktemp(request.param), HOSTS[request.param]) as (_, caller):
        yield caller


def test_every_link_of_a_mounted_app_stays_in_its_place(caller):
    """Pages, files, redirects, forms and reports, with a slash too many or too few at the end."""
    caller.thank(CONVERSATION)
    caller.rate(CONVERSATION, rating="negative", reason="no luck")
    root = str(caller.http.base_url).rstrip("/")
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as browser:
        asked, doors = crawl(browser, root, "", "signin/", "sessions/x/", "nothing/here/")
        answer = browser.post(f"{root}/signin", data={"password": PASSWORD, "to": "overview"})
        found, forms = crawl(browser, root, "", "overview/?days=7", "nothing")
        browser.headers["Authorization"] = f"Bearer {caller.key}"
        reports = {f"v1/reports/trend?format={way}" for way in ("html", "svg")}
        shown, _ = crawl(browser, root, *reports)
        bare = browser.get(root, follow_redirects=True)

    missing = {place for place, status in (asked | found).items() if status == 404}
    assert missing == {"nothing/here/", "nothing"}
    assert {*asked.values(), *found.values()} == {200, 303, 404}
    assert [*doors, *forms] == ["signin", "signout"]
    assert all("POST" in methods for methods in (doors | forms).values())
    assert "signin?to=sessions%2Fx" in asked
    assert {"overview?days=7", "sessions/team%2F7%20%F0%9F%98%80~1"} <= set(found)
    assert shown == dict.fromkeys(reports, 200)
    # The cookie is for where the app is mounted, and for nothing else of the host's.
    assert (answer.status_code, answer.headers["location"]) == (303, "overview")
    assert "path" not in answer.headers["set-cookie"].lower()
    assert bare.url == f"{root}/overview"


def test_every_call_is_where_the_description_says(caller):
    """Its server's address and a path, put together as the standard says, lead to the call."""
    root = caller.http.base_url
    described = caller.reads("/openapi.json")
    server = str(root.join("openapi.json").join(described["servers"][0]["url"]))
    paths = [path for path in described["paths"] if "{" not in path]
    answers = {path: caller.http.options(f"{server}{path}") for path in paths}

    assert len(paths) >= 7
    assert {answer.status_code for answer in answers.values()} == {204}
    assert server.startswith(str(root))


def test_the_sdk_talks_to_a_mounted_app(caller):
    """Its address holds the prefix."""
    with afterword.Client(str(caller.http.base_url), caller.key) as aw:
        with aw.conversation("c-sdk", user_id="u-7") as talk:
            talk.user("why was I charged twice?")
            talk.agent("one is a pending hold")
        assert aw.flush(timeout=30)

    assert caller.session("c-sdk~1")["session"]["n_user"] == 1


@pytest.mark.parametrize("make", HOSTS.values(), ids=HOSTS)
def test_a_host_ends_its_streams_and_stops(make, tmp_path):
    """An ask arrives on the stream; told to stop, uvicorn waits for nobody, and all is kept."""
    with hosted(tmp_path, make) as (process, caller):
        with page(caller, tmp_path / "data").listen() as stream:
            asked = caller.thank("c-1", user_id="u-7")
            assert stream.ask() == asked
            process.send_signal(signal.SIGTERM)
            assert stream.event() is None
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)
    journal = Journal.open(tmp_path / "data")
    with journal.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar() == 4
    journal.close()
