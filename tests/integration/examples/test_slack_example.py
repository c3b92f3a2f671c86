"""The example for Slack: the real Bolt app and the real server, and Slack's shapes between."""

from __future__ import annotations

import json
import time
from itertools import count
from threading import Event

import httpx
import pytest

from example_harness import EXAMPLES, example_served, listen
from integration.examples.slack import BOT, CHANNEL, SIGNING_SECRET, Slack
from notify_cast import SECRET, signature, write_channels
from server_harness import DAY, MINUTE, MovableClock, served

pytest.importorskip("slack_bolt", reason="slack-bolt is not installed")
pytest.importorskip("fastapi", reason="fastapi is not installed")

_numbers = count(1)
HOSTILE = '<!channel> <@U0ALL00001> <img src=x onerror=alert(1)> =HYPERLINK("http://x") \u202eevil'


@pytest.fixture(scope="module")
def slack():
    """Give Slack."""
    slack = Slack()
    yield slack
    slack.close()


@pytest.fixture(scope="module")
def afterword(tmp_path_factory, slack):
    """Give a caller of a server that tells the example of asks; ``UTIRED`` has dismissed two."""
    folder = tmp_path_factory.mktemp("afterword")
    listener, slack.app = listen()
    hook = {"name": "slack", "kind": "webhook", "url": f"{slack.app}/afterword"}
    write_channels(folder, {**hook, "secret_env": "HOOK_SECRET", "events": ["ask.ready"]})
    clock = MovableClock()
    clock.move(-2 * DAY)
    with pytest.MonkeyPatch.context() as environment, listener:
        environment.setenv("HOOK_SECRET", SECRET)
        with served(folder, clock) as caller:
            caller.clock = clock
            tire(caller, "UTIRED")
            clock.move(2 * DAY)
            caller.listener = listener
            yield caller


@pytest.fixture(scope="module", autouse=True)
def program(afterword, slack):
    """Run the example."""
    told = {
        "AFTERWORD_URL": str(afterword.http.base_url),
        "AFTERWORD_KEY": afterword.key,
        "AFTERWORD_WEBHOOK_SECRET": SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_BOT_TOKEN": "xoxb-not-a-real-token",
        "SLACK_API_URL": f"{slack.url}/api/",
    }
    folder = EXAMPLES / "slack-bolt"
    with example_served(folder, afterword.listener, "app:web", **told) as program:
        yield program


@pytest.fixture
def talk(slack, afterword):
    """Give a user of this test's own who has opened a thread and been answered."""
    return Talk(slack, afterword, f"U{next(_numbers):09}")


class Talk:
    """A thread of one user with the agent."""

    def __init__(self, slack, afterword, user):
        """Open it with a mention."""
        self.slack, self.afterword, self.user = slack, afterword, user
        self.thread = slack.say(user, f"<@{BOT}> why was I charged twice?")
        self.conversation = f"{CHANNEL}:{self.thread}"
        self.wait_for_answers(1)

    def say(self, text):
        """Write in the thread; wait for the answer."""
        n_answers = len(self.answers)
        self.slack.say(self.user, text, self.thread)
        self.wait_for_answers(n_answers + 1)

    @property
    def answers(self):
        """What the agent said in the thread."""
        return self.slack.told("chat.postMessage", thread_ts=self.thread)

    def wait_for_answers(self, number):
        """Wait until the agent has answered so often."""
        until(lambda: len(self.answers) == number)

    @property
    def asked(self):
        """Every ephemeral message of the thread."""
        return self.slack.told("chat.postEphemeral", thread_ts=self.thread)

    def be_asked(self):
        """Say thanks; give the question."""
        self.say("ah, thanks!")
        return self.slack.wait("chat.postEphemeral", thread_ts=self.thread)

    def press(self, message, action):
        """Press a button; give what comes of it at the response URL."""
        path = self.slack.press(self.user, message, action)
        return self.slack.wait("response_url", path=path)

    def ask_why(self, rating="negative"):
        """Rate and press the button for a reason; give the modal."""
        thanks = self.press(self.be_asked(), f"rate_{rating}")
        self.slack.press(self.user, thanks, "reason")
        until(lambda: len(self.modals) == 1)
        return self.modals[0]

    @property
    def modals(self):
        """Every modal that was opened from the thread."""
        views = [one["view"] for one in self.slack.told("views.open")]
        return [view for view in views if self.thread in view["private_metadata"]]

    @property
    def n_told(self):
        """How many answers Afterword knows of."""
        answer = self.afterword.http.get(f"/v1/sessions/{self.conversation}~1")
        return answer.json()["session"]["n_agent"] if answer.status_code == 200 else 0

    def session(self):
        """Read the talk's session."""
        return self.afterword.session(f"{self.conversation}~1")["session"]

    @property
    def ask(self):
        """The session's last ask."""
        return self.session()["asks"][-1]

    def wait_for_ask(self, state):
        """Wait until the ask has come so far."""
        until(lambda: self.ask["state"] == state)


def tire(caller, user):
    """Have a user dismiss two asks, and answer them later, so that the next one comes for sure."""
    for number in range(2):
        ask = caller.thank(f"tired-{number}", user_id=user)
        told = {"conversation_id": ask["conversation_id"], "ask_id": ask["ask_id"]}
        for step in ("shown", "dismissed"):
            answer = caller.send({"type": "ask", "step": step, **told})
            assert answer["accepted"] == 1, answer
        caller.rate(told["conversation_id"], rating="neutral", ask_id=told["ask_id"])


def until(is_so):
    """Wait for what other processes do; it comes long before the time is over."""
    clock = Event()
    for _ in range(2_000):
        if is_so():
            return
        clock.wait(0.01)
    raise AssertionError("it did not happen")


def test_who_opened_the_thread_is_asked_and_rates(talk):
    """Buttons for one person in the thread; the answer has its source; thanks replace them."""
    question = talk.be_asked()
    buttons = [one["text"]["text"] for one in question["blocks"][1]["elements"]]
    thanks = talk.press(question, "rate_positive")

    assert question["user"] == talk.user
    assert question["channel"] == CHANNEL
    assert buttons == ["helpful", "okay", "not what I needed", "Not now"]
    assert thanks["replace_original"] is True
    assert thanks["text"].startswith("Thanks")
    session = talk.session()
    assert (session["user_id"], session["channel"]) == (talk.user, "slack")
    assert session["rating"]["rating"] == "positive"
    assert session["rating"]["source"] == "slack"
    assert session["rating"]["trigger"] == "closing_message"
    assert talk.ask["state"] == "answered"
    assert talk.ask["shown_at"] is not None


def test_a_reason_is_asked_in_a_modal(talk):
    """One field; what is typed becomes the rating's reason and is not repeated anywhere."""
    view = talk.ask_why()
    answer = talk.slack.submit(talk.user, view, HOSTILE)
    metadata = json.loads(view["private_metadata"])
    path = metadata["response_url"].removeprefix(talk.slack.url)
    until(lambda: len(talk.slack.told("response_url", path=path)) == 1)
    (thanks,) = talk.slack.told("response_url", path=path)
    rating = talk.session()["rating"]

    assert (answer.status_code, answer.text) == (200, "")
    assert (rating["rating"], rating["reason"]) == ("negative", HOSTILE)
    assert rating["source"] == "slack"
    assert [block["type"] for block in thanks["blocks"]] == ["section"]
    assert "onerror" not in json.dumps(talk.slack.calls)


def test_a_reason_over_thirty_words_is_refused_in_the_modal(talk):
    """The field says how many words there are; fewer are then kept."""
    view = talk.ask_why("neutral")
    refused = talk.slack.submit(talk.user, view, "word " * 31).json()
    before = talk.session()["rating"]
    kept = talk.slack.submit(talk.user, view, "word " * 30)

    assert refused["response_action"] == "errors"
    assert list(refused["errors"]) == ["reason"]
    assert "31" in refused["errors"]["reason"]
    assert before["reason"] is None
    assert kept.text == ""
    assert talk.session()["rating"]["reason"] == ("word " * 30).strip()


def test_going_on_takes_the_ask_back(talk):
    """It came too early; an answer to it still counts."""
    question = talk.be_asked()
    talk.wait_for_ask("shown")
    talk.say("and the other charge?")
    talk.wait_for_ask("withdrawn")
    talk.press(question, "rate_neutral")

    assert talk.session()["rating"]["rating"] == "neutral"
    assert talk.ask["state"] == "answered"


def test_a_thread_is_asked_about_once(talk):
    """What comes after a withdrawn ask is not shown, and told so."""
    talk.be_asked()
    talk.say("and the other charge?")
    until(lambda: talk.n_told == 3)
    talk.afterword.send({"type": "session.ended", "conversation_id": talk.conversation})
    until(lambda: [one["state"] for one in talk.session()["asks"]] == ["withdrawn", "withdrawn"])

    assert len(talk.asked) == 1


def test_not_now_takes_the_question_away(talk):
    """It is deleted, and the ask dismissed."""
    gone = talk.press(talk.be_asked(), "dismissed")

    assert gone["delete_original"] is True
    assert talk.ask["state"] == "dismissed"
    assert talk.session()["rating"] is None


def test_who_has_dismissed_twice_may_end_it_for_good(slack, afterword):
    """The button is there, and holds in every channel."""
    talk = Talk(slack, afterword, "UTIRED")
    question = talk.be_asked()
    gone = talk.press(question, "never")
    afterword.chat("elsewhere", user_id="UTIRED")
    afterword.send({"type": "session.ended", "conversation_id": "elsewhere"})

    assert question["blocks"][1]["elements"][-1]["text"]["text"] == "Don't ask me again"
    assert gone["delete_original"] is True
    assert talk.ask["state"] == "dismissed"
    assert afterword.session("elsewhere~1")["decisions"][-1]["reason"] == "person_stopped"


def test_silence_asks_through_the_webhook(talk):
    """After some minutes the question comes, though nobody says anything."""
    until(lambda: talk.n_told == 1)
    # Nearly all of them: a webhook from more than 5 minutes ahead would be refused.
    talk.afterword.clock.move(5 * MINUTE - 3)
    question = talk.slack.wait("chat.postEphemeral", thread_ts=talk.thread)
    talk.press(question, "rate_positive")

    assert talk.session()["rating"]["trigger"] == "inactivity"
    assert len(talk.asked) == 1


def test_what_slack_refuses_is_tried_again(talk):
    """An ask is not lost with one failed call."""
    talk.slack.errors["chat.postEphemeral"] = "fatal_error"
    talk.say("ah, thanks!")
    until(lambda: len(talk.asked) == 2)
    talk.press(talk.asked[-1], "rate_positive")

    assert talk.session()["rating"]["rating"] == "positive"


def test_others_are_not_answered(talk, slack):
    """Neither lines without a mention, nor bots, nor edits; no conversation comes of them."""
    n_before = len(slack.told("chat.postMessage"))
    lonely = slack.say("UOTHER", "lunch, anyone?")
    slack.say("UOTHER", f"<@{BOT}> hi", bot_id="B0OTHER001")
    slack.say("UOTHER", f"<@{BOT}> hi", subtype="message_changed")
    talk.say("hello?")

    assert len(slack.told("chat.postMessage")) == n_before + 1
    assert talk.afterword.http.get(f"/v1/sessions/{CHANNEL}:{lonely}~1").status_code == 404


def test_asks_of_other_channels_are_left_to_them(slack):
    """The webhook is taken and nothing is shown."""
    n_before = len(slack.calls)
    body = json.dumps({"type": "ask.ready", "data": {"conversation_id": "web-1"}}).encode()
    now = str(int(time.time()))
    headers = {
        "webhook-id": "m-1",
        "webhook-timestamp": now,
        "webhook-signature": signature(SECRET, "m-1", now, body),
    }

    assert httpx.post(f"{slack.app}/afterword", content=body, headers=headers).status_code == 204
    assert len(slack.calls) == n_before


@pytest.mark.parametrize("path", ["/slack/events", "/afterword"])
def test_only_signed_requests_are_heard(slack, path):
    """Whoever else knows the address is turned away."""
    body = b'{"type": "ask.ready", "data": {}}'
    stale = {
        "webhook-id": "m-1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": signature(SECRET, "m-1", "1700000000", body),
    }

    assert httpx.post(slack.app + path, content=body).status_code == 401
    assert httpx.post(slack.app + path, content=body, headers=stale).status_code == 401
    assert slack.send("{}", "application/json", secret=SECRET).status_code == 401
