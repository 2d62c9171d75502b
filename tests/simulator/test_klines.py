"""Candles: what was quoted is in them, they are made of one another, and a restart changes none of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.client import Client
from tests.support.simulator_process import SimulatorProcess

NOON_MS = 1_700_049_600_000 + 7 * 60_000
"""Seven minutes past an hour."""
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
SPOT, FUTURES = "/binance/api/v3/klines", "/binance-futures/fapi/v1/klines"


def asked(process: SimulatorProcess, path: str = FUTURES, **params: Any) -> requests.Response:
    wanted = {"symbol": "BTCUSDT", "interval": "1m"} | params
    return process.session.get(process.url + path, params=wanted, timeout=5)


def candles(process: SimulatorProcess, **params: Any) -> list[tuple[Any, ...]]:
    answer = asked(process, **params)
    assert answer.status_code == 200, answer.text
    found: list[list[Any]] = answer.json()
    return [(row[0], Decimal(row[1]), Decimal(row[2]), Decimal(row[3]), Decimal(row[4])) for row in found]


def clock(process: SimulatorProcess, now_ms: int) -> None:
    process.control("POST", "clock", {"now_ms": now_ms})


def quote(process: SimulatorProcess, *prices: str) -> None:
    for price in prices:
        process.move_price("binance-futures", "BTCUSDT", price)


def test_every_quoted_price_is_in_the_candle_of_its_minute_and_it_rests_between(
    simulator: SimulatorProcess,
) -> None:
    clock(simulator, NOON_MS)
    quote(simulator, "51000", "49000", "50500")
    clock(simulator, NOON_MS + 3 * MINUTE_MS)
    quote(simulator, "50700")
    clock(simulator, NOON_MS + 4 * MINUTE_MS)
    first, *resting, last, now = candles(simulator, limit=5)
    assert first == (NOON_MS, 50000, 51000, 49000, 50500)
    assert [row[1:] for row in resting] == [(50500,) * 4] * 2
    assert last == (NOON_MS + 3 * MINUTE_MS, 50500, 50700, 50500, 50700)
    assert now == (NOON_MS + 4 * MINUTE_MS, *(50700,) * 4)


@pytest.mark.parametrize(("wide", "narrow"), [("15m", "1m"), ("1h", "1m"), ("2h", "1h"), ("1d", "2h")])
def test_a_wide_candle_is_made_of_narrow_ones(simulator: SimulatorProcess, wide: str, narrow: str) -> None:
    clock(simulator, NOON_MS)
    quote(simulator, "51000", "49000", "50500")
    whole = candles(simulator, interval=wide, limit=3)[:2]
    for (began, *prices), (end, *_) in zip(whole, candles(simulator, interval=wide, limit=3)[1:], strict=True):
        parts = candles(simulator, interval=narrow, startTime=began, endTime=end - 1, limit=1000)
        assert parts[0][0] == began
        assert prices == [parts[0][1], max(row[2] for row in parts), min(row[3] for row in parts), parts[-1][4]]


def test_the_made_up_past_ends_at_the_first_price_and_is_ten_days_long(simulator: SimulatorProcess) -> None:
    clock(simulator, NOON_MS)
    quote(simulator, "60000")
    before, now = candles(simulator, limit=2)
    assert (before[4], now[1]) == (50000, 50000)
    days = candles(simulator, interval="1d", limit=500)
    assert len(days) == 10 and len({row[4] for row in days}) == 10
    clock(simulator, NOON_MS + 30 * HOUR_MS)
    assert candles(simulator, endTime=NOON_MS, limit=2)[0] == before


def test_of_a_price_that_rested_for_long_the_newest_are_told(simulator: SimulatorProcess) -> None:
    clock(simulator, NOON_MS)
    quote(simulator, "51000")
    clock(simulator, NOON_MS + 1600 * MINUTE_MS)
    quote(simulator, "52000")
    told = candles(simulator, limit=1500)
    assert len(told) == 1500 and {row[1:] for row in told[:-1]} == {(51000,) * 4}
    assert told[-1][1:] == (51000, 52000, 51000, 52000)
    assert candles(simulator, startTime=0, limit=2)[0][0] == NOON_MS + 101 * MINUTE_MS


def test_candles_outlive_their_process(tmp_path: Path) -> None:
    state, told = tmp_path / "paper.db", list[Any]()
    for restarts in range(2):
        with SimulatorProcess(state=state) as process:
            clock(process, NOON_MS + restarts * MINUTE_MS)
            if not restarts:
                quote(process, "51000", "49000")
            told.append([candles(process, interval=each, limit=40, endTime=NOON_MS) for each in ("1m", "2h")])
            process.kill()
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"symbol": "NOPEUSDT"}, -1121), ({"interval": "7m"}, -1120), ({"interval": ""}, -1102),
        ({"limit": 1501}, -1130), ({"limit": "x"}, -1100), ({"startTime": "x"}, -1100),
    ],
)  # fmt: skip
def test_a_mistaken_question_is_refused(simulator: SimulatorProcess, params: dict[str, Any], code: int) -> None:
    answer = asked(simulator, **params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_spot_and_futures_have_candles_of_their_own_and_weigh_them(spot: Client, futures: Client) -> None:
    spot.move_price("51000")
    rows = [asked(spot.simulator, path, limit=1).json()[0] for path in (SPOT, FUTURES)]
    assert [Decimal(row[2]) for row in rows] == [51000, 50000] and all(len(row) == 12 for row in rows)
    spot.simulator.reset()
    used = [asked(spot.simulator, limit=many).headers["X-MBX-USED-WEIGHT-1M"] for many in (99, 100, 500, 1500)]
    assert used == ["1", "3", "8", "18"]
