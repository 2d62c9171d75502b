"""Candles: how Binance is asked for them, what they mean, and what are none."""

from __future__ import annotations

from typing import Any

import pytest

from mysignals.domain.candle import Candle, Span
from mysignals.domain.intents import ReadCandles
from mysignals.domain.market import Market
from mysignals.domain.outcomes import CandlesRead, Reason, Rejected, Unknown
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.market_data import read_candles
from mysignals.exchanges.registry import dialect_for
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

from .asking import DIALECTS, answer, candles_of, d, encoded, error

QUARTER_MS = 900_000
AT_MS = 1_700_000_100_000 // QUARTER_MS * QUARTER_MS
ROW: list[Any] = [
    AT_MS, "50000.10", "50100", "49000", "49500.5", "148.9", AT_MS + QUARTER_MS - 1, "2434.1", 308, "1756.8", "28.4",
    "0",
]  # fmt: skip
CANDLE = Candle(AT_MS, d("50000.10"), d("50100"), d("49000"), d("49500.5"))


@pytest.mark.parametrize(
    ("market", "path", "weight"), [(Market.SPOT, "/api/v3/klines", 2), (Market.FUTURES, "/fapi/v1/klines", 1)]
)
def test_they_are_asked_for_by_symbol_length_and_number(market: Market, path: str, weight: int) -> None:
    request = encoded(candles_of(market), market)
    assert (request.method, request.path, request.query) == ("GET", path, "symbol=BTCUSDT&interval=15m&limit=96")
    assert [charge.amount for charge in DIALECTS[market].limits.charges(candles_of(market))] == [weight]


@pytest.mark.parametrize("dialect", [SPOT, FUTURES], ids=["spot", "futures"])
def test_they_are_told_oldest_first(dialect: BinanceDialect) -> None:
    later = [AT_MS + QUARTER_MS, *ROW[1:6], AT_MS + 2 * QUARTER_MS - 1, *ROW[7:]]
    told = dialect.decode(candles_of(dialect.market), answer([ROW, later]))
    assert isinstance(told, CandlesRead)
    assert told.items[0] == CANDLE and told.items[1].at_ms == AT_MS + QUARTER_MS
    assert dialect.decode(candles_of(dialect.market), answer([])) == CandlesRead(())


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ROW], [ROW] * 97, [ROW[:5]], [{}], [[*ROW[:6], AT_MS + 60_000 - 1]], [[0, *ROW[1:]]],
        [[AT_MS, "50101", *ROW[2:]]], [[*ROW[:3], "49501", *ROW[4:]]], [[*ROW[:3], "0", *ROW[4:]]],
        [[*ROW[:2], "NaN", *ROW[3:]]], [[*ROW[:2], None, *ROW[3:]]], {"rows": [ROW]},
    ],
    ids=range(12),
)  # fmt: skip
def test_what_cannot_be_candles_is_none(rows: Any) -> None:
    assert isinstance(SPOT.decode(candles_of(Market.SPOT), answer(rows)), Unknown)


@pytest.mark.parametrize("market", Market)
def test_the_simulator_tells_what_it_has_quoted(market: Market, transport: Runner, simulator: SimulatorProcess) -> None:
    simulator.reset()
    for price in ("51000", "49000"):
        simulator.move_price("binance" if market is Market.SPOT else "binance-futures", "BTCUSDT", price)
    dialect = dialect_for("binance", market)
    for span, many in ((Span.MINUTE, 60), (Span.QUARTER, 96), (Span.TWO_HOURS, 84)):
        (told,) = transport.run_flows([read_candles(dialect, market, "BTCUSDT", "paper", span, many)])
        assert isinstance(told, CandlesRead) and len(told.items) == many
        newest = max(told.items[-2:], key=lambda each: each.high)  # A minute may have ended meanwhile.
        assert (newest.high, newest.low) == (51000, 49000)
        assert told.items[-1].close == 49000
    (refused,) = transport.run_flows([read_candles(dialect, market, "NOPEUSDT", "paper", Span.MINUTE, 5)])
    assert isinstance(refused, Rejected) and refused.reason is Reason.SYMBOL
    assert isinstance(dialect.decode(ReadCandles(market, "X", Span.MINUTE, 1), error(-1003, status=429)), Rejected)
