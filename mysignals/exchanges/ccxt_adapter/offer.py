"""One other exchange, ready to be registered: its dialects, its hosts and its rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mysignals.domain.market import Market, SymbolRules

from .calls import Speaker
from .capabilities import offers
from .dialect import CcxtDialect
from .markets import book
from .profiles import profile_of
from .socketless import Socketless
from .stored import NotStored

TESTNET = "testnet"


@dataclass(frozen=True, slots=True)
class Offered:
    """`rules` are those of the stored symbols: no request of a single answer could tell them all."""

    display_name: str
    dialects: dict[Market, CcxtDialect]
    rules: dict[Market, tuple[SymbolRules, ...]]
    needs_passphrase: bool
    environments: tuple[str, ...]
    """Nobody simulates these exchanges, and some have no testnet."""

    def base_url(self, market: Market, environment: str, simulator_url: str) -> str:
        """Nobody simulates these exchanges, so paper goes where the simulator says that it knows no such place.

        Raises KeyError where there is no such environment: what is meant for a testnet never goes to a live host.
        """
        dialect = self.dialects[market]
        if environment == "paper":
            return f"{simulator_url.rstrip('/')}/{dialect.name}"
        return dialect.origin if environment == "live" else dialect.by_environment[environment].origin


def offer(name: str, descriptions: Iterable[dict[str, Any]]) -> Offered:
    """`descriptions` are ccxt's of the symbols. Raises library.Missing, and NotStored where none of them is usable."""
    profile, described = profile_of(name), tuple(descriptions)
    live = Socketless(name, profile.options, described)
    listed = book(described, live.exchange.precisionMode)
    has_testnet = bool(live.exchange.urls.get("test"))
    trial = Socketless(name, profile.options, described, testnet=True) if has_testnet else None
    markets = [market for market in Market if market in listed and offers(live.exchange, market)]
    spoken = {market: _dialect(name, Speaker(profile, market, listed[market]), live, trial) for market in markets}
    dialects = {market: dialect for market, dialect in spoken.items() if dialect is not None}
    if not dialects:
        raise NotStored(f"the stored symbols of {name} hold none that can be traded with a stop")
    return Offered(
        display_name=str(live.exchange.name),
        dialects=dialects,
        rules={market: tuple(entry.rules for entry in listed[market].values()) for market in dialects},
        needs_passphrase=bool(live.exchange.requiredCredentials.get("password")),
        environments=("live", TESTNET) if trial is not None else ("live",),
    )


def _dialect(name: str, at: Speaker, live: Socketless, trial: Socketless | None) -> CcxtDialect | None:
    """None where the market's prices are not told in a single answer, whatever ccxt says that it has."""
    try:
        return CcxtDialect(name, at, live, {} if trial is None else {TESTNET: CcxtDialect(name, at, trial)})
    except KeyError:
        return None
