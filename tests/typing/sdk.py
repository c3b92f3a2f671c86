"""The SDK as a typed host sees it: checked by mypy, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_type

import afterword
from afterword.client import HttpTransport, Response, Transport
from afterword.testing import RecordingTransport

aw = afterword.Client("http://127.0.0.1:8484", "aw_sk_1", environment="staging")
assert_type(aw, afterword.Client)
assert_type(aw.stats, afterword.Stats)
assert_type(aw.stats.sent, int)

with aw.conversation("c-1", user_id="u-7", release="v42", traits={"plan": "pro"}) as c:
    assert_type(c, afterword.Conversation)
    assert_type(c.user("Why was I charged twice?"), str)
    message_id = c.agent("A hold.", model="m-2", latency_ms=840, tools=["ledger"], closing=False)
    assert_type(message_id, str)
    assert_type(c.tool(words=3), str)
    c.feedback(message_id, "up")
    c.feedback(message_id, score=0.5, comment="fine")
    c.flow("tour", "onboarding", "completed", variant="b")
    c.feature("refund")
    c.handover()
    c.update(use_case="billing", labels={"arm": "b"})
    c.rate("positive", reason="clear", source="slack")
    c.step("a-1", "shown")
    c.end()
    ask = c.wait_for_ask(timeout=0.5)
    assert_type(ask, afterword.Ask | None)
    if ask is not None:
        assert_type(ask.question, str)
        assert_type(ask.line, str)
        assert_type(ask.options, tuple[afterword.Option, ...])
        assert_type(ask.expires_at, datetime)
        assert_type(ask.may_stop, bool)
        ask.shown()
        ask.answer(ask.options[0].value, reason="clear")
        ask.answer("negative", source="slack")
        ask.dismiss()
        ask.withdraw()
        ask.never()
        ask.question = "?"  # type: ignore[misc]  # frozen

    answer = c.answer("not really, it kept looping", ask_id="a-1", digits=False)
    assert_type(answer, afterword.Answer | None)
    if answer is not None:
        assert_type(answer.rating, afterword.Rating | None)
        assert_type(answer.acknowledgement, str)
    assert_type(afterword.reply("okay", locale=None), afterword.Reply)
    assert_type(afterword.moment("bye", None, locale="en"), afterword.Moment)

    c.answer()  # type: ignore[call-arg]  # a text is needed
    c.user(5)  # type: ignore[arg-type]  # a text is text
    c.agent("hi", latencyms=1)  # type: ignore[call-arg]  # misspelt
    c.agent("hi", latency_ms="fast")  # type: ignore[arg-type]  # a number
    c.rate("great")  # type: ignore[arg-type]  # none of the three
    c.rate("positive", source="fax")  # type: ignore[arg-type]  # none of the sources
    c.step("a-1", "seen")  # type: ignore[arg-type]  # no such step
    c.rate()  # type: ignore[call-arg]  # a rating is needed
    c.feedback(message_id, "sideways")  # type: ignore[arg-type]  # up or down
    c.update(relase="v43")  # type: ignore[call-arg]  # misspelt
    c.flow("tour", "onboarding", "left")  # type: ignore[arg-type]  # no such step

aw.conversation()  # type: ignore[call-arg]  # an id is needed
aw.conversation("c-1", relase="v43")  # type: ignore[call-arg]  # misspelt
aw.rate("c-1", afterword.Rating.NEUTRAL, reason="fine", ask_id=None)
aw.step("c-1", "a-1", "never")
aw.identify("u-7", {"signed_up_at": datetime(2026, 1, 1, tzinfo=UTC), "seats": 3, "left": None})
aw.activity("u-7", "export")
aw.nps("u-7", 9)
assert_type(aw.flush(), bool)
aw.close()


class Own:
    """A host's own transport needs no base class."""

    def send(self, body: bytes) -> Response:
        """Answer anything."""
        return Response(202, body, {"retry-after": "1"})

    def close(self) -> None:
        """Have nothing to close."""


transports: list[Transport] = [Own(), RecordingTransport(), HttpTransport("http://h", "k")]
with afterword.Client(transport=transports[0]) as other:
    assert_type(other, afterword.Client)
afterword.Client(transport=object())  # type: ignore[arg-type]  # no transport


def show(ask: afterword.Ask) -> None:
    """Show it."""


async def show_later(ask: afterword.Ask) -> None:
    """Show it on a loop."""


afterword.Client(on_ask=show).conversation("c-1", on_ask=show, user_id="u-7")
afterword.Client(on_ask=show_later)  # type: ignore[arg-type]  # the other client awaits
aw.conversation("c-1", on_ask=show_later)  # type: ignore[arg-type]  # same
aw.conversation("c-1", on_ask=print)
aw.conversation("c-1", on_ask=lambda: None)  # type: ignore[arg-type]  # it gets an ask


async def host() -> None:
    """Use the twin."""
    async with afterword.AsyncClient("http://h", "k", on_ask=show_later) as twin:
        assert_type(twin, afterword.AsyncClient)
        twin.conversation("c-2", on_ask=show)
        with twin.conversation("c-1", user_id="u-7", release="v42") as c:
            assert_type(c, afterword.AsyncConversation)
            assert_type(c.user("hi"), str)
            assert_type(await c.wait_for_ask(timeout=0.5), afterword.Ask | None)
            c.user(5)  # type: ignore[arg-type]  # a text is text
        async with twin.conversation("c-1") as c:
            assert_type(c, afterword.AsyncConversation)
        twin.rate("c-1", "positive", source="slack")
        assert_type(await twin.flush(), bool)
        assert_type(twin.stats, afterword.Stats)
        with twin:  # type: ignore[attr-defined]  # it is awaited
            pass
