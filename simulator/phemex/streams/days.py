"""The 24-hour tickers of all symbols, once a second: `market24h`, `spot_market24h`, `perp_market24h_pack_p`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.phemex.contracts.symbols import contracts_of
from simulator.phemex.spot.symbols import PAIRS
from simulator.phemex.streams.feed import Feed, tell
from simulator.phemex.streams.markets import Market, market_of
from simulator.wire.socket import Socket

EVERY_MS = 1000
FIELDS = (
    "symbol", "openRp", "highRp", "lowRp", "lastRp", "volumeRq", "turnoverRv", "openInterestRv", "indexRp", "markRp",
    "fundingRateRr", "predFundingRateRr",
)  # fmt: skip
FUNDING_ER, FUNDING_RR = 10_000, "0.0001"

Compose = Callable[[Feed], list[dict[str, Any]]]


class Days:
    """The day is measured from the symbol's first price, as the REST tickers do."""

    def __init__(self, socket: Socket, feed: Feed, compose: Compose) -> None:
        self._socket, self._feed, self._compose = socket, feed, compose
        self._told_ms = 0
        self.name = "all"

    def begin(self) -> None:
        self._told_ms = self._feed.now_ms
        for message in self._compose(self._feed):
            tell(self._socket, message)

    def tick(self, now_ms: int) -> None:
        if now_ms - self._told_ms >= EVERY_MS:
            self.begin()

    def end(self) -> None: ...


def coin(feed: Feed) -> list[dict[str, Any]]:
    return [_coin(feed, market_of(contract.name, in_text=False)) for contract in contracts_of(inverse=True)]


def spot(feed: Feed) -> list[dict[str, Any]]:
    return [_spot(feed, market_of(name, in_text=False)) for name in PAIRS]


def linear(feed: Feed) -> list[dict[str, Any]]:
    """One message for all of them."""
    rows = [_linear(feed, market_of(contract.name, in_text=True)) for contract in contracts_of(inverse=False)]
    return [{
        "data": rows, "fields": FIELDS, "method": "perp_market24h_pack_p.update", "timestamp": feed.now_ns,
        "type": "snapshot",
    }]  # fmt: skip


def _prices(feed: Feed, market: Market) -> tuple[Any, Any, Any, Any]:
    """Open, high, low and last, spelt."""
    first, last = market.start_price, feed.contracts.prices.last[market.name]
    spell: Callable[[Decimal], Any] = market.spell_price
    return spell(first), spell(max(first, last)), spell(min(first, last)), spell(last)


def _coin(feed: Feed, market: Market) -> dict[str, Any]:
    first, high, low, last = _prices(feed, market)
    day = {
        "close": last, "fundingRate": FUNDING_ER, "high": high, "indexPrice": last, "low": low, "markPrice": last,
        "open": first, "openInterest": 0, "predFundingRate": FUNDING_ER, "symbol": market.name,
        "timestamp": feed.now_ns, "turnover": 0, "volume": 0,
    }  # fmt: skip
    return {"market24h": day, "timestamp": feed.now_ns}


def _spot(feed: Feed, market: Market) -> dict[str, Any]:
    first, high, low, last = _prices(feed, market)
    day = {
        "askEp": last, "bidEp": last, "highEp": high, "lastEp": last, "lowEp": low, "openEp": first,
        "symbol": market.name, "timestamp": feed.now_ns, "turnoverEv": 0, "volumeEv": 0,
    }  # fmt: skip
    return {"spot_market24h": day, "timestamp": feed.now_ns}


def _linear(feed: Feed, market: Market) -> list[Any]:
    first, high, low, last = _prices(feed, market)
    return [market.name, first, high, low, last, "0", "0", "0", last, last, FUNDING_RR, FUNDING_RR]
