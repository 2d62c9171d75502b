"""The spot book: takes orders in, fills them as prices move, takes them out. Plan orders are in plans.py.

Market orders fill at the last price; a limit order that crosses fills at once at the last price (the better
one); a resting one fills at its own price when the last price reaches it. After a partial fill (fault
"partial") the rest of a resting order fills with the next price that is set; a market order's rest is cancelled.
"""

from decimal import ROUND_DOWN, Decimal

from simulator.bitget.changes import VENUE, Changes
from simulator.bitget.identity import Numbers
from simulator.bitget.spot import wallets
from simulator.bitget.spot.records import ZERO, Draft, Fill, Order, Plan, SpotDesk
from simulator.bitget.spot.rules import check_draft, check_room
from simulator.bitget.symbols import SYMBOLS
from simulator.faults import at_once
from simulator.prices import Prices, crosses
from simulator.wallet import exchange
from simulator.watches import Watches
from simulator.world import Shared


class Book:
    def __init__(self, shared: Shared, changes: Changes, numbers: Numbers, prices: Prices) -> None:
        self.shared, self.changes, self.numbers, self.prices = shared, changes, numbers, prices
        self.desks: dict[str, SpotDesk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.watches: dict[str, Watches[Order | Plan]] = {name: Watches() for name in SYMBOLS}
        self.ended: list[tuple[SpotDesk, Order]] = []  # their attached exits are to be made

    # In

    def place(
        self, desk: SpotDesk, draft: Draft, received_ms: int, fraction: Decimal | None = None, plan_id: int = 0
    ) -> Order:
        """Checks, freezes the money, takes the order in and matches it."""
        symbol, last = SYMBOLS[draft.symbol], self.prices.last[draft.symbol]
        check_draft(draft, symbol, last)
        check_room(desk, draft.client_id)
        quantity = draft.size
        if draft.is_in_quote:
            quantity = (draft.size / last).quantize(symbol.spot.step, rounding=ROUND_DOWN)
        need = quantity if draft.side == "sell" else quantity * (draft.price or last)
        wallets.freeze(desk, wallets.paid_asset(draft.side, symbol), need)
        order = self._admit(desk, draft, quantity, received_ms, plan_id)
        order.locked = need
        self._match(desk, order, fraction)
        return order

    def _admit(self, desk: SpotDesk, draft: Draft, quantity: Decimal, received_ms: int, plan_id: int) -> Order:
        now_ms, number = self.shared.clock.now_ms(), self.numbers.next()
        order = Order(
            number, desk.api_key, draft.client_id or str(self.numbers.next()), draft.symbol, draft.side, draft.type,
            draft.force, draft.size, quantity, draft.price, received_ms, now_ms, now_ms, draft.target,
            draft.target_price, draft.stop, draft.stop_price, plan_id,
        )  # fmt: skip
        desk.orders.enter(order)
        if not plan_id:
            self.shared.ledger.enter(VENUE, order)
        self.save(desk, order)
        return order

    def _match(self, desk: SpotDesk, order: Order, fraction: Decimal | None) -> None:
        last = self.prices.last[order.symbol]
        due = order.type == "market" or crosses(order.side == "buy", order.price, last)
        if due and order.force == "post_only":
            self.finish(desk, order, "cancelled")
            return
        if due:
            quantity = at_once(order.quantity, fraction, SYMBOLS[order.symbol].spot.step, order.force == "fok")
            if quantity:
                self.fill(desk, order, quantity, last, is_maker=False)
        if order.is_open and (order.type == "market" or order.force in ("ioc", "fok")):
            self.finish(desk, order, "cancelled")
        if order.is_open:
            self.watch(order)

    def watch(self, waiting: Order | Plan) -> None:
        watches = self.watches[waiting.symbol]
        if isinstance(waiting, Plan):
            watches.at(waiting.trigger_price, waiting.triggers_above, waiting)
        else:
            watches.at(waiting.price, waiting.side == "sell", waiting)

    # As prices move

    def fill(self, desk: SpotDesk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        symbol = SYMBOLS[order.symbol]
        asset = wallets.paid_asset(order.side, symbol)
        desk.wallet(asset).unlock(order.locked)
        base, quote = desk.wallet(symbol.base), desk.wallet(symbol.quote)
        fee, fee_asset = exchange(base, quote, order.side == "buy", quantity, price, wallets.FEE)
        order.filled += quantity
        order.quote_filled += quantity * price
        order.fee += fee
        order.locked = ZERO
        if order.remaining:
            order.state = "partially_filled"
            order.locked = order.remaining * (order.price or price) if order.side == "buy" else order.remaining
            wallets.freeze(desk, asset, order.locked)
            self._touch(desk, order)
        else:
            self.finish(desk, order, "filled")
        fill = Fill(
            self.numbers.next(), order.id, desk.api_key, order.symbol, order.side, order.type, price, quantity, fee,
            fee_asset, order.updated_ms, is_maker,
        )  # fmt: skip
        desk.fills.append(fill)
        self.changes.note("bitget-spot-fill", str(fill.id), "fill", fill)

    # Out

    def finish(self, desk: SpotDesk, order: Order, state: str) -> None:
        """The order ends here; what it still froze is available again."""
        if order.locked:
            desk.wallet(wallets.paid_asset(order.side, SYMBOLS[order.symbol])).unlock(order.locked)
            order.locked = ZERO
        order.state = state
        desk.orders.end(order)
        self._touch(desk, order)
        if order.filled and (order.target or order.stop):
            self.ended.append((desk, order))

    def _touch(self, desk: SpotDesk, order: Order) -> None:
        order.updated_ms = self.shared.clock.now_ms()
        self.save(desk, order)

    def save(self, desk: SpotDesk, order: Order) -> None:
        symbol, note = SYMBOLS[order.symbol], self.changes.note
        note("bitget-spot-order", str(order.id), "order", order)
        for asset in (symbol.base, symbol.quote):
            wallet = desk.wallet(asset)
            wallet.updated_ms = order.updated_ms
            note("bitget-spot-wallet", f"{desk.api_key}/{asset}", "balance", wallet)

    def save_plan(self, plan: Plan) -> None:
        self.changes.note("bitget-spot-plan", str(plan.id), "plan", plan)
