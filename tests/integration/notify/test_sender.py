"""One request: bounded in time and size, never led inside, never telling where it went."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest

from afterword.notify.sender import BODY_BYTES, Post, Sender
from notify_cast import SHORT, Receiver, Rerouted

PUBLIC = "93.184.216.34"


def send(url, sender=None):
    """Post once; give the answer."""
    sender = sender or Sender()

    async def run():
        async with sender.client() as client:
            return await sender.send(client, Post(url, b"{}", {"webhook-id": "msg_1"}))

    return asyncio.run(run())


def sender_to(routes, **names):
    """Make a sender that finds these names, and public addresses at ports of ours."""

    async def resolve(host, _port):
        return names[host.replace(".", "_")]

    return Sender(lambda trusted: Rerouted(trusted, routes), resolve=resolve)


def test_what_is_posted_arrives_whole(receiver):
    """Headers and body, as JSON."""
    answer = send(receiver.url)

    ((path, headers, body),) = receiver.requests
    assert (answer.status, answer.body, answer.is_success) == (200, b"ok", True)
    assert (path, body) == ("/hook", b"{}")
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")


def test_a_failure_is_told_by_its_status(receiver):
    """And with the receiver's wish when to come again."""
    receiver.answer(429, retry_after="7")

    answer = send(receiver.url)

    assert (answer.told, answer.retry_after, answer.is_success) == ("status 429", "7", False)


def test_a_receiver_that_says_nothing_is_left(receiver):
    """After the time that one attempt has."""
    receiver.answer(200, hold=True)

    assert send(receiver.url, Sender(seconds=SHORT)).told == "timed out"


def test_a_receiver_that_drips_is_left_too():
    """The time counts for the whole answer, not for its pieces."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        async def drip():
            loop = asyncio.get_running_loop()
            listener.setblocking(False)  # noqa: FBT003  # the socket's own
            wire, _ = await loop.sock_accept(listener)
            with wire:
                await loop.sock_sendall(wire, b"HTTP/1.1 200 OK\r\nx-long: ")
                for _ in range(1_000):
                    await loop.sock_sendall(wire, b"x")
                    await asyncio.sleep(SHORT / 10)

        async def run():
            sender = Sender(seconds=SHORT)
            dripping = asyncio.create_task(drip())
            async with sender.client() as client:
                answer = await sender.send(client, Post(url, b"{}", {}))
            dripping.cancel()
            await asyncio.gather(dripping, return_exceptions=True)
            return answer

        assert asyncio.run(run()).told == "timed out"


def test_of_a_huge_answer_only_the_beginning_is_read(receiver):
    """Memory is ours, and the answer is taken all the same."""
    receiver.answer(200, body=b"x" * 5_000_000)

    answer = send(receiver.url)

    assert (answer.status, len(answer.body)) == (200, BODY_BYTES)


def test_nobody_there_is_told():
    """Connection refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert send(f"http://127.0.0.1:{port}/").told == "could not connect"


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    """Nothing is posted to whoever answers there."""
    receiver = Receiver(certificate)
    try:
        assert send(f"https://127.0.0.1:{receiver.port}/").told == "could not connect"
        assert receiver.requests == []
    finally:
        receiver.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_a_public_address_is_followed(secure, status):
    """With the same body, to the address that was looked at, under its name."""
    secure.answer(status, location="https://hooks.example/moved")
    sender = sender_to({PUBLIC: secure.port}, hooks_example=[PUBLIC])

    answer = send(f"https://localhost:{secure.port}/hook", sender)

    assert answer.status == 200
    assert [path for path, _, _ in secure.requests] == ["/hook", "/moved"]
    assert secure.requests[1][1]["host"] == "hooks.example"
    assert secure.requests[1][2] == b"{}"
    assert secure.requests[1][1]["webhook-id"] == "msg_1"


def test_the_name_of_a_redirect_must_be_in_its_certificate(secure):
    """A public address alone proves nothing."""
    secure.answer(307, location="https://other.example/")
    sender = sender_to({PUBLIC: secure.port}, other_example=[PUBLIC])

    assert send(f"https://localhost:{secure.port}/hook", sender).told == "could not connect"
    assert len(secure.requests) == 1


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["169.254.169.254"], [PUBLIC, "10.0.0.5"], ["::1"], ["::ffff:10.0.0.1"], []],
)
def test_a_redirect_to_a_private_address_is_refused(secure, addresses):
    """By name; one private address among public ones is enough."""
    secure.answer(307, location="https://hooks.example/")
    sender = sender_to({PUBLIC: secure.port}, hooks_example=addresses)

    answer = send(f"https://localhost:{secure.port}/hook", sender)

    assert answer.told == "redirect refused: not a public address"
    assert len(secure.requests) == 1


def test_a_redirect_to_a_private_address_by_number_is_refused(secure):
    """With the real resolver."""
    secure.answer(308, location=f"https://127.0.0.1:{secure.port}/inside")

    answer = send(f"https://localhost:{secure.port}/hook")

    assert answer.told == "redirect refused: not a public address"
    assert len(secure.requests) == 1


def test_a_redirect_to_plain_http_is_refused(secure, receiver):
    """Nor is one from plain HTTP followed."""
    secure.answer(307, location="http://hooks.example/")
    receiver.answer(307, location="https://hooks.example/")

    told = {send(f"https://localhost:{secure.port}/hook").told, send(receiver.url).told}

    assert told == {"redirect refused: only from https to https"}


def test_a_ring_of_redirects_ends(secure):
    """After three."""
    for _ in range(9):
        secure.answer(307, location="https://hooks.example/again")
    sender = sender_to({PUBLIC: secure.port}, hooks_example=[PUBLIC])

    answer = send(f"https://localhost:{secure.port}/hook", sender)

    assert answer.told == "redirect refused: more than 3"
    assert len(secure.requests) == 4


@pytest.mark.parametrize("url", ["https://x:99999/", "http://[::1", "no address"])
def test_what_is_no_address_is_a_failure_like_others(url):
    """It is told without quoting it."""
    answer = send(url)

    assert answer.error is not None
    assert url not in answer.error


def test_no_log_tells_where_it_went(receiver, caplog):
    """Slack's addresses are secrets; httpx would log them."""
    caplog.set_level(logging.DEBUG)

    send(f"{receiver.url}/T0/B0/hunter2")
    send("http://127.0.0.1:1/T0/B0/hunter2")

    assert receiver.requests[0][0].endswith("hunter2")
    assert "hunter2" not in caplog.text
