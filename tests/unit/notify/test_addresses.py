"""Strangers may send us to public addresses only."""

from __future__ import annotations

import asyncio

import pytest

from afterword.notify.addresses import is_public, resolve


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_public_addresses_are_public(address):
    """The internet."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "localhost"),
    ],
)
def test_everything_else_is_not(address):
    """Private, loopback, link-local, shared, reserved, multicast, and IPv4 in disguise."""
    assert not is_public(address)


def test_names_are_resolved():
    """To every address that they have."""
    assert asyncio.run(resolve("127.0.0.1", 443)) == ["127.0.0.1"]
