"""Chromium with a chat page; skipped, saying so, where browser or driver is missing."""

from __future__ import annotations

import shutil

import pytest

from browser.harness import KEY, Backend, token

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def chromium():
    """Give a running Chromium."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    binary = shutil.which("chromium")
    if binary is None:
        pytest.skip("chromium is not installed")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=ARGUMENTS.split())
        yield browser
        browser.close()


@pytest.fixture
def backend():
    """Give a server that records."""
    backend = Backend()
    yield backend
    backend.close()


@pytest.fixture
def context(chromium):
    """Give a fresh profile with a clock that tests may move."""
    context = chromium.new_context(viewport={"width": 1024, "height": 720}, locale="en-GB")
    context.clock.install()
    yield context
    context.close()


@pytest.fixture
def chat(context, backend):
    """Give a chat page whose console must stay empty."""
    chat = Chat(context, backend)
    yield chat
    assert chat.noise == []


class Chat:
    """One tab with the chat page."""

    def __init__(self, context, backend, page=None):
        """Take a tab, a new one unless given."""
        self.backend = backend
        self.page = page or context.new_page()
        self.noise = []  # console errors and warnings, uncaught errors
        self.is_network_expected = False  # the browser itself logs a failed request
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))

    def _hear(self, message):
        is_network = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not (is_network and self.is_network_expected):
            self.noise.append(f"{message.type}: {message.text}")

    def open(self, path="/chat", **attributes):
        """Load the page and set the widget up; attributes with None are left out."""
        self.page.goto(self.backend.page_url + path)
        self.set(
            **{
                "server": self.backend.url,
                "publishable_key": KEY,
                "conversation": "c-1",
                "token": token(),
                "composer": "#input",
                **attributes,
            }
        )
        return self

    def set(self, **attributes):
        """Set attributes of the widget; None removes one."""
        told = {name.replace("_", "-"): value for name, value in attributes.items()}
        self.page.evaluate(
            """told => { const one = document.querySelector('afterword-rating');
            for (const [name, value] of Object.entries(told))
              value === null ? one.removeAttribute(name) : one.setAttribute(name, value); }""",
            told,
        )

    def show(self, **more):
        """Have an ask granted and shown; give it."""
        self.backend.wait_stream()
        ask = self.backend.send_ask(**more)
        self.panel.wait_for()
        return ask

    def pause(self):
        """Stop the page's clock; only `pass_time` moves it from here on."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 2)

    def hear(self):
        """Wait until the widget has heard all that was pushed: a marker behind it has come."""
        marker = self.backend.send_ask(conversation_id="marker")
        self.backend.end_ask(marker, "marker")
        self.page.wait_for_function(
            "id => JSON.parse(localStorage[`afterword:${id}`] ?? '{}').step === 'marker'",
            arg=marker["ask_id"],
            polling=20,
        )
        self.pass_time(0.01)

    def pass_time(self, seconds):
        """Move the page's clock."""
        self.page.clock.run_for(int(seconds * 1000))

    def be_seen(self):
        """Let the second pass after which an ask counts as shown."""
        self.page.evaluate(
            """() => new Promise(done =>
            requestAnimationFrame(() => requestAnimationFrame(done)))"""
        )
        self.pass_time(1.2)

    def part(self, name):
        """Find a part of the widget."""
        return self.page.locator(f"afterword-rating [part~={name}]")

    def button(self, name):
        """Find a button by its name, anywhere on the page."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def panel(self):
        """The form."""
        return self.part("panel")

    @property
    def composer(self):
        """The host's field."""
        return self.page.locator("#input")

    def told(self):
        """Give the widget's events as the host saw them."""
        return self.page.evaluate("window.seen.events")

    def stored(self):
        """Give everything that the page's storage holds, as one text."""
        return self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
