"""Magnr's book: opens trades at the last price, closes them as it moves or as their owners ask, settles them.

A trade opens at once, and is settled as soon as it is closed. Where a fault "partial" strikes, it stays pending (or
closed) until the next price is set, so that clients can meet these states.
"""

from typing import NamedTuple

from simulator.magnr import money
from simulator.magnr.records import Desk, Draft, Trade
from simulator.magnr.refusal import Refusal
from simulator.prices import Prices
from simulator.watches import Watches
from simulator.world import Shared

SYMBOL = "BTCUSD"


class Exit(NamedTuple):
    """A price at which a trade is closed, and what is then said about it."""

    trade: Trade
    reason: str


class Book:
    def __init__(self, venue: str, shared: Shared, prices: Prices) -> None:
        self._venue, self.shared, self._prices = venue, shared, prices
        self.desks: dict[str, Desk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.last_trade = 0
        self._watches: Watches[Exit] = Watches()
        self._unfinished: list[Trade] = []

    # In

    def place(self, desk: Desk, draft: Draft, received_ms: int, at_once: bool = True) -> Trade:
        """Holds the deposit and opens the trade. Raises 400 when the money is not there."""
        price, currency = self._prices.last[SYMBOL], desk.currency
        deposit = money.deposit(draft.size, price, draft.leverage, currency)
        wallet = desk.wallet(currency)
        if wallet.free < deposit:
            raise Refusal(400, "Insufficient funds")
        wallet.free -= deposit
        self.last_trade += 1
        trade = Trade(
            self.last_trade, desk.api_key, draft.side, draft.size, draft.exchange, draft.pair, draft.leverage,
            draft.stop_margin, draft.take, currency, deposit, received_ms, self.shared.clock.now_ms(),
        )  # fmt: skip
        self.enter(desk, trade)
        if at_once:
            self._open(trade)
        else:
            self._unfinished.append(trade)
        self._save(desk, trade)
        return trade

    def enter(self, desk: Desk, trade: Trade) -> None:
        desk.trades[trade.id] = trade
        self.shared.ledger.enter(self._venue, trade)

    def resume(self, desk: Desk, trade: Trade) -> None:
        """After a restart: the trade waits again for what it waited for."""
        self.enter(desk, trade)
        self.last_trade = trade.id
        if trade.status == "open":
            self._watch(trade)
        elif trade.status != "settled":
            self._unfinished.append(trade)

    def _open(self, trade: Trade) -> None:
        trade.status, trade.open_price = "open", self._prices.last[SYMBOL]
        trade.opened_ms = self.shared.clock.now_ms()
        trade.trade_fees = money.trade_fees(trade)
        trade.stop_margin = trade.stop_wanted or money.widest_stop(trade)
        self._watch(trade)

    def _watch(self, trade: Trade) -> None:
        adverse, favourable = self._watches.below, self._watches.above
        if trade.side == "sell":
            adverse, favourable = favourable, adverse
        if trade.stop_wanted:
            adverse(trade.open_price - trade.sign * trade.stop_wanted, Exit(trade, "stop"))
        adverse(money.last_price(trade), Exit(trade, "insufficient funds"))
        if trade.take:
            favourable(trade.open_price + trade.sign * trade.take, Exit(trade, "limit"))

    # As prices move

    def settle(self) -> None:
        """Finish what waited for a price, then close what the last price has reached."""
        unfinished, self._unfinished = self._unfinished, []
        for trade in unfinished:
            desk = self.desks[trade.api_key]
            if trade.status == "pending":
                self._open(trade)
            else:
                self._pay_out(desk, trade)
            self._save(desk, trade)
        for trade, reason in self._watches.reached(self._prices.last[SYMBOL]):
            if trade.status == "open":
                self.close(self.desks[trade.api_key], trade, reason)

    # Out

    def close(self, desk: Desk, trade: Trade, reason: str, at_once: bool = True) -> None:
        """At the last price. Raises 409 for a trade that is not open."""
        if trade.status != "open":
            raise Refusal(409, f"The trade is {trade.status}")
        trade.status, trade.close_price, trade.closed_reason = "closed", self._prices.last[SYMBOL], reason
        trade.closed_ms = self.shared.clock.now_ms()
        trade.daily_fees = money.daily_fees(trade)
        if at_once:
            self._pay_out(desk, trade)
        else:
            self._unfinished.append(trade)
        self._save(desk, trade)

    def _pay_out(self, desk: Desk, trade: Trade) -> None:
        trade.status, trade.profit = "settled", money.profit(trade)
        desk.wallet(trade.currency).free += trade.deposit + trade.profit

    def _save(self, desk: Desk, trade: Trade) -> None:
        note = self.shared.journal.note
        note("magnr-trade", str(trade.id), trade)
        note("magnr-wallet", f"{desk.api_key}/{trade.currency}", desk.wallet(trade.currency))
