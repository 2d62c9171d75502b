"""What a storm will do and when, all of it from one seed: the same seed, the same storm. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

VENUES = ("binance", "binance-futures", "bitget", "phemex", "magnr")
BASE = {"ETHUSDT": Decimal(2500), "BTCUSDT": Decimal(50000), "BTCUSD": Decimal(50000)}
CELLS = {"ETHUSDT": Decimal("0.1"), "BTCUSDT": Decimal(1), "BTCUSD": Decimal(1)}
"""Prices in these steps are on everybody's tick."""
_LEVELS = ("1", "1.002", "0.998", "0.993", "1.007", "0.977", "1.023")
"""Of the first price: quiet ones, those that fill what rests, those that reach stops and first targets."""
_VICTIMS = ("worker-1", "worker-2", "worker-1", "worker-2", "web", "beat", "redis", "postgres", "simulator")
_DRAFTS = (
    # market, symbol, side: one side a symbol, since a one-way account refuses the other.
    ("futures", "BTCUSDT", "BUY"),
    ("spot", "ETHUSDT", "BUY"),
    ("futures", "BTCUSD", "BUY"),
    ("futures", "ETHUSDT", "SELL"),
)
_ENTRIES = ("MARKET", "crossing", "resting", "MARKET", "crossing")
_STILL_S = 1.5
_LATE_MS = (200, 1500, 4000, 12000, 20000)
"""Some of them after everybody's patience, and before the deadline of what Bitget was sent."""


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is seconds after the storm's beginning; `about` what the deed needs."""

    at: float
    what: str
    about: Mapping[str, Any] = field(default_factory=dict)


def forecast(seed: int, seconds: float, signals: int, workers: int) -> list[Event]:
    """All events of a storm in the order of time."""
    dice = Random(f"storm/{seed}")
    prices = list(_prices(dice, seconds))
    published = list(_signals(dice, seconds, signals, prices))
    prices = [event for event in prices if not any(_disturbs(event, signal) for signal in published)]
    aimed = [event for signal in published for event in _aimed(dice, signal)]
    events = [*prices, *published, *aimed, *_kills(dice, seconds, published, workers), *_faults(dice, seconds)]
    events += [Event(signal.at + dice.uniform(0, 3), "repeat") for signal in published]
    events += list(_agains(Random(f"again/{seed}"), seconds))
    events += [Event(dice.uniform(0, seconds), "flush") for _ in range(1 + int(seconds / 60))]
    return sorted(events, key=lambda event: event.at)


def _disturbs(price: Event, signal: Event) -> bool:
    """Most signals meet the price they were written for, else all that a storm tries is how to skip them."""
    after_s = price.at - signal.at
    return price.about["symbol"] == signal.about["draft"]["symbol"] and 0 < after_s < _STILL_S


def price_at(prices: list[Event], symbol: str, at: float) -> Decimal:
    before = [event.about["price"] for event in prices if event.at <= at and event.about["symbol"] == symbol]
    return before[-1] if before else BASE[symbol]


def _prices(dice: Random, seconds: float) -> Iterator[Event]:
    at = dice.uniform(1, 3)
    while at < seconds:
        symbol = dice.choice(sorted(BASE))
        yield Event(at, "price", {"symbol": symbol, "price": BASE[symbol] * Decimal(dice.choice(_LEVELS))})
        at += dice.uniform(0.6, 2.4)


def _signals(dice: Random, seconds: float, many: int, prices: list[Event]) -> Iterator[Event]:
    """Spread over most of the storm, each market in its turn."""
    for number in range(many):
        at = seconds * 0.9 * (number + dice.random()) / many
        market, symbol, side = _DRAFTS[number % len(_DRAFTS)]
        yield Event(at, "signal", {"number": number, "market": market, "draft": _draft(
            dice, symbol, side, market, price_at(prices, symbol, at))})  # fmt: skip


def _draft(dice: Random, symbol: str, side: str, market: str, last: Decimal) -> dict[str, Any]:
    up = 1 if side == "BUY" else -1
    entry = "MARKET" if symbol == "BTCUSD" and dice.random() < 0.7 else dice.choice(_ENTRIES)
    away = {"MARKET": Decimal(0), "crossing": Decimal("0.001"), "resting": Decimal("-0.004")}[entry]
    price = _on_tick(symbol, last * (1 + up * away))
    levels = {"sl": "-0.02", "tp1": "0.02", "tp2": "0.04", "tp3": "0.06"}
    draft: dict[str, Any] = {
        "symbol": symbol, "side": side, "type": "MARKET" if entry == "MARKET" else "LIMIT", "price": str(price),
        "quantity": "0.2" if market == "spot" else "0.02",
    }  # fmt: skip
    draft |= {name: str(_on_tick(symbol, price * (1 + up * Decimal(level)))) for name, level in levels.items()}
    return draft | ({} if market == "spot" else {"leverage": 5})


def _on_tick(symbol: str, price: Decimal) -> Decimal:
    return (price / CELLS[symbol]).to_integral_value() * CELLS[symbol]


def _kills(dice: Random, seconds: float, signals: list[Event], workers: int) -> Iterator[Event]:
    """Some at any time; and of every other signal, while it is on its way, a worker."""
    at = dice.uniform(1, 3)
    while at < seconds:
        yield Event(at, "kill", {"name": _victim(dice, workers), "pause": dice.uniform(0.2, 2)})
        at += dice.uniform(1.5, 5)
    for signal in signals[::2]:
        name = f"worker-{dice.randint(1, workers)}"
        yield Event(signal.at + dice.uniform(0.02, 0.8), "kill", {"name": name, "pause": dice.uniform(0.2, 2)})


def _agains(dice: Random, seconds: float) -> Iterator[Event]:
    """Of what was sent a moment ago, besides: one that is told while no worker is up may be forgotten with Redis."""
    at = dice.uniform(1, 3)
    while at < seconds:
        yield Event(at, "again")
        at += dice.uniform(1.5, 4)


def _victim(dice: Random, workers: int) -> str:
    name = dice.choice(_VICTIMS)
    return f"worker-{dice.randint(1, workers)}" if name.startswith("worker") else name


def _faults(dice: Random, seconds: float) -> Iterator[Event]:
    at = dice.uniform(0.2, 1)
    while at < seconds:
        yield Event(at, "fault", _fault(dice))
        at += dice.uniform(0.1, 0.8)
    # None lives long: what has not struck by then would strike much later, and all together.
    for moment in range(6, int(seconds), 6):
        yield Event(moment, "clear")


def _aimed(dice: Random, signal: Event) -> Iterator[Event]:
    """Just before every signal, so that they meet some of its entries; Bitget takes requests the longest."""
    at = max(0.0, signal.at - 0.05)
    late = {"kind": "late_execute", "venue": "bitget", "on": "order", "count": dice.randint(2, 8)}
    yield Event(at, "fault", late | {"delay_ms": dice.choice((12000, 16000, 20000))})
    for _ in range(2):
        kind = dice.choice(("late_execute", "late_execute", "lost_answer", "error_after_execute", "delay", "garbage"))
        delay_ms = {"late_execute": dice.choice(_LATE_MS), "delay": dice.choice((500, 3000, 8000))}.get(kind)
        fault = {"kind": kind, "venue": dice.choice(VENUES), "on": "order", "count": dice.randint(1, 6)}
        yield Event(at, "fault", fault | ({"delay_ms": delay_ms} if delay_ms else {}))


KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("refuse", {}), ("delay", {"delay_ms": 700}), ("delay", {"delay_ms": 6000}), ("lost_answer", {}),
    ("lost_answer", {"on": "order"}), ("error_after_execute", {}), ("error_after_execute", {"on": "order"}),
    ("error_before_execute", {}), ("late_execute", {"on": "order"}), ("late_execute", {"on": "order"}),
    ("rate_limit", {"delay_ms": 1000}), ("ban", {"delay_ms": 2000}), ("maintenance", {}), ("garbage", {}),
    ("garbage", {"on": "order"}), ("drop_ws", {}), ("silent_ws", {}), ("reject", {"on": "order"}),
    ("partial", {"on": "order"}), ("partial", {"on": "order"}),
)  # fmt: skip
"""Every kind that SIMULATOR.md has, those more often that doubt is made of."""


def _fault(dice: Random) -> dict[str, Any]:
    kind, more = dice.choice(KINDS)
    fault = {"kind": kind, "venue": dice.choice(VENUES), "on": dice.choice(("order", "query", "cancel", "any"))} | more
    fault["count"] = dice.randint(1, 6)
    if dice.random() < 0.5:
        fault["probability"] = round(dice.uniform(0.2, 0.7), 2)
    if kind == "late_execute":
        fault["delay_ms"] = dice.choice(_LATE_MS)
    if kind == "partial":
        fault["fraction"] = dice.choice(("0", "0.3", "0.5", "0.8"))
    if kind == "ban" and dice.random() < 0.5:
        fault["status"] = 403
    return fault
