"""One other exchange, ready to be registered: its dialects, its hosts and its rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mysignals.domain.market import Market, SymbolRules

from .calls import Speaker
from .capabilities import offers
from .dialect import CcxtDialect
from .markets import Book, book
from .profiles import Profile, profile_of
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
    markets = [market for market in Market if market in listed and offers(live.exchange, market)]
    if not markets:
        raise NotStored(f"the stored symbols of {name} hold none that can be traded with a stop")
    has_testnet = bool(live.exchange.urls.get("test"))
    trial = Socketless(name, profile.options, described, testnet=True) if has_testnet else None
    return Offered(
        display_name=str(live.exchange.name),
        dialects={market: _dialect(name, profile, market, listed, live, trial) for market in markets},
        rules={market: tuple(entry.rules for entry in listed[market].values()) for market in markets},
        needs_passphrase=bool(live.exchange.requiredCredentials.get("password")),
    )


def _dialect(
    name: str, profile: Profile, market: Market, listed: Book, live: Socketless, trial: Socketless | None
) -> CcxtDialect:
    at = Speaker(profile, market, listed[market])
    return CcxtDialect(name, at, live, {} if trial is None else {TESTNET: CcxtDialect(name, at, trial)})
