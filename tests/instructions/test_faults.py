"""What a body says wrong is told by field, all of it at once, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from mysignals.models import Delivery, Instruction, Signal
from tests.instructions.conftest import Bot

NUMBERS = ("quantity", "risk_percent", "stop_loss", "take_profit", "leverage")
NO_NUMBERS: tuple[Any, ...] = ("NaN", "Infinity", "-1", 0, "0", "x", True, [], {}, "1e99999", "\u0661")


def wrong(bot: Bot, answer: Any) -> dict[str, str]:
    """The faults by field, and nothing stored."""
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_REQUEST"), answer.json
    assert answer.json["success"] is False
    house = bot.desk.house
    assert house.count(Instruction) == house.count(Signal) == house.count(Delivery) == 0
    found: dict[str, str] = answer.json["fields"]
    return found


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_that_it_can_be(bot: Bot, field: str, value: Any) -> None:
    bot.desk.account()
    for answer in (bot.signal(**{field: value}), bot.order(**{field: value})):
        assert list(wrong(bot, answer)) == [field]


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json(bot: Bot, literal: str) -> None:
    body = f'{{"symbol": "BTCUSDT", "action": "open_long", "quantity": {literal}}}'
    answer = bot.program.client.post("/v1/signal", data=body, headers=bot.program.headers("POST", "/v1/signal", body))
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"symbol": "NOSUCHUSDT"}, ["symbol"]),
        ({"symbol": ""}, ["symbol"]),
        ({"market": "margin"}, ["market"]),
        ({"leverage": 126}, ["leverage"]),
        ({"leverage": 1.5}, ["leverage"]),
        ({"risk_percent": 0.09}, ["risk_percent"]),
        ({"risk_percent": "100.1"}, ["risk_percent"]),
        ({"stop_loss": 50000}, ["stop_loss"]),
        ({"stop_loss": 51000}, ["stop_loss"]),
        ({"take_profit": 49999}, ["take_profit"]),
        ({"stop_loss": "49000.00001"}, ["stop_loss"]),
        ({"take_profit": "51000.00001"}, ["take_profit"]),
        ({"quantity": "0.00001"}, ["quantity"]),
        ({"quantity": "1000000"}, ["quantity"]),
        ({"comment": "x" * 201}, ["comment"]),
        ({"comment": "a\u0000b"}, ["comment"]),
        ({"stop_los": 1}, ["stop_los"]),
        ({"market": "spot", "leverage": 2}, ["leverage"]),
        ({"leverage": 0, "risk_percent": 0, "quantity": -1, "stop_loss": "x", "nonsense": 1},
         ["leverage", "nonsense", "quantity", "risk_percent", "stop_loss"]),
        ({"stop_loss": 60000, "take_profit": 40000}, ["stop_loss", "take_profit"]),
    ],
    ids=repr,
)  # fmt: skip
def test_each_fault_is_named_by_its_field(bot: Bot, body: dict[str, Any], fields: list[str]) -> None:
    bot.desk.account()
    bot.desk.account("binance", label="spot")
    for send, word in ((bot.signal, "open_long"), (bot.order, "buy")):
        assert sorted(wrong(bot, send(word, **body))) == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"side": "up"}, ["side"]),
        ({"type": "stop"}, ["type"]),
        ({"type": "limit"}, ["price"]),
        ({"price": 1}, ["price"]),
        ({"type": "limit", "price": "x"}, ["price"]),
        ({"type": "limit", "price": "49000.00001"}, ["price"]),
        ({"side": "sell", "market": "spot"}, ["side"]),
        ({"side": "short", "market": "spot"}, ["side"]),
        ({"reduce_only": "yes"}, ["reduce_only"]),
        ({"reduce_only": True, "type": "limit", "price": 1}, ["type"]),
        ({"reduce_only": True, "stop_loss": 1, "risk_percent": 50}, ["risk_percent", "stop_loss"]),
        ({"exchange_account_id": 999999}, ["exchange_account_id"]),
        ({"exchange_account_id": "x"}, ["exchange_account_id"]),
    ],
    ids=repr,
)
def test_each_fault_of_an_order(bot: Bot, body: dict[str, Any], fields: list[str]) -> None:
    bot.desk.account()
    assert sorted(wrong(bot, bot.order(**{"side": "buy"} | body))) == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"action": "buy"}, ["action"]),
        ({"action": None}, ["action"]),
        ({"action": "open_short", "market": "spot"}, ["action"]),
        ({"action": "close_long", "quantity": 1}, ["quantity"]),
    ],
    ids=repr,
)
def test_each_fault_of_a_signal(bot: Bot, body: dict[str, Any], fields: list[str]) -> None:
    bot.desk.account()
    assert sorted(wrong(bot, bot.signal(**body))) == fields


def test_what_is_missing_is_named(bot: Bot) -> None:
    assert sorted(wrong(bot, bot.program.post("/v1/signal", {}))) == ["action", "symbol"]
    assert sorted(wrong(bot, bot.program.post("/v1/orders", {}))) == ["side", "symbol"]


def test_null_and_empty_are_as_good_as_missing(bot: Bot) -> None:
    bot.desk.account()
    nothing = dict.fromkeys((*NUMBERS, "comment", "market"))
    assert bot.signal(**nothing).status_code == 200
    assert bot.order(**nothing, type=None, price=None, reduce_only=None, exchange_account_id=None).status_code == 200


def test_somebody_elses_account_is_as_none(bot: Bot) -> None:
    bot.desk.account()
    others = bot.desk.account(user=bot.desk.paul)
    found = wrong(bot, bot.order(exchange_account_id=others.id))
    assert found == {"exchange_account_id": "You have no such exchange account."}


def test_an_account_that_is_not_ready_says_why(bot: Bot) -> None:
    account = bot.desk.account(status="refused", status_reason="The key was refused.")
    found = wrong(bot, bot.order(exchange_account_id=account.id))
    assert found == {"exchange_account_id": "This account is refused: The key was refused."}


def test_where_no_account_trades_the_market_it_is_said(bot: Bot) -> None:
    bot.desk.account("magnr")
    found = wrong(bot, bot.order())
    assert found == {"symbol": "BTCUSDT does not trade on the futures market of Magnr."}


def test_magnr_needs_a_quantity_and_has_no_limits(bot: Bot) -> None:
    bot.desk.account("magnr")
    found = wrong(bot, bot.order(symbol="BTCUSD", type="limit", price=49000))
    assert sorted(found) == ["quantity", "type"]
