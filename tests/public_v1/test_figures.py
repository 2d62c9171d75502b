"""What /v1/account and /v1/positions tell, over HTTP, with a worker and exchanges."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from mysignals.app import create_app
from mysignals.domain.intents import PlaceOrder, ReadBalances, SetLeverage, SetMarginMode
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import Accepted, Balances
from mysignals.extensions import db
from mysignals.models import ExchangeAccount
from mysignals.services.portfolio import kept
from mysignals.services.portfolio.asking import MOST_AT_ONCE, MOST_BESIDE
from mysignals.services.portfolio.places import Places
from tests.public_v1.program import Program, program
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, SPOT, Desk, desk, floor

__all__ = ["desk", "floor"]
FIELDS = {"symbol", "side", "quantity", "entry_price", "mark_price", "unrealized_pnl", "leverage", "liquidation_price"}


@pytest.fixture
def bot(desk: Desk) -> Program:
    redis = desk.house.app.extensions["redis"]
    for name in redis.scan_iter("mysignals:portfolio:*"):
        redis.delete(name)
    return program(desk.house, desk.ann)


@pytest.fixture
def waits(desk: Desk) -> Iterator[Callable[[int], Flask]]:
    """The same web with another TRADE_WAIT_SECONDS."""
    made: list[Flask] = []

    def app_that_waits(seconds: int) -> Flask:
        settings = desk.house.app.extensions["settings"]
        made.append(create_app(replace(settings, trade_wait_seconds=seconds)))
        return made[-1]

    yield app_that_waits
    for app in made:
        with app.app_context():
            db.engine.dispose()
        app.extensions["redis"].close()


def opened(
    desk: Desk, account: ExchangeAccount, side: Side, quantity: str, symbol: str = "BTCUSDT", leverage: int = 10
) -> None:
    if account.exchange == "binance":
        desk.ask(account, "futures", SetMarginMode(symbol, MarginMode.CROSS))
    desk.ask(account, "futures", SetLeverage(symbol, leverage))
    order = PlaceOrder(Market.FUTURES, symbol, side, EntryType.MARKET, Decimal(quantity), None, f"mine{time.time_ns()}")
    told = desk.ask(account, "futures", order)
    assert isinstance(told, Accepted), told


def forget(desk: Desk) -> None:
    redis = desk.house.app.extensions["redis"]
    for name in redis.scan_iter("mysignals:portfolio:*"):
        redis.delete(name)


def exact(answer: Any) -> Any:
    """Numbers as they are written."""
    return json.loads(answer.data, parse_float=Decimal, parse_int=Decimal)


def test_who_has_no_account_has_nothing(desk: Desk, bot: Program) -> None:
    answer = bot.get("/v1/account")
    assert answer.json == {
        "user_id": desk.ann.id, "username": "ann", "balance": 0, "available_balance": 0, "total_pnl": 0,
        "open_positions": 0, "subscription_active": True, "subscription_plan": "pro", "environment": None,
        "accounts": [], "warnings": [],
    }  # fmt: skip
    assert bot.get("/v1/positions").json == []


def test_the_figures_are_those_of_the_exchange(desk: Desk, bot: Program) -> None:
    account = desk.account()
    opened(desk, account, Side.BUY, "0.02")
    desk.simulator.move_price(FUTURES, "BTCUSDT", "51000")
    wallet = desk.ask(account, "futures", ReadBalances(Market.FUTURES))
    assert isinstance(wallet, Balances)
    usdt = next(one for one in wallet.by_asset if one.asset == "USDT")

    position = exact(bot.get("/v1/positions"))[0]
    assert set(position) == FIELDS | {"exchange", "exchange_account_id"}
    assert (position["symbol"], position["side"], position["quantity"]) == ("BTCUSDT", "long", Decimal("0.02"))
    assert position["mark_price"] == 51000
    profit = (position["mark_price"] - position["entry_price"]) * Decimal("0.02")
    assert position["unrealized_pnl"] == profit > 0
    assert position["leverage"] == 10
    assert (position["exchange"], position["exchange_account_id"]) == ("binance", account.id)

    answer = exact(bot.get("/v1/account"))
    # A fresh account of the simulator has no coins on spot.
    assert answer["balance"] == usdt.total.quantize(Decimal("0.00000001"))
    assert answer["available_balance"] == usdt.free.quantize(Decimal("0.00000001"))
    assert (answer["total_pnl"], answer["open_positions"], answer["warnings"]) == (profit, 1, [])


def test_a_short_position_is_told_by_its_side(desk: Desk, bot: Program) -> None:
    opened(desk, desk.account(), Side.SELL, "0.03")
    position = exact(bot.get("/v1/positions"))[0]
    assert (position["side"], position["quantity"]) == ("short", Decimal("0.03"))


def test_several_accounts_are_added_up_and_coins_at_their_price(desk: Desk, bot: Program) -> None:
    desk.account(SPOT)  # 10,000 USDT and 1 BTC in each of its two wallets
    desk.account(FUTURES)
    desk.account("bitget")
    desk.simulator.move_price(SPOT, "BTCUSDT", "50000")
    answer = exact(bot.get("/v1/account"))
    assert answer["warnings"] == []
    assert [one["balance"] for one in answer["accounts"]] == [120000, 10000, 20000]
    # The second key is for one market, and says nothing of the other.
    assert [one["markets"] for one in answer["accounts"]] == [["spot", "futures"], ["futures"], ["spot", "futures"]]
    assert answer["balance"] == answer["available_balance"] == 150000


def test_the_profit_of_an_open_position_is_not_in_the_balance_on_any_exchange(desk: Desk, bot: Program) -> None:
    """Bitget tells its balance with it."""
    accounts = [desk.account(FUTURES), desk.account("bitget"), desk.account("phemex")]
    before = [one["balance"] for one in exact(bot.get("/v1/account"))["accounts"]]
    for account, venue in zip(accounts, (FUTURES, "bitget", "phemex"), strict=True):
        opened(desk, account, Side.BUY, "0.02")
        desk.simulator.move_price(venue, "BTCUSDT", "52000")
    forget(desk)
    after = exact(bot.get("/v1/account"))
    assert after["warnings"] == [] and after["open_positions"] == 3
    for was, one in zip(before, after["accounts"], strict=True):
        assert one["total_pnl"] > 20
        assert 0 <= was - one["balance"] < 2, one  # The fee.


def test_an_exchange_that_is_away_does_not_hide_the_others(desk: Desk, bot: Program) -> None:
    good, bad = desk.account(FUTURES), desk.account("bitget")
    opened(desk, good, Side.BUY, "0.02")
    desk.simulator.fault("bitget", "maintenance")
    answer = bot.get("/v1/account")
    assert answer.status_code == 200
    assert [one["exchange_account_id"] for one in answer.json["accounts"]] == [good.id]
    assert answer.json["warnings"] and all("Bitget" in one for one in answer.json["warnings"])
    positions = bot.get("/v1/positions")
    assert [one["exchange_account_id"] for one in positions.json] == [good.id]
    assert "Bitget" in json.loads(positions.headers["X-Warnings"])[0]
    assert bad.id


@pytest.mark.parametrize("path", ["/v1/account", "/v1/positions"])
def test_where_nobody_answers_it_is_an_error_and_not_an_empty_account(desk: Desk, bot: Program, path: str) -> None:
    desk.account("bitget")
    desk.simulator.fault("bitget", "maintenance")
    answer = bot.get(path)
    assert (answer.status_code, answer.json["code"]) == (500, "EXCHANGE_ERROR")


def test_an_account_that_is_not_ready_is_named(desk: Desk, bot: Program) -> None:
    desk.account(FUTURES)
    desk.account(FUTURES, status="refused", status_reason="The key is wrong.")
    answer = bot.get("/v1/account").json
    assert len(answer["accounts"]) == 1
    assert "The key is wrong." in answer["warnings"][0]


def test_figures_are_kept_for_ten_seconds_and_say_how_old_they_are(desk: Desk, bot: Program) -> None:
    account = desk.account(FUTURES)
    assert "X-Data-Age" not in bot.get("/v1/account").headers
    assert bot.get("/v1/positions").headers["X-Data-Age"] == "0"
    redis = desk.house.app.extensions["redis"]
    assert 5_000 < redis.pttl(f"mysignals:portfolio:{account.id}") <= kept.KEPT_MS
    time.sleep(1.1)
    assert bot.get("/v1/account").headers["X-Data-Age"] in ("1", "2")


def test_many_who_ask_at_once_are_answered_by_one_question(desk: Desk, bot: Program) -> None:
    desk.account(FUTURES)
    before = balances_asked(desk)
    desk.simulator.fault(FUTURES, "delay", delay_ms=700)
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda _: bot.get("/v1/account").status_code, range(12)))
    assert set(statuses) == {200}
    assert balances_asked(desk) - before == 1


def balances_asked(desk: Desk) -> int:
    counted = desk.simulator.control("GET", "/_control/requests?venue=binance-futures")
    return sum(row["count"] for row in counted["requests"] if "/balance" in row["path"])


def test_money_of_paper_and_of_another_environment_is_never_added_up(desk: Desk, bot: Program) -> None:
    desk.account(FUTURES)
    desk.account(FUTURES, environment="testnet", status="refused")
    answer = bot.get("/v1/account?environment=paper")
    assert (answer.json["environment"], answer.json["balance"]) == ("paper", 10000)
    # The testnet one comes first, and cannot be read.
    assert bot.get("/v1/account").status_code == 500


def test_a_trade_at_magnr_is_a_position_without_a_price(desk: Desk, bot: Program) -> None:
    desk.account("magnr")
    signal = desk.bought(symbol="BTCUSD", entry_type="MARKET", leverage=5, target2=None, target3=None)
    assert desk.trade(signal).status_code == 200
    position = exact(bot.get("/v1/positions"))[0]
    assert (position["symbol"], position["side"], position["leverage"]) == ("BTCUSD", "long", 5)
    assert position["mark_price"] is None is position["unrealized_pnl"]
    warnings = bot.get("/v1/account").json["warnings"]
    assert any("no balance" in one for one in warnings) and any("BTCUSD" in one for one in warnings)


def test_nobody_sees_the_accounts_of_another(desk: Desk, bot: Program) -> None:
    desk.account(FUTURES)
    other = program(desk.house, desk.paul)
    assert (other.get("/v1/account").json["balance"], bot.get("/v1/account").json["balance"]) == (0, 10000)


def test_a_contract_settled_in_coin_is_told_in_usdt(desk: Desk, bot: Program) -> None:
    """It is asked for by name: the exchange lists those of USDT alone."""
    account = desk.account("phemex")
    key = desk._keys[account.id]
    desk.simulator.open_account("phemex", api_key=key.api_key, secret=key.secret, balances={"BTC": "1"})
    desk.simulator.control("POST", "/_control/prices", {"venue": "phemex", "symbol": "BTCUSD", "price": "50000"})
    desk.simulator.control("POST", "/_control/prices", {"venue": "phemex", "symbol": "sBTCUSDT", "price": "50000"})
    signal = desk.bought(symbol="BTCUSD", entry_type="MARKET", leverage=5)
    placed = desk.trade(signal, quoteQty="200", account_id=account.id)
    assert placed.status_code == 200, placed.json
    position = exact(bot.get("/v1/positions"))[0]
    assert (position["symbol"], position["side"]) == ("BTCUSD", "long")
    answer = exact(bot.get("/v1/account"))
    assert answer["balance"] > 50000


def test_more_who_ask_than_may_wait_as_long_as_it_takes_are_all_answered(desk: Desk, waits: Any) -> None:
    bots = []
    app = waits(40)
    for number in range(MOST_AT_ONCE + MOST_BESIDE // 2):
        user = desk.house.user(f"reader{number}")
        desk.account(FUTURES, user)
        bots.append(replace(program(desk.house, user), client=app.test_client()))
    desk.simulator.fault(FUTURES, "delay", delay_ms=700)
    with ThreadPoolExecutor(len(bots)) as pool:
        answers = list(pool.map(lambda one: one.get("/v1/account"), bots))
    assert [one.json.get("balance") for one in answers] == [10000] * len(bots), [one.text for one in answers]


def test_what_is_still_being_read_is_worth_asking_for_again(desk: Desk, bot: Program, waits: Any) -> None:
    desk.account(FUTURES)
    hasty = replace(bot, client=waits(0).test_client())
    answer = hasty.get("/v1/account")
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (500, "EXCHANGE_ERROR", "2")
    wait_until(lambda: hasty.get("/v1/account").status_code == 200, 20, "the figures", every=0.2)


def test_so_many_wait_long_so_many_a_while_and_the_others_not_at_all() -> None:
    places = Places(2, 1)
    with ExitStack() as waiting:
        assert [waiting.enter_context(places.place(10, 5)) for _ in range(4)] == [10, 10, 5, 0]
    with places.place(10, 5) as again:
        assert again == 10
