"""Where Phemex lives: one host for all APIs of an environment (Phemex documentation, EXCHANGES 6.1)."""

from __future__ import annotations

from mysignals.domain.market import Market

HOSTS = {"live": "https://api.phemex.com", "testnet": "https://testnet-api.phemex.com"}
PAPER_PREFIX = "/phemex"


def base_url(market: Market, environment: str, simulator_url: str) -> str:
    """What a request's path is appended to; `environment` is `live`, `testnet` or `paper`. No slash at the end."""
    if environment == "paper":
        return simulator_url.rstrip("/") + PAPER_PREFIX
    return HOSTS[environment]
