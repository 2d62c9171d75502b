"""Orders as Bitget tells them, on both markets and in both versions (EXCHANGES 4.4, 5.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import OpenOrder, OrderReport, OrderState
from mysignals.exchanges.reading import Unreadable, document, identifier, mapping, number, text, whole

from .fields import ZERO, identifier_or_empty, number_or_zero, text_or_empty
from .markets import our_symbol
from .spelling import Spelling

STATES = {
    "init": OrderState.NEW,
    "new": OrderState.NEW,
    "live": OrderState.NEW,
    "partial_fill": OrderState.PARTIALLY_FILLED,
    "partially_filled": OrderState.PARTIALLY_FILLED,
    "full_fill": OrderState.FILLED,
    "filled": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
    "cancelled": OrderState.CANCELLED,
}
SIDES = {
    "buy": Side.BUY, "sell": Side.SELL, "buy_single": Side.BUY, "sell_single": Side.SELL,
    "open_long": Side.BUY, "close_long": Side.SELL, "open_short": Side.SELL, "close_short": Side.BUY,
}  # fmt: skip
"""v1 says all in one word."""
QUOTE = "USDT"


def order(told: dict[str, Any], names: Spelling) -> OrderReport:
    filled, state = number_or_zero(told, names.filled), _state(told, names)
    if filled < 0 or (state is OrderState.FILLED and not filled):
        raise Unreadable("state and filled quantity contradict each other")
    if state is OrderState.NEW and filled:
        state = OrderState.PARTIALLY_FILLED
    average = number_or_zero(told, _average_key(told, names))
    return OrderReport(
        client_id=text_or_empty(told, names.client_id),
        exchange_id=identifier(told, "orderId"),
        state=state,
        filled=filled,
        average_price=average if filled and average > 0 else None,
        commission_in_base=_commission_in_base(told),
        quantity=_quantity(told, names),
    )


def _average_key(told: dict[str, Any], names: Spelling) -> str:
    """Spot's list of unfilled orders says the order's own price as `priceAvg`, and the average as `basePrice`."""
    return "basePrice" if "basePrice" in told else names.average


def _state(told: dict[str, Any], names: Spelling) -> OrderState:
    for key in names.order_states:
        if key in told:
            return STATES.get(text(told, key), OrderState.UNKNOWN)
    raise Unreadable("no state in the answer")


def _quantity(told: dict[str, Any], names: Spelling) -> Decimal | None:
    """None for a market buy on spot: that is sized in quote."""
    if names.market is Market.SPOT and told.get("orderType") == "market" and told.get("side") == "buy":
        return None
    return number(told, names.quantity) if told.get(names.quantity) not in (None, "") else None


def _commission_in_base(told: dict[str, Any]) -> Decimal:
    """Spot takes the fee of a purchase out of what was bought, unless the account pays in BGB.

    `feeDetail` is JSON within text, and negative. Where it cannot be read 0 is told: the fee is then assumed.
    """
    detail = told.get("feeDetail")
    if not isinstance(detail, str) or not detail:
        return ZERO
    base = our_symbol(text(told, "symbol")).removesuffix(QUOTE)
    try:
        paid = mapping(mapping(document(detail.encode())).get(base))
        fee = -number(paid, "totalFee")
    except Unreadable:
        return ZERO
    return fee if fee > 0 and paid.get("deduction") is not True else ZERO


def open_order(told: dict[str, Any], names: Spelling) -> OpenOrder:
    return OpenOrder(
        report=order(told, names),
        symbol=our_symbol(text(told, "symbol")),
        side=side_of(told),
        quantity=number_or_zero(told, names.quantity),
        created_ms=whole(told, "cTime"),
    )


def side_of(told: dict[str, Any]) -> Side:
    """The direction of the order: in hedge mode v2's `side` names the position (EXCHANGES 5.5)."""
    side = SIDES.get(text(told, "side"))
    if side is None:
        raise Unreadable("a side that is not documented")
    names_position = told.get("posMode") == "hedge_mode" and told.get("tradeSide") == "close"
    return side.opposite if names_position else side


def acknowledged(data: Any, client_id: str, *, may_lack_id: bool = False) -> OrderReport:
    """An order that was received, not necessarily matched (EXCHANGES 5.5).

    Closing more than is open cancels older orders, and that answer may lack the exchange's id (`may_lack_id`).
    """
    told = mapping(data)
    named = next((told[key] for key in ("clientOid", "clientOrderId") if told.get(key)), "")
    if named != client_id:
        raise Unreadable("the answer is about another order")
    exchange_id = identifier_or_empty(told, "orderId")
    if not exchange_id and not may_lack_id:
        raise Unreadable("no order id")
    return OrderReport(client_id, exchange_id, OrderState.NEW)
