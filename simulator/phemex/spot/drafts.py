"""Reads spot orders from parameters; refuses what is ill-formed (EXCHANGES 6.8, 6.9)."""

from decimal import Decimal

from simulator.phemex.order_kinds import CONDITIONAL, LIMITS, SIDES, TIMES_IN_FORCE, TYPES
from simulator.phemex.parameters import Parameters, client_id, integer, text, text_or
from simulator.phemex.refusal import Refusal, malformed
from simulator.phemex.spot.records import ZERO, Desk, Order
from simulator.phemex.spot.symbols import SCALE, Pair, read_pair


def read_order(desk: Desk, params: Parameters) -> Order:
    """Well-formed, not yet checked against market or wallet."""
    pair = read_pair(params)
    side, kind = text(params, "side"), text(params, "ordType")
    if side not in SIDES:
        raise Refusal(11034)
    if kind not in TYPES:
        raise Refusal(11035)
    sent = text_or(params, "timeInForce", "GoodTillCancel")
    if sent not in TIMES_IN_FORCE:
        raise Refusal(11036)
    order = Order(
        desk.api_key, client_id(params), pair.name, side, kind, sent if kind in LIMITS else "ImmediateOrCancel"
    )
    if kind in LIMITS:
        order.price = read_price(params, "priceEp", pair)
    if kind in CONDITIONAL:
        order.stop_price = read_price(params, "stopPxEp", pair)
        order.trigger = text_or(params, "trigger", "ByLastPrice")
        if order.trigger != "ByLastPrice":
            raise Refusal(11038)
    _read_quantity(order, params, pair)
    return order


def read_price(params: Parameters, name: str, pair: Pair) -> Decimal:
    price = Decimal(integer(params, name, 0)) / SCALE
    if price <= 0:
        raise Refusal(11046 if name == "stopPxEp" else 11055)
    if price % pair.tick:
        raise malformed(f"{name} is not a multiple of quoteTickSizeEv")
    return price


def check_quantity(quantity: Decimal, pair: Pair) -> None:
    if quantity < pair.step:
        raise Refusal(11058)
    if quantity > pair.max_quantity:
        raise Refusal(11056)
    if quantity % pair.step:
        raise malformed("baseQtyEv is not a multiple of baseTickSizeEv")


def _read_quantity(order: Order, params: Parameters, pair: Pair) -> None:
    """By quote the book finds the base quantity, when the price is known."""
    by = text_or(params, "qtyType", "ByBase")
    if by == "ByQuote":
        order.quote_quantity = Decimal(integer(params, "quoteQtyEv")) / SCALE
        if order.quote_quantity <= ZERO:
            raise Refusal(11058)
    elif by == "ByBase":
        order.quantity = Decimal(integer(params, "baseQtyEv")) / SCALE
        check_quantity(order.quantity, pair)
    else:
        raise Refusal(11112)
