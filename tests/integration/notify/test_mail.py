"""Mails, through a real mail server: text and HTML, one thread an alert, nothing comes alive."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from afterword.notify import mail
from afterword.notify.sender import Sender
from afterword.notify.targets import Target
from notify_cast import SHORT, PostOffice, alert, digest

NOW_US = 1_772_539_200_000_000
TO = ("ann@example.com", "bob@example.com")


@pytest.fixture
def office():
    """A mail server."""
    opened = PostOffice()
    yield opened
    opened.close()


@pytest.fixture
def context(certificate, monkeypatch):
    """The TLS of a mail server whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


def send(server, message=None, *, seconds=10.0):
    """Send one mail; give the answer."""
    target = Target(server, sender="Ärger & Co <aw@example.com>", to=TO)
    parcel = mail.compose(message or alert(), target, NOW_US)

    async def deliver():
        sender = Sender(seconds=seconds)
        async with sender.client() as client:
            return await sender.send(client, parcel)

    return asyncio.run(deliver())


def test_an_alert_is_a_mail_of_text_and_html(office):
    """To everybody, under an id of its own, in the alert's thread."""
    answer = send(f"smtp://127.0.0.1:{office.port}")

    ((to, told, is_tls),) = office.mails
    text, html = (part.get_content() for part in told.iter_parts())
    assert (answer.is_success, is_tls, tuple(to)) == (True, False, TO)
    assert str(told["from"]) == "Ärger & Co <aw@example.com>"
    assert told["to"] == "ann@example.com, bob@example.com"
    assert told["subject"] == "Negative ratings rose to 16 % in billing"
    assert told["date"] == "Tue, 03 Mar 2026 12:00:00 -0000"
    assert (told["message-id"], told["references"]) == (
        "<msg_1@example.com>",
        "<al_1@example.com>",
    )
    assert told["auto-submitted"] == "auto-generated"
    assert told.get_content_type() == "multipart/alternative"
    assert text.splitlines() == [
        "Negative ratings rose to 16 % in billing",
        "",
        "Release v42 carries most of it.",
        "52 of 325 ratings, 9 % before.",
        "",
        "https://aw.example/alerts/al_1",
    ]
    assert '<a href="https://aw.example/alerts/al_1">Open in Afterword</a>' in html


def test_nothing_in_a_mail_comes_alive(office):
    """No second header, no tag, no picture that tells who reads."""
    hostile = "<img src=https://evil.example>\r\nBcc: eve@example.com"

    send(f"smtp://127.0.0.1:{office.port}", alert(title=hostile, summary=[hostile]))

    ((to, told, _),) = office.mails
    _, html = (part.get_content() for part in told.iter_parts())
    assert told["subject"] == "<img src=https://evil.example>  Bcc: eve@example.com"
    assert (told["bcc"], tuple(to)) == (None, TO)
    assert "<img" not in html
    assert "&lt;img src=https://evil.example&gt;" in html


def test_a_digest_is_as_it_was_written(office):
    """Its own HTML, and its text beside it; it belongs to no alert."""
    send(f"smtp://127.0.0.1:{office.port}", digest())

    ((_, told, _),) = office.mails
    text, html = (part.get_content() for part in told.iter_parts())
    assert told["subject"] == "Last week: 62 % helpful"
    assert text.splitlines()[2:] == [
        *("62 % helpful, 9 % not.", "Nothing moved.", "", "https://aw.example/digest"),
    ]
    assert html.strip() == "<p>62 % helpful</p>"
    assert told["references"] is None


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_is_sent_inside_tls(context, scheme):
    """Whether TLS comes first or is asked for."""
    office = PostOffice(
        tls=context,
        login=("me@example.com", "p:w"),
        is_tls_from_the_start=scheme == "smtps",
    )
    answer = send(f"{scheme}://me%40example.com:p%3Aw@localhost:{office.port}")
    refused = send(f"{scheme}://me%40example.com:hunter2@localhost:{office.port}")
    office.close()

    assert answer.is_success
    assert [is_tls for _, _, is_tls in office.mails] == [True]
    assert refused.error == "SMTP 535"


def test_a_password_is_not_sent_without_tls(office):
    """The server is told nothing at all."""
    answer = send(f"smtp://me:hunter2@127.0.0.1:{office.port}")

    assert answer.error == "the server offers no TLS or no login, and was not told the password"
    assert office.mails == []


def test_a_server_that_nobody_vouches_for_gets_no_password(certificate):
    """Its certificate is its own word."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    office = PostOffice(tls=made, login=("me", "pw"))
    answer = send(f"smtp://me:pw@localhost:{office.port}")
    office.close()

    assert (answer.is_success, office.mails) == (False, [])


def test_without_a_password_any_tls_is_better_than_none(certificate):
    """A relay of one's own often has a certificate that it made itself."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    office = PostOffice(tls=made)
    answer = send(f"smtp://127.0.0.1:{office.port}")
    office.close()

    assert (answer.is_success, office.mails[0][2]) == (True, True)


def test_an_address_that_is_not_there_does_not_keep_the_others_from_it(office):
    """They have it, and are not sent it again; the answer says so."""
    office.refused = ("bob@example.com",)

    answer = send(f"smtp://127.0.0.1:{office.port}")

    assert answer.is_success
    assert answer.body == b"taken; 1 of 2 addresses were refused"
    assert office.mails[0][0] == ["ann@example.com"]


@pytest.mark.parametrize(
    ("answers", "refused", "told"),
    [
        (["451 later"], (), "SMTP 451"),
        (["554 no"], (), "SMTP 554"),
        (["410 odd"], (), "SMTP 410"),
        ([], TO, "SMTP 550"),
        ([None], (), "timed out"),
    ],
)
def test_what_a_server_does_not_take_has_failed(office, answers, refused, told):
    """And no number of mail is one of the web: nothing turns a channel off."""
    office.answers, office.refused = answers, refused

    answer = send(f"smtp://127.0.0.1:{office.port}", seconds=SHORT if None in answers else 10.0)

    assert (answer.status, answer.told, office.mails) == (None, told, [])


def test_a_server_that_is_not_there():
    """Is told as such."""
    assert send("smtp://127.0.0.1:1").told == "could not connect"


def test_a_mail_tells_nothing_of_itself():
    """A log may print any value."""
    target = Target("smtp://me:hunter2@mail.example", sender="aw@example.com", to=TO)

    assert repr(mail.compose(alert(), target, NOW_US)) == "Mail(…)"
