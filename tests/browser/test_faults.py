"""What survives: reload, offline, closed tabs, dead and angry servers, refused storage."""

from __future__ import annotations

import pytest

from browser.conftest import Chat
from browser.harness import token

RENEW = "/token"  # the page's own address of tokens


def _rate_unasked(chat, name="helpful"):
    chat.button("Rate this session").click()
    chat.button(name).click()


def test_a_pending_ask_comes_again_after_a_reload(chat, backend):
    """The stream says it again, and it was withdrawn by nobody."""
    ask = chat.open().show()
    chat.page.reload()
    chat.open()
    backend.wait_stream()
    backend.send_ask(ask)

    chat.panel.wait_for()
    assert "withdrawn" not in backend.sent()


def test_a_reload_right_after_the_answer_does_not_ask_again(chat, backend):
    """Even if the server has not heard of the answer."""
    chat.is_network_expected = True
    ask = chat.open().show()
    backend.is_down, backend.failures = True, [500]
    chat.button("helpful").click()
    backend.wait(lambda: ("POST", "/v1/events", 500) in backend.calls, "a try")
    backend.is_down, backend.failures = False, []
    chat.open()
    backend.wait_stream()
    backend.send_ask(ask)
    backend.wait(lambda: backend.sent()[-1:] == ["positive"], "the rating")
    chat.pass_time(3)

    assert chat.panel.is_hidden()


@pytest.mark.parametrize("failure", [500, 503, 429, "drop"])
def test_a_failing_server_costs_no_rating(chat, backend, failure):
    """Two failures, then it arrives, once."""
    chat.is_network_expected = True
    chat.open()
    backend.wait_stream()
    backend.failures = [failure, failure]
    _rate_unasked(chat)
    for _ in range(3):
        _pass_until(chat, backend, lambda: backend.sent() == ["positive"])

    backend.wait_steps("positive")
    assert len([call for call in backend.calls if call[0] == "POST"]) >= 3


def test_a_lost_answer_does_not_double(chat, backend):
    """The server took it in and the line broke: the same id is sent again."""
    chat.is_network_expected = True
    chat.open()
    backend.wait_stream()
    backend.n_lost_answers = 2
    _rate_unasked(chat)
    _pass_until(chat, backend, lambda: len(_posts(backend)) >= 3)

    backend.wait(lambda: chat_is_empty(chat), "an empty queue")
    assert backend.sent() == ["positive"]


def test_retry_after_is_obeyed(chat, backend):
    """A server that names a time is left alone until then."""
    chat.is_network_expected = True
    chat.open()
    backend.wait_stream()
    backend.failures, backend.retry_after = [429], 100
    _rate_unasked(chat)
    backend.wait(lambda: len(_posts(backend)) == 1, "a try")
    _settle(chat)
    chat.pass_time(90)
    _settle(chat)
    assert len(_posts(backend)) == 1

    chat.pass_time(15)
    backend.wait_steps("positive")


def test_a_dead_server_does_not_touch_the_host(chat):
    """Nobody listens: the chat works, the page hears nothing but the browser's own line."""
    chat.is_network_expected = True
    chat.open(server="http://127.0.0.1:9")
    chat.pass_time(300)
    chat.composer.press_sequentially("hello")
    chat.composer.press("Enter")

    assert chat.page.locator(".messages p").last.inner_text() == "hello"


def test_tries_at_a_dead_server_become_rare(chat):
    """With growing pauses, at most a handful in five minutes."""
    chat.is_network_expected = True
    tries = []
    chat.page.on("request", lambda request: tries.append(request.url))
    chat.open(server="http://127.0.0.1:9")
    for _ in range(60):
        chat.pass_time(5)
        _settle(chat)
    asked = [url for url in tries if ":9/" in url]

    assert 4 <= len(asked) <= 14


def test_offline_nothing_is_tried_and_back_online_it_is_sent(chat, backend):
    """No needless attempt, so that even the browser has nothing to log."""
    chat.open()
    backend.wait_stream()
    chat.page.context.set_offline(True)
    chat.is_network_expected = True  # the stream that breaks
    _rate_unasked(chat)
    chat.pass_time(60)
    assert _posts(backend) == []

    chat.page.context.set_offline(False)
    backend.wait_steps("positive")


def test_a_tab_closed_while_sending_loses_nothing(chat, backend, context):
    """The next page of the site sends what the closed one could not."""
    chat.is_network_expected = True
    chat.open()
    backend.wait_stream()
    backend.is_down, backend.failures = True, ["drop"]
    _rate_unasked(chat)
    chat.page.close()
    backend.is_down, backend.failures = False, []
    later = Chat(context, backend).open()
    _pass_until(later, backend, lambda: backend.sent() == ["positive"])

    backend.wait_steps("positive")
    backend.wait(lambda: chat_is_empty(later), "an empty queue")


def test_a_reason_stays_in_storage_only_until_it_is_sent(chat, backend):
    """Raw text does not linger."""
    chat.is_network_expected = True
    chat.open()
    backend.wait_stream()
    backend.is_down, backend.failures = True, [500]
    _rate_unasked(chat)
    chat.part("why").click()
    chat.page.keyboard.type("xylophone")
    chat.page.keyboard.press("Enter")
    assert "xylophone" in chat.stored()

    backend.is_down, backend.failures = False, []
    _pass_until(chat, backend, lambda: len(backend.sent()) == 2)
    backend.wait(lambda: "xylophone" not in chat.stored(), "a clean storage")


@pytest.mark.parametrize(
    "refuse",
    [
        "{ value: new Proxy({}, { set() { throw new DOMException('full') } }) }",
        "{ get() { throw new DOMException('refused', 'SecurityError') } }",
    ],
    ids=["full", "refused"],
)
def test_without_storage_it_works_in_memory(chat, backend, refuse):
    """Private mode and full disks: failures are still survived while the page lives."""
    chat.is_network_expected = True
    chat.page.add_init_script(f"Object.defineProperty(window, 'localStorage', {refuse})")
    chat.open()
    backend.wait_stream()
    backend.failures = [500]
    _rate_unasked(chat)
    _pass_until(chat, backend, lambda: backend.sent() == ["positive"])

    backend.wait_steps("positive")


def test_junk_in_storage_is_thrown_away(chat, backend):
    """Broken or old entries neither break the page nor are sent; the host's own stay."""
    chat.page.goto(backend.page_url + "/chat")
    chat.page.evaluate(
        """() => { localStorage['afterword:0'] = '{'; localStorage['afterword:1'] = 'null';
        localStorage['afterword:2'] = JSON.stringify({at: 1, event: {type: 'rating'}});
        localStorage.host = 'mine'; }"""
    )
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait_steps("positive")

    backend.wait(lambda: chat_is_empty(chat), "an empty queue")
    assert "mine" in chat.stored()


def test_several_tabs_share_the_queue_without_loss_or_double(chat, backend, context):
    """Three tabs, ratings in all of them while the server is down: each arrives once."""
    chats = [chat, Chat(context, backend), Chat(context, backend)]
    for one in chats:
        one.is_network_expected = True
    for number, one in enumerate(chats):
        one.page.bring_to_front()
        one.open(conversation=f"c-{number}")
    backend.is_down, backend.failures = True, [503]
    for one in chats:
        one.page.bring_to_front()
        _rate_unasked(one)
        one.button("okay").click()
    backend.is_down, backend.failures = False, []
    for _ in range(40):
        for one in chats:
            one.pass_time(20)
        if len(backend.events) == 6:
            break

    backend.wait(lambda: len(backend.events) == 6, "six ratings")
    for number in range(3):
        mine = [e for e in backend.events.values() if e["conversation_id"] == f"c-{number}"]
        assert [event["rating"] for event in mine] == ["positive", "neutral"]


def test_a_rating_waits_for_another_persons_token_to_go(chat, backend):
    """What one person said is not sent in the name of the next one at this screen."""
    chat.is_network_expected = True
    chat.open(token=token("ann"))
    backend.wait_stream()
    backend.is_down, backend.failures = True, [500]
    _rate_unasked(chat)
    backend.wait(lambda: len(_posts(backend)) >= 1, "a try")
    backend.is_down, backend.failures = False, []
    chat.open(token=token("bob"))
    backend.wait_stream()
    chat.pass_time(100)
    _settle(chat)
    assert backend.sent() == []

    chat.set(token=token("ann"))
    backend.wait_steps("positive")


def test_a_rating_that_comes_before_its_conversation_is_sent_again(chat, backend):
    """The host's backend may tell of the talk a moment later."""
    backend.rejects = {"positive": "unknown_conversation"}
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait(lambda: len(_posts(backend)) == 1, "a try")
    backend.rejects = {}
    _pass_until(chat, backend, lambda: backend.sent() == ["positive"])

    backend.wait_steps("positive")


def test_a_rating_refused_for_good_is_not_sent_again(chat, backend):
    """A locked rating is dropped."""
    backend.rejects = {"positive": "rating_locked"}
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait(lambda: chat_is_empty(chat), "an empty queue")
    chat.pass_time(100)
    _settle(chat)

    assert len(_posts(backend)) == 1


def _pressed(chat):
    """Give the names of the options that are pressed."""
    return [one.removeprefix("\u2713 ") for one in chat.part("pressed").all_inner_texts()]


def _ratings_told(chat):
    return [detail["rating"] for name, detail in chat.told() if name == "rated"]


def test_a_change_that_is_refused_shows_what_stands(chat, backend):
    """The rating before is pressed again, nobody is thanked for the other, and the host hears."""
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait_steps("positive")
    backend.rejects = {"negative": "rating_locked"}
    chat.part("thanks").wait_for()
    chat.button("not what I needed").click()
    chat.part("thanks").wait_for(state="hidden")

    assert _pressed(chat) == ["helpful"]
    assert chat.part("status").inner_text() == "How did this session go?"
    assert _ratings_told(chat) == ["positive", "negative", "positive"]
    assert backend.sent() == ["positive"]
    chat.button("Close").click()
    chat.button("Rate this session").click()
    assert _pressed(chat) == ["helpful"]


def test_a_taking_back_that_is_refused_shows_what_stands(chat, backend):
    """The rating is still there."""
    chat.is_network_expected = True  # the browser logs a 409
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait_steps("positive")
    backend.rejects = {"undo": "rating_locked"}
    chat.button("helpful").click()
    backend.wait(lambda: ("DELETE", "/v1/conversations/c-1/rating", 409) in backend.calls)
    chat.part("pressed").wait_for()

    assert _pressed(chat) == ["helpful"]
    assert chat.part("thanks").is_hidden()
    assert _ratings_told(chat) == ["positive", "", "positive"]


@pytest.mark.parametrize("code", ["rating_locked", "unknown_session"])
def test_a_refused_rating_of_which_nothing_is_known_stands_for_nothing(chat, backend, code):
    """Rated on another device, or not at all: no option is pressed and nobody is thanked."""
    backend.rejects = {"positive": code}
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait(lambda: chat_is_empty(chat), "an empty queue")
    chat.part("pressed").wait_for(state="detached")

    assert chat.panel.is_visible()
    assert chat.part("thanks").is_hidden()


def test_what_another_session_was_rated_does_not_stand_for_this_one(chat, backend):
    """A rating that is refused because there is none to change shows none."""
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait_steps("positive")
    backend.rejects = {"neutral": "unknown_session"}
    chat.button("okay").click()
    chat.part("thanks").wait_for(state="hidden")
    assert _pressed(chat) == []


def test_the_change_window_runs_from_the_first_rating(chat, backend):
    """As on the server: a change does not make it longer."""
    chat.open()
    backend.wait_stream()
    _rate_unasked(chat)
    chat.pass_time(8 * 60)
    chat.button("Rate this session").click()
    assert _pressed(chat) == ["helpful"]
    chat.button("okay").click()
    backend.wait_steps("positive", "neutral")
    chat.pass_time(3 * 60)
    chat.button("Rate this session").click()

    assert _pressed(chat) == []


def test_an_old_token_is_renewed_once(chat, backend):
    """401, the host's address gives another, and everything goes on."""
    chat.is_network_expected = True
    old, new = token(), token()
    backend.denied, backend.tokens = {old}, [new]
    chat.open(token=old, token_url=RENEW)
    backend.wait_stream()
    _rate_unasked(chat)

    backend.wait_steps("positive")
    assert backend.headers[-1]["Afterword-Token"] == new


def test_without_a_token_the_address_gives_the_first(chat, backend):
    """``token-url`` alone is enough."""
    backend.tokens = [token()]
    chat.open(token=None, token_url=RENEW).show()
    chat.button("helpful").click()

    backend.wait_steps("positive")


def test_a_token_address_elsewhere_is_not_asked(chat, backend):
    """Only the page's own origin may hand out tokens."""
    chat.is_network_expected = True
    chat.page.on("console", lambda _: chat.noise.clear())
    chat.open(token=None, token_url=f"{backend.url}/token")
    chat.pass_time(30)
    _settle(chat)

    assert [call for call in backend.calls if call[1] == "/token"] == []


@pytest.mark.parametrize("has_address", [True, False])
def test_a_token_that_stays_refused_stops_the_page(chat, backend, has_address):
    """At most one renewal, then quiet until the host sets another token."""
    chat.is_network_expected = True
    bad, worse = token(), token()
    backend.denied, backend.tokens = {bad, worse}, [worse]
    chat.open(token=bad, token_url=RENEW if has_address else None)
    n_tries = 2 if has_address else 1
    backend.wait(lambda: len(_streams(backend)) == n_tries, "tries")
    chat.part("opener").wait_for(state="hidden")
    chat.pass_time(600)
    _settle(chat)
    assert len(_streams(backend)) == n_tries

    chat.set(token=token())
    backend.wait_stream()


def test_a_forbidden_page_stays_quiet(chat, backend):
    """403: nothing more is tried in this page."""
    chat.is_network_expected = True
    backend.forbids = True
    chat.open()
    backend.wait(lambda: len(_streams(backend)) == 1, "a try")
    chat.part("opener").wait_for(state="hidden")
    chat.pass_time(600)
    _settle(chat)

    assert len(_streams(backend)) == 1


def test_a_cut_stream_is_opened_again(chat, backend):
    """After a pause, and asks go on."""
    chat.open()
    backend.wait_stream()
    backend.close_streams()
    backend.wait_stream(0)
    _pass_until(chat, backend, lambda: backend.n_streams == 1)
    chat.show()


def test_the_stream_closes_in_a_hidden_tab(chat, backend):
    """And opens again when the tab is seen."""
    chat.open()
    backend.wait_stream()
    _hide(chat, "hidden")
    backend.wait_stream(0)

    _hide(chat, "visible")
    backend.wait_stream(1)


def test_a_hidden_tab_does_not_count_as_shown(chat, backend):
    """The second must pass in a visible tab."""
    chat.open()
    backend.wait_stream()
    chat.pause()
    backend.send_ask()
    chat.hear()
    assert chat.panel.is_visible()
    _hide(chat, "hidden")
    chat.pass_time(60)
    _settle(chat)
    assert backend.sent(shown=True) == []

    chat.page.clock.resume()
    _hide(chat, "visible")
    chat.be_seen()
    backend.wait_steps("shown")


def test_the_token_goes_only_where_it_must(chat, backend):
    """Events carry key and token as headers, never in their address."""
    sent = token()
    chat.open(token=sent)
    backend.wait_stream()
    _rate_unasked(chat)
    backend.wait_steps("positive")

    assert backend.headers[-1]["Authorization"] == "Bearer aw_pk_test"
    assert backend.headers[-1]["Afterword-Token"] == sent
    assert [path for method, path, _ in backend.calls if method == "POST"] == ["/v1/events"]


def chat_is_empty(chat):
    """Tell whether nothing waits to be sent."""
    return '"event' not in chat.stored().replace("\\", "")


def _posts(backend):
    return [call for call in backend.calls if call[0] == "POST"]


def _streams(backend):
    return [call for call in backend.calls if call[:2] == ("GET", "/v1/asks")]


def _settle(chat):
    """Let what is on its way arrive: a round trip to the same server comes back behind it."""
    chat.page.evaluate("fetch('/chat.css').then(answer => answer.text()).catch(() => 0)")


def _pass_until(chat, backend, holds):
    """Move the page's clock in small steps until something holds, a hundred at most."""
    for _ in range(100):
        if holds():
            return
        chat.pass_time(2)
        _settle(chat)
    raise AssertionError(backend.calls)


def _hide(chat, state):
    chat.page.evaluate(
        """state => { Object.defineProperty(document, 'visibilityState',
        { value: state, configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); }""",
        state,
    )
