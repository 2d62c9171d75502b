"""Where Magnr lives, which of its exchanges a trade goes to, and the rules it tells nobody (EXCHANGES 7)."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.market import Market, SymbolRules

SYMBOL = "BTCUSD"
"""The only pair that every environment has; ItBit calls it XBTUSD."""

LIVE_EXCHANGE = "Bitstamp"
"""Bitstamp, ItBit or Bitfinex may be named; we choose the one whose pair is spelled BTCUSD and was first offered."""
LOCAL_EXCHANGE = "LOCAL"
"""The sandbox trades on an exchange of its own (EXCHANGES 7); so does paper."""

LEVERAGES = (2, 5, 10)
BASE_URLS = {"live": "https://magnr.com", "testnet": "https://sandbox.magnr.com"}
PAPER_PREFIX = "/magnr"


def base_url(market: Market, environment: str, simulator_url: str) -> str:
    """What a request's path is appended to; `environment` is `live`, `testnet` or `paper`. No slash at the end."""
    if market is not Market.FUTURES:
        raise KeyError(market)
    if environment == "paper":
        return simulator_url.rstrip("/") + PAPER_PREFIX
    return BASE_URLS[environment]


RULES = (
    SymbolRules(
        symbol=SYMBOL,
        market=Market.FUTURES,
        base="BTC",
        quote="USD",
        tick=Decimal("0.01"),  # Every price in Magnr's documents has two decimals.
        step=Decimal("0.01"),  # Ours: no document names one. Its examples trade 0.2 and 0.3.
        min_quantity=Decimal("0.01"),  # Ours, as the step.
        max_quantity=Decimal(0),
        min_notional=Decimal(0),
        max_leverage=max(LEVERAGES),
        trading=True,
    ),
)
"""No endpoint tells them."""
