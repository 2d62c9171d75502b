"""Which exchanges there are: their dialects and where they live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mysignals.domain.market import Market

from . import binance
from .binance import markets as binance_markets
from .dialect import Dialect


@dataclass(frozen=True, slots=True)
class Exchange:
    """`base_url(market, environment, simulator_url)` is what a request's path is appended to."""

    dialects: dict[Market, Dialect]
    base_url: Callable[[Market, str, str], str]


EXCHANGES: dict[str, Exchange] = {
    "binance": Exchange({Market.SPOT: binance.SPOT, Market.FUTURES: binance.FUTURES}, binance_markets.base_url),
}
NAMES = tuple(EXCHANGES)


def dialect_for(exchange: str, market: Market) -> Dialect:
    """Raises KeyError where the exchange is not ours or has no such market."""
    return EXCHANGES[exchange].dialects[market]


def markets_of(exchange: str) -> tuple[Market, ...]:
    return tuple(EXCHANGES[exchange].dialects)


def base_url(exchange: str, market: Market, environment: str, simulator_url: str) -> str:
    """Scheme, host and prefix without a slash at the end; `environment` is `live`, `testnet` or `paper`."""
    return EXCHANGES[exchange].base_url(market, environment, simulator_url)
