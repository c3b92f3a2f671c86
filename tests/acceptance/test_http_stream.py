"""The stream of asks: to the person, over conversations and devices, until it must end."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

import msgspec
import pytest
from msgspec.structs import replace

from afterword.domain.texts import texts
from afterword.journal import Journal
from afterword.journal.keys import revoke_key
from afterword.journal.projects import change_policy
from page_harness import SOON, Page, mint, page
from server_harness import (
    DAY,
    MINUTE,
    Caller,
    MovableClock,
    Wire,
    make_key,
    problem,
    said,
    served,
    serving,
)

ENDED = "session.ended"
WRONG = "wrong.tok.en"


@pytest.fixture
def clock():
    """Server time that the test moves."""
    return MovableClock()


@pytest.fixture
def host(tmp_path, clock):
    """A host's backend with a secret key; streams that are silent say so soon."""
    with served(tmp_path, clock) as caller:
        caller.services.streams.heartbeat_s = SOON
        yield caller


@pytest.fixture
def open_page(host, tmp_path):
    """Open pages of people, of this host."""
    opened = []

    def open_one(*told, **more):
        opened.append(page(host, tmp_path, *told, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.http.close()


def end(host, conversation_id):
    """End a conversation's session; give the answer's asks."""
    return host.send({"type": ENDED, "conversation_id": conversation_id})["asks"]


def wait_until(is_so):
    """Wait for what another thread does."""
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def leave_unasked(host, clock, conversation_id, user_id):
    """Have a talk that ends with nobody there: its ask is granted, and expires unseen."""
    host.chat(conversation_id, user_id=user_id)
    assert len(end(host, conversation_id)) == 1
    clock.move(11 * MINUTE)
    wait_until(lambda: asks_of(host, conversation_id)[-1]["state"] == "expired")


def asks_of(host, conversation_id):
    """Give the asks of a conversation's first session."""
    return host.session(f"{conversation_id}~1")["session"]["asks"]


def spoken(language):
    """Give what a form says in a language, as a stream tells it."""
    return msgspec.json.decode(msgspec.json.encode(texts(language)))


def test_an_ask_reaches_its_person_on_every_device(host, open_page):
    """With an id and everything that is needed to show it; nobody else hears of it."""
    mine, theirs = open_page("u-7"), open_page("u-8")
    with mine.listen() as one, mine.listen() as two, theirs.listen() as other:
        answer = one.answer
        asks = [host.thank("c-1", user_id="u-7"), host.thank("c-2", user_id="u-7")]

        first = one.block()
        while first == {"": "here"}:
            first = one.block()
        assert first["id"] == asks[0]["ask_id"]
        assert one.ask() == asks[1]
        assert [two.ask(), two.ask()] == asks
        assert other.is_silent()
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


def test_a_stream_begins_with_what_is_pending(host, open_page):
    """Asked before it opened, once for each stream; shown ones too, for they may be answered."""
    ask = host.thank("c-1", user_id="u-7")
    mine = open_page("u-7")
    mine.step(ask, "shown")
    with mine.listen() as stream:
        assert stream.ask() == ask
        assert stream.is_silent()


def test_a_token_for_one_conversation_hears_of_that_only(host, open_page):
    """Whatever else its person is asked about."""
    with open_page("u-7", "c-2").listen() as stream:
        host.thank("c-1", user_id="u-7")
        ask = host.thank("c-2", user_id="u-7")
        assert stream.ask() == ask
        assert stream.is_silent()


def test_a_token_for_one_conversation_hears_where_nobody_is_named(host, open_page):
    """A host that names no person reaches the one in that conversation, and no other."""
    with open_page("u-7", "c-1").listen() as stream, open_page("u-7").listen() as other:
        ask = host.thank("c-1")
        assert stream.ask() == ask
        assert other.is_silent()


def test_an_ask_that_has_ended_is_taken_back(host, open_page, clock):
    """Answered elsewhere, dismissed, withdrawn, expired: whoever was told is told that too."""
    with ExitStack() as opened:
        streams = {
            user: opened.enter_context(open_page(user).listen())
            for user in ("u-a", "u-d", "u-w", "u-e")
        }
        asks = {user: host.thank(f"c-{user}", user_id=user) for user in streams}
        assert {user: stream.ask() for user, stream in streams.items()} == asks
        host.rate("c-u-a", rating="positive")
        open_page("u-d").step(asks["u-d"], "dismissed")
        host.send(said("c-u-w", "user", "one more thing", user_id="u-w"))
        ended = {user: streams[user].ended() for user in ("u-a", "u-d", "u-w")}
        clock.move(11 * MINUTE)
        ended["u-e"] = streams["u-e"].ended()

    states = {"u-a": "answered", "u-d": "dismissed", "u-w": "withdrawn", "u-e": "expired"}
    assert ended == {user: (asks[user]["ask_id"], state) for user, state in states.items()}


def test_who_comes_back_is_not_told_again_but_what_has_ended(host, open_page):
    """``Last-Event-ID`` says what the client has; without it, what has ended is no news."""
    mine = open_page("u-7")
    first, second = host.thank("c-1", user_id="u-7"), host.thank("c-2", user_id="u-7")
    with mine.listen(last=second["ask_id"]) as stream:
        assert stream.ask() == first  # older: it may have been missed
        assert stream.is_silent()
    mine.rate("c-1", rating="neutral")
    with mine.listen(last=second["ask_id"]) as stream, mine.listen() as fresh:
        assert stream.ended() == (first["ask_id"], "answered")
        assert fresh.ask() == second
        assert stream.is_silent()
        assert fresh.is_silent()


@pytest.mark.parametrize("last", ["", "nonsense", "é" * 500])
def test_a_strange_last_id_is_none(host, open_page, last):
    """What is pending is told again."""
    ask = host.thank("c-1", user_id="u-7")
    with open_page("u-7").listen(last=last.encode("latin-1")) as stream:
        assert stream.ask() == ask


def test_an_ask_from_silence_arrives(host, open_page, clock):
    """Nobody sends anything: a timer asks, and only a stream can tell."""
    with open_page("u-7").listen() as stream:
        host.chat("c-1", user_id="u-7")
        clock.move(6 * MINUTE)
        ask = stream.ask()

    assert (ask["conversation_id"], ask["trigger"]) == ("c-1", "inactivity")


# Coming back.


def test_who_comes_back_is_asked_once_about_what_ended_unasked(host, open_page, clock):
    """On opening, by however many streams, and not again at the next visit."""
    leave_unasked(host, clock, "c-1", "u-7")
    mine = open_page("u-7")
    with mine.listen() as one, mine.listen() as two:
        ask = one.ask()
        assert two.ask() == ask
    assert (ask["session_id"], ask["trigger"]) == ("c-1~1", "return_visit")
    clock.move(11 * MINUTE)
    wait_until(lambda: asks_of(host, "c-1")[-1]["state"] == "expired")
    with mine.listen() as stream:
        assert stream.is_silent()
    assert len(asks_of(host, "c-1")) == 2


@pytest.mark.parametrize("why", ["rated", "short", "old", "typing", "later", "another"])
def test_nobody_is_asked_on_a_visit_without_need(host, open_page, clock, why):
    """Not about what is rated, was no talk or is long ago; not while somebody types."""
    if why == "short":
        host.send(said("c-1", "user", user_id="u-7"))
        end(host, "c-1")
    else:
        leave_unasked(host, clock, "c-1", "u-7")
    if why == "rated":
        host.rate("c-1", rating="positive")
    elif why == "old":
        clock.move(DAY)
    elif why == "typing":
        host.send(said("c-2", "user", user_id="u-7"))
    elif why == "later":
        host.send(said("c-2", "user", user_id="u-7"))
        end(host, "c-2")
    user, only = ("u-7", "c-9") if why == "another" else ("u-7", None)
    with open_page(user, only).listen() as stream:
        assert stream.is_silent()
    assert "return_visit" not in [ask["trigger"] for ask in asks_of(host, "c-1")]


def test_a_visit_keeps_to_the_persons_budget_and_writes_once(host, open_page):
    """However often the tab is looked at, the session is not written again."""
    for number in (1, 2):
        ask = host.thank(f"c-{number}", user_id="u-7")
        host.rate(f"c-{number}", rating="positive", ask_id=ask["ask_id"])
    host.chat("c-3", user_id="u-7")
    end(host, "c-3")
    mine = open_page("u-7")
    with mine.listen() as stream:
        assert stream.is_silent()
    session, version = host.session("c-3~1"), day_versions(host)
    for _ in range(3):
        with mine.listen() as stream:
            assert stream.is_silent()

    assert session["session"]["decision"] == "budget_day"
    assert host.session("c-3~1") == session
    assert day_versions(host) == version


def test_a_visit_of_somebody_unknown_leaves_no_trace(host, open_page):
    """A person begins with the first event, not with a look."""
    with open_page("u-new").listen() as stream:
        assert stream.is_silent()
    with host.services.journal.read() as connection:
        n_persons = connection.exec_driver_sql("SELECT count(*) FROM persons").scalar()

    assert n_persons == 0


def day_versions(host):
    """Give how often each day has changed."""
    with host.services.journal.read() as connection:
        rows = connection.exec_driver_sql("SELECT day, version FROM dirty_days ORDER BY day")
        return [tuple(row) for row in rows]


# Who may listen, and for how long.


def test_key_and_token_may_stand_in_headers_too(host, open_page):
    """For clients that can set them."""
    mine = open_page("u-7")
    ask = host.thank("c-1", user_id="u-7")
    with mine.http.stream("GET", "/v1/asks") as answer:
        lines = answer.iter_lines()
        assert any(ask["ask_id"] in line for line in lines)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"key": ""}, 401, "missing_key"),
        ({"key": "aw_pk_none"}, 401, "wrong_key"),
        ({"token": ""}, 401, "missing_token"),
        ({"token": "x.y.z"}, 401, "wrong_token"),
    ],
)
def test_who_may_not_listen_is_told_so(open_page, wrong, status, code):
    """As a problem that the page may read."""
    with open_page("u-7").listen(**wrong) as answer:
        problem(answer, status, code)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"


def test_a_secret_key_does_not_listen(host):
    """The stream is for one person; backends get asks in answers and as webhooks."""
    problem(host.http.get("/v1/asks"), 403, "not_for_browsers")


def test_a_page_of_another_origin_does_not_listen(open_page):
    """Whatever its token."""
    with open_page("u-7", allow_origins=()).listen() as answer:
        problem(answer, 403, "wrong_origin")


def test_an_expired_token_does_not_listen(open_page, clock):
    """By the server's clock."""
    mine = open_page("u-7")
    clock.move(3600)
    with mine.listen() as answer:
        problem(answer, 401, "wrong_token")


def test_a_stream_ends_when_its_token_expires(host, open_page, clock):
    """The client comes back with another one, or not at all."""
    with open_page("u-7").listen() as stream:
        assert stream.is_silent()
        clock.move(3600)
        assert stream.event() is None
    wait_until(lambda: host.services.streams.n_open == 0)


@pytest.mark.parametrize("which", ["publishable", "signer"])
def test_a_stream_ends_when_a_key_of_it_is_revoked(host, open_page, tmp_path, which):
    """The page's own, or the secret one that signed its token; others go on."""
    key_id, publishable = make_key(tmp_path, kind="publishable")
    signer_id, secret = make_key(tmp_path)
    mine = Page(host.http.base_url, publishable, mint(secret), origin=None)
    with mine.listen() as stream, open_page("u-7").listen() as other:
        journal = Journal.open(tmp_path)
        with journal.write() as connection:
            revoke_key(connection, "default", key_id if which == "publishable" else signer_id)
        journal.close()
        assert stream.event() is None
        assert other.is_silent()
    mine.http.close()


def test_who_hangs_up_leaves_nothing_behind(host, open_page):
    """The gauge is back at none, and nothing looks for asks any more."""
    mine = open_page("u-7")
    with ExitStack() as opened:
        for _ in range(5):
            opened.enter_context(mine.listen())
        assert "afterword_streams 5.0" in host.http.get("/metrics").text
    wait_until(lambda: host.services.streams.n_open == 0)

    assert "afterword_streams 0.0" in host.http.get("/metrics").text
    wait_until(host.services.streams._poller.done)  # noqa: SLF001  # what must have ended
    assert host.services.streams._open == {}  # noqa: SLF001  # nothing is kept of anybody


def test_head_hears_nothing_and_ends(open_page):
    """The same headers, and no stream."""
    mine = open_page("u-7")
    answer = mine.http.head("/v1/asks")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/event-stream"


def test_a_client_that_reads_nothing_holds_up_nobody(host, open_page):
    """Others hear at once."""
    mine = open_page("u-7")
    with Wire(host.http.base_url) as wire, mine.listen() as stream:
        wire.start(f"GET /v1/asks?key={mine.key}&token={mine.token}")
        ask = host.thank("c-1", user_id="u-7")
        assert stream.ask() == ask


# The process.


def test_a_server_with_open_streams_stops_at_once(tmp_path):
    """It ends them, and exits with 0; nobody waits for clients to hang up."""
    with serving(tmp_path) as (process, caller), ExitStack() as opened:
        mine = page(caller, tmp_path)
        streams = [opened.enter_context(mine.listen()) for _ in range(50)]
        process.send_signal(signal.SIGTERM)
        assert [stream.event() for stream in streams] == [None] * 50
        # An end in good order: what is cut off after its 10 s raises here, and is logged.
        assert process.wait(timeout=60) == 0
        mine.http.close()
    assert (tmp_path / "log").read_text() == ""


@pytest.mark.parametrize("level", ["info", "debug"])
def test_neither_key_nor_token_stands_in_the_log(tmp_path, level):
    """Of streams, calls and refusals; addresses are never logged."""
    with serving(tmp_path, "--log-level", level) as (process, caller):
        mine = page(caller, tmp_path, "u-secret")
        with mine.listen() as stream:
            caller.thank("c-secret", user_id="u-secret")
            stream.ask()
        with mine.listen(token=WRONG) as refused:
            problem(refused, 401, "wrong_token")
        mine.rate("c-secret", rating="positive")
        nobody = Caller(caller.http.base_url)
        nobody.http.get("/v1/ask", params={"key": mine.key, "token": mine.token})
        nobody.http.get("/v1/none", params={"key": mine.key, "token": mine.token})
        nobody.http.close()
        mine.http.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    log = (tmp_path / "log").read_text()

    assert "GET /v1/asks 200" in log
    for secret in (mine.key, mine.token, WRONG, "secret", caller.key):
        assert secret not in log


@pytest.mark.parametrize(("locale", "language"), [("de_AT", "de"), ("tlh", "en")])
def test_a_stream_that_says_a_locale_begins_with_its_words(host, open_page, locale, language):
    """All that a form says in that language, in English where there is none yet."""
    ask = host.thank("c-1", user_id="u-7")
    with open_page("u-7").listen(locale=locale) as stream:
        assert stream.event() == ("words", spoken(language))
        if language != "en":  # the ask speaks the session's language, and so must its buttons
            assert stream.event() == ("words", spoken("en"))
        assert stream.ask() == ask


def test_a_stream_speaks_the_products_own_words(host, open_page):
    """The form before any ask, and the ask, as the policy has them."""
    own = {"en": {"question": "Sorted?", "opener": "Tell us", "positive": "yes"}}
    with host.services.journal.write() as connection:
        change_policy(connection, "default", lambda policy: replace(policy, texts=own), 5)
    ask = host.thank("c-1", user_id="u-7")
    with open_page("u-7").listen(locale="en-GB") as stream:
        kind, words = stream.event()
        assert (kind, words["opener"], words["question"]) == ("words", "Tell us", "Sorted?")
        assert (words["options"][0]["label"], words["close"]) == ("yes", "Close")
        assert stream.ask() == ask
    assert (ask["question"], ask["options"][0]["label"], ask["locale"]) == ("Sorted?", "yes", "en")
