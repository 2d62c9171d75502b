"""Where a call goes to: the base URL of its venue."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.registry import base_url, headers
from mysignals.exchanges.wire import HttpRequest


class Nowhere(Exception):
    """A paper call where no simulator is configured."""


class Places:
    """`simulator_url` is None where there is no simulator: paper calls are then not sent."""

    def __init__(self, simulator_url: str | None) -> None:
        self._simulator_url = simulator_url

    def of(self, call: Call) -> str:
        """Scheme, host and prefix, without a slash at the end. Raises Nowhere."""
        return self.venue(call.dialect.name, call.dialect.venue(call.intent), call.environment)

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """The call as it is sent, with the headers that tell the exchange which of its environments is meant."""
        request = call.encode(now_ms)
        more = headers(call.dialect.name, call.environment)
        return replace(request, headers=request.headers + more) if more else request

    def venue(self, exchange: str, market: Market, environment: str) -> str:
        if environment == "paper" and not self._simulator_url:
            raise Nowhere("there is no simulator for paper accounts")
        return _base_url(exchange, market, environment, self._simulator_url or "")


_base_url = lru_cache(maxsize=64)(base_url)


@lru_cache(maxsize=64)
def origin(base: str) -> str:
    """Scheme and host: calls with the same origin share connections."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"
