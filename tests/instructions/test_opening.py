"""Opening by a program, over HTTP with real signatures, a worker and an exchange: each size, each market, each exit."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text

from mysignals.extensions import db
from mysignals.models import Delivery, Instruction, Signal
from tests.instructions.conftest import Bot
from tests.trading.conftest import FUTURES, SPOT, Desk

RULES = (
    "exchange, market, symbol, base, quote, tick, step, min_quantity, max_quantity, min_notional, max_leverage, trading"
)


def test_a_quantity_is_bought_at_the_market_with_the_stop_and_target_that_were_named(bot: Bot) -> None:
    account = bot.desk.account()
    answer = bot.order("long", quantity=0.01, leverage=10, stop_loss=41000, take_profit="55000.0")
    delivery_id = bot.opened(answer)
    body = answer.json
    assert body == {
        "success": True, "order_id": body["order_id"], "message": "Order submitted for execution",
        "symbol": "BTCUSDT", "side": "long", "quantity": 0.01, "price": 50000, "stop_loss": 41000,
        "take_profit": 55000, "stop_loss_set_by_us": False, "take_profit_set_by_us": False,
        "timestamp": body["timestamp"],
    }  # fmt: skip
    assert bot.entry(delivery_id)[:3] == (Decimal("0.01"), Decimal("0.01"), "MARKET")
    assert bot.desk.orders(delivery_id) == {"entry": "filled", "stop": "new", "target1": "new"}
    assert bot.desk.position(account) == Decimal("0.01")
    assert len(bot.desk.resting(account, "futures")) == 2


def test_the_words_of_the_source_document_are_answered_as_it_says(bot: Bot) -> None:
    bot.desk.account()
    answer = bot.signal(
        leverage=10, risk_percent=2.0, stop_loss=41000, take_profit=55000, comment="My trading bot signal"
    )
    body = answer.json
    assert (body["success"], body["message"], body["processed_users"]) == (True, "Signal queued for processing", 1)
    assert body["signal_id"].startswith("sig_")
    bot.opened(answer)


@pytest.mark.parametrize(
    ("size", "quantity"),
    [
        ({"quantity": "0.02", "risk_percent": 50}, "0.02"),  # A quantity overrides the share.
        ({"risk_percent": 2, "leverage": 10}, "0.04"),  # 2 % of 10,000 as margin, ten times that in contracts.
        ({"risk_percent": 100, "leverage": 1}, "0.199"),  # All of it, but for the fee.
        ({"leverage": 5}, "0.01"),  # One percent where neither is named.
    ],
)
def test_each_size(bot: Bot, size: dict[str, object], quantity: str) -> None:
    bot.desk.account()
    answer = bot.order("buy", **size)
    delivery_id = bot.opened(answer)
    assert bot.entry(delivery_id)[1] == Decimal(quantity)
    assert answer.json["quantity"] == (0.02 if "quantity" in size else None)


@pytest.mark.parametrize(
    ("action", "leverage", "stop", "target"),
    [
        ("open_long", 1, 45000, 60000),  # A tenth at most.
        ("open_short", 1, 55000, 40000),
        ("open_long", 10, 47500, 55000),  # Half the margin.
        ("open_short", 10, 52500, 45000),
        ("open_long", 125, 49800, 50400),
        ("open_short", 125, 50200, 49600),
    ],
)
def test_who_names_no_stop_gets_one_and_is_told(bot: Bot, action: str, leverage: int, stop: int, target: int) -> None:
    account = bot.desk.account()
    answer = bot.signal(action, quantity="0.01", leverage=leverage)
    delivery_id = bot.opened(answer)
    body = answer.json
    assert (body["stop_loss"], body["take_profit"]) == (stop, target)
    assert (body["stop_loss_set_by_us"], body["take_profit_set_by_us"]) == (True, True)
    told = "SELECT leg, coalesce(trigger_price, price) FROM orders WHERE delivery_id = :id AND leg <> 'entry'"
    assert dict(map(tuple, bot.desk.rows(told, id=delivery_id))) == {"stop": stop, "target1": target}
    assert bot.desk.position(account) == Decimal("0.01") * (1 if action == "open_long" else -1)


def test_a_target_of_ours_is_twice_as_far_as_the_stop_that_was_named(bot: Bot) -> None:
    bot.desk.account()
    answer = bot.order("buy", quantity="0.01", stop_loss=49000)
    assert (answer.json["take_profit"], answer.json["take_profit_set_by_us"]) == (52000, True)
    assert answer.json["stop_loss_set_by_us"] is False


def test_a_short_with_a_far_stop_gets_a_target_above_zero(bot: Bot) -> None:
    bot.desk.account()
    answer = bot.order("sell", quantity="0.01", stop_loss=90000)
    assert answer.status_code == 200, answer.json
    assert answer.json["take_profit"] == 5000


def test_a_limit_order_waits_for_its_price(bot: Bot) -> None:
    account = bot.desk.account()
    answer = bot.order("buy", type="limit", price=49000, quantity="0.01", leverage=10)
    delivery_id = bot.opened(answer, "accepted")
    assert answer.json["price"] == 49000
    assert bot.entry(delivery_id)[2:] == ("LIMIT", Decimal(49000))
    bot.desk.simulator.move_price(FUTURES, "BTCUSDT", "48990")
    bot.desk.wait_for(delivery_id, "filled", task="upkeep.follow")
    assert bot.desk.position(account) == Decimal("0.01")


def test_spot_is_bought_where_it_is_named_and_has_its_stop(bot: Bot) -> None:
    account = bot.desk.account(SPOT)
    delivery_id = bot.opened(bot.signal(market="spot", risk_percent=10))
    assert bot.entry(delivery_id)[1] == Decimal("0.02")
    assert bot.desk.resting(account, "spot")


def test_everybody_elses_signal_is_for_their_own_accounts_alone(bot: Bot, desk: Desk) -> None:
    bot.desk.account()
    follower = desk.house.user("fay")
    desk.house.following(follower, desk.ann, desk.account(user=follower))
    assert bot.signal().json["processed_users"] == 1
    assert bot.deliveries(follower) == []


def test_a_providers_signal_goes_to_the_followers_and_to_their_own_accounts(pauls: Bot, desk: Desk) -> None:
    own = desk.account(user=desk.paul)
    for account in (desk.account(), desk.account(label="second")):
        desk.house.following(desk.ann, desk.paul, account, sizing_value=Decimal(100), max_leverage=10)
    answer = pauls.signal(quantity="0.02", leverage=10, stop_loss=49000)
    assert answer.json["processed_users"] == 2
    pauls.opened(answer)
    copies = pauls.deliveries(desk.ann)
    assert [desk.wait_for(one, "filled") for one in copies] == ["filled", "filled"]
    assert desk.position(own) == Decimal("0.02")
    (public,) = desk.rows("SELECT is_private, is_active, quantity FROM signals")
    assert public == (False, True, Decimal("0.02"))
    told = pauls.program.get(f"/v1/signals/{answer.json['signal_id']}").json
    assert (told["followers"]["total"], told["followers"]["filled"]) == (2, 2)
    assert [one["exchange_account_id"] for one in told["accounts"]] == [own.id]


def test_a_provider_without_an_account_publishes_all_the_same(pauls: Bot, desk: Desk) -> None:
    desk.house.following(desk.ann, desk.paul, desk.account(), max_leverage=10)
    answer = pauls.signal()
    assert (answer.status_code, answer.json["processed_users"]) == (200, 1)
    # The smallest that the exchange takes: who sizes by the balance names no quantity.
    assert desk.rows("SELECT quantity FROM signals") == [(Decimal("0.002"),)]


def test_a_provider_whom_nobody_follows_is_told(pauls: Bot) -> None:
    answer = pauls.signal()
    assert (answer.json["processed_users"], answer.json["message"]) == (
        0, "Signal published; there is nobody to send it to."
    )  # fmt: skip


def test_a_provider_without_a_wallet_may_not_publish(desk: Desk, pauls: Bot) -> None:
    desk.run("UPDATE users SET wallet = NULL")
    answer = pauls.signal()
    assert (answer.status_code, answer.json["code"]) == (403, "INSUFFICIENT_PERMISSIONS")
    assert desk.house.count(Signal) == 0


def test_a_providers_order_is_nobodys_business(pauls: Bot, desk: Desk) -> None:
    desk.account(user=desk.paul)
    desk.house.following(desk.ann, desk.paul, desk.account())
    pauls.opened(pauls.order("buy", quantity="0.01"))
    assert pauls.deliveries(desk.ann) == []


def test_an_order_goes_to_all_ready_accounts_of_the_first_environment_or_to_the_one_that_is_named(bot: Bot) -> None:
    first, second = bot.desk.account(), bot.desk.account(label="second")
    bot.desk.account(label="refused", status="refused")
    answer = bot.order("buy", quantity="0.01")
    for one in bot.deliveries():
        bot.desk.wait_for(one, "filled")
    assert (bot.desk.position(first), bot.desk.position(second)) == (Decimal("0.01"), Decimal("0.01"))
    assert bot.desk.rows("SELECT processed_users FROM instructions") == [(1,)]
    named = bot.order("buy", quantity="0.01", exchange_account_id=second.id)
    bot.desk.wait_for(bot.deliveries()[-1], "filled")
    assert (bot.desk.position(first), bot.desk.position(second)) == (Decimal("0.01"), Decimal("0.02"))
    for told, ids in ((answer, [first.id, second.id]), (named, [second.id])):
        state = bot.program.get(f"/v1/orders/{told.json['order_id']}").json
        assert [one["exchange_account_id"] for one in state["accounts"]] == ids


def test_paper_is_left_alone_where_there_is_a_testnet_account(bot: Bot, desk: Desk) -> None:
    desk.account(label="paper")
    desk.run(
        f"INSERT INTO symbol_rules (environment, {RULES}) SELECT 'testnet', {RULES} FROM symbol_rules "  # noqa: S608
        "WHERE environment = 'paper' AND exchange = 'binance' ON CONFLICT DO NOTHING"
    )
    testnet = desk.account(label="testnet", environment="testnet")
    assert bot.order("buy", type="limit", price=40000, quantity="0.01").status_code == 200
    assert desk.rows("SELECT account_id FROM deliveries") == [(testnet.id,)]


@pytest.mark.parametrize("kind", ["signal", "order"])
def test_without_a_connected_account_it_is_no_exchange(bot: Bot, kind: str) -> None:
    answer = bot.signal() if kind == "signal" else bot.order()
    assert (answer.status_code, answer.json["code"]) == (400, "NO_EXCHANGE")
    assert bot.desk.house.count(Instruction) == 0


def test_where_no_account_is_ready_it_is_no_exchange(bot: Bot) -> None:
    bot.desk.account(status="refused")
    assert bot.order().json["code"] == "NO_EXCHANGE"


def test_an_account_that_is_deleted_meanwhile_is_a_conflict_and_nothing_is_stored(bot: Bot, desk: Desk) -> None:
    account = desk.account()

    def gone(*_: Any) -> None:
        with db.engine.begin() as other:
            other.execute(text("DELETE FROM exchange_accounts WHERE id = :id"), {"id": account.id})

    event.listen(db.session, "before_flush", gone, once=True)
    answer = bot.order("buy", quantity="0.01")
    assert (answer.status_code, answer.json["code"]) == (409, "CONFLICT"), answer.json
    assert "deleted just now" in answer.json["error"]
    assert desk.house.count(Signal) == desk.house.count(Delivery) == 0


def test_the_price_that_cannot_be_read_is_an_exchange_error_and_nothing_is_stored(bot: Bot) -> None:
    bot.desk.account()
    bot.desk.fault("refuse", on="any", status=503, body="{}")
    answer = bot.order(symbol="ETHUSDT", quantity="0.1")
    assert (answer.status_code, answer.json["code"]) == (500, "EXCHANGE_ERROR"), answer.json
    assert "could not be read" in answer.json["error"]
    assert bot.desk.house.count(Delivery) == bot.desk.house.count(Instruction) == 0


def test_signals_of_programs_and_of_pages_share_one_budget_an_hour(pauls: Bot, desk: Desk) -> None:
    settings = desk.house.app.extensions["settings"]
    answers = [pauls.signal(comment=str(number)) for number in range(settings.signals_per_hour + 1)]
    assert [one.status_code for one in answers[:-1]] == [200] * settings.signals_per_hour
    assert (answers[-1].status_code, answers[-1].json["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert int(answers[-1].headers["Retry-After"]) > 3000
    assert desk.house.count(Signal) == settings.signals_per_hour
    draft = {
        "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": 50000, "sl": 49000, "tp1": 51000,
        "leverage": 5,
    }  # fmt: skip
    assert desk.house.client(desk.paul).post("/provider/futures/new", json=draft).status_code == 429


def test_no_transaction_waits_for_the_exchanges_price(bot: Bot, desk: Desk) -> None:
    desk.account()
    desk.fault("delay", on="any", delay_ms=1500, count=1)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(bot.order, "buy", symbol="BNBUSDT", quantity="1")
        seen = []
        while not sent.done():
            seen.append(desk.rows(waiting)[0][0])
            time.sleep(0.05)
    assert sent.result().status_code == 200, sent.result().json
    assert len(seen) > 10 and sum(map(bool, seen)) <= 2, seen
