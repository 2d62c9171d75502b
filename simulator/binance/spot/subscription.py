"""One account's user data stream: hears the book, says the events under its subscription id."""

from decimal import Decimal
from typing import Any

import orjson

from simulator.binance.spot import events
from simulator.binance.spot.book import Book
from simulator.binance.spot.records import ZERO, Desk
from simulator.wire.socket import Socket


class Subscription:
    def __init__(self, number: int, book: Book, desk: Desk, socket: Socket) -> None:
        self.number, self.desk = number, desk
        self._book, self._socket = book, socket
        self._told = self._balances()
        book.shared.streams.subscribe("binance", desk.api_key, self)

    def end(self) -> None:
        self._book.shared.streams.unsubscribe("binance", self.desk.api_key, self)

    def hear(self, kind: str, record: Any) -> None:
        now_ms = self._book.shared.clock.now_ms()
        if kind == "order":
            self.say(events.execution_report(self.desk, record, now_ms, self._book.last_report))
        elif kind == "list":
            self.say(events.list_status(self.desk, record, now_ms))
        elif kind == "balance":
            before = self._told.get(record.asset, (ZERO, ZERO))[0]
            if record.free != before:
                self.say(events.balance_update(record.asset, record.free - before, now_ms))

    def conclude(self) -> None:
        """The assets that the turn has changed, once."""
        now = self._balances()
        changed = [self.desk.wallet(asset) for asset, amounts in now.items() if self._told.get(asset) != amounts]
        self._told = now
        if changed:
            self.say(events.account_position(changed, self._book.shared.clock.now_ms()))

    def say(self, event: dict[str, Any]) -> None:
        self._socket.say(orjson.dumps({"subscriptionId": self.number, "event": event}))

    def _balances(self) -> dict[str, tuple[Decimal, Decimal]]:
        return {asset: (wallet.free, wallet.locked) for asset, wallet in self.desk.wallets.items()}
