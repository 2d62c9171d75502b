"""Public questions as conversations: rules, price, candles, time. Any transport can run them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

from mysignals.domain.candle import Span
from mysignals.domain.intents import Intent, ReadCandles, ReadPrice, ReadRules, ReadTime
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome

from .dialect import Call, Dialect
from .in_time import in_time
from .wire import Credentials, Reply

T = TypeVar("T")
Flow: TypeAlias = Generator[Call, Reply, T]
NOBODY = Credentials("", "")


def ask(dialect: Dialect, intent: Intent, credentials: Credentials, environment: str) -> Flow[Outcome]:
    """One question and its answer."""
    return (yield from in_time(Call(dialect, intent, credentials, environment)))


def read_rules(dialect: Dialect, market: Market, environment: str) -> Flow[Outcome]:
    """RulesRead, or why not."""
    return ask(dialect, ReadRules(market), NOBODY, environment)


def read_price(dialect: Dialect, market: Market, symbol: str, environment: str) -> Flow[Outcome]:
    """PriceRead in quote, or why not."""
    return ask(dialect, ReadPrice(market, symbol), NOBODY, environment)


def read_candles(
    dialect: Dialect, market: Market, symbol: str, environment: str, span: Span, many: int
) -> Flow[Outcome]:
    """CandlesRead of the newest `many`, fewer than 100, or why not."""
    return ask(dialect, ReadCandles(market, symbol, span, many), NOBODY, environment)


def read_time(dialect: Dialect, market: Market, environment: str) -> Flow[Outcome]:
    """TimeRead in Unix ms, or why not."""
    return ask(dialect, ReadTime(market), NOBODY, environment)
