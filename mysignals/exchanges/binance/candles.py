"""Candles of a symbol, out of `klines`, alike on spot and futures (Binance documentation, "Kline/Candlestick data")."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from mysignals.domain.candle import Candle
from mysignals.domain.intents import ReadCandles
from mysignals.domain.outcomes import CandlesRead
from mysignals.exchanges.reading import Unreadable, items, number, whole

from .draft import encoded

NAMES = ("at", "open", "high", "low", "close", "volume", "end")
"""Of what a row begins with; the rest is not read."""


def parameters(asked: ReadCandles) -> str:
    return f"symbol={encoded(asked.symbol)}&interval={asked.span}&limit={asked.many}"


def candles(asked: ReadCandles, answer: Any) -> CandlesRead:
    """Oldest first; the last one is still under way. The answer does not say of which symbol it is."""
    found = tuple(_candle(row, asked.span.ms) for row in items(answer))
    if len(found) > asked.many or any(one.at_ms >= next_.at_ms for one, next_ in pairwise(found)):
        raise Unreadable("not the candles that were asked for")
    return CandlesRead(found)


def _candle(row: Any, span_ms: int) -> Candle:
    told = dict(zip(NAMES, items(row), strict=False))
    at_ms = whole(told, "at")
    first, high, low, last = (number(told, name) for name in ("open", "high", "low", "close"))
    if at_ms <= 0 or whole(told, "end") - at_ms != span_ms - 1:
        raise Unreadable("a candle of another length")
    if not 0 < low <= min(first, last) <= max(first, last) <= high:
        raise Unreadable("prices outside of their own range")
    return Candle(at_ms, first, high, low, last)
