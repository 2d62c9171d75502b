"""Where Binance lives: hosts by market and environment (Binance documentation, EXCHANGES 2.1 and 3.1)."""

from __future__ import annotations

from mysignals.domain.market import Market

HOSTS = {
    (Market.SPOT, "live"): "https://api.binance.com",
    (Market.SPOT, "testnet"): "https://testnet.binance.vision",
    (Market.FUTURES, "live"): "https://fapi.binance.com",
    (Market.FUTURES, "testnet"): "https://demo-fapi.binance.com",
}
PAPER_PREFIXES = {Market.SPOT: "/binance", Market.FUTURES: "/binance-futures"}


def base_url(market: Market, environment: str, simulator_url: str) -> str:
    """What a request's path is appended to; `environment` is `live`, `testnet` or `paper`. No slash at the end."""
    if environment == "paper":
        return simulator_url.rstrip("/") + PAPER_PREFIXES[market]
    return HOSTS[market, environment]
