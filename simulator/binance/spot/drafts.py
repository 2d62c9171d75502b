"""Reads one order, or one leg of an order list, from parameters (EXCHANGES 2.5, 2.6)."""

from dataclasses import dataclass
from decimal import Decimal

from simulator.binance.parameters import Parameters, choice, is_client_id, number, number_or_zero, places
from simulator.binance.refusal import Refusal, missing, unwanted
from simulator.binance.spot.records import ZERO, Draft
from simulator.binance.spot.symbols import ORDER_TYPES

BAD_SIDE = Refusal(-1117, "Invalid side.")
BAD_TYPE = Refusal(-1116, "Invalid orderType.")
BAD_TIME_IN_FORCE = Refusal(-1115, "Invalid timeInForce.")
TYPES, SIDES, TIMES_IN_FORCE = frozenset(ORDER_TYPES), frozenset({"BUY", "SELL"}), frozenset({"GTC", "IOC", "FOK"})

# Which of price, stopPrice and timeInForce a type needs; what it does not need it must not have (-1106).
NEEDS: dict[str, frozenset[str]] = {
    "LIMIT": frozenset({"price", "timeInForce"}),
    "LIMIT_MAKER": frozenset({"price"}),
    "MARKET": frozenset(),
    "STOP_LOSS": frozenset({"stopPrice"}),
    "TAKE_PROFIT": frozenset({"stopPrice"}),
    "STOP_LOSS_LIMIT": frozenset({"price", "stopPrice", "timeInForce"}),
    "TAKE_PROFIT_LIMIT": frozenset({"price", "stopPrice", "timeInForce"}),
}


@dataclass(slots=True, frozen=True)
class Names:
    """What the parameters of a leg are called: aboveStopPrice, workingQuantity, ..."""

    type: str
    price: str
    stop_price: str
    time_in_force: str
    client_id: str
    quantity: str = "quantity"


def _leg(prefix: str, quantity: str = "quantity") -> Names:
    client_id = f"{prefix}ClientOrderId"
    return Names(f"{prefix}Type", f"{prefix}Price", f"{prefix}StopPrice", f"{prefix}TimeInForce", client_id, quantity)


SINGLE = Names("type", "price", "stopPrice", "timeInForce", "newClientOrderId")
ABOVE, BELOW = _leg("above"), _leg("below")
WORKING = _leg("working", "workingQuantity")
PENDING = _leg("pending", "pendingQuantity")
PENDING_ABOVE, PENDING_BELOW = _leg("pendingAbove", "pendingQuantity"), _leg("pendingBelow", "pendingQuantity")


def read_side(params: Parameters, name: str = "side") -> str:
    return choice(params, name, SIDES, BAD_SIDE)


def read_draft(params: Parameters, symbol: str, side: str, names: Names) -> Draft:
    kind = choice(params, names.type, TYPES, BAD_TYPE)
    needs = NEEDS[kind]
    quote_quantity = ZERO
    if kind == "MARKET" and names is SINGLE and params.get("quoteOrderQty"):
        if params.get(names.quantity):
            raise Refusal(-1128, "Combination of optional parameters invalid.")
        quantity, quote_quantity = ZERO, _precise(number(params, "quoteOrderQty"), "quoteOrderQty")
    else:
        quantity = _precise(number(params, names.quantity), names.quantity)
    return Draft(
        symbol, side, kind, _time_in_force(params, names, needs), quantity,
        _price(params, names.price, "price" in needs), _price(params, names.stop_price, "stopPrice" in needs),
        quote_quantity, read_client_id(params, names.client_id),
    )  # fmt: skip


def _time_in_force(params: Parameters, names: Names, needs: frozenset[str]) -> str:
    if "timeInForce" in needs:
        return choice(params, names.time_in_force, TIMES_IN_FORCE, BAD_TIME_IN_FORCE)
    if params.get(names.time_in_force):
        raise unwanted(names.time_in_force)
    return "GTC"


def _price(params: Parameters, name: str, needed: bool) -> Decimal:
    if needed:
        if not params.get(name):
            raise missing(name)
        return _precise(number(params, name), name)
    if number_or_zero(params, name):
        raise unwanted(name)
    return ZERO


def _precise(value: Decimal, name: str) -> Decimal:
    if places(value) > 8:
        raise Refusal(-1111, f"Parameter '{name}' has too much precision.")
    if not value:
        raise Refusal(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")
    return value


def read_client_id(params: Parameters, name: str) -> str:
    """Empty where none was sent: the book then makes one up."""
    value = params.get(name, "")
    if value and not is_client_id(value):
        raise Refusal(
            -1100, f"Illegal characters found in parameter '{name}'; legal range is '^[a-zA-Z0-9-_]{{1,36}}$'."
        )
    return value
