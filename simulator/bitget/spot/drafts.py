"""Reads spot orders from parameters; refuses what is ill-formed (EXCHANGES 5.5)."""

from simulator.bitget.parameters import Parameters, choice, client_id, number, number_or_zero, optional, text
from simulator.bitget.refusal import empty, unknown
from simulator.bitget.spot.records import ZERO, Draft, Plan
from simulator.bitget.symbols import SYMBOLS, Symbol

SIDES, TYPES, FORCES = ("buy", "sell"), ("limit", "market"), ("gtc", "ioc", "fok", "post_only")
TRIGGERS = ("fill_price", "mark_price", "market_price")


def read_symbol(params: Parameters) -> Symbol:
    name = text(params, "symbol")
    symbol = SYMBOLS.get(name.upper())
    if symbol is None:
        raise unknown(name)
    return symbol


def read_order(params: Parameters) -> Draft:
    symbol, kind = read_symbol(params), choice(params, "orderType", TYPES)
    price, force = ZERO, "gtc"
    if kind == "limit":
        price, force = number(params, "price"), choice(params, "force", FORCES, "gtc")
    return Draft(
        symbol.name, choice(params, "side", SIDES), kind, force, number(params, "size"), price, client_id(params),
        number_or_zero(params, "presetTakeProfitPrice"), number_or_zero(params, "executeTakeProfitPrice"),
        number_or_zero(params, "presetStopLossPrice"), number_or_zero(params, "executeStopLossPrice"),
    )  # fmt: skip


def read_plan(params: Parameters, api_key: str, received_ms: int, now_ms: int) -> Plan:
    """A market buy may name its size in quote (`total`), every other order in base (`amount`)."""
    symbol, kind, side = read_symbol(params), choice(params, "orderType", TYPES), choice(params, "side", SIDES)
    plan_type = choice(params, "planType", ("amount", "total"), "amount")
    price = number(params, "executePrice") if kind == "limit" else ZERO
    return Plan(
        0, api_key, client_id(params), symbol.name, side, kind, plan_type, number(params, "size"),
        number(params, "triggerPrice"), price, choice(params, "triggerType", TRIGGERS, "fill_price"), False,
        choice(params, "force", FORCES, "gtc"), received_ms, now_ms, now_ms,
    )  # fmt: skip


def read_exit(params: Parameters, api_key: str, received_ms: int, now_ms: int) -> Plan:
    """place-order with tpslType tpsl: its client id is ignored, and a limit order executes at `price`."""
    symbol, kind, side = read_symbol(params), choice(params, "orderType", TYPES), choice(params, "side", SIDES)
    if not optional(params, "triggerPrice"):
        raise empty("triggerPrice")
    return Plan(
        0, api_key, "", symbol.name, side, kind, "total" if kind == "market" and side == "buy" else "tpsl",
        number(params, "size"), number(params, "triggerPrice"), number(params, "price") if kind == "limit" else ZERO,
        "fill_price", False, choice(params, "force", FORCES, "gtc"), received_ms, now_ms, now_ms,
    )  # fmt: skip
