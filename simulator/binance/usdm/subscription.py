"""One account's events: hears the futures book, hands each event on."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.binance.usdm import events
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import ZERO, AlgoOrder, Desk, Order
from simulator.position import Position
from simulator.wallet import MarginWallet


class Subscription:
    """`tell` gets the events; `close` is called when the listen key was given back."""

    def __init__(
        self, book: Book, desk: Desk, key: str, tell: Callable[[dict[str, Any]], None], close: Callable[[], None]
    ) -> None:
        self.desk, self.key = desk, key
        self._book, self._tell, self._close = book, tell, close
        self._balances, self._positions = self._money(), self._held()
        self._deposits: dict[str, Decimal] = {}
        book.shared.streams.subscribe("binance-futures", desk.api_key, self)

    def end(self) -> None:
        self._book.shared.streams.unsubscribe("binance-futures", self.desk.api_key, self)

    def hear(self, kind: str, record: Any) -> None:
        now_ms = self._book.shared.clock.now_ms()
        if kind == "change":
            self._tell(events.order_update(self.desk, record, now_ms, is_change=True))
        elif isinstance(record, Order):
            self._order(record, now_ms)
        elif isinstance(record, AlgoOrder):
            self._tell(events.algo_update(record, self.desk.orders.get(record.order_id), now_ms))
        elif isinstance(record, MarginWallet):
            self._deposits[record.asset] = record.balance - self._balances.get(record.asset, ZERO)
        elif kind == "leverage":
            self._tell(events.leverage_update(record, now_ms))
        elif kind == "listenKeyExpired":
            self.end()
            self._tell(events.listen_key_expired(record, now_ms))
        elif kind == "listenKeyClosed":
            self._close()

    def conclude(self) -> None:
        """The wallets and positions that the turn has changed, once."""
        money, held = self._money(), self._held()
        wallets = [
            (self.desk.wallet(asset), self._deposits.get(asset, ZERO))
            for asset, balance in money.items()
            if self._balances.get(asset, ZERO) != balance
        ]
        positions = [
            self.desk.position(*name) for name, state in held.items() if self._positions.get(name, _FLAT) != state
        ]
        reason = "DEPOSIT" if self._deposits else "ORDER"
        self._balances, self._positions, self._deposits = money, held, {}
        if wallets or positions:
            marks, now_ms = self._book.prices.last, self._book.shared.clock.now_ms()
            self._tell(events.account_update(self.desk, reason, wallets, positions, marks, now_ms))

    def _order(self, order: Order, now_ms: int) -> None:
        self._tell(events.order_update(self.desk, order, now_ms))
        if order.state in events.EXECUTIONS and order.type != "LIQUIDATION":
            self._tell(events.trade_lite(order, self.desk.fills[-1], now_ms))

    def _money(self) -> dict[str, Decimal]:
        return {asset: wallet.balance for asset, wallet in self.desk.wallets.items()}

    def _held(self) -> dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]:
        return {name: _state(position) for name, position in self.desk.positions.items()}


def _state(position: Position) -> tuple[Decimal, Decimal, Decimal]:
    return position.amount, position.entry_price, position.isolated


_FLAT = (ZERO, ZERO, ZERO)
