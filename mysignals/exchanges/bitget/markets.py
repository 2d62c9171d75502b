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
DEMO_USDT = Product("SUSDT-FUTURES", "sumcbl", "SUSDT")
DEMO_USDC = Product("SUSDC-FUTURES", "scmcbl", "SUSDC")
SPOT_SUFFIX = "_SPBL"
DEMO_COINS = ("BTC", "ETH", "XRP", "EOS")
"""All that Bitget has ever had contracts of in play money on."""


def coin_margined(coin: str) -> Product:
    """The seed calls it universal margin; it is paid in the coin itself (EXCHANGES 8.3)."""
    return Product("COIN-FUTURES", "dmcbl", coin)


def demo_coin_margined(coin: str) -> Product:
    """The seed leaves out sdmcbl and scmcbl (EXCHANGES 8.3)."""
    return Product("SCOIN-FUTURES", "sdmcbl", "S" + coin)


DEMO_BY_SYMBOL = {
    **{f"S{coin}SUSDT": DEMO_USDT for coin in DEMO_COINS},
    **{f"S{coin}SUSD": demo_coin_margined(coin) for coin in DEMO_COINS},
    **{f"S{coin}SPERP": DEMO_USDC for coin in DEMO_COINS},
}
"""A list and no rule: SATSUSDT and SAROSUSDT look as if both halves had the demo's S, and are real."""
BY_ASSET: dict[str | None, Product] = {
    None: USDT, "USDT": USDT, "USDC": USDC, "SUSDT": DEMO_USDT, "SUSDC": DEMO_USDC,
    **{"S" + coin: demo_coin_margined(coin) for coin in DEMO_COINS},
}  # fmt: skip


def product_of(symbol: str) -> Product:
    """By our spelling: `BTCUSDT`, `BTCPERP` (paid in USDC), `BTCUSD` (paid in BTC); demo `SBTCSUSDT` and the like."""
    if symbol in DEMO_BY_SYMBOL:
        return DEMO_BY_SYMBOL[symbol]
    if symbol.endswith("USDT"):
        return USDT
    if symbol.endswith("PERP"):
        return USDC
    if symbol.endswith("USD"):
        return coin_margined(symbol.removesuffix("USD"))
    return USDT


def product_of_asset(asset: str | None) -> Product:
    """The account in which `asset` is margin; the one of USDT where none is named."""
    return BY_ASSET.get(asset) or coin_margined(asset or "")


SUFFIXES = {SPOT_SUFFIX, *(of.suffix for of in (USDT, USDC, coin_margined(""), *DEMO_BY_SYMBOL.values()))}


def our_symbol(told: str) -> str:
    """v1 answers `BTCUSDT_UMCBL`. A contract with a date, `BTCUSD_DMCBL_230630`, is not the one without."""
    name, _, product = told.partition("_")
    return name if "_" + product in SUFFIXES else told
