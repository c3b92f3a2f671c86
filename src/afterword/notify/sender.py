"""One attempt for one channel: short, bounded, and never led to an address inside."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from afterword.notify.addresses import Resolve, is_public, resolve

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import httpx

SECONDS: Final = 10.0  # for the whole attempt, redirects too
BODY_BYTES: Final = 64 * 1024
REDIRECTS: Final = 3
_MOVED: Final = (301, 302, 307, 308)
_SUCCESS: Final = range(200, 300)


class Post(Struct, frozen=True):
    """What is posted where."""

    url: str
    body: bytes
    headers: dict[str, str]

    def __repr__(self) -> str:
        """Tell nothing: addresses may be secrets, and bodies hold what people wrote."""
        return "Post(…)"


class Answer(Struct, frozen=True, kw_only=True):
    """What came of it. ``error`` says why there is no status; it quotes nobody."""

    status: int | None = None
    retry_after: str | None = None
    body: bytes = b""
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status in _SUCCESS

    @property
    def told(self) -> str:
        """The failure in a few words."""
        return self.error or f"status {self.status}"


class Parcel(Protocol):
    """What finds its own way: anything that is no HTTP POST."""

    async def send(self) -> Answer:
        """Deliver it once; give what came of it."""
        ...


class Sender:
    """Posts; a redirect is followed from https to https, to public addresses only."""

    def __init__(
        self,
        transport: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport] | None = None,
        resolve: Resolve = resolve,
        seconds: float = SECONDS,
    ) -> None:
        """Take how to connect.

        Args:
            transport: Makes what connects; httpx's own, proxies of the environment and all, when
                None.
            resolve: Finds the addresses that a redirect leads to.
            seconds: For one attempt in all.
        """
        import httpx  # noqa: PLC0415  # only who sends needs it

        self._resolve = resolve
        self._seconds = seconds
        self._make_transport = transport
        self._trusted = httpx.create_ssl_context()
        _keep_addresses_out_of_logs()

    def client(self) -> httpx.AsyncClient:
        """Make a client for some posts on one event loop."""
        import httpx  # noqa: PLC0415  # as above

        make = self._make_transport
        return httpx.AsyncClient(
            transport=None if make is None else make(self._trusted),
            verify=self._trusted,
            # One connection, one address, one name: none is kept for another.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=self._seconds,
            headers={"user-agent": "afterword", "content-type": "application/json"},
        )

    async def send(self, client: httpx.AsyncClient, parcel: Post | Parcel) -> Answer:
        """Send once; give what came of it, whatever that was."""
        token = _IS_SENDING.set(True)
        try:
            async with asyncio.timeout(self._seconds):
                if isinstance(parcel, Post):
                    return await self._follow(client, parcel)
                return await parcel.send()
        except TimeoutError:
            return Answer(error="timed out")
        except Exception as exc:  # noqa: BLE001  # whatever it was, it is tried again
            return Answer(error=_worded(exc))
        finally:
            _IS_SENDING.reset(token)

    async def _follow(self, client: httpx.AsyncClient, post: Post) -> Answer:
        request = client.build_request("POST", post.url, content=post.body, headers=post.headers)
        target = request.url
        for n_followed in range(REDIRECTS + 1):
            response = await client.send(request, stream=True)
            try:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    return await _read(response)
                target = target.join(response.headers["location"])
                is_safe = request.url.scheme == target.scheme == "https"
            finally:
                await response.aclose()
            if n_followed == REDIRECTS:
                break
            if not is_safe:
                return Answer(error="redirect refused: only from https to https")
            address = await self._public_address(target)
            if address is None:
                return Answer(error="redirect refused: not a public address")
            # To that very address: asked a second time, a name may give another.
            request = client.build_request(
                "POST",
                target.copy_with(host=address),
                content=post.body,
                headers={**post.headers, "host": target.netloc.decode("ascii")},
                extensions={"sni_hostname": target.host},
            )
        return Answer(error=f"redirect refused: more than {REDIRECTS}")

    async def _public_address(self, url: httpx.URL) -> str | None:
        addresses = await self._resolve(url.host, url.port or 443)
        return addresses[0] if addresses and all(map(is_public, addresses)) else None


async def _read(response: httpx.Response) -> Answer:
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) >= BODY_BYTES:
            break
    return Answer(
        status=response.status_code,
        retry_after=response.headers.get("retry-after"),
        body=body[:BODY_BYTES],
    )


def _worded(error: Exception) -> str:
    # Not the error's own words: they may quote an address.
    import httpx  # noqa: PLC0415  # as above

    if isinstance(error, httpx.TimeoutException):
        return "timed out"
    if isinstance(error, httpx.ConnectError | OSError):
        return "could not connect"
    return f"failed ({type(error).__name__})"


_IS_SENDING: Final[ContextVar[bool]] = ContextVar("is_sending", default=False)


def _keep_addresses_out_of_logs() -> None:
    logger = logging.getLogger("httpx")
    if _is_not_ours not in logger.filters:
        logger.addFilter(_is_not_ours)


def _is_not_ours(_record: logging.LogRecord) -> bool:
    # httpx logs every address, and Slack's are secrets; what the host sends itself is its own.
    return not _IS_SENDING.get()
