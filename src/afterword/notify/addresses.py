"""Which addresses a stranger may send us to: public ones, and no others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Resolve = Callable[[str, int], Awaitable[list[str]]]
# Their last bits are an IPv4 address that a gateway turns them into.
_NAT64: Final = IPv6Network("64:ff9b::/96")


async def resolve(host: str, port: int) -> list[str]:
    """Find the addresses of a host.

    Raises:
        OSError: It has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the public internet.

    Private, loopback, link-local (with it the metadata services of clouds), shared, reserved and
    multicast addresses do not, nor do IPv6 addresses that stand for an IPv4 one.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found in _NAT64
    ):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved
