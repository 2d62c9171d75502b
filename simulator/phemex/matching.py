"""What the books of contracts and of spot do alike: an order comes in, meets the last price, waits for one, ends."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from simulator.desk import Orders
from simulator.faults import at_once
from simulator.phemex.identity import unique_id
from simulator.phemex.order_kinds import NOT_AT_ONCE, WOULD_CROSS, OrderWords
from simulator.prices import Prices
from simulator.watches import Watches
from simulator.world import Shared

VENUE = "phemex"


class HasOrders(Protocol):
    orders: Orders[str, Any]


Desk = TypeVar("Desk", bound=HasOrders)
Order = TypeVar("Order", bound=OrderWords)


class Matching(ABC, Generic[Desk, Order]):
    """`kind` is what the journal calls the orders, without the venue."""

    kind: str

    def __init__(self, shared: Shared, prices: Prices, symbols: Iterable[str]) -> None:
        self.shared, self.prices, self._symbols = shared, prices, tuple(symbols)
        self.desks: dict[str, Desk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.last_order = self.last_fill = 0
        self.watches: dict[str, Watches[Order]] = {name: Watches() for name in self._symbols}

    @abstractmethod
    def fill(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None: ...

    @abstractmethod
    def save(self, order: Order) -> None: ...

    def admit(self, desk: Desk, order: Order, received_ms: int) -> None:
        """Into the books, and where a client sent it into the ledger."""
        order.number = self.last_order + 1
        order.id = unique_id(self.shared.seed, self.kind, order.number)
        order.received_ms = received_ms
        order.accepted_ms = order.updated_ms = self.shared.clock.now_ms()
        self._enter(desk, order)

    def resume(self, order: Order) -> None:
        """After a restart: it waits again for what it waited for."""
        self._enter(self.desks[order.api_key], order)
        if order.is_open:
            self.watch(order)

    def _enter(self, desk: Desk, order: Order) -> None:
        self.last_order = order.number
        desk.orders.enter(order)
        if not order.by_venue:
            self.shared.ledger.enter(VENUE, order)

    def match_or_wait(self, desk: Desk, order: Order, fraction: Decimal | None) -> None:
        """A conditional order waits for its trigger first."""
        if not order.is_conditional:
            self.match(desk, order, fraction)
            return
        order.state = "Untriggered"
        self.watch(order)
        self.save(order)

    def match(self, desk: Desk, order: Order, fraction: Decimal | None = None) -> None:
        last = self.prices.last[order.symbol]
        due = not order.is_limit or order.crosses(last)
        self.save(order)
        if due and order.time_in_force == "PostOnly":
            self.finish(desk, order, "Canceled", WOULD_CROSS)
            return
        if due:
            quantity = at_once(order.remaining, fraction, order.step, order.time_in_force == "FillOrKill")
            if quantity:
                self.fill(desk, order, quantity, last, is_maker=False)
        if order.is_open and order.time_in_force in ("ImmediateOrCancel", "FillOrKill"):
            self.finish(desk, order, "Canceled", NOT_AT_ONCE)
        if order.is_open:
            self.watch(order)

    def watch(self, order: Order) -> None:
        level, above = order.price, order.side == "Sell"
        if order.waits:
            level, above = order.stop_price, order.triggers_above
        self.watches[order.symbol].at(level, above, order)

    def finish(self, desk: Desk, order: Order, state: str, reason: int = 0) -> None:
        order.state, order.reject_reason = state, reason
        order.updated_ms = self.shared.clock.now_ms()
        desk.orders.end(order)
        self.save(order)
