"""The mix book: takes orders in, fills them as prices move, keeps positions. Plan orders are in plans.py.

Market orders fill at the last price; a limit order that crosses fills at once at the last price (the better
one); a resting one fills at its own price when the last price reaches it. The mark price is the last price.
After a partial fill (fault "partial") the rest of a resting order fills with the next price that is set; the
rest of a market order is cancelled.
"""

from decimal import Decimal

from simulator.bitget.changes import VENUE, Changes
from simulator.bitget.identity import Numbers
from simulator.bitget.mix import margin, rules
from simulator.bitget.mix.positions import apply_fill, commission
from simulator.bitget.mix.records import NET, ZERO, Draft, Fill, MixDesk, MixPosition, Order, Plan
from simulator.bitget.refusal import Refusal
from simulator.bitget.symbols import SYMBOLS
from simulator.faults import at_once
from simulator.prices import Prices, crosses
from simulator.watches import Watches
from simulator.world import Shared

TOO_MUCH = Refusal("40757", "Not enough position is available")


class Book:
    def __init__(self, shared: Shared, changes: Changes, numbers: Numbers, prices: Prices) -> None:
        self.shared, self.changes, self.numbers, self.prices = shared, changes, numbers, prices
        self.desks: dict[str, MixDesk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.holders: dict[str, dict[str, MixDesk]] = {name: {} for name in SYMBOLS}
        self.watches: dict[str, Watches[Order | Plan]] = {name: Watches() for name in SYMBOLS}
        self.trailing: dict[str, dict[int, Plan]] = {name: {} for name in SYMBOLS}
        self.ended: list[tuple[MixDesk, Order]] = []  # their attached exits are to be made

    # In

    def place(self, desk: MixDesk, draft: Draft, received_ms: int, fraction: Decimal | None = None) -> Order:
        """Checks the draft against the contract and the account, takes it in and matches it."""
        symbol, last = SYMBOLS[draft.symbol], self.prices.last[draft.symbol]
        rules.check_client_id(desk, draft.client_id)
        if len(desk.orders.open) >= rules.MOST_ORDERS:
            raise Refusal("43002", "Pending order failed")
        rules.check_quantity(draft.quantity, symbol, draft.type == "market")
        if draft.price:
            rules.check_price(draft.price, symbol)
        if draft.closes:
            draft.stop = draft.target = ZERO  # only an entry has something to protect
            self._check_closing(desk, draft)
        else:
            rules.check_value(draft.quantity, draft.price or last, symbol)
            if draft.stop or draft.target:
                rules.check_attached(draft, symbol, last)
            rules.check_margin(desk, draft, draft.price or last, self.prices.last)
        return self.take_in(desk, draft, received_ms, fraction=fraction)

    def _check_closing(self, desk: MixDesk, draft: Draft) -> None:
        """Hedge mode refuses what is not free; one-way mode cuts a reduce-only order to the position."""
        held = desk.position(draft.symbol, draft.position).amount
        reducible = held if draft.direction == "sell" else -held
        if reducible <= 0:
            raise rules.NO_POSITION
        if draft.position != NET:
            if draft.quantity > reducible - self.locked(desk, draft.symbol, draft.position):
                raise TOO_MUCH
            return
        draft.quantity = min(draft.quantity, reducible)
        for older in list(desk.orders.open.values()):
            if draft.quantity + self.locked(desk, draft.symbol, NET) <= reducible:
                break
            if older.symbol == draft.symbol and older.closes:
                self.finish(desk, older, "canceled", "reduce_only_excess")
                draft.made_room = True

    def locked(self, desk: MixDesk, symbol: str, position: str) -> Decimal:
        """What resting orders are to close."""
        closing = (o for o in desk.orders.open.values() if o.closes and o.symbol == symbol and o.position == position)
        return sum((order.remaining for order in closing), ZERO)

    def take_in(
        self, desk: MixDesk, draft: Draft, received_ms: int, plan_id: int = 0, fraction: Decimal | None = None
    ) -> Order:
        """Without questions: into the books and against the market. The venue's own orders come straight here."""
        now_ms, number = self.shared.clock.now_ms(), self.numbers.next()
        setting = desk.setting(draft.symbol)
        order = Order(
            number, desk.api_key, draft.client_id or str(self.numbers.next()), draft.symbol, draft.side,
            draft.direction, draft.position, draft.closes, draft.type, draft.force, draft.quantity, draft.price,
            setting.margin_mode, setting.leverage(margin.opens(draft.position, draft.direction)), received_ms, now_ms,
            now_ms, draft.stop, draft.stop_price, draft.target, draft.target_price, draft.source, plan_id,
        )  # fmt: skip
        desk.orders.enter(order)
        if order.is_sent:
            self.shared.ledger.enter(VENUE, order)
        self.save(order)
        self._match(desk, order, fraction)
        return order

    def _match(self, desk: MixDesk, order: Order, fraction: Decimal | None) -> None:
        last = self.prices.last[order.symbol]
        due = order.type == "market" or crosses(order.direction == "buy", order.price, last)
        if due and order.force == "post_only":
            self.finish(desk, order, "canceled", "post_only_cancel")
            return
        if due:
            quantity = at_once(order.quantity, fraction, SYMBOLS[order.symbol].mix.step, order.force == "fok")
            if quantity:
                self.fill(desk, order, quantity, last, is_maker=False)
        if order.is_open and (order.type == "market" or order.force in ("ioc", "fok")):
            self.finish(desk, order, "canceled", "insufficient_depth")
        if order.is_open:
            self.watch(order)

    def watch(self, waiting: Order | Plan) -> None:
        watches = self.watches[waiting.symbol]
        if isinstance(waiting, Order):
            watches.at(waiting.price, waiting.direction == "sell", waiting)
        elif waiting.callback:
            self.trailing[waiting.symbol][waiting.id] = waiting
        else:
            watches.at(waiting.trigger_price, waiting.triggers_above, waiting)

    # Fills

    def fill(self, desk: MixDesk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        """One fill. An order that closes never takes more than the position has."""
        position = desk.position(order.symbol, order.position)
        if order.closes:
            quantity = min(quantity, position.amount if order.direction == "sell" else -position.amount)
            if quantity <= 0:
                self.finish(desk, order, "canceled", "no_position")
                return
        fee = commission(quantity, price, is_maker)
        realised = apply_fill(desk, position, quantity * order.sign, price)
        wallet, now_ms = desk.wallet(), self.shared.clock.now_ms()
        wallet.balance -= fee
        position.fees += fee
        wallet.updated_ms = position.updated_ms = order.updated_ms = now_ms
        position.opened_ms = position.opened_ms or now_ms
        order.filled += quantity
        order.quote_filled += quantity * price
        order.fee += fee
        order.realised += realised
        if order.remaining:
            order.state = "partially_filled"
            self.save(order)
        else:
            self.finish(desk, order, "filled")
        self._record(desk, order, quantity, price, realised, fee, is_maker)
        self.save_position(desk, position)
        self._position_changed(desk, position)

    def _record(
        self, desk: MixDesk, order: Order, quantity: Decimal, price: Decimal, realised: Decimal, fee: Decimal,
        is_maker: bool,
    ) -> None:  # fmt: skip
        fill = Fill(
            self.numbers.next(), order.id, desk.api_key, order.symbol, order.side, order.trade_side, order.position,
            price, quantity, realised, fee, order.updated_ms, is_maker,
        )  # fmt: skip
        desk.fills.append(fill)
        self.changes.note("bitget-mix-fill", str(fill.id), "fill", fill)

    def _position_changed(self, desk: MixDesk, position: MixPosition) -> None:
        """When a side is gone, what could only close it has nothing left to do."""
        if position.amount:
            self.holders[position.symbol][desk.api_key] = desk
        else:
            position.opened_ms = 0
            if not desk.held(position.symbol):
                self.holders[position.symbol].pop(desk.api_key, None)
        for order in list(desk.orders.open.values()):
            is_of = order.closes and (order.symbol, order.position) == (position.symbol, position.side)
            if is_of and position.amount * order.sign >= 0:
                self.finish(desk, order, "canceled", "no_position")
        for plan in list(desk.plans.open.values()):
            is_of = plan.is_exit and (plan.symbol, plan.position) == (position.symbol, position.side)
            if is_of and (not position.amount or position.hold != plan.hold):
                self.finish_plan(desk, plan, "cancelled")

    # Out

    def finish(self, desk: MixDesk, order: Order, state: str, reason: str = "") -> None:
        order.state, order.cancel_reason = state, reason
        order.updated_ms = self.shared.clock.now_ms()
        desk.orders.end(order)
        self.save(order)
        if order.filled and (order.stop or order.target):
            self.ended.append((desk, order))

    def finish_plan(self, desk: MixDesk, plan: Plan, state: str) -> None:
        plan.state, plan.updated_ms = state, self.shared.clock.now_ms()
        desk.plans.end(plan)
        self.trailing[plan.symbol].pop(plan.id, None)
        self.save_plan(plan)

    def save(self, order: Order) -> None:
        self.changes.note("bitget-mix-order", str(order.id), "order", order)

    def save_plan(self, plan: Plan) -> None:
        self.changes.note("bitget-mix-plan", str(plan.id), "plan", plan)

    def save_position(self, desk: MixDesk, position: MixPosition) -> None:
        key = f"{desk.api_key}/{position.symbol}/{position.side}"
        self.changes.note("bitget-mix-position", key, "position", position)
        self.changes.note("bitget-mix-wallet", f"{desk.api_key}/USDT", "balance", desk.wallet())
