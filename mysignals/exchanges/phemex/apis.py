"""Phemex's three APIs: which of them serves an intent, and how each spells a symbol (EXCHANGES 6.6 to 6.8)."""

from __future__ import annotations

from enum import StrEnum

from mysignals.domain.intents import Intent, ReadBalances
from mysignals.domain.market import Market

QUOTE = "USDT"
INVERSE_QUOTE = "USD"
SPOT_PREFIX = "s"


class Api(StrEnum):
    SPOT = "spot"
    USDT_M = "usdt_m"
    """Linear perpetuals: paths begin with `g-`, values are text."""
    CONTRACT = "contract"
    """Inverse perpetuals settled in their base: values are scaled integers."""


def api_of(market: Market, intent: Intent) -> Api:
    """Of futures by the symbol, or by the asset whose balance is asked. Without either USDT-M."""
    if market is Market.SPOT:
        return Api.SPOT
    if isinstance(intent, ReadBalances):
        return Api.USDT_M if intent.asset in (None, QUOTE) else Api.CONTRACT
    symbol = getattr(intent, "symbol", None)
    return Api.CONTRACT if isinstance(symbol, str) and symbol.endswith(INVERSE_QUOTE) else Api.USDT_M


def settled_in(symbol: str) -> str:
    """The asset that an inverse contract's account is kept in: BTC of BTCUSD."""
    return symbol.removesuffix(INVERSE_QUOTE)


def spelled(symbol: str, api: Api) -> str:
    """Our symbol as the API knows it: BTCUSDT is sBTCUSDT on spot."""
    return SPOT_PREFIX + symbol if api is Api.SPOT else symbol


def spelled_back(symbol: str, api: Api) -> str:
    return symbol.removeprefix(SPOT_PREFIX) if api is Api.SPOT else symbol
