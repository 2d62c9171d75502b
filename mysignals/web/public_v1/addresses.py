"""Whether an address stands on a key's list of addresses and networks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_MAPPED = IPv6Network("::ffff:0:0/96")


def is_listed(address: str, listed: Iterable[str]) -> bool:
    """An IPv4 address is the same written as `::ffff:203.0.113.7`, in either place. False for what is no address."""
    try:
        asking = _plain(ip_address(address))
    except ValueError:
        return False
    return any(asking in _network(one) for one in listed)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=10_000)
def _network(written: str) -> IPv4Network | IPv6Network:
    found = ip_network(written)
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        start = found.network_address.ipv4_mapped
        return IPv4Network((int(start or 0), found.prefixlen - 96))
    return found
