"""What a price did: asked of the exchange once for all who look, and told old rather than not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask

from mysignals.app import create_app
from mysignals.domain.market import Market
from mysignals.extensions import db
from mysignals.models import SymbolRule
from mysignals.services import price_history
from mysignals.services.price_history import History, Stretch, kept
from mysignals.settings import Settings
from tests.support.environment import environment_for_tests
from tests.support.served import House
from tests.support.simulator_process import SimulatorProcess

PATH = "/fapi/v1/klines"


@pytest.fixture(scope="module")
def exchange() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as process:
        yield process


@pytest.fixture(scope="module")
def app(served: Flask, exchange: SimulatorProcess) -> Iterator[Flask]:
    """The same house, from which the simulated exchanges can be reached."""
    settings: Settings = served.extensions["settings"]
    given = environment_for_tests(settings.database_url, settings.redis_url)
    more = {"MYSIGNALS_INSTANCE": str(settings.instance), "SIMULATOR_URL": exchange.url}
    app = create_app(Settings.from_environment(given | more))
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


@pytest.fixture(autouse=True)
def empty(house: House, exchange: SimulatorProcess) -> None:
    exchange.reset()


def told(app: Flask, symbol: str = "BNBUSDT", stretch: Stretch = Stretch.HOUR) -> History:
    with app.app_context():
        return price_history.of(Market.FUTURES, symbol, stretch)


def asked(exchange: SimulatorProcess) -> int:
    """How often the exchange was asked."""
    rows = exchange.control("GET", "requests?venue=binance-futures")
    return sum(row["count"] for row in rows["requests"] if row["path"].endswith(PATH))


def age(app: Flask, by_ms: int, stretch: Stretch = Stretch.HOUR) -> None:
    """What is kept was asked for so much earlier."""
    subject = kept.Subject("binance", "paper", Market.FUTURES, "BNBUSDT", stretch)
    with app.app_context():
        found, _ = kept.find(subject)
        assert found is not None
        kept.keep(subject, found.at_ms - by_ms, found.candles)


def test_all_who_look_at_once_cost_one_question(app: Flask, exchange: SimulatorProcess) -> None:
    exchange.move_price("binance-futures", "BNBUSDT", "360")
    with ThreadPoolExecutor(6) as viewers:
        seen = list(viewers.map(lambda _: told(app, stretch=Stretch.WEEK), range(6)))
    assert {len(each.candles) for each in seen} == {84} and {each.problem for each in seen} == {""}
    assert {each.candles[-1].close for each in seen} == {Decimal(360)} and asked(exchange) == 1
    assert (seen[0].exchange, seen[0].tick) == ("binance", Decimal("0.1"))
    assert told(app, stretch=Stretch.WEEK).candles == seen[0].candles and asked(exchange) == 1


@pytest.mark.parametrize("stretch", Stretch)
def test_every_stretch_is_as_long_as_it_says_and_asked_for_anew_when_it_is_old(
    app: Flask, exchange: SimulatorProcess, stretch: Stretch
) -> None:
    first = told(app, stretch=stretch).candles
    assert first[-1].at_ms - first[0].at_ms == stretch.ms - stretch.span.ms
    age(app, -stretch.fresh_ms, stretch)  # However slowly this runs, they are fresh.
    told(app, stretch=stretch)
    assert asked(exchange) == 1
    age(app, 2 * stretch.fresh_ms, stretch)
    assert told(app, stretch=stretch).age_ms < stretch.fresh_ms and asked(exchange) == 2


def test_while_the_exchange_is_away_what_is_old_is_told_with_its_age_and_it_is_asked_seldom(
    app: Flask, exchange: SimulatorProcess
) -> None:
    before = told(app)
    age(app, 60_000)
    exchange.fault("binance-futures", "maintenance", on="any")
    began = time.monotonic()
    for _ in range(3):
        later = told(app)
        assert later.candles == before.candles and later.age_ms >= 60_000 and "Binance" in later.problem
    assert asked(exchange) == 2 or time.monotonic() - began > kept.FAILED_MS / 1000


def test_one_that_was_never_told_has_a_reason_in_place_of_prices(app: Flask, exchange: SimulatorProcess) -> None:
    exchange.fault("binance-futures", "garbage", on="any")
    for _ in range(2):
        assert "did not answer" in told(app).problem and told(app).candles == ()


def test_what_no_exchange_with_past_prices_lists_is_not_asked_for(app: Flask, exchange: SimulatorProcess) -> None:
    given = {
        "market": "futures", "base": "X", "quote": "USDT", "tick": Decimal("0.1"), "step": Decimal(1),
        "min_quantity": Decimal(1), "max_quantity": Decimal(9), "min_notional": Decimal(5), "max_leverage": 5,
    }  # fmt: skip
    with app.app_context():
        db.session.add(SymbolRule(exchange="phemex", environment="paper", symbol="XUSDT", trading=True, **given))
        db.session.commit()
    try:
        assert "No exchange that lists XUSDT" in told(app, "XUSDT").problem
        assert "No exchange lists GONEUSDT any more" in told(app, "GONEUSDT").problem and asked(exchange) == 0
    finally:
        with app.app_context():
            db.session.query(SymbolRule).filter_by(symbol="XUSDT").delete()
            db.session.commit()
