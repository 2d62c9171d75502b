"""Where Bitget lives, and which of its products a symbol belongs to (EXCHANGES 4.2, 5.1, 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from mysignals.domain.market import Market

HOST = "https://api.bitget.com"
PAPER_PREFIX = "/bitget"
DEMO_HEADERS = (("PAPTRADING", "1"),)
"""Bitget's demo is the live host with a demo key and this header (EXCHANGES 5.1)."""


def base_url(_: Market, environment: str, simulator_url: str) -> str:
    """What a request's path is appended to; `environment` is `live`, `testnet` or `paper`. No slash at the end."""
    return simulator_url.rstrip("/") + PAPER_PREFIX if environment == "paper" else HOST


@dataclass(frozen=True, slots=True)
class Product:
    """One kind of contract: its names in v2 and v1, and the coin in which margin is paid."""

    v2: str
    v1: str
    margin_coin: str

    @property
    def suffix(self) -> str:
        """What v1 appends to a symbol."""
        return "_" + self.v1.upper()


USDT = Product("USDT-FUTURES", "umcbl", "USDT")
USDC = Product("USDC-FUTURES", "cmcbl", "USDC")
SPOT_SUFFIX = "_SPBL"


def product_of(symbol: str) -> Product:
    """By our spelling: `BTCUSDT`, `BTCPERP` (paid in USDC), `BTCUSD` (paid in BTC)."""
    if symbol.endswith("USDT"):
        return USDT
    if symbol.endswith("PERP"):
        return USDC
    if symbol.endswith("USD"):
        return coin_margined(symbol.removesuffix("USD"))
    return USDT


def coin_margined(coin: str) -> Product:
    """The seed calls it universal margin; it is paid in the coin itself (EXCHANGES 8.3)."""
    return Product("COIN-FUTURES", "dmcbl", coin)


def product_of_asset(asset: str | None) -> Product:
    """The account in which `asset` is margin; the one of USDT where none is named."""
    by_coin = {None: USDT, "USDT": USDT, "USDC": USDC}
    return by_coin.get(asset) or coin_margined(asset or "")


def our_symbol(told: str) -> str:
    """v1 answers `BTCUSDT_UMCBL`."""
    return told.partition("_")[0]
