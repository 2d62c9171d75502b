"""A day of trading at random through ccxt, by the seed: at its end ccxt and the books still tell the same."""

import contextlib
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from . import test_binance_futures, test_binance_spot, test_bitget_futures, test_bitget_spot, test_phemex_spot
from .account import Account, Market
from .facts import by_ccxt, by_ledger, dec
from .test_phemex_contracts import INVERSE, LINEAR
from .test_phemex_contracts import STATES as PHEMEX_STATES

FUTURES: dict[str, tuple[Market[Any], dict[str, str]]] = {
    "Binance futures": (test_binance_futures.MARKET, test_binance_futures.STATES),
    "Bitget futures": (test_bitget_futures.MARKET, test_bitget_futures.STATES),
    "Phemex linear": (LINEAR.market, PHEMEX_STATES),
    "Phemex inverse": (INVERSE.market, PHEMEX_STATES),
}
SPOT: dict[str, tuple[Market[Any], dict[str, str]]] = {
    "Binance spot": (test_binance_spot.MARKET, test_binance_spot.STATES),
    "Bitget spot": (test_bitget_spot.MARKET, test_bitget_spot.STATES),
    "Phemex spot": (test_phemex_spot.MARKET, test_phemex_spot.STATES),
}
IMMEDIATE = {"phemex": "ImmediateOrCancel"}
STEPS, SEEDS = 60, (1, 2, 3)
Day = Account[Any]


def step(account: Day, dice: random.Random, price: int) -> int:
    """One deed, and the price after it."""
    is_spot, symbol = ":" not in account.market.symbol, account.market.symbol
    side, lots = dice.choice(["buy", "sell"]), dice.randrange(1, 6)
    amount = str(lots * (100 if account.market is INVERSE.market else Decimal("0.004")))
    near, deed = str(price + dice.randrange(-20, 21) * 50), dice.randrange(10)
    if dice.random() < 0.2:
        account.fault("partial", on="order", fraction=dice.choice(["0.25", "0.5"]))
    orders = account.open_orders() if deed in (0, 1) else []
    if orders:
        account.ccxt.cancel_order(dice.choice(orders)["id"], symbol)
    elif deed in (2, 3):
        account.place("market", side, amount, near if is_spot and side == "buy" else None)
    elif deed in (4, 5):
        account.place("limit", side, amount, near)
    elif deed == 6:
        account.place("limit", side, amount, near, timeInForce=IMMEDIATE.get(account.market.venue, "IOC"))
    elif deed == 7 and not is_spot:
        account.place("limit", side, amount, near, reduceOnly=True)
    else:
        price = max(40_000, min(60_000, price + dice.randrange(-30, 31) * 50))
        account.move_price(str(price))
    return price


def lived(simulator: SimulatorProcess, market: Market[Any], seed: int) -> Day:
    """Refusals are a part of the day. In the evening one order rests untouched and one half filled."""
    account: Day = Account(simulator, market)
    if ":" in market.symbol:
        account.ccxt.set_leverage(10, market.symbol)
    dice, price = random.Random(seed), 50_000
    for _ in range(STEPS):
        with contextlib.suppress(ccxt.InvalidOrder, ccxt.InsufficientFunds, ccxt.ExchangeError):
            price = step(account, dice, price)
    amount = "100" if market is INVERSE.market else "0.01"
    account.place("limit", "buy", amount, str(price - 1500))
    account.simulator.control("DELETE", "faults")
    account.fault("partial", on="order", fraction="0.5")
    account.place("limit", "buy", amount, str(price + 100))
    return account


def orders_agree(account: Day, states: dict[str, str]) -> None:
    rows = account.rows()
    open_ = {row["order_id"] for row in rows if states[row["state"]] == "open"}
    assert {order["id"] for order in account.open_orders()} == open_
    assert len(rows) > STEPS // 4
    assert {states[row["state"]] for row in rows} >= {"open", "closed"}
    for row in rows:
        fetched = account.ccxt.fetch_order(row["order_id"], account.market.symbol)
        told, in_ledger = by_ccxt({**fetched, "type": row["type"]}), by_ledger(row, states)
        if account.market.symbol == "BTC/USDT" and (row["type"], row["side"]) in BY_SUM:
            told, in_ledger = replace(told, quantity=told.filled), replace(in_ledger, quantity=in_ledger.filled)
        assert told == in_ledger


BY_SUM = {("market", "buy"), ("Market", "Buy")}
"""Bitget's and Phemex's spot purchases at the market name a sum instead of a quantity."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FUTURES)
def test_a_day_on_futures_leaves_books_that_agree(simulator: SimulatorProcess, name: str, seed: int) -> None:
    market, states = FUTURES[name]
    account = lived(simulator, market, seed)
    orders_agree(account, states)
    held = sum((signed(trade) for trade in account.ccxt.fetch_my_trades(market.symbol, None, 100)), Decimal(0))
    told = [each for each in account.ccxt.fetch_positions([market.symbol]) if dec(each["contracts"])]
    sides = {"long": 1, "short": -1}
    assert sum(sides[each["side"]] * dec(each["contracts"]) for each in told) == held


def signed(trade: dict[str, Any]) -> Decimal:
    return dec(trade["amount"]) * (1 if trade["side"] == "buy" else -1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SPOT)
def test_a_day_on_spot_leaves_books_that_agree(simulator: SimulatorProcess, name: str, seed: int) -> None:
    market, states = SPOT[name]
    account = lived(simulator, market, seed)
    orders_agree(account, states)
    left = {asset: dec(amount) for asset, amount in market.balances.items()}
    for trade in account.ccxt.fetch_my_trades(market.symbol, None, 100):
        left["BTC"] += signed(trade)
        left["USDT"] -= dec(trade["cost"]) * (1 if trade["side"] == "buy" else -1)
        left[trade["fee"]["currency"]] -= dec(trade["fee"]["cost"])
    locked = {"BTC": Decimal(0), "USDT": Decimal(0)}
    for order in account.open_orders():
        rest = dec(order["amount"]) - dec(order["filled"])
        locked["BTC" if order["side"] == "sell" else "USDT"] += rest * (
            1 if order["side"] == "sell" else dec(order["price"])
        )
    balance = account.ccxt.fetch_balance({"type": "spot"})
    assert {asset: dec(balance[asset]["total"]) for asset in left} == left
    assert {asset: dec(balance[asset]["used"]) for asset in locked} == locked
