"""An e-mail of text and HTML, handed to a mail server by SMTP."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import formatdate, parseaddr
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
from msgspec import Struct

from afterword.journal.outbox import Topic
from afterword.notify.sender import Answer
from afterword.notify.telling import LINK, words_of
from afterword.reports.wording import printable

if TYPE_CHECKING:
    from afterword.notify.messages import Message
    from afterword.notify.targets import Target
    from afterword.notify.telling import Words

_PORTS: Final = {"smtp": 587, "smtps": 465}
_QUIT_SECONDS: Final = 1.0
# Mail servers that take no letter beyond ASCII are still about.
_POLICY: Final = LINES.clone(cte_type="7bit")
_PAGE: Final = '<!doctype html><meta charset="utf-8"><body style="font: 16px/1.5 sans-serif">'


class Mail(Struct, frozen=True):
    """A mail on its way to a server."""

    server: str  # smtp[s]://[user:password@]host[:port]
    sender: str
    to: tuple[str, ...]
    body: bytes

    def __repr__(self) -> str:
        """Tell nothing: the server's URL holds a password."""
        return "Mail(…)"

    async def send(self) -> Answer:
        """Hand it to the server, once; give what that answered, or why it did not."""
        client = self._client()
        try:
            answer = await self._hand_over(client)
            wire = client.transport  # which its goodbye forgets
            await _take_leave(client)
            _cut(wire)
        finally:
            _cut(client.transport)
            client.close()
        return answer

    async def _hand_over(self, client: aiosmtplib.SMTP) -> Answer:
        try:
            await client.connect()
            await self._log_in(client)
            refused, told = await client.sendmail(self.sender, self.to, self.body)
        except aiosmtplib.SMTPRecipientsRefused as exc:
            return _refusal(exc.recipients[0])
        except aiosmtplib.SMTPResponseException as exc:
            return _refusal(exc)
        except aiosmtplib.SMTPTimeoutError:
            return Answer(error="timed out")
        except OSError:  # and aiosmtplib's own kinds of it
            return Answer(error="could not connect")
        except aiosmtplib.SMTPException:
            return Answer(
                error="the server offers no TLS or no login, and was not told the password"
            )
        if refused:
            told = f"{told}; {len(refused)} of {len(self.to)} addresses were refused"
        return Answer(status=250, body=told.encode())

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        url = urlsplit(self.server)
        if url.username is not None and url.password is not None:
            await client.login(unquote(url.username), unquote(url.password))

    def _client(self) -> aiosmtplib.SMTP:
        url = urlsplit(self.server)
        has_password = url.password is not None
        is_tls = url.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port or _PORTS[url.scheme],
            local_hostname=socket.gethostname(),
            use_tls=is_tls,
            start_tls=False if is_tls else (has_password or None),
            # Without a password TLS is taken where it is offered: RFC 7435, section 3.
            validate_certs=is_tls or has_password,
        )


def compose(message: Message, target: Target, now_us: int) -> Mail:
    """Write a mail; all about one alert is one thread, and a repeated one has the same id."""
    words = words_of(message)
    name, address = parseaddr(target.sender or "")
    domain = address.partition("@")[2]
    mail = EmailMessage(_POLICY)
    mail["From"] = Address(name or "Afterword", addr_spec=address)
    mail["To"] = ", ".join(target.to)
    mail["Subject"] = words.title
    mail["Date"] = formatdate(now_us / 1_000_000)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    if "alert_id" in message.data:
        mail["References"] = f"<{message.data['alert_id']}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # no answer from those who are away: RFC 3834
    mail.set_content(_text(message, words))
    mail.add_alternative(_html(message, words), subtype="html")
    return Mail(target.url, address, target.to, mail.as_bytes())


def _text(message: Message, words: Words) -> str:
    lines = words.lines
    if message.type == Topic.DIGEST_READY:
        lines = tuple(map(printable, message.data["text"].splitlines()))
    return "\n".join((words.title, "", *lines, *(("", words.url) if words.url else ()), ""))


def _html(message: Message, words: Words) -> str:
    if message.type == Topic.DIGEST_READY:
        told: str = message.data["html"]
        return told
    parts = [_PAGE, f'<h1 style="font-size: 1.2em">{escape(words.title)}</h1>']
    parts += [f"<p>{escape(line)}</p>" for line in words.lines]
    if words.url:
        parts.append(f'<p><a href="{escape(words.url)}">{LINK}</a></p>')
    return "\n".join(parts)


async def _take_leave(client: aiosmtplib.SMTP) -> None:
    # It has answered already: however it says goodbye, that stays so.
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(_QUIT_SECONDS):
            await client.quit()


def _cut(wire: asyncio.BaseTransport | None) -> None:
    # At once: the end of TLS would be waited for longer than the loop runs.
    if isinstance(wire, asyncio.WriteTransport):
        wire.abort()


def _refusal(error: aiosmtplib.SMTPResponseException) -> Answer:
    return Answer(error=f"SMTP {error.code}", body=error.message.encode())
