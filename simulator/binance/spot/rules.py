"""May this order rest on this market at this price? Filters and trigger sides (EXCHANGES 2.4, 2.5, 2.7)."""

from decimal import Decimal

from simulator.binance.refusal import filter_failure, rejected
from simulator.binance.spot.records import CONDITIONAL, Desk, Draft
from simulator.binance.spot.symbols import MOST_ORDERS, MOST_STOPS
from simulator.binance.symbols import Symbol
from simulator.prices import crosses

MOST_PRICE = Decimal(1_000_000)
UP, DOWN = Decimal(5), Decimal("0.2")  # of the last price: PERCENT_PRICE_BY_SIDE
IMMEDIATELY = "Order would trigger immediately."


def check_filters(draft: Draft, symbol: Symbol, last: Decimal) -> None:
    for price in (draft.price, draft.stop_price):
        if price and (price % symbol.tick or price > MOST_PRICE):
            raise filter_failure("PRICE_FILTER")
    if draft.price and not last * DOWN <= draft.price <= last * UP:
        raise filter_failure("PERCENT_PRICE_BY_SIDE")
    quantity = draft.quantity
    if not draft.quote_quantity and (quantity % symbol.step or not symbol.step <= quantity <= symbol.max_quantity):
        raise filter_failure("LOT_SIZE")
    notional = draft.quote_quantity or quantity * (draft.price or draft.stop_price or last)
    if notional < symbol.min_notional:
        raise filter_failure("NOTIONAL")


def check_room(desk: Desk, symbol: str, drafts: list[Draft]) -> None:
    resting = [order for order in desk.orders.open.values() if order.symbol == symbol]
    if len(resting) + len(drafts) > MOST_ORDERS:
        raise filter_failure("MAX_NUM_ORDERS")
    stops = sum(draft.type in CONDITIONAL for draft in drafts)
    if stops and stops + sum(order.type in CONDITIONAL for order in resting) > MOST_STOPS:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def triggers_above(order_type: str, side: str) -> bool:
    """STOP_LOSS BUY and TAKE_PROFIT SELL wait above the market, the others below."""
    return order_type.startswith("STOP_LOSS") == (side == "BUY")


def check_entry(draft: Draft, last: Decimal) -> None:
    """Conditional orders must not be due already, post-only ones must not take."""
    if draft.type in CONDITIONAL:
        above = triggers_above(draft.type, draft.side)
        if (draft.stop_price <= last) if above else (draft.stop_price >= last):
            raise rejected(IMMEDIATELY)
    elif draft.type == "LIMIT_MAKER" and crosses(draft.side == "BUY", draft.price, last):
        raise rejected("Order would immediately match and take.")


def check_duplicate(desk: Desk, client_id: str) -> None:
    """Client ids are unique among open orders only: they may come again once the first is done."""
    known = desk.orders.by_client_id.get(client_id)
    if known is not None and known.is_open:
        raise rejected("Duplicate order sent.")
