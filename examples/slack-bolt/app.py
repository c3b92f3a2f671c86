"""An agent in Slack that asks whoever opened a thread how it went; nobody else sees it."""

import hmac
import json
import os
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException, Request, Response
from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.fastapi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient
from starlette.concurrency import run_in_threadpool

import afterword

SECRETS = os.environ["AFTERWORD_WEBHOOK_SECRET"].split()
FRESH = 300  # seconds that a webhook may be old
SLACK_API = os.environ.get("SLACK_API_URL", WebClient.BASE_URL)

aw = afterword.Client()
http = httpx.Client(  # a modal must be answered within 3 seconds
    base_url=os.environ["AFTERWORD_URL"],
    headers={"Authorization": f"Bearer {os.environ['AFTERWORD_KEY']}"},
    timeout=2,
)
slack = App(
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=SLACK_API),
)
web = FastAPI()
handler = SlackRequestHandler(slack)
AnyAsk = afterword.Ask | SimpleNamespace  # the SDK's, or a webhook's


@dataclass
class Thread:
    """A thread that the agent talks in."""

    channel: str
    ts: str
    opened_by: str
    asked: str | None = None  # the ask that was shown in it
    lock: Lock = field(default_factory=Lock)


threads: dict[str, Thread] = {}  # keep them where your agent keeps its conversations


@slack.event("message")
def talk(event: dict[str, Any], say: Say, context: dict[str, Any]) -> None:
    """Answer in a thread, and tell Afterword; a thread opens by a mention or a direct message."""
    if event.get("subtype") or event.get("bot_id"):
        return
    ts = event.get("thread_ts", event["ts"])
    conversation = f"{event['channel']}:{ts}"
    mention = f"<@{context['bot_user_id']}>"
    is_for_us = mention in event["text"] or event.get("channel_type") == "im"
    if conversation not in threads and is_for_us and ts == event["ts"]:
        threads[conversation] = Thread(event["channel"], ts, event["user"])
    if conversation not in threads:
        return
    user = threads[conversation].opened_by
    with aw.conversation(conversation, user_id=user, channel="slack", release="v1") as c:
        text = event["text"].replace(mention, "").strip()
        c.user(text)  # going on takes an open ask back: it came too early
        answer = reply(text)
        say(answer, thread_ts=ts)
        c.agent(answer)
        if ask := c.wait_for_ask(timeout=2):
            offer(ask)


@web.post("/afterword")
async def hear(request: Request) -> Response:
    """Take ``ask.ready``: asks that come of a silence arrive only here."""
    body = await request.body()
    if not is_signed(request.headers, body):
        raise HTTPException(401)
    told = json.loads(body, object_hook=lambda fields: SimpleNamespace(**fields))
    if told.type == "ask.ready":
        await run_in_threadpool(offer, told.data)
    return Response(status_code=204)


@web.post("/slack/events")
async def hear_slack(request: Request) -> Response:
    """Take what Slack sends: events and interactions; Bolt checks its signature."""
    return await handler.handle(request)


def offer(ask: AnyAsk) -> None:
    """Show an ask to whoever opened its thread: one a thread, whichever way it came."""
    thread = threads.get(ask.conversation_id)
    if thread is None:
        return  # of another channel, such as a web chat
    with thread.lock:
        if thread.asked == ask.ask_id:
            return
        step = "withdrawn" if thread.asked else "shown"
        if step == "shown":
            slack.client.chat_postEphemeral(  # raises where Slack refuses: the webhook comes again
                channel=thread.channel,
                thread_ts=thread.ts,
                user=thread.opened_by,
                text=ask.question,
                blocks=question(ask),
            )
            thread.asked = ask.ask_id
    tell(ask.conversation_id, type="ask", ask_id=ask.ask_id, step=step)


@slack.action(re.compile("^rate_"))
def rate(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
    """Keep the answer; put the thanks and the way to a reason where the question stood."""
    ack()
    told = json.loads(action["value"])
    if tell_rating(told):
        respond(replace_original=True, text="This can no longer be changed.")
        return
    blocks = [section(told["thanks"])]
    if told["why"]:
        blocks.append({"type": "actions", "elements": [button("reason", told["why"], told)]})
    respond(replace_original=True, text=told["thanks"], blocks=blocks)


@slack.action(re.compile("^(dismissed|never)$"))
def leave(ack: Ack, action: dict[str, Any], respond: Respond) -> None:
    """Take the question away: for now, or for good and everywhere."""
    ack()
    told = json.loads(action["value"])
    tell(told["conversation"], type="ask", ask_id=told["ask_id"], step=action["action_id"])
    respond(delete_original=True)


@slack.action("reason")
def ask_why(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """Open the modal with one field."""
    ack()
    told = {**json.loads(action["value"]), "response_url": body["response_url"]}
    client.views_open(trigger_id=body["trigger_id"], view=modal(told))


@slack.view("reason")
def keep_reason(ack: Ack, view: dict[str, Any]) -> None:
    """Keep the reason, or say in the modal why not: over 30 words, how many they are."""
    told = json.loads(view["private_metadata"])
    reason = view["state"]["values"]["reason"]["text"]["value"]
    if refused := tell_rating(told, reason=reason):
        ack(response_action="errors", errors={"reason": refused["detail"]})
        return
    ack()
    thanks = [section(told["thanks"])]
    WebhookClient(told["response_url"]).send(
        replace_original=True, text=told["thanks"], blocks=thanks
    )


def tell_rating(told: dict[str, Any], **reason: str) -> dict[str, Any] | None:
    """Tell the rating that a button stands for, and that it came from Slack."""
    rating = {"rating": told["rating"], "ask_id": told["ask_id"], "source": "slack", **reason}
    return tell(told["conversation"], type="rating", **rating)


def tell(conversation: str, **event: str) -> dict[str, Any] | None:
    """Tell Afterword one event at once; give what it was refused for, if it was.

    When Afterword does not answer this raises: the buttons or the modal stay, to be tried again.
    """
    events = [{"conversation_id": conversation, **event}]
    answer = http.post("/v1/events", json={"events": events}).raise_for_status().json()
    return next(iter(answer["rejected"]), None)


def question(ask: AnyAsk) -> list[dict[str, Any]]:
    """Make the question with its buttons; each carries all that a click needs."""
    told = {
        "conversation": ask.conversation_id,
        "ask_id": ask.ask_id,
        "thanks": ask.acknowledgement,
        "why": None if ask.light else ask.reason_question,
    }
    buttons = [
        button(f"rate_{option.value}", option.label, {**told, "rating": option.value})
        for option in ask.options
    ]
    buttons.append(button("dismissed", "Not now", told))
    if ask.may_stop:
        buttons.append(button("never", "Don't ask me again", told))
    return [section(ask.question), {"type": "actions", "elements": buttons}]


def modal(told: dict[str, Any]) -> dict[str, Any]:
    """Make the modal for the reason."""
    return {
        "type": "modal",
        "callback_id": "reason",
        "private_metadata": json.dumps(told),
        "title": plain("Your reason"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": plain(told["why"]),
                "hint": plain("At most 30 words"),
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 600},
            }
        ],
    }


def button(action: str, label: str, told: dict[str, Any]) -> dict[str, Any]:
    """Make a button."""
    value = json.dumps(told)
    return {"type": "button", "action_id": action, "text": plain(label), "value": value}


def section(text: str) -> dict[str, Any]:
    """Make a line of text."""
    return {"type": "section", "text": plain(text)}


def plain(text: str) -> dict[str, Any]:
    """Make text in which Slack sees no mention, link or markup."""
    return {"type": "plain_text", "text": text}


def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    """Check a Standard Webhook: signed with one of our secrets, within the last 5 minutes."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > FRESH:
        return False
    signed = f"{headers.get('webhook-id')}.{stamp}.".encode() + body
    ours = [
        b"v1," + b64encode(hmac.digest(b64decode(one.removeprefix("whsec_")), signed, "sha256"))
        for one in SECRETS
    ]
    theirs = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(one, other) for one in ours for other in theirs)


def reply(text: str) -> str:
    """Answer; your agent goes here."""
    if "thank" in text.lower():
        return "You're welcome!"
    return "One of the two charges is a pending hold; it drops off on Friday."
