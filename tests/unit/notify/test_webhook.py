"""Webhooks are signed as the specification says."""

from __future__ import annotations

import base64
import json

from afterword.notify.messages import Message
from afterword.notify.targets import Target
from afterword.notify.webhook import compose, sign
from notify_cast import SECRET, signature


def test_the_vector_of_the_specification_is_signed_as_there():
    """Key, id, time, body and signature of the reference libraries' own test."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    told = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, (key,))

    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_changed_both_sign():
    """Signatures stand side by side, with a space between."""
    told = sign("msg_1", 5, b"{}", (b"a" * 24, b"b" * 24))
    each = [sign("msg_1", 5, b"{}", (key,)) for key in (b"a" * 24, b"b" * 24)]

    assert told.split(" ") == each


def test_what_is_posted_can_be_verified():
    """Id, time of the attempt, and the body byte for byte; the event keeps its own time."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    message = Message(id="msg_1", type="rating.created", at_us=1_000_000, data={"reason": "ü"})

    post = compose(message, Target("https://x.example", (key,)), 9_700_000)

    assert post.headers["webhook-id"] == "msg_1"
    assert post.headers["webhook-timestamp"] == "9"
    assert post.headers["webhook-signature"] == signature(SECRET, "msg_1", 9, post.body)
    assert json.loads(post.body) == {
        "type": "rating.created",
        "timestamp": "1970-01-01T00:00:01Z",
        "data": {"reason": "ü"},
    }
