"""The spot book: takes orders in, locks and moves money, fills as prices move.

Market orders fill at the last price; a limit order that crosses fills at once at the last price; a resting one
at its own price when the last price reaches it. A conditional order locks nothing before its trigger, and ends
as Canceled where the wallet has too little then.
"""

from decimal import ROUND_DOWN, Decimal

from simulator.phemex.identity import unique_id
from simulator.phemex.matching import VENUE, Matching
from simulator.phemex.refusal import Refusal
from simulator.phemex.spot.records import ZERO, Desk, Fill, Order
from simulator.phemex.spot.symbols import FEE, MAX_VALUE, MIN_VALUE, PAIRS
from simulator.prices import Prices
from simulator.wallet import exchange
from simulator.world import Shared


class Book(Matching[Desk, Order]):
    kind = "spot-order"

    def __init__(self, shared: Shared, prices: Prices) -> None:
        super().__init__(shared, prices, PAIRS)

    # In

    def place(self, desk: Desk, order: Order, received_ms: int, fraction: Decimal | None = None) -> Order:
        if order.client_id and order.client_id in desk.orders.by_client_id:
            raise Refusal(11085)
        last = self.prices.last[order.symbol]
        if order.is_conditional:
            _check_trigger(order, last)
        self._size(order, order.price or order.stop_price or last)
        self._check_value(order, order.price or order.stop_price or last)
        if not order.is_conditional:
            self._lock(desk, order, last)
        self.admit(desk, order, received_ms)
        self.match_or_wait(desk, order, fraction)
        return order

    def _size(self, order: Order, price: Decimal) -> None:
        if order.quote_quantity:
            order.quantity = (order.quote_quantity / price).quantize(order.pair.step, rounding=ROUND_DOWN)

    def _check_value(self, order: Order, price: Decimal) -> None:
        value = order.quote_quantity or order.quantity * price
        if value < MIN_VALUE or not order.quantity:
            raise Refusal(11115)
        if value > MAX_VALUE:
            raise Refusal(11114)

    def _lock(self, desk: Desk, order: Order, last: Decimal) -> None:
        need = order.remaining if order.side == "Sell" else order.remaining * (order.price or last)
        wallet = desk.wallet(order.pays_with)
        if wallet.free < need:
            raise Refusal(11106 if order.side == "Buy" else 11105)
        order.locked = need
        wallet.lock(need)

    def _unlock(self, desk: Desk, order: Order) -> None:
        desk.wallet(order.pays_with).unlock(order.locked)
        order.locked = ZERO

    # As prices move

    def settle(self, symbol: str) -> None:
        price = self.prices.last[symbol]
        for order in self.watches[symbol].reached(price):
            desk = self.desks.get(order.api_key)
            if desk is None or not order.is_open:
                continue
            if order.waits:
                if order.is_triggered_by(price):
                    self.trigger(desk, order)
            elif order.crosses(price):
                self.fill(desk, order, order.remaining, order.price, is_maker=True)

    def trigger(self, desk: Desk, order: Order) -> None:
        last = self.prices.last[order.symbol]
        order.state = "Triggered"
        self.save(order)
        self._size(order, order.price or last)
        try:
            self._lock(desk, order, last)
        except Refusal:
            self.finish(desk, order, "Canceled")
            return
        order.state = "New"
        self.match(desk, order)

    def fill(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        self._unlock(desk, order)
        quote, pair = quantity * price, order.pair
        buys = order.side == "Buy"
        fee, _ = exchange(desk.wallet(pair.base), desk.wallet(pair.quote), buys, quantity, price, FEE)
        order.filled += quantity
        order.quote_filled += quote
        order.fees += fee
        order.is_maker = is_maker
        order.state = "PartiallyFilled" if order.remaining else "Filled"
        if order.remaining:
            order.locked = order.remaining if order.side == "Sell" else order.remaining * (order.price or price)
            desk.wallet(order.pays_with).lock(order.locked)
        else:
            desk.orders.end(order)
        self._record(desk, order, quantity, price, quote, fee, is_maker)

    def _record(
        self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, quote: Decimal, fee: Decimal, is_maker: bool
    ) -> None:
        self.last_fill += 1
        now_ms = order.updated_ms = self.shared.clock.now_ms()
        fill = Fill(
            self.last_fill, unique_id(self.shared.seed, "spot-fill", self.last_fill), desk.api_key, order.id,
            order.client_id, order.symbol, order.side, order.type, price, quantity, quote, fee, now_ms, is_maker,
        )  # fmt: skip
        desk.fills.append(fill)
        self.save(order)
        self.shared.journal.note("phemex-spot-fill", str(fill.number), fill)
        self.shared.streams.publish(VENUE, desk.api_key, "spot-fill", fill)
        self.shared.streams.announce(VENUE, order.symbol, "trade", fill)

    def change(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, stop: Decimal) -> None:
        """The old watch stays behind and is harmless: what is due goes by the order's numbers of that moment."""
        before, locked = (order.quantity, order.price, order.stop_price), order.locked
        last = self.prices.last[order.symbol]
        order.quantity, order.price, order.stop_price = quantity, price, stop
        try:
            if order.waits:
                _check_trigger(order, last)
            else:
                self._unlock(desk, order)
                self._lock(desk, order, last)
        except Refusal:
            order.quantity, order.price, order.stop_price = before
            if not order.locked and locked:
                order.locked = locked
                desk.wallet(order.pays_with).lock(locked)
            raise
        order.updated_ms = self.shared.clock.now_ms()
        if order.waits:
            self.watch(order)
            self.save(order)
        else:
            self.match(desk, order)

    # Out

    def finish(self, desk: Desk, order: Order, state: str, reason: int = 0) -> None:
        """The order ends here; what it still locked is free again."""
        self._unlock(desk, order)
        super().finish(desk, order, state, reason)

    def save(self, order: Order) -> None:
        desk = self.desks[order.api_key]
        self.shared.journal.note("phemex-spot-order", str(order.number), order)
        self.shared.streams.publish(VENUE, order.api_key, "spot-order", order)
        for currency in (order.pair.base, order.pair.quote):
            self.save_wallet(desk, currency)

    def save_wallet(self, desk: Desk, currency: str) -> None:
        wallet = desk.wallet(currency)
        wallet.updated_ms = self.shared.clock.now_ms()
        self.shared.journal.note("phemex-wallet", f"{desk.api_key}/{currency}", wallet)
        self.shared.streams.publish(VENUE, desk.api_key, "spot-balance", wallet)


def _check_trigger(order: Order, last: Decimal) -> None:
    if order.triggers_above and order.stop_price <= last:
        raise Refusal(11043)
    if not order.triggers_above and order.stop_price >= last:
        raise Refusal(11044)
