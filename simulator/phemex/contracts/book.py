"""The contract book: takes orders in, fills them as prices move, keeps positions.

Market orders fill at the last price; a limit order that crosses fills at once at the last price (the better
one); a resting one fills at its own price when the last price reaches it. Mark and index price are the last price.
After a partial fill (fault "partial") the rest of a resting order fills with the next price that is set.
"""

from decimal import Decimal

from simulator.phemex.contracts import exits, rules, worth
from simulator.phemex.contracts.positions import apply_fill
from simulator.phemex.contracts.records import ZERO, Desk, Fill, Order, Position
from simulator.phemex.contracts.symbols import CONTRACTS
from simulator.phemex.identity import unique_id
from simulator.phemex.matching import VENUE, Matching
from simulator.phemex.order_kinds import NOT_AT_ONCE
from simulator.prices import Prices
from simulator.world import Shared


class Book(Matching[Desk, Order]):
    kind = "order"

    def __init__(self, shared: Shared, prices: Prices) -> None:
        super().__init__(shared, prices, CONTRACTS)

    def clear(self) -> None:
        super().clear()
        self.holders: dict[str, dict[str, Desk]] = {name: {} for name in CONTRACTS}

    # In

    def place(self, desk: Desk, order: Order, received_ms: int, fraction: Decimal | None = None) -> Order:
        """Checks the order against market and account, takes it in, and lets it wait or match."""
        rules.check_order(desk, order, self.prices.last)
        self.admit(desk, order, received_ms)
        self.match_or_wait(desk, order, fraction)
        return order

    # Fills

    def fill(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, is_maker: bool) -> None:
        """One fill. An order that only reduces never takes more than the position has."""
        position = desk.position(order.symbol, order.position_side)
        if order.closes:
            quantity = min(quantity, -position.amount * order.direction)
            if quantity <= 0:
                self.finish(desk, order, "Canceled", NOT_AT_ONCE)
                return
        fee = worth.fee(order.contract, quantity, price, is_maker)
        value = worth.in_smallest(worth.value(order.contract, quantity, price))
        realised, closed = apply_fill(desk, position, quantity * order.direction, price)
        desk.wallet(order.contract.settle).balance -= fee
        order.filled += quantity
        order.value_filled += value
        order.closed += closed
        order.closed_profit += realised
        order.fees += fee
        position.fees += fee
        order.is_maker = is_maker
        order.state = "PartiallyFilled" if order.remaining else "Filled"
        self._record(desk, order, position, quantity, price, value, fee, realised, is_maker)
        exits.follow(self, desk, order, position)
        self._position_changed(desk, position)

    def _record(
        self, desk: Desk, order: Order, position: Position, quantity: Decimal, price: Decimal, value: Decimal,
        fee: Decimal, realised: Decimal, is_maker: bool,
    ) -> None:  # fmt: skip
        self.last_fill += 1
        now_ms = order.updated_ms = position.updated_ms = self.shared.clock.now_ms()
        fill = Fill(
            self.last_fill, unique_id(self.shared.seed, "fill", self.last_fill), desk.api_key, order.id,
            order.client_id, order.symbol, order.side, order.position_side, order.type, order.quantity, order.price,
            price, quantity, value, fee, realised, now_ms, is_maker,
        )  # fmt: skip
        desk.fills.append(fill)
        if not order.remaining:
            desk.orders.end(order)
        self.save(order)
        self.shared.journal.note("phemex-fill", str(fill.number), fill)
        self.shared.streams.publish(VENUE, desk.api_key, "fill", fill)
        self.shared.streams.announce(VENUE, order.symbol, "trade", fill)
        self.save_position(position)
        self.save_wallet(desk, order.contract.settle)

    def _position_changed(self, desk: Desk, position: Position) -> None:
        """When it is gone: what could only reduce it has nothing left to do. Conditional orders of clients stay."""
        if position.amount:
            self.holders[position.symbol][desk.api_key] = desk
            return
        position.fees = ZERO
        if not any(desk.position(position.symbol, side).amount for side in desk.sides(position.symbol)):
            self.holders[position.symbol].pop(desk.api_key, None)
        for order in list(desk.orders.open.values()):
            same = (order.symbol, order.position_side) == (position.symbol, position.side)
            if same and order.closes and (order.by_venue or not order.waits):
                self.finish(desk, order, "Canceled")

    # Out

    def save(self, order: Order) -> None:
        self.shared.journal.note("phemex-order", str(order.number), order)
        self.shared.streams.publish(VENUE, order.api_key, "order", order)

    def save_position(self, position: Position) -> None:
        key = f"{position.api_key}/{position.symbol}/{position.side}"
        self.shared.journal.note("phemex-position", key, position)
        self.shared.streams.publish(VENUE, position.api_key, "position", position)

    def save_wallet(self, desk: Desk, currency: str) -> None:
        wallet = desk.wallet(currency)
        self.shared.journal.note("phemex-account", f"{desk.api_key}/{currency}", wallet)
        self.shared.streams.publish(VENUE, desk.api_key, "balance", wallet)
