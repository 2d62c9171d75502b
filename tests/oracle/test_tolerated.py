"""What ccxt sends besides what the documents ask for, which real exchanges let pass (EXCHANGES 10)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.support.simulator_process import SimulatorProcess

from . import test_binance_futures, test_binance_spot, test_bitget_futures, test_bitget_spot, test_phemex_spot
from .account import Account, Market
from .test_phemex_contracts import INVERSE, LINEAR

BINANCE, BINANCE_FUTURES = test_binance_spot.MARKET, test_binance_futures.MARKET
BITGET, BITGET_FUTURES = test_bitget_spot.MARKET, test_bitget_futures.MARKET
PHEMEX, PHEMEX_LINEAR, PHEMEX_INVERSE = test_phemex_spot.MARKET, LINEAR.market, INVERSE.market
Deed = Callable[[Account[Any]], Any]


def order(*asked: Any, **params: Any) -> Deed:
    return lambda account: account.place(*asked, **params)


def after_a_purchase(deed: Deed) -> Deed:
    def both(account: Account[Any]) -> Any:
        account.place("market", "buy", "0.02")
        return deed(account)

    return both


def leverage(account: Account[Any]) -> Any:
    return account.ccxt.set_leverage(10, account.market.symbol, {"hedged": True})


RESTING = ("limit", "buy", "0.01", "49000")
SENT: list[tuple[str, Market[Any], dict[str, str], Deed, str]] = [
    # what, where, how the account is opened, what is done, what the request holds
    ("a window of its own", BINANCE, {}, order(*RESTING), "recvWindow=10000"),
    ("a window of its own on futures", BINANCE_FUTURES, {}, order(*RESTING), "recvWindow=10000"),
    ("a force in capitals", BITGET, {}, order(*RESTING, timeInForce="GTC"), '"force":"GTC"'),
    ("a force in capitals on contracts", BITGET_FUTURES, {}, order(*RESTING, timeInForce="GTC"), '"force":"GTC"'),
    ("an opening with a capital", BITGET_FUTURES, {"position_mode": "hedge"}, order(*RESTING, hedged=True),
     '"tradeSide":"Open"'),
    ("a trigger as a JSON number", BITGET, {}, order("market", "sell", 0.01, triggerPrice=45000.5),
     '"triggerPrice":45000.5'),
    ("a size with an exit of the whole position", BITGET_FUTURES, {},
     after_a_purchase(order("market", "sell", "0.01", stopLossPrice="45000")), '"size":"0.01"'),
    ("an order type with an exit", BITGET_FUTURES, {},
     after_a_purchase(order("market", "sell", "0.01", stopLossPrice="45000")), '"orderType":"market"'),
    ("a force with an exit", BITGET_FUTURES, {},
     after_a_purchase(order("market", "sell", "0.01", stopLossPrice="45000", timeInForce="GTC")), '"force":"GTC"'),
    ("a mode in the leverage", PHEMEX_LINEAR, {"position_mode": "hedge"}, leverage, "hedged="),
    ("a side of the position for inverse contracts", PHEMEX_INVERSE, {}, order("limit", "buy", "100", "49000"),
     '"posSide":"Merged"'),
    ("an id of its own", PHEMEX, {}, order(*RESTING), '"clOrdID":"CCXT'),
]  # fmt: skip


@pytest.mark.parametrize(("what", "market", "opened", "deed", "held"), SENT, ids=[row[0] for row in SENT])
def test_it_is_sent_and_taken(
    simulator: SimulatorProcess, what: str, market: Market[Any], opened: dict[str, str], deed: Deed, held: str
) -> None:
    account = Account(simulator, market, **opened)
    assert deed(account)
    sent = f"{account.ccxt.last_request_url} {account.ccxt.last_request_body}"
    assert held in sent


MARKETS: list[Market[Any]] = [BINANCE, BINANCE_FUTURES, BITGET, BITGET_FUTURES, PHEMEX, PHEMEX_LINEAR, PHEMEX_INVERSE]


@pytest.mark.parametrize("market", MARKETS, ids=[f"{market.venue} {market.symbol}" for market in MARKETS])
def test_a_trade_with_floats_as_people_make_it(simulator: SimulatorProcess, market: Market[Any]) -> None:
    """Numbers are floats to ccxt unless it is told otherwise; `1e-05` never reaches the exchange."""
    account = Account(simulator, market)
    exchange, symbol = account.ccxt, market.symbol
    exchange.number = float
    amount = 100.0 if market is PHEMEX_INVERSE else 0.01
    resting = exchange.create_order(symbol, "limit", "buy", amount, 49000.0)
    selling = exchange.create_order(symbol, "market", "sell", amount)
    assert exchange.fetch_order(resting["id"], symbol)["price"] == 49000.0
    assert exchange.fetch_order(selling["id"], symbol)["filled"] == amount
    exchange.cancel_order(resting["id"], symbol)
    assert exchange.fetch_open_orders(symbol) == []
    quantities = [Decimal(row["quantity"]) for row in account.rows()]
    assert quantities == [Decimal(str(amount))] * 2
