"""Reads contract orders from parameters; refuses what is ill-formed (EXCHANGES 6.6, 6.7, 6.9)."""

from decimal import Decimal

from simulator.phemex.contracts.records import ZERO, Desk, Order
from simulator.phemex.contracts.spelling import Spelling
from simulator.phemex.contracts.symbols import Contract, read_contract
from simulator.phemex.order_kinds import CONDITIONAL, LIMITS, SIDES, TIMES_IN_FORCE, TYPES
from simulator.phemex.parameters import Parameters, client_id, flag, text, text_or
from simulator.phemex.refusal import Refusal, malformed

POSITION_SIDES = frozenset({"Merged", "Long", "Short"})
TRIGGERS = frozenset({"ByMarkPrice", "ByLastPrice", "ByIndexPrice"})
UNSPECIFIED = "UNSPECIFIED"
MOST_PRICE = Decimal(1_000_000)


def read_order(desk: Desk, params: Parameters, spelling: Spelling) -> Order:
    """Well-formed, not yet checked against market or account."""
    contract = read_contract(params, spelling.inverse)
    side, kind = text(params, "side"), text(params, "ordType")
    if side not in SIDES:
        raise Refusal(11034)
    if kind not in TYPES:
        raise Refusal(11035)
    order = Order(
        desk.api_key, client_id(params), contract.name, side, read_position_side(desk, params, contract), kind,
        _time_in_force(params, kind), ZERO, reduce_only=flag(params, "reduceOnly"),
        close_on_trigger=flag(params, "closeOnTrigger"),
    )  # fmt: skip
    if kind in LIMITS:
        order.price = read_price(params, "price", contract, spelling)
    if kind in CONDITIONAL:
        order.stop_price = read_price(params, "stopPx", contract, spelling)
        order.trigger = _trigger(params, "triggerType", 11038)
    else:
        order.close_on_trigger = False
    _read_quantity(order, params, contract, spelling)
    _read_exits(order, params, contract, spelling)
    return order


def read_position_side(desk: Desk, params: Parameters, contract: Contract) -> str:
    """Mandatory in the g-API, and of the symbol's mode; the old API has one mode and ignores it."""
    if contract.inverse:
        return "Merged"
    side = text(params, "posSide")
    if side not in POSITION_SIDES:
        raise malformed("posSide")
    if side not in desk.sides(contract.name):
        raise Refusal(20004)
    return side


def read_price(params: Parameters, name: str, contract: Contract, spelling: Spelling) -> Decimal:
    price = spelling.price(params, name)
    if price <= 0:
        raise Refusal(11046 if name == "stopPx" else 11055)
    check_tick(price, name, contract)
    return price


def check_tick(price: Decimal, name: str, contract: Contract) -> None:
    if price > MOST_PRICE:
        raise Refusal(11045 if name == "stopPx" else 11053)
    if price % contract.tick:
        raise malformed(f"{name} is not a multiple of the tick size")


def check_quantity(quantity: Decimal, contract: Contract) -> None:
    if quantity < contract.step:
        raise Refusal(11058)
    if quantity > contract.max_quantity:
        raise Refusal(11056)
    if quantity % contract.step:
        raise malformed("the quantity is not a multiple of its step")


def _read_quantity(order: Order, params: Parameters, contract: Contract, spelling: Spelling) -> None:
    """A conditional order that closes may leave it to the position: then it is sent as 0, or not at all."""
    order.quantity = spelling.quantity(params, ZERO if order.close_on_trigger else None)
    if order.close_on_trigger and not order.quantity:
        order.closes_all = True
        return
    check_quantity(order.quantity, contract)


def _time_in_force(params: Parameters, kind: str) -> str:
    """What is not a limit order is immediate whatever was sent."""
    sent = text_or(params, "timeInForce", "GoodTillCancel")
    if sent not in TIMES_IN_FORCE:
        raise Refusal(11036)
    return sent if kind in LIMITS else "ImmediateOrCancel"


def _trigger(params: Parameters, name: str, code: int) -> str:
    sent = text_or(params, name, "ByMarkPrice")
    if sent not in TRIGGERS:
        raise Refusal(code)
    return sent


def _read_exits(order: Order, params: Parameters, contract: Contract, spelling: Spelling) -> None:
    order.take_profit, order.stop_loss = spelling.price(params, "takeProfit"), spelling.price(params, "stopLoss")
    if not (order.take_profit or order.stop_loss):
        return
    if not spelling.inverse:
        order.take_profit_limit, order.stop_loss_limit = spelling.price(params, "tpPx"), spelling.price(params, "slPx")
    for price in (order.take_profit, order.take_profit_limit, order.stop_loss, order.stop_loss_limit):
        if price < 0:
            raise Refusal(11055)
        check_tick(price, "takeProfit or stopLoss", contract)
    for name in ("tpTrigger", "slTrigger"):
        if params.get(name) == UNSPECIFIED:
            params.pop(name)
    order.take_profit_trigger = _trigger(params, "tpTrigger", 11077)
    order.stop_loss_trigger = _trigger(params, "slTrigger", 11080)
