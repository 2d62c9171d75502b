"""The futures book: takes orders in, fills them as prices move, keeps positions. Algo orders are in algos.py.

Market orders fill at the last price; a limit order that crosses fills at once at the last price (the better
one); a resting one fills at its own price when the last price reaches it. The mark price is the last price.
After a partial fill (fault "partial") the rest of a resting order fills with the next price that is set.
"""

from decimal import Decimal

from simulator.binance.refusal import Refusal
from simulator.binance.symbols import Symbol
from simulator.binance.usdm import margin
from simulator.binance.usdm.positions import apply_fill, commission
from simulator.binance.usdm.records import ZERO, AlgoOrder, Desk, Draft, Fill, Order
from simulator.binance.usdm.symbols import MOST_ORDERS, most_notional
from simulator.faults import at_once
from simulator.position import Position
from simulator.prices import Prices, crosses
from simulator.watches import Watches
from simulator.world import Shared

REDUCE_ONLY = Refusal(-2022, "ReduceOnly Order is rejected.")
POST_ONLY = "Due to the order could not be executed as maker, the Post Only order will be rejected."


class Book:
    def __init__(self, shared: Shared, symbols: dict[str, Symbol], prices: Prices) -> None:
        self.shared, self.symbols, self.prices = shared, symbols, prices
        self.desks: dict[str, Desk] = {}
        self.clear()

    def clear(self) -> None:
        self.desks.clear()
        self.holders: dict[str, dict[str, Desk]] = {name: {} for name in self.symbols}
        self.last_order = self.last_algo = self.last_fill = 0
        self.watches: dict[str, Watches[Order | AlgoOrder]] = {name: Watches() for name in self.symbols}

    # In

    def place(
        self, desk: Desk, draft: Draft, received_ms: int, fraction: Decimal | None = None, algo: AlgoOrder | None = None
    ) -> Order:
        """Checks the draft against the market and the account, takes it in and matches it."""
        self._check(desk, draft)
        order = self._admit(desk, draft, received_ms, algo)
        self._match(desk, order, fraction)
        return order

    def _check(self, desk: Desk, draft: Draft) -> None:
        last, symbol = self.prices.last[draft.symbol], self.symbols[draft.symbol]
        known = desk.orders.by_client_id.get(draft.client_id)
        if known is not None and known.is_open:
            raise Refusal(-4116, "ClientOrderId is duplicated.")
        is_due = crosses(draft.side == "BUY", draft.price, last) if draft.price else True
        if draft.time_in_force == "GTX" and is_due:
            raise Refusal(-5022, POST_ONLY)
        if draft.time_in_force == "FOK" and not is_due:
            raise Refusal(-5021, "Due to the order could not be filled immediately, the FOK order has been rejected.")
        closing = self._check_reduction(desk, draft)
        price = draft.price or last
        if not closing and draft.quantity * price < symbol.min_notional:
            least = f"{symbol.min_notional:f}"
            raise Refusal(-4164, f"Order's notional must be no smaller than {least} (unless you choose reduce only).")
        if len(desk.orders.open) >= MOST_ORDERS:
            raise Refusal(-2025, "Reach max open order limit.")
        if not closing:
            self._check_margin(desk, draft, price)

    def _check_reduction(self, desk: Desk, draft: Draft) -> bool:
        """Whether the order can only reduce; its quantity is cut to the position in one-way mode."""
        hedge_close = (draft.position_side, draft.side) in (("LONG", "SELL"), ("SHORT", "BUY"))
        if not (draft.reduce_only or hedge_close):
            return False
        held = desk.position(draft.symbol, draft.position_side).amount
        reducible = held if draft.side == "SELL" else -held
        if reducible <= 0 or (hedge_close and draft.quantity > reducible):
            raise REDUCE_ONLY
        draft.quantity = min(draft.quantity, reducible)
        return True

    def _check_margin(self, desk: Desk, draft: Draft, price: Decimal) -> None:
        setting = desk.setting(draft.symbol)
        held = desk.position(draft.symbol, draft.position_side).amount
        signed = draft.quantity if draft.side == "BUY" else -draft.quantity
        increase = max(abs(held + signed) - abs(held), ZERO)
        if abs(held + signed) * price > most_notional(draft.symbol, setting.leverage):
            raise Refusal(-2027, "Exceeded the maximum allowable position at current leverage.")
        free_by_flip = ZERO
        if held and (held > 0) != (signed > 0):
            # What is closed gives its margin back before the other direction needs it.
            free_by_flip = abs(held) * price / setting.leverage
            increase = max(draft.quantity - abs(held), ZERO)
        cost = increase * price / setting.leverage - free_by_flip
        cost += commission(draft.quantity, price, is_maker=False)
        if increase and cost > margin.totals(desk, self.prices.last).available:
            raise Refusal(-2019, "Margin is insufficient.")

    def _admit(self, desk: Desk, draft: Draft, received_ms: int, algo: AlgoOrder | None) -> Order:
        now_ms = self.shared.clock.now_ms()
        self.last_order += 1
        order = Order(
            self.last_order, desk.api_key, draft.client_id or f"sim{self.last_order:018d}", draft.symbol, draft.side,
            draft.position_side, draft.type, draft.time_in_force, draft.quantity, draft.price, draft.reduce_only,
            received_ms, now_ms, now_ms, draft.good_till_ms, draft.close_position,
            algo.type if algo else draft.type, algo.id if algo else 0,
        )  # fmt: skip
        desk.orders.enter(order)
        if algo is None:
            self.shared.ledger.enter("binance-futures", order)
        else:
            algo.order_id = order.id
            self.report(algo)
        self.save(order)
        self.report(order)
        return order

    def _match(self, desk: Desk, order: Order, fraction: Decimal | None) -> None:
        last = self.prices.last[order.symbol]
        if order.type == "MARKET" or crosses(order.side == "BUY", order.price, last):
            quantity = at_once(order.remaining, fraction, self.symbols[order.symbol].step)
            if quantity:
                self.fill(desk, order, quantity, last, is_maker=False)
        if order.is_open and (order.type == "MARKET" or order.time_in_force in ("IOC", "FOK")):
            self.finish(desk, order, "EXPIRED")
        if order.is_open:
            self.watch(order)

    def watch(self, order: Order | AlgoOrder) -> None:
        watches = self.watches[order.symbol]
        if isinstance(order, AlgoOrder):
            watches.at(order.trigger_price, order.triggers_above, order)
        else:
            watches.at(order.price, order.side == "SELL", order)

    # Fills

    def fill(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        """One fill. A reduce-only order never takes more than the position has."""
        position = desk.position(order.symbol, order.position_side)
        if order.reduce_only or margin.reduces(order):
            reducible = position.amount if order.side == "SELL" else -position.amount
            quantity = min(quantity, reducible)
            if quantity <= 0:
                self.finish(desk, order, "EXPIRED")
                return
        fee = commission(quantity, price, is_maker)
        realised = apply_fill(desk, position, quantity * order.direction, price)
        wallet = desk.wallet()
        wallet.balance, wallet.updated_ms = wallet.balance - fee, self.shared.clock.now_ms()
        order.filled += quantity
        order.quote_filled += quantity * price
        self._record(desk, order, position, quantity, price, realised, fee, is_maker)
        if order.remaining:
            order.state = "PARTIALLY_FILLED"
            self.save(order)
            self.report(order)
        else:
            self.finish(desk, order, "FILLED")
        self._position_changed(desk, position)

    def _record(
        self, desk: Desk, order: Order, position: Position, quantity: Decimal, price: Decimal, realised: Decimal,
        fee: Decimal, is_maker: bool,
    ) -> None:  # fmt: skip
        self.last_fill += 1
        now_ms = order.updated_ms = position.updated_ms = self.shared.clock.now_ms()
        position.fees += fee
        fill = Fill(
            self.last_fill, order.id, desk.api_key, order.symbol, order.side, order.position_side, price, quantity,
            realised, fee, now_ms, is_maker,
        )  # fmt: skip
        desk.fills.append(fill)
        note = self.shared.journal.note
        note("usdm-fill", str(fill.id), fill)
        note("usdm-position", f"{desk.api_key}/{position.symbol}/{position.side}", position)
        note("usdm-wallet", f"{desk.api_key}/USDT", desk.wallet())

    def _position_changed(self, desk: Desk, position: Position) -> None:
        """When it is gone: what could only reduce it has nothing left to do."""
        if position.amount:
            self.holders[position.symbol][desk.api_key] = desk
            return
        position.fees = ZERO
        if not desk.held(position.symbol):
            self.holders[position.symbol].pop(desk.api_key, None)
        for order in list(desk.orders.open.values()):
            same = (order.symbol, order.position_side) == (position.symbol, position.side)
            if same and (order.reduce_only or margin.reduces(order)):
                self.finish(desk, order, "EXPIRED")
        for algo in list(desk.algos.open.values()):
            same = (algo.symbol, algo.position_side) == (position.symbol, position.side)
            if same and algo.close_position:
                self.finish_algo(desk, algo, "CANCELED")

    # Out

    def cancel(self, desk: Desk, order: Order) -> None:
        self.finish(desk, order, "CANCELED")

    def change(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal) -> None:
        """The old watch stays behind and is harmless: a fill goes by the order's price of that moment."""
        order.quantity, order.price, order.updated_ms = quantity, price, self.shared.clock.now_ms()
        self.report(order, "change")
        self._match(desk, order, None)
        self.save(order)

    def finish(self, desk: Desk, order: Order, state: str) -> None:
        order.state, order.updated_ms = state, self.shared.clock.now_ms()
        desk.orders.end(order)
        self.save(order)
        self.report(order)
        algo = desk.algos.get(order.algo_id)
        if algo is not None and algo.state == "TRIGGERED":
            self.finish_algo(desk, algo, "FINISHED")

    def finish_algo(self, desk: Desk, algo: AlgoOrder, state: str) -> None:
        algo.state, algo.updated_ms = state, self.shared.clock.now_ms()
        desk.algos.end(algo)
        self.save(algo)
        self.report(algo)

    def save(self, order: Order | AlgoOrder) -> None:
        kind = "usdm-algo" if isinstance(order, AlgoOrder) else "usdm-order"
        self.shared.journal.note(kind, str(order.id), order)

    def report(self, order: Order | AlgoOrder, kind: str = "order") -> None:
        """To the account's streams (streams.py); a "change" is of quantity or price."""
        self.shared.streams.publish("binance-futures", order.api_key, kind, order)
