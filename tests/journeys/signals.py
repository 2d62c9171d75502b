"""The signals of a journey, and what comes of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from tests.journeys.people import Person

UNSETTLED = ("queued", "sending")
DRAFTS: dict[str, dict[str, Any]] = {
    # The simulated prices stand at 2500 and 50000: a limit a little above is filled at once.
    "spot": {
        "symbol": "ETHUSDT",
        "side": "BUY",
        "quantity": "0.2",
        "price": "2501",
        "sl": "2400",
        "tp1": "2600",
        "tp2": "2700",
        "tp3": "2800",
        "short_text": "Ether, three targets",
    },
    "futures": {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "quantity": "0.02",
        "price": "50010",
        "leverage": 5,
        "sl": "49000",
        "tp1": "51000",
        "tp2": "52000",
        "tp3": "53000",
        "short_text": "Bitcoin, three targets",
    },
    # At the market, because not every exchange that trades it takes limits.
    "coin": {
        "symbol": "BTCUSD",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "0.02",
        "price": "50000",
        "leverage": 5,
        "sl": "49000",
        "tp1": "51000",
        "tp2": "52000",
        "tp3": "53000",
        "short_text": "Bitcoin settled in bitcoin",
    },
}
PATHS = {"spot": "/provider/spot/new", "futures": "/provider/futures/new", "coin": "/provider/futures/new"}


@dataclass(frozen=True, slots=True)
class Posted:
    """A published signal. `at` is the Unix time (s) just before it was posted."""

    id: int
    market: str
    at: float
    answered_ms: float


def post(provider: Person, market: str, **changes: str) -> Posted:
    """Post the market's draft, with some fields changed."""
    at, began = time.time(), time.perf_counter()
    answer = provider.post(PATHS[market], **DRAFTS[market] | changes)
    return Posted(answer["signal"]["id"], market, at, (time.perf_counter() - began) * 1000)


def settled(provider: Person, signal: Posted) -> int:
    """How many deliveries wait for nothing any more."""
    counts = provider.get(f"/provider/signals/{signal.id}/deliveries")["deliveries"]
    return sum(many for state, many in counts.items() if state not in UNSETTLED)
