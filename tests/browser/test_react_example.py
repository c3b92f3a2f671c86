"""The example of FastAPI and React: the real app, the real server, the real browser."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from threading import Event

import httpx
import pytest

from cli_harness import answer
from example_harness import EXAMPLES, afterword_served, example_served, listen

pytest.importorskip("fastapi", reason="fastapi is not installed")

# Stands in for main.jsx: as that does, and leaves the root to the test.
_HANDED_OUT = """
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Chat } from './Chat.jsx';

const element = document.getElementById('root');
const root = createRoot(element);
const draw = () => root.render(<StrictMode><Chat {...element.dataset} /></StrictMode>);
Object.assign(window, { draw, leave: () => root.unmount() });
draw();
"""
PATIENCE_MS = 20_000  # until something that must come counts as lost
_STREAMS = "afterword_streams "


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Give two copies of the example: built as told, and built for developing."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    plain = tmp_path_factory.mktemp("react") / "plain"
    shutil.copytree(EXAMPLES / "fastapi-react", plain, ignore=shutil.ignore_patterns("node_*"))
    _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", cwd=plain)
    strict = plain.with_name("strict")
    shutil.copytree(plain, strict, symlinks=True)
    (strict / "src" / "main.jsx").write_text(_HANDED_OUT)
    _run(npm, "run", "build", cwd=plain)
    _run(npm, "run", "dev", cwd=strict)
    return {"plain": plain, "strict": strict}


@pytest.fixture(scope="module")
def afterword(tmp_path_factory):
    """Give a caller of a server that knows nobody yet."""
    folder = tmp_path_factory.mktemp("afterword")
    with afterword_served(folder) as caller:
        caller.folder = folder
        yield caller


@pytest.fixture(scope="module")
def hosts(built, afterword):
    """Give the addresses of the running example, by how it was built."""
    urls = {}
    with ExitStack() as running:
        for name, folder in built.items():
            listener, urls[name] = listen()
            running.callback(listener.close)
            key = ("keys", "create", "--kind", "publishable", "--allow-origin", urls[name])
            told = {
                "AFTERWORD_URL": str(afterword.http.base_url).rstrip("/"),
                "AFTERWORD_KEY": afterword.key,
                "AFTERWORD_PUBLISHABLE_KEY": answer(*key, "--data", afterword.folder)["key"],
            }
            running.enter_context(example_served(folder, listener, "app:app", **told))
        yield urls


@pytest.fixture
def visit(chromium, hosts, afterword):
    """Give a way to open the example as a new visitor; nothing may be said to the console."""
    visits = []

    def open_page(build="plain"):
        visits.append(Visit(chromium, hosts[build], afterword))
        return visits[-1]

    yield open_page
    for one in visits:
        assert one.noise == []
        one.context.close()


class Visit:
    """One visitor with the page open."""

    def __init__(self, chromium, url, afterword):
        """Open the page."""
        self.afterword = afterword
        self.noise = []
        self.context = chromium.new_context(locale="en-GB")
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.goto(url)
        self.conversation = self.page.locator("#root").get_attribute("data-conversation")

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.noise.append(f"{message.type}: {message.text} {message.location}")

    def say(self, text, answered):
        """Type a line and send it; wait for the answer."""
        self.page.get_by_label("Message").fill(text)
        self.button("Send").click()
        self.page.get_by_role("log").get_by_text(answered).last.wait_for()

    def be_asked(self):
        """Have a talk that ends with thanks; wait for the question."""
        self.say("Why was I charged twice?", "it drops off on Friday")
        self.say("ah, thanks!", "You're welcome!")
        self.panel.wait_for()

    def button(self, name):
        """Find a button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def panel(self):
        """The form."""
        return self.page.locator("afterword-rating [part~=panel]")

    def told(self):
        """Read what the server knows of the talk."""
        return self.afterword.session(f"{self.conversation}~1")

    def wait_for(self, is_so):
        """Wait until what is known of the talk is as it should be; give it."""
        until(lambda: is_so(self.told()))
        return self.told()

    def n_streams(self):
        """Count the streams that the server holds open."""
        lines = self.afterword.http.get("/metrics").text.splitlines()
        return sum(int(float(line.split()[1])) for line in lines if line.startswith(_STREAMS))


def test_a_talk_is_rated_with_a_reason(visit):
    """Two lines and thanks, the question, an answer, a reason: all of it is in the journal."""
    one = visit()
    one.be_asked()
    one.button("not what I needed").click()
    one.button("Anything we could have done better?").click()
    one.page.get_by_label("Anything we could have done better?").fill("it kept looping")
    one.button("Send").last.click()
    session = one.wait_for(lambda told: (told["session"]["rating"] or {}).get("reason"))["session"]

    assert session["channel"] == "web"
    assert session["rating"]["rating"] == "negative"
    assert session["rating"]["reason"] == "it kept looping"
    assert session["rating"]["source"] == "widget"
    assert session["rating"]["trigger"] == "closing_message"
    assert [ask["state"] for ask in session["asks"]] == ["answered"]


def test_after_a_negative_the_host_can_act(visit):
    """Its two buttons are there at once, and React hears of them."""
    one = visit()
    one.be_asked()
    one.button("not what I needed").click()
    one.button("Talk to a person").click()
    one.page.get_by_role("log").get_by_text("A person will write to you today.").wait_for()
    one.button("Try again").click()

    one.page.get_by_role("log").get_by_text("Why was I charged twice?").nth(1).wait_for()


def test_rendering_again_changes_nothing(visit):
    """In strict mode, with a form open: it stays, alone, on one stream, and one rating comes."""
    one = visit("strict")
    one.be_asked()
    one.panel.evaluate("node => { window.form = node; for (let n = 0; n < 50; n++) draw(); }")
    one.page.evaluate("() => new Promise(done => setTimeout(done))")

    assert one.panel.evaluate("node => node === window.form && node.checkVisibility()")
    assert one.page.locator("afterword-rating").count() == 1
    until(lambda: one.n_streams() == 1)
    one.button("okay").click()
    one.page.evaluate("draw()")
    session = one.wait_for(lambda told: told["session"]["rating"])
    assert one.panel.is_visible()
    assert [event["type"] for event in session["events"]].count("rating") == 1


@pytest.mark.parametrize("build", ["plain", "strict"])
def test_closed_and_opened_again_it_asks_again(visit, build):
    """Unmounted, it lets go of its stream; mounted, it shows the same ask, counted once."""
    one = visit(build)
    one.be_asked()
    one.wait_for(lambda told: told["session"]["asks"][0]["shown_at"])
    one.button("Close chat").click()
    until(lambda: one.n_streams() == 0)
    one.button("Open chat").click()
    one.panel.wait_for()
    until(lambda: one.n_streams() == 1)
    one.button("helpful").click()
    told = one.wait_for(lambda told: told["session"]["rating"])
    steps = [event.get("step") for event in told["events"] if event["type"] == "ask"]

    assert steps == ["shown"]
    assert [ask["state"] for ask in told["session"]["asks"]] == ["answered"]
    assert [event["type"] for event in told["events"]].count("rating") == 1


def test_it_leaves_with_its_root(visit):
    """What React takes down keeps no stream open."""
    one = visit("strict")
    until(lambda: one.n_streams() == 1)
    one.page.evaluate("leave()")
    until(lambda: one.n_streams() == 0)

    assert one.page.locator("afterword-rating").count() == 0


def test_without_the_server_the_chat_goes_on(visit, afterword):
    """Nobody is asked; the browser alone says that it could not reach the server."""
    one = visit()
    one.page.route(f"{afterword.http.base_url}/**", lambda route: route.abort())
    one.page.reload()
    one.say("Why was I charged twice?", "it drops off on Friday")
    noise, one.noise[:] = list(one.noise), []

    assert noise
    assert [line for line in noise if "net::ERR_FAILED" not in line] == []


def test_nobody_speaks_for_another(visit, hosts):
    """Neither in somebody's conversation, nor with a token of nobody's."""
    one, other = visit(), visit()
    said = {"conversation": one.conversation, "text": "hi"}

    assert other.context.request.post(f"{hosts['plain']}/chat", data=said).status == 403
    assert httpx.get(f"{hosts['plain']}/token").status_code == 401


def until(is_so):
    """Wait for what the server notices; it comes long before the time is over."""
    clock = Event()
    for _ in range(PATIENCE_MS // 20):
        if is_so():
            return
        clock.wait(0.02)
    raise AssertionError("it did not happen")


def _run(*command, cwd):
    done = subprocess.run(  # noqa: S603  # npm, on our own example
        command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
