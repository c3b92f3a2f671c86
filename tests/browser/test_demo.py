"""The whole story in Chromium: the real command, the real widget, the figures beside them."""

from __future__ import annotations

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.pages import demo_served

TALK = ("Why was I charged twice?", "And if it does not?", "ah, thanks!")


@pytest.fixture(scope="module")
def site():
    """``afterword demo``, run as a person would."""
    with demo_served() as site:
        yield site


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["wide", "phone"])
def visit(chromium, site, request):
    """One visit, whose console must stay empty."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    visit = context.new_page()
    noise = []
    visit.on("console", lambda message: noise.append(f"{message.type}: {message.text}"))
    visit.on("pageerror", lambda error: noise.append(str(error)))
    visit.goto(f"{site.url}/demo")
    visit.get_by_role("heading", name="How did sessions go?").wait_for()
    yield visit
    context.close()
    assert noise == []


def n_rated(visit):
    """Read the number beside the chat."""
    return int(visit.locator("#rated").inner_text().replace(",", ""))


def wait_rated(visit, number):
    """Wait until it is this."""
    shown = "+document.getElementById('rated').textContent.replace(',', '')"
    visit.wait_for_function(f"number => {shown} === number", arg=number)


def talk(visit):
    """Say three lines, each once the last one is answered."""
    for n, line in enumerate(TALK, start=1):
        visit.get_by_label("Your message").fill(line)
        visit.keyboard.press("Enter")
        visit.locator("#talk .agent").nth(n).wait_for()


def test_a_visitor_is_asked_rates_says_why_and_sees_the_number_change(visit):
    """Nothing is reloaded; what happened is told in words; nothing scrolls sideways."""
    visit.evaluate("window.isSamePage = true")
    before = n_rated(visit)
    talk(visit)
    story = visit.get_by_label("What just happened")
    negative = visit.get_by_role("button", name="not what I needed")
    negative.wait_for()
    story.get_by_text("It was shown.").wait_for()
    assert "A session is open: 3 from you, 3 from the agent." in story.inner_text()
    assert "because you said goodbye, and the agent had answered." in story.inner_text()
    negative.click()
    visit.get_by_role("button", name="Anything we could have done better?").click()
    visit.keyboard.type("it kept looping")
    visit.keyboard.press("Enter")
    visit.locator("afterword-rating").get_by_text("Thanks — we'll use that").first.wait_for()
    story.get_by_text("A reason came with it.").wait_for()
    visit.get_by_text("“it kept looping”").first.wait_for()
    wait_rated(visit, before + 1)

    seconds = float(re.search(r"answered in (\d+\.\d) s", story.inner_text())[1])
    assert seconds > 0
    assert visit.evaluate("window.isSamePage")
    assert visit.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_visit_is_a_new_visitor(visit):
    """A reload begins a new talk, and the ask comes again."""
    for _ in range(2):
        visit.reload()
        visit.get_by_role("heading", name="How did sessions go?").wait_for()
        assert visit.locator("#talk li").count() == 1
        talk(visit)
        visit.get_by_role("button", name="helpful", exact=True).wait_for()


def test_another_choice_moves_the_figures_too(visit):
    """The number of ratings stays, what they say changes."""
    before = n_rated(visit)
    talk(visit)
    visit.get_by_role("button", name="helpful", exact=True).click()
    wait_rated(visit, before + 1)
    shown = "document.querySelector('.reading')?.textContent ?? ''"
    read = visit.evaluate(shown)
    visit.get_by_role("button", name="okay", exact=True).click()
    visit.wait_for_function(f"read => ({shown}) !== read", arg=read)

    assert n_rated(visit) == before + 1


def test_typing_on_is_told_as_withdrawn(visit):
    """Too early, no more; the ask leaves."""
    talk(visit)
    visit.get_by_role("button", name="okay", exact=True).wait_for()
    visit.get_by_label("Your message").press_sequentially("one more thing")

    visit.get_by_text("it came too early, no more").wait_for()
    assert visit.get_by_role("button", name="okay", exact=True).count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
    ],
    ids=str,
)
def test_the_demo_is_for_this_machine_alone(site, headers):
    """Seen by another name or through a proxy there is no demo, and the pages need a sign-in."""
    with httpx.Client(base_url=site.url) as client:
        assert client.get("/demo", headers=headers).status_code == 404
        assert client.get("/demo/now?conversation=x", headers=headers).status_code == 404
        assert client.post("/demo/say", json={}, headers=headers).status_code == 404
        assert client.get("/overview", headers=headers).status_code == 303
        assert client.get("/overview").status_code == 200
        assert client.get("/demo").status_code == 200


def test_what_is_none_of_its_talks_is_told_as_a_problem(site):
    """The page's script reads problems, not pages."""
    with httpx.Client(base_url=site.url) as client:
        told = client.post("/demo/say", json={"conversation": "x", "text": "hello"})
        assert (told.status_code, told.json()["code"]) == (404, "not_found")
        wrong = client.post("/demo/say", json={"conversation": "x", "text": ""})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "text")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_demo_is_open_to_everybody(visit, scheme):
    """No violation that axe knows, with the ask in sight, light and dark."""
    # A figure that fades in is pale for half a second.
    visit.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    talk(visit)
    visit.get_by_role("button", name="okay").wait_for()

    found = Axe().run(visit).response["violations"]

    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
