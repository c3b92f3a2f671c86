"""What the page pays: shifts of layout, listeners, streams, errors, bytes."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from browser.harness import KEY, SERVED, WEB, token

WORDS = Path(__file__).parents[1] / "vectors" / "words.json"
BUDGET = 6_144  # bytes, gzipped, styles included: what it weighs is a page's cost
TOOLS = WEB.parent / "node_modules" / ".bin"
_WATCH = """() => { window.shift = 0;
new PerformanceObserver(list => { for (const one of list.getEntries())
  if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: 'layout-shift', buffered: true }); }"""
_FRAMES = """() => new Promise(done =>
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""


@pytest.mark.parametrize("size", [(1024, 720), (360, 640)], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["/chat", "/flow"])
def test_the_page_hardly_moves(chat, backend, path, size):
    """Loading, appearing and going away each shift at most 0.02, in a column or a plain page."""
    chat.page.set_viewport_size({"width": size[0], "height": size[1]})
    chat.open(path)
    backend.wait_stream()
    chat.part("opener").wait_for()
    chat.page.evaluate(_WATCH)
    loading = _shift(chat)
    ask = chat.show()
    appearing = _shift(chat)
    backend.end_ask(ask)
    chat.panel.wait_for(state="hidden")
    going = _shift(chat)

    assert max(loading, appearing, going) <= 0.02


def _shift(chat):
    """Give the sum since the last call; the browser's score takes windows of seconds."""
    chat.page.evaluate(_FRAMES)
    return chat.page.evaluate("[window.shift, (window.shift = 0)][0]")


def test_the_last_message_stays_in_sight(chat):
    """Where the conversation was at its end, it still is when the form has opened."""
    chat.page.set_viewport_size({"width": 360, "height": 500})
    chat.open().show()
    last = chat.page.locator(".messages p").last.bounding_box()
    panel = chat.panel.bounding_box()

    assert last["y"] + last["height"] <= panel["y"]


def test_who_reads_further_up_is_not_moved(chat):
    """A conversation that was not at its end stays where it was."""
    chat.page.set_viewport_size({"width": 360, "height": 500})
    chat.open()
    chat.page.evaluate("document.querySelector('.messages').scrollTop = 0")
    chat.show()

    assert chat.page.evaluate("document.querySelector('.messages').scrollTop") == 0


def test_a_thousand_mounts_leave_nothing(chat, backend):
    """Listeners, nodes, streams and timers are what they were before."""
    chat.open()
    backend.wait_stream()
    session = chat.page.context.new_cdp_session(chat.page)
    _mount(chat, 20)
    before = _metrics(session)
    _mount(chat, 1000)
    backend.wait_stream(1)
    after = _metrics(session)

    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["Nodes"] <= before["Nodes"] + 5


def _mount(chat, times):
    chat.page.evaluate(
        """async ([times, key, token, server]) => {
        const next = () => new Promise(done => { const { port1, port2 } = new MessageChannel();
          port1.onmessage = done; port2.postMessage(0); });
        const real = document.querySelector('afterword-rating');
        for (let i = 0; i < times; i++) {
          const one = document.createElement('afterword-rating');
          one.setAttribute('server', server);
          one.setAttribute('publishable-key', key);
          one.setAttribute('token', token);
          one.setAttribute('conversation', `m-${i}`);
          one.setAttribute('composer', '#input');
          real.after(one);
          one.open();
          if (i % 50 === 0) await new Promise(done => setTimeout(done, 5));
          else await next();
          one.remove();
        }
        await new Promise(done => setTimeout(done, 20));
      }""",
        [times, KEY, token(), chat.backend.url],
    )


def _metrics(session):
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


def test_a_moved_element_goes_on(chat, backend):
    """Taken out and put in elsewhere in one go, it keeps its form and its rating."""
    chat.open().show()
    chat.button("okay").click()
    chat.page.evaluate(
        "document.querySelector('.chat').append(document.querySelector('afterword-rating'))"
    )
    backend.wait_stream()
    chat.pass_time(1)

    assert chat.part("pressed").get_attribute("value") == "neutral"
    chat.button("helpful").click()
    backend.wait_steps("neutral", "positive")


def test_a_removed_element_holds_nothing(chat, backend):
    """Its stream closes, and another element may ask."""
    chat.open().show()
    chat.page.evaluate(
        """() => { const one = document.querySelector('afterword-rating'), two = one.cloneNode();
        one.replaceWith(two); }"""
    )
    backend.wait(lambda: [call[1] for call in backend.calls].count("/v1/asks") == 2, "a stream")
    backend.wait_stream(1)
    backend.send_ask()
    chat.panel.wait_for()


def test_it_may_be_upgraded_late_and_loaded_twice(chat, backend):
    """Attributes and properties set before the script count; a second script changes nothing."""
    chat.page.goto(backend.page_url + "/chat")
    chat.page.evaluate("import('/again.js')")
    chat.page.evaluate(
        """([server, key, token]) => {
        const elsewhere = document.implementation.createHTMLDocument();
        const made = elsewhere.createElement('afterword-rating');
        made.afterNegative = [{label: 'Try again', value: 'again'}];
        const told = {server, 'publishable-key': key, token, conversation: 'c-1'};
        for (const [name, value] of Object.entries(told)) made.setAttribute(name, value);
        document.querySelector('afterword-rating').replaceWith(made); }""",
        [backend.url, KEY, token()],
    )
    chat.button("Rate this session").click()
    chat.button("not what I needed").click()

    backend.wait_steps("negative")
    assert chat.button("Try again").is_visible()


def test_a_composer_that_is_no_selector_hurts_nobody(chat, backend):
    """A mistake of the host's costs the typing rules, not the page."""
    chat.open(composer="##").show()
    chat.composer.press_sequentially("hi")
    chat.button("helpful").click()

    backend.wait_steps("positive")


def test_it_keeps_its_budget():
    """What is served, gzipped, with its styles: all of it, and nothing that it would fetch."""
    served = SERVED.read_bytes()

    assert len(gzip.compress(served, 9, mtime=0)) <= BUDGET
    assert b"afterword-rating" in served
    assert b":host" in served
    assert re.search(rb"\bimport\b", served) is None


def test_what_is_served_is_what_the_build_makes(tmp_path):
    """Nobody repairs the served file by hand, or forgets to build it."""
    if shutil.which("node") is None or not (TOOLS / "terser").exists():
        pytest.skip("terser is not installed: npm ci in web/")
    made = tmp_path / "made.js"
    subprocess.run(["node", WEB.parent / "build.mjs", made], check=True)  # noqa: S603, S607  # our own tool, no shell

    assert made.read_bytes() == SERVED.read_bytes()


def test_words_are_counted_as_on_the_server(chat):
    """The same test vectors as domain/words.py."""
    chat.open()
    cases = json.loads(WORDS.read_text())["count"]
    counted = chat.page.evaluate(
        """texts => import('/widget.v1.js')
        .then(({ countWords }) => texts.map(text => countWords(text)))""",
        [case["text"] for case in cases],
    )

    assert dict(zip([case["name"] for case in cases], counted, strict=True)) == {
        case["name"]: case["words"] for case in cases
    }


def test_the_types_are_right():
    """``tsc --checkJs``, strict."""
    tsc = TOOLS / "tsc"
    if shutil.which("node") is None or not tsc.exists():
        pytest.skip("typescript is not installed: npm ci in web/")
    checked = subprocess.run(  # noqa: S603  # our own tool, no shell
        [tsc, "-p", WEB / "jsconfig.json"], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "")
