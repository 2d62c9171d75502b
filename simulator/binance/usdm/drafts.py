"""Reads futures orders, normal and conditional, from parameters; refuses what is ill-formed (EXCHANGES 3.4-3.6)."""

from decimal import Decimal

from simulator.binance.parameters import (
    WIDER_ID_LETTERS,
    Parameters,
    choice,
    flag,
    is_client_id,
    number,
    number_or_zero,
    places,
    text,
    whole_number,
)  # fmt: skip
from simulator.binance.refusal import Refusal, unwanted
from simulator.binance.symbols import Symbol
from simulator.binance.usdm.records import ZERO, Desk, Draft

CONDITIONAL = frozenset({"STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"})
USE_ALGO = "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."
TYPES, SIDES = frozenset({"LIMIT", "MARKET"}), frozenset({"BUY", "SELL"})
TIMES_IN_FORCE = frozenset({"GTC", "IOC", "FOK", "GTX", "GTD"})
BAD_SIDE, BAD_TYPE = Refusal(-1117, "Invalid side."), Refusal(-1116, "Invalid orderType.")
BAD_TIME_IN_FORCE = Refusal(-1115, "Invalid timeInForce.")
MOST_PRICE = Decimal(4_529_764)


def read_order(desk: Desk, params: Parameters, symbol: Symbol) -> Draft:
    side, kind = choice(params, "side", SIDES, BAD_SIDE), text(params, "type")
    if kind in CONDITIONAL:
        raise Refusal(-4120, USE_ALGO)
    if kind not in TYPES:
        raise BAD_TYPE
    position_side = read_position_side(desk, params)
    reduce_only = read_reduce_only(desk, params)
    if flag(params, "closePosition"):
        raise Refusal(-4136, "Target strategy invalid for orderType " + kind + ",closePosition true.")
    quantity = read_quantity(params, symbol)
    price, time_in_force, good_till_ms = ZERO, "GTC", 0
    if kind == "LIMIT":
        time_in_force = choice(params, "timeInForce", TIMES_IN_FORCE, BAD_TIME_IN_FORCE)
        price = read_price(params, "price", symbol)
        good_till_ms = whole_number(params, "goodTillDate") if time_in_force == "GTD" else 0
    elif number_or_zero(params, "price"):
        raise unwanted("price")
    elif params.get("timeInForce"):
        raise unwanted("timeInForce")
    return Draft(
        symbol.name, side, position_side, kind, time_in_force, quantity, price, reduce_only,
        read_client_id(params, "newClientOrderId"), good_till_ms,
    )  # fmt: skip


def read_position_side(desk: Desk, params: Parameters) -> str:
    """BOTH in one-way mode; LONG or SHORT, and needed, in hedge mode."""
    position_side = params.get("positionSide") or "BOTH"
    if position_side not in ("BOTH", "LONG", "SHORT"):
        raise Refusal(-4060, "Invalid position side.")
    if desk.mode.hedge != (position_side != "BOTH"):
        raise Refusal(-4061, "Order's position side does not match user's setting.")
    return position_side


def read_reduce_only(desk: Desk, params: Parameters) -> bool:
    value = params.get("reduceOnly", "")
    if value and (desk.mode.hedge or value.lower() not in ("true", "false")):
        raise Refusal(-4062, "Invalid or improper reduceOnly value.")
    return value.lower() == "true"


def read_quantity(params: Parameters, symbol: Symbol) -> Decimal:
    quantity = number(params, "quantity")
    if places(quantity) > symbol.quantity_places:
        raise Refusal(-1111, "Precision is over the maximum defined for this asset.")
    if not quantity:
        raise Refusal(-4003, "Quantity less than or equal to zero.")
    if quantity < symbol.step:
        raise Refusal(-4004, "Quantity less than min quantity.")
    if quantity > symbol.max_quantity:
        raise Refusal(-4005, "Quantity greater than max quantity.")
    if quantity % symbol.step:
        raise Refusal(-4023, "Qty not increased by step size.")
    return quantity


def read_price(params: Parameters, name: str, symbol: Symbol) -> Decimal:
    price = number(params, name)
    if places(price) > symbol.price_places:
        raise Refusal(-1111, "Precision is over the maximum defined for this asset.")
    if not price:
        raise Refusal(-4001, "Price less than 0.")
    if price > MOST_PRICE:
        raise Refusal(-4002, "Price greater than max price.")
    if price % symbol.tick:
        raise Refusal(-4014, "Price not increased by tick size.")
    return price


def read_client_id(params: Parameters, name: str) -> str:
    value = params.get(name, "")
    if value and not is_client_id(value, WIDER_ID_LETTERS):
        if len(value) > 36:
            raise Refusal(-4015, "Client order id length should be less than 36 chars")
        raise Refusal(
            -1100, f"Illegal characters found in parameter '{name}'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{{1,36}}$'."
        )
    return value
