"""Which exchanges there are: their dialects and where they live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mysignals.domain.market import Market, SymbolRules

from . import binance, magnr
from .binance import markets as binance_markets
from .dialect import Dialect
from .magnr import markets as magnr_markets


@dataclass(frozen=True, slots=True)
class Exchange:
    """`base_url(market, environment, simulator_url)` is what a request's path is appended to.

    `dialects` by the version of the exchange's API, the one to be chosen first; most have one, called ``.
    `known_rules` are those of an exchange that tells none when asked.
    """

    dialects: dict[str, dict[Market, Dialect]]
    base_url: Callable[[Market, str, str], str]
    known_rules: dict[Market, tuple[SymbolRules, ...]] = field(default_factory=dict)


EXCHANGES: dict[str, Exchange] = {
    "binance": Exchange({"": {Market.SPOT: binance.SPOT, Market.FUTURES: binance.FUTURES}}, binance_markets.base_url),
    "magnr": Exchange(
        {"": {Market.FUTURES: magnr.FUTURES}}, magnr_markets.base_url, {Market.FUTURES: magnr_markets.RULES}
    ),
}
NAMES = tuple(EXCHANGES)


def dialect_for(exchange: str, market: Market, version: str = "") -> Dialect:
    """`version` empty: the one to be chosen. Raises KeyError where the exchange is not ours or has no such market."""
    return dialects_of(exchange, version)[market]


def dialects_of(exchange: str, version: str = "") -> dict[Market, Dialect]:
    """A market each; raises KeyError where there is no such exchange or version."""
    offered = EXCHANGES[exchange].dialects
    return offered[version or next(iter(offered))]


def versions_of(exchange: str) -> tuple[str, ...]:
    """Of its API, the one to be chosen first; a single empty one where there is nothing to choose."""
    return tuple(EXCHANGES[exchange].dialects)


def known_rules(exchange: str, market: Market) -> tuple[SymbolRules, ...]:
    """The rules of an exchange that tells none when asked; empty where it is to be asked."""
    return EXCHANGES[exchange].known_rules.get(market, ())


def markets_of(exchange: str) -> tuple[Market, ...]:
    return tuple(dialects_of(exchange))


def base_url(exchange: str, market: Market, environment: str, simulator_url: str) -> str:
    """Scheme, host and prefix without a slash at the end; `environment` is `live`, `testnet` or `paper`."""
    return EXCHANGES[exchange].base_url(market, environment, simulator_url)
