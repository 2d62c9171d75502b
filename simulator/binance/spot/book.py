"""The spot book: takes orders in, fills them as prices move, takes them out. Rules are in rules.py.

Market orders fill at the last price; a limit order that crosses fills at once at the last price (the better
one); a resting one fills at its own price when the last price reaches it; a triggered stop fills at the price
that triggered it. After a partial fill (fault "partial") the rest fills with the next price that is set.
"""

from decimal import ROUND_DOWN, Decimal

from simulator.binance.refusal import rejected
from simulator.binance.spot import exits, wallets
from simulator.binance.spot.records import ZERO, Desk, Draft, Fill, Order, OrderList
from simulator.binance.spot.rules import triggers_above
from simulator.binance.symbols import Symbol
from simulator.faults import at_once
from simulator.prices import Prices, crosses
from simulator.wallet import exchange
from simulator.watches import Watches
from simulator.world import Shared

MARKET_TYPES = frozenset({"MARKET", "STOP_LOSS", "TAKE_PROFIT"})


class Book:
    def __init__(self, shared: Shared, symbols: dict[str, Symbol], prices: Prices) -> None:
        self.shared, self.symbols, self.prices = shared, symbols, prices
        self.desks: dict[str, Desk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.last_order = self.last_list = self.last_fill = self.last_report = 0
        self.watches: dict[str, Watches[Order]] = {name: Watches() for name in self.symbols}

    # In

    def place(self, desk: Desk, draft: Draft, received_ms: int, fraction: Decimal | None = None) -> Order:
        """Locks the money, takes the order in and matches it. Raises -2010 when the money is not there."""
        symbol = self.symbols[draft.symbol]
        last = self.prices.last[draft.symbol]
        if draft.quote_quantity:
            draft.quantity = (draft.quote_quantity / last).quantize(symbol.step, rounding=ROUND_DOWN)
        need = wallets.needed(draft, draft.quantity, last)
        wallets.lock(desk, wallets.paid_asset(draft.side, symbol), need)
        order = self.admit(desk, draft, received_ms)
        order.locked = need
        self.start(desk, order, fraction)
        return order

    def admit(self, desk: Desk, draft: Draft, received_ms: int, list_id: int = -1, state: str = "NEW") -> Order:
        """Into the books and the ledger, not yet working."""
        now_ms = self.shared.clock.now_ms()
        self.last_order += 1
        order = Order(
            self.last_order, desk.api_key, draft.client_id or f"sim{self.last_order:018d}", draft.symbol, draft.side,
            draft.type, draft.time_in_force, draft.quantity, draft.price, draft.stop_price, draft.quote_quantity,
            list_id, received_ms, now_ms, now_ms, state,
        )  # fmt: skip
        desk.orders.enter(order)
        self.shared.ledger.enter("binance", order)
        self.save(desk, order)
        if state == "PENDING_NEW":
            self.report(order)
        return order

    def start(self, desk: Desk, order: Order, fraction: Decimal | None = None) -> None:
        """The order begins to work: waits for its trigger, or matches."""
        if order.waits_for_trigger:
            self.report(order)
            self.watch(order)
            return
        order.working_ms = self.shared.clock.now_ms()
        self.report(order)
        self.match(desk, order, fraction)

    def match(self, desk: Desk, order: Order, fraction: Decimal | None = None) -> None:
        last = self.prices.last[order.symbol]
        if order.type in MARKET_TYPES or crosses(order.side == "BUY", order.price, last):
            self._take(desk, order, last, fraction)
        elif order.time_in_force != "GTC":
            self.finish(desk, order, "EXPIRED")
        if order.is_open:
            self.watch(order)

    def _take(self, desk: Desk, order: Order, price: Decimal, fraction: Decimal | None) -> None:
        step, all_or_nothing = self.symbols[order.symbol].step, order.time_in_force == "FOK"
        quantity = at_once(order.remaining, fraction, step, all_or_nothing)
        if quantity:
            self.fill(desk, order, quantity, price, is_maker=False)
        if order.is_open and (order.type in MARKET_TYPES or order.time_in_force != "GTC"):
            self.finish(desk, order, "EXPIRED")

    def watch(self, order: Order) -> None:
        if order.waits_for_trigger:
            level, above = order.stop_price, triggers_above(order.type, order.side)
        else:
            level, above = order.price, order.side == "SELL"
        self.watches[order.symbol].at(level, above, order)

    # As prices move

    def settle(self, symbol: str) -> None:
        """Fill and trigger what the last price has reached."""
        price = self.prices.last[symbol]
        for order in self.watches[symbol].reached(price):
            desk = self.desks.get(order.api_key)
            if desk is None or not order.is_open or order.state == "PENDING_NEW":
                continue
            if order.waits_for_trigger:
                self.trigger(desk, order)
            else:
                self.fill(desk, order, order.remaining, order.price, is_maker=True)

    def trigger(self, desk: Desk, order: Order) -> None:
        order.triggered = True
        order.working_ms = order.updated_ms = self.shared.clock.now_ms()
        exits.claim_for(self, desk, order)
        symbol = self.symbols[order.symbol]
        need = wallets.needed(order, order.remaining, self.prices.last[order.symbol])
        if order.type in MARKET_TYPES and order.side == "BUY" and need > order.locked:
            self._top_up(desk, order, need - order.locked, symbol)
        if order.is_open:
            self.match(desk, order)
        self.save(desk, order)

    def _top_up(self, desk: Desk, order: Order, short: Decimal, symbol: Symbol) -> None:
        """A stop that gapped over its price costs more than it locked."""
        if desk.wallet(symbol.quote).free < short:
            self.finish(desk, order, "EXPIRED")
            return
        wallets.lock(desk, symbol.quote, short)
        order.locked += short

    def fill(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        """One fill, with everything that follows from it in the wallets and in the order's list."""
        exits.claim_for(self, desk, order)
        symbol = self.symbols[order.symbol]
        asset = wallets.paid_asset(order.side, symbol)
        wallets.unlock(desk, asset, order.locked)
        base, quote = desk.wallet(symbol.base), desk.wallet(symbol.quote)
        commission, fee_asset = exchange(base, quote, order.side == "BUY", quantity, price, wallets.FEE)
        order.filled += quantity
        order.quote_filled += quantity * price
        self._record(desk, order, quantity, price, commission, fee_asset, is_maker)
        if order.remaining:
            order.state = "PARTIALLY_FILLED"
            order.locked = wallets.needed(order, order.remaining, price)
            wallets.lock(desk, asset, order.locked)
            self.save(desk, order)
            self.report(order)
        else:
            order.locked = ZERO
            self.finish(desk, order, "FILLED")

    def _record(
        self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, commission: Decimal, asset: str,
        is_maker: bool,
    ) -> None:  # fmt: skip
        self.last_fill += 1
        now_ms = order.updated_ms = self.shared.clock.now_ms()
        is_buyer = order.side == "BUY"
        fill = Fill(
            self.last_fill, order.id, desk.api_key, order.symbol, price, quantity, commission, asset, now_ms,
            is_buyer, is_maker, order.list_id,
        )  # fmt: skip
        desk.fills.append(fill)
        self.shared.journal.note("spot-fill", str(fill.id), fill)

    # Out

    def cancel(self, desk: Desk, order: Order) -> list[Order]:
        """The orders that ended: a leg takes its whole list with it."""
        if not order.is_open:
            raise rejected("Unknown order sent.")
        if order.list_id > 0:
            return exits.cancel_list(self, desk, desk.lists[order.list_id])
        self.finish(desk, order, "CANCELED")
        return [order]

    def finish(self, desk: Desk, order: Order, state: str) -> None:
        """The order ends here; what it still locked is free again, and its list hears of it."""
        if order.locked:
            wallets.unlock(desk, wallets.paid_asset(order.side, self.symbols[order.symbol]), order.locked)
            order.locked = ZERO
        order.state, order.updated_ms = state, self.shared.clock.now_ms()
        desk.orders.end(order)
        self.save(desk, order)
        self.report(order)
        if order.list_id > 0:
            exits.leg_ended(self, desk, order)

    def save(self, desk: Desk, order: Order) -> None:
        symbol, note = self.symbols[order.symbol], self.shared.journal.note
        note("spot-order", str(order.id), order)
        for asset in (symbol.base, symbol.quote):
            note("spot-wallet", f"{desk.api_key}/{asset}", desk.wallet(asset))

    def report(self, order: Order) -> None:
        """To the account's streams: taken in, filled, or ended (streams.py)."""
        self.last_report += 1
        self.shared.streams.publish("binance", order.api_key, "order", order)

    def report_list(self, orders: OrderList) -> None:
        self.shared.streams.publish("binance", orders.api_key, "list", orders)

    def save_list(self, orders: OrderList) -> None:
        self.shared.journal.note("spot-list", str(orders.id), orders)
