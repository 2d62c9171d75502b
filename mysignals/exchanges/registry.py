"""Which exchanges there are: their dialects and where they live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mysignals.domain.abilities import shortcomings
from mysignals.domain.market import Market, SymbolRules

from . import binance, bitget, magnr, phemex
from .binance import markets as binance_markets
from .bitget import markets as bitget_markets
from .dialect import Dialect
from .magnr import markets as magnr_markets
from .phemex import markets as phemex_markets


@dataclass(frozen=True, slots=True)
class Exchange:
    """`base_url(market, environment, simulator_url)` is what a request's path is appended to.

    `dialects` by the version of the exchange's API, the one to be chosen first; most have one, called ``.
    `known_rules` are those of an exchange that tells none when asked.
    """

    dialects: dict[str, dict[Market, Dialect]]
    base_url: Callable[[Market, str, str], str]
    known_rules: dict[Market, tuple[SymbolRules, ...]] = field(default_factory=dict)
    needs_passphrase: bool = False
    environments: tuple[str, ...] = ("live", "testnet", "paper")
    headers: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By environment, what every request carries besides where two environments share a host."""


EXCHANGES: dict[str, Exchange] = {
    "binance": Exchange({"": {Market.SPOT: binance.SPOT, Market.FUTURES: binance.FUTURES}}, binance_markets.base_url),
    "bitget": Exchange(
        {
            "v2": {Market.SPOT: bitget.V2_SPOT, Market.FUTURES: bitget.V2_MIX},
            "v1": {Market.SPOT: bitget.V1_SPOT, Market.FUTURES: bitget.V1_MIX},
        },
        bitget_markets.base_url,
        needs_passphrase=True,
        headers={"testnet": bitget_markets.DEMO_HEADERS},
    ),
    "magnr": Exchange(
        {"": {Market.FUTURES: magnr.FUTURES}}, magnr_markets.base_url, {Market.FUTURES: magnr_markets.RULES}
    ),
    "phemex": Exchange({"": {Market.SPOT: phemex.SPOT, Market.FUTURES: phemex.FUTURES}}, phemex_markets.base_url),
}
NAMES = EXCHANGES.keys()
"""Grows with what a setting adds (others.py)."""


def dialect_for(exchange: str, market: Market, version: str = "") -> Dialect:
    """`version` empty: the one to be chosen. Raises KeyError where the exchange is not ours or has no such market."""
    return dialects_of(exchange, version)[market]


def is_offered(exchange: str, market: Market, version: str = "") -> bool:
    """Whether `dialect_for` has one: a setting that added an exchange may be gone, with rows of its accounts left."""
    offered = EXCHANGES[exchange].dialects if exchange in EXCHANGES else {}
    return market in (offered.get(version, {}) if version else next(iter(offered.values()), {}))


def dialects_of(exchange: str, version: str = "") -> dict[Market, Dialect]:
    """A market each; raises KeyError where there is no such exchange or version."""
    offered = EXCHANGES[exchange].dialects
    return offered[version or next(iter(offered))]


def versions_of(exchange: str) -> tuple[str, ...]:
    """Of its API, the one to be chosen first; a single empty one where there is nothing to choose."""
    return tuple(EXCHANGES[exchange].dialects)


def shortcomings_of(exchange: str, version: str = "") -> tuple[str, ...]:
    """What its markets cannot do, each once, as sentences for the owner of an account."""
    told = (shortcomings(dialect.abilities) for dialect in dialects_of(exchange, version).values())
    return tuple(dict.fromkeys(sentence for sentences in told for sentence in sentences))


def known_rules(exchange: str, market: Market) -> tuple[SymbolRules, ...]:
    """The rules of an exchange that tells none when asked; empty where it is to be asked."""
    return EXCHANGES[exchange].known_rules.get(market, ())


def markets_of(exchange: str) -> tuple[Market, ...]:
    return tuple(dialects_of(exchange))


def lifetime_s(exchange: str) -> float:
    """How long a request may outlive what it says itself, in seconds; 0 where it says it exactly."""
    offered = [dialect for dialects in EXCHANGES[exchange].dialects.values() for dialect in dialects.values()]
    return max(dialect.abilities.lifetime_ms for dialect in offered) / 1000


def environments_of(exchange: str) -> tuple[str, ...]:
    """Where an account may live: not everybody has a testnet, or is simulated."""
    return EXCHANGES[exchange].environments


def needs_passphrase(exchange: str) -> bool:
    """Whether a key of the exchange is key, secret and passphrase."""
    return EXCHANGES[exchange].needs_passphrase


def headers(exchange: str, environment: str) -> tuple[tuple[str, str], ...]:
    """What tells the exchange which of its environments is meant, where the host does not."""
    return EXCHANGES[exchange].headers.get(environment, ())


def base_url(exchange: str, market: Market, environment: str, simulator_url: str) -> str:
    """Scheme, host and prefix without a slash at the end; `environment` is `live`, `testnet` or `paper`."""
    return EXCHANGES[exchange].base_url(market, environment, simulator_url)
