"""Which path is which call: method, path, what faults call it, deed, weight (EXCHANGES 6.3, 6.6 - 6.8)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from simulator.phemex.contracts import coin, linear
from simulator.phemex.contracts.account_calls import AccountCalls
from simulator.phemex.contracts.book import Book as ContractBook
from simulator.phemex.contracts.order_calls import OrderCalls as ContractOrders
from simulator.phemex.contracts.spelling import COIN, LINEAR
from simulator.phemex.spot.book import Book as SpotBook
from simulator.phemex.spot.order_calls import OrderCalls as SpotOrders

CONTRACT, SPOT, OTHERS = "CONTRACT", "SPOTORDER", ""
Deed = Callable[[Any, dict[str, Any], Any], Any]


class Call(NamedTuple):
    """`group` is that of the rate limits; `message` stands in the envelope: the history says OK."""

    method: bytes
    path: str
    about: str
    deed: Deed
    group: str
    weight: int
    message: str = ""

    @property
    def in_query(self) -> bool:
        return self.method != b"POST" or self.path.endswith("/assign")


def contract_calls(book: ContractBook) -> Iterator[Call]:
    """All of these are given the desk of contracts."""
    for prefix, orders in (
        ("/", ContractOrders(book, COIN, coin)),
        ("/g-", ContractOrders(book, LINEAR, linear)),
    ):
        yield Call(b"PUT", f"{prefix}orders/create", "order", orders.place, CONTRACT, 1)
        yield Call(b"POST", f"{prefix}orders", "order", orders.place, CONTRACT, 1)
        yield Call(b"PUT", f"{prefix}orders/replace", "order", orders.amend, CONTRACT, 1)
        yield Call(b"DELETE", f"{prefix}orders/cancel", "cancel", orders.cancel, CONTRACT, 1)
        yield Call(b"DELETE", f"{prefix}orders", "cancel", orders.cancel_some, CONTRACT, 1)
        yield Call(b"DELETE", f"{prefix}orders/all", "cancel", orders.cancel_all, CONTRACT, 3)
        yield Call(b"GET", f"{prefix}orders/activeList", "query", orders.active, CONTRACT, 1)
    yield from _history(book)
    yield from _account_calls(AccountCalls(book))


def _history(book: ContractBook) -> Iterator[Call]:
    old, new = ContractOrders(book, COIN, coin), ContractOrders(book, LINEAR, linear)
    rows: tuple[tuple[str, Deed], ...] = (
        ("/exchange/order", old.query),
        ("/exchange/order/list", old.ended),
        ("/exchange/order/trade", old.fills),
        ("/api-data/futures/orders", old.history),
        ("/api-data/futures/orders/by-order-id", old.query),
        ("/api-data/futures/trades", old.fills),
        ("/exchange/order/v2/orderList", new.ended),
        ("/exchange/order/v2/tradingList", new.fills),
        ("/api-data/g-futures/orders", new.history),
        ("/api-data/g-futures/orders/by-order-id", new.query),
        ("/api-data/g-futures/trades", new.fills),
    )
    for path, deed in rows:
        yield Call(b"GET", path, "query", deed, OTHERS, 1, "OK")


def _account_calls(calls: AccountCalls) -> Iterator[Call]:
    yield Call(b"GET", "/accounts/accountPositions", "query", calls.coin_account, CONTRACT, 1)
    yield Call(b"GET", "/accounts/positions", "query", calls.coin_account, CONTRACT, 25)
    yield Call(b"PUT", "/positions/leverage", "other", calls.set_coin_leverage, CONTRACT, 1)
    yield Call(b"POST", "/positions/assign", "other", calls.assign_coin, CONTRACT, 1)
    yield Call(b"GET", "/g-accounts/accountPositions", "query", calls.linear_account, CONTRACT, 1)
    yield Call(b"GET", "/g-accounts/positions", "query", calls.linear_positions, CONTRACT, 25)
    yield Call(b"PUT", "/g-positions/leverage", "other", calls.set_linear_leverage, CONTRACT, 1)
    yield Call(b"PUT", "/g-positions/switch-pos-mode-sync", "other", calls.switch_mode, CONTRACT, 1)
    yield Call(b"POST", "/g-positions/assign", "other", calls.assign_linear, CONTRACT, 1)


def spot_calls(book: SpotBook) -> Iterator[Call]:
    """All of these are given the desk of spot."""
    orders = SpotOrders(book)
    yield Call(b"PUT", "/spot/orders/create", "order", orders.place, SPOT, 1)
    yield Call(b"POST", "/spot/orders", "order", orders.place, SPOT, 1)
    yield Call(b"PUT", "/spot/orders", "order", orders.amend, SPOT, 1)
    yield Call(b"DELETE", "/spot/orders", "cancel", orders.cancel, SPOT, 2)
    yield Call(b"DELETE", "/spot/orders/all", "cancel", orders.cancel_all, SPOT, 3)
    yield Call(b"GET", "/spot/orders/active", "query", orders.active, SPOT, 1)
    yield Call(b"GET", "/spot/orders", "query", orders.open, SPOT, 1)
    yield Call(b"GET", "/spot/wallets", "query", orders.wallets, OTHERS, 1)
    yield Call(b"GET", "/api-data/spots/orders", "query", orders.history, OTHERS, 1, "OK")
    yield Call(b"GET", "/api-data/spots/orders/by-order-id", "query", orders.query, OTHERS, 1, "OK")
    yield Call(b"GET", "/api-data/spots/trades", "query", orders.fills, OTHERS, 1, "OK")
    yield Call(b"GET", "/api-data/spots/trades/by-order-id", "query", orders.fills, OTHERS, 1, "OK")
    yield Call(b"GET", "/exchange/spot/order", "query", orders.ended, OTHERS, 1, "OK")
    yield Call(b"GET", "/exchange/spot/order/trades", "query", orders.fills, OTHERS, 1, "OK")
