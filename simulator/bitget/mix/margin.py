"""Margin, profit and liquidation price. All in USDT unless said; the mark price is the last price."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulator.bitget.mix.records import NET, ZERO, MixDesk, MixPosition, Order

Marks = Mapping[str, Decimal]
KEPT = Decimal("0.004")  # maintenance margin, of the notional


def maintenance(position: MixPosition, mark: Decimal) -> Decimal:
    return abs(position.amount) * mark * KEPT


def initial(desk: MixDesk, position: MixPosition, mark: Decimal) -> Decimal:
    """What the position binds."""
    setting = desk.setting(position.symbol)
    if setting.isolated:
        return position.isolated
    return abs(position.amount) * mark / setting.crossed_leverage


def order_margin(order: Order) -> Decimal:
    """What a resting order may cost when it fills: nothing where it only closes."""
    return ZERO if order.closes else order.remaining * order.price / order.leverage


def opens(position: str, direction: str) -> str:
    """The side of the position that an opening order brings."""
    return position if position != NET else "long" if direction == "buy" else "short"


@dataclass(slots=True, frozen=True)
class Totals:
    """The account as a whole."""

    wallet: Decimal
    cross_wallet: Decimal
    cross_unrealised: Decimal
    isolated_unrealised: Decimal
    ordered: Decimal
    maintenance: Decimal
    headroom: Decimal  # below zero where a new price has eaten what was free

    @property
    def available(self) -> Decimal:
        return max(self.headroom, ZERO)

    @property
    def unrealised(self) -> Decimal:
        return self.cross_unrealised + self.isolated_unrealised


def totals(desk: MixDesk, marks: Marks) -> Totals:
    wallet = desk.wallet().balance
    cross_profit = isolated_profit = isolated = cross_margin = kept = ZERO
    for position in desk.positions.values():
        if not position.amount:
            continue
        mark = marks[position.symbol]
        if desk.setting(position.symbol).isolated:
            isolated += position.isolated
            isolated_profit += position.unrealised(mark)
        else:
            cross_profit += position.unrealised(mark)
            cross_margin += initial(desk, position, mark)
            kept += maintenance(position, mark)
    ordered = sum((order_margin(order) for order in desk.orders.open.values()), ZERO)
    cross_wallet = wallet - isolated
    headroom = cross_wallet + cross_profit - cross_margin - ordered
    return Totals(wallet, cross_wallet, cross_profit, isolated_profit, ordered, kept, headroom)


def liquidation_price(desk: MixDesk, position: MixPosition, marks: Marks) -> Decimal:
    """0 where no price would liquidate. Isolated: by its own margin; crossed: by all that the wallet has.

    (margin - side * quantity * entry) / (quantity * (rate - side)), the other crossed positions at their marks.
    """
    quantity, side = abs(position.amount), 1 if position.amount > 0 else -1
    if desk.setting(position.symbol).isolated:
        margin = position.isolated
    else:
        margin = totals(desk, marks).cross_wallet
        for other in desk.held():
            if other is not position and not desk.setting(other.symbol).isolated:
                margin += other.unrealised(marks[other.symbol]) - maintenance(other, marks[other.symbol])
    return max((margin - side * quantity * position.entry_price) / (quantity * (KEPT - side)), ZERO)


def is_liquid(desk: MixDesk, position: MixPosition, marks: Marks) -> bool:
    """Whether its margin has fallen to the maintenance margin."""
    mark = marks[position.symbol]
    if desk.setting(position.symbol).isolated:
        return position.isolated + position.unrealised(mark) <= maintenance(position, mark)
    whole = totals(desk, marks)
    return whole.cross_wallet + whole.cross_unrealised <= whole.maintenance
