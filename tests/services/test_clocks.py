"""Offsets of venues: kept for every process, told when they are too far, and not told every minute."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.exchanges.transports.offsets import Measured
from mysignals.services import clocks
from mysignals.services.breaker import Venue
from mysignals.services.breaker.pauses import PAUSES
from mysignals.services.clocks import Clocks
from tests.support.served import House

HERE = socket.gethostname()


def measured(offset_ms: int, round_trip_ms: int = 20, age_ms: int = 0) -> Measured:
    return Measured("binance", Market.FUTURES, "live", offset_ms, round_trip_ms, clock.now_ms() - age_ms)


@pytest.fixture
def redis(house: House) -> Iterator[Redis]:
    client: Redis = house.app.extensions["redis"]
    client.delete(clocks.KEPT, PAUSES)
    yield client
    client.delete(clocks.KEPT, PAUSES)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "mysignals.services.clocks")
    return caplog


def test_what_one_process_measured_another_reads(house: House, redis: Redis) -> None:
    Clocks(redis)(measured(-123))
    with house.app.app_context():
        assert clocks.offset_ms("binance", Market.FUTURES, "live") == -123
        assert clocks.offset_ms("binance", Market.SPOT, "live") is None
    assert [found.offset_ms for found in Clocks(redis).of_this_machine()] == [-123]


def test_another_machine_has_another_clock(house: House, redis: Redis) -> None:
    Clocks(redis, "elsewhere")(measured(9_000))
    assert Clocks(redis).of_this_machine() == []
    Clocks(redis)(measured(5, age_ms=30_000))
    with house.app.app_context():
        assert clocks.offset_ms("binance", "futures", "live") == 5
        assert clocks.farthest() == {("binance", "futures", "live"): 9_000}


def test_an_old_measurement_says_nothing(house: House, redis: Redis) -> None:
    Clocks(redis)(measured(77, age_ms=clocks.FRESH_MS + 1))
    with house.app.app_context():
        assert clocks.offset_ms("binance", Market.FUTURES, "live") is None


def test_past_half_a_second_it_is_told_once_and_once_that_it_is_over(
    redis: Redis, told: pytest.LogCaptureFixture
) -> None:
    for offset in (499, -520, -800, -450, 450, 390, 0):
        Clocks(redis)(measured(offset, round_trip_ms=2))
    assert [record.levelname for record in told.records] == ["ERROR", "INFO"]
    assert "the clock of binance futures (live) is -520 ms from ours" in told.records[0].getMessage()


def test_a_slow_answer_raises_no_alarm(redis: Redis, told: pytest.LogCaptureFixture) -> None:
    Clocks(redis)(measured(900, round_trip_ms=1000))
    assert told.records == []


def test_without_redis_it_is_told_all_the_same_and_nothing_is_raised(
    house: House, told: pytest.LogCaptureFixture
) -> None:
    nobody: Redis = Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.2)
    kept = Clocks(nobody)
    kept(measured(600))
    kept(measured(610))
    assert [record.levelname for record in told.records if "from ours" in record.getMessage()] == ["ERROR"]
    assert kept.of_this_machine() == []


def test_what_another_version_has_written_is_left_alone(house: House, redis: Redis) -> None:
    redis.hset(clocks.KEPT, "binance futures live " + HERE, "{}")
    redis.hset(clocks.KEPT, "nonsense", "1")
    with house.app.app_context():
        assert clocks.known() == []


def test_figures_tell_offsets_and_pauses(house: House, redis: Redis) -> None:
    house.account(house.user())
    Clocks(redis)(replace(measured(-640), environment="paper"))
    redis.hset(PAUSES, Venue("binance", "paper", "futures").key, "15000 1")
    text = house.anonymous().get("/metrics").text
    assert 'mysignals_clock_offset_ms{environment="paper",exchange="binance",market="futures"} -640.0' in text
    assert 'mysignals_breaker_open{environment="paper",exchange="binance",market="futures"} 1.0' in text
    assert 'mysignals_breaker_open{environment="paper",exchange="binance",market="spot"} 0.0' in text
