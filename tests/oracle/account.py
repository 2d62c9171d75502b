"""One account of one market: its two readers, and the hand that moves its world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import ccxt

from tests.support.simulator_process import SimulatorProcess

from .facts import ledger
from .raw import Raw

Reader = TypeVar("Reader", bound=Raw)
Make = Callable[[SimulatorProcess, dict[str, str]], ccxt.Exchange]


@dataclass(frozen=True, slots=True, eq=False)
class Market(Generic[Reader]):
    """`symbol` as ccxt spells it, `native` as the exchange does; `priced_as` is the symbol whose price moves it."""

    venue: str
    symbol: str
    native: str
    balances: dict[str, str]
    make: Make
    reader: Callable[[SimulatorProcess, dict[str, str]], Reader]
    priced_as: str = "BTCUSDT"


class Account(Generic[Reader]):
    def __init__(self, simulator: SimulatorProcess, market: Market[Reader], **wanted: Any) -> None:
        self.simulator, self.market = simulator, market
        self.keys = simulator.open_account(market.venue, balances=market.balances, **wanted)
        self.ccxt = market.make(simulator, self.keys)
        self.raw = market.reader(simulator, self.keys)

    def place(self, type_: str, side: str, amount: str, price: str | None = None, **params: Any) -> dict[str, Any]:
        order: dict[str, Any] = self.ccxt.create_order(self.market.symbol, type_, side, amount, price, params)
        return order

    def fetched(self, order: dict[str, Any], **params: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.ccxt.fetch_order(order["id"], self.market.symbol, params)
        return found

    def open_orders(self, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ccxt.fetch_open_orders(self.market.symbol, None, None, params)
        return found

    def position(self) -> dict[str, Any]:
        """The only one."""
        (position,) = self.ccxt.fetch_positions()
        return dict(position)

    def with_keys(self, **changed: str) -> ccxt.Exchange:
        return self.market.make(self.simulator, {**self.keys, **changed})

    def rows(self) -> list[dict[str, Any]]:
        return ledger(self.simulator, self.market.venue)

    def row(self, order: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The ledger's only row about it."""
        (row,) = [
            row
            for row in self.rows()
            if row["order_id"] == order["id"] and all(row.get(name) == value for name, value in more.items())
        ]
        return row

    def fault(self, kind: str, **more: Any) -> None:
        """Once."""
        self.simulator.control("POST", "faults", {"venue": self.market.venue, "kind": kind, "count": 1, **more})

    def move_price(self, price: str) -> None:
        body = {"venue": self.market.venue, "symbol": self.market.priced_as, "price": price}
        self.simulator.control("POST", "prices", body)
