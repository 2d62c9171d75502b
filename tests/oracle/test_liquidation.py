"""An isolated position dies at the price that the exchange has told for it, and takes no more than its margin along."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import pytest

from tests.support.simulator_process import SimulatorProcess

from . import test_binance_futures, test_bitget_futures
from .account import Account, Market
from .facts import dec
from .test_phemex_contracts import INVERSE, LINEAR

BINANCE, BITGET = test_binance_futures.MARKET, test_bitget_futures.MARKET
SETTLED = {INVERSE.market: "BTC"}
SIGNS = {"long": 1, "short": -1}
LEVERAGE = 20


def isolated(simulator: SimulatorProcess, market: Market[Any], side: str) -> Account[Any]:
    """With a position of 500 dollars at 50,000 and 20 times; Phemex says isolated by a leverage above 0."""
    account: Account[Any] = Account(simulator, market)
    if market in (BINANCE, BITGET):
        account.ccxt.set_margin_mode("isolated", market.symbol)
    account.ccxt.set_leverage(LEVERAGE, market.symbol)
    amount = "500" if market is INVERSE.market else "0.01"
    account.place("market", side, amount, **({"marginMode": "isolated"} if market is BITGET else {}))
    return account


def held(account: Account[Any]) -> list[dict[str, Any]]:
    return [each for each in account.ccxt.fetch_positions([account.market.symbol]) if dec(each["contracts"])]


def total(account: Account[Any]) -> Decimal:
    asset = SETTLED.get(account.market, "USDT")
    balance = account.ccxt.fetch_balance({"type": "swap", "settle": asset, "code": asset})
    return dec(balance[asset]["total"])


MARKETS: list[Market[Any]] = [BINANCE, BITGET, LINEAR.market, INVERSE.market]
NAMES = ["Binance", "Bitget", "Phemex linear", "Phemex inverse"]


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("market", MARKETS, ids=NAMES)
def test_it_lives_before_that_price_and_is_gone_behind_it(
    simulator: SimulatorProcess, market: Market[Any], side: str
) -> None:
    account = isolated(simulator, market, side)
    before = total(account)
    (position,) = held(account)
    worse = -1 if side == "buy" else 1
    at = Decimal(str(position["liquidationPrice"]))
    assert Decimal("0.01") < worse * (at - 50000) / 50000 < Decimal("0.05")
    rounding = ROUND_CEILING if side == "buy" else ROUND_FLOOR
    account.move_price(str((at - worse * 5).quantize(Decimal(1), rounding)))
    assert len(held(account)) == 1
    account.move_price(str((at + worse * 5).quantize(Decimal(1), rounding)))
    assert held(account) == []
    margin = dec(position["initialMargin"])
    assert before - margin * Decimal("1.0001") <= total(account) < before


@pytest.mark.parametrize(
    ("market", "maintenance"), [(BINANCE, "0.004"), (LINEAR.market, "0.005")], ids=["Binance", "Phemex"]
)
@pytest.mark.parametrize(("side", "word"), [("buy", "long"), ("sell", "short")])
def test_it_is_where_margin_and_loss_meet_the_maintenance_margin(
    simulator: SimulatorProcess, market: Market[Any], maintenance: str, side: str, word: str
) -> None:
    """Margin + sign x quantity x (price - entry) = rate x quantity x price, solved for the price."""
    (position,) = held(isolated(simulator, market, side))
    sign, quantity = SIGNS[word], dec(position["contracts"])
    margin, entry = dec(position["initialMargin"]), dec(position["entryPrice"])
    expected = (sign * quantity * entry - margin) / (quantity * (sign - dec(maintenance)))
    assert position["side"] == word
    assert abs(dec(position["liquidationPrice"]) - expected) < Decimal("0.01")
