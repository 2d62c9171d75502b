"""Reads mix orders and plan orders from parameters; refuses what is ill-formed (EXCHANGES 5.5, 5.6).

In hedge mode `side` names the position: buy/close closes the long one, by selling.
"""

from decimal import Decimal

from simulator.bitget.mix import plans
from simulator.bitget.mix.records import NET, WHOLE, ZERO, Draft, MixDesk, Plan
from simulator.bitget.parameters import Parameters, choice, client_id, number, number_or_zero, optional
from simulator.bitget.products import check_coin, read_contract
from simulator.bitget.refusal import Refusal, wrong
from simulator.bitget.symbols import Symbol

SIDES, TYPES, FORCES = ("buy", "sell"), ("limit", "market"), ("gtc", "ioc", "fok", "post_only")
TRIGGERS, MARGIN_MODES = ("fill_price", "mark_price", "market_price"), ("isolated", "crossed")
WRONG_MODE = Refusal("40774", "The order type for unilateral position must also be the unilateral position type.")
OTHER_MARGIN = Refusal("45109", "The margin mode of the order differs from that of the account")


def read_order(desk: MixDesk, params: Parameters) -> Draft:
    symbol, kind = read_contract(params), choice(params, "orderType", TYPES)
    check_coin(params)
    margin_mode = _margin_mode(desk, params, symbol)
    side, direction, position, closes = _sides(desk, params)
    price, force = ZERO, "gtc"
    if kind == "limit":
        price, force = number(params, "price"), choice(params, "force", FORCES, "gtc")
    return Draft(
        symbol.name, side, direction, position, closes, kind, force, number(params, "size"), price,
        client_id(params), margin_mode, number_or_zero(params, "presetStopLossPrice"),
        number_or_zero(params, "presetStopLossExecutePrice"), number_or_zero(params, "presetStopSurplusPrice"),
        number_or_zero(params, "presetStopSurplusExecutePrice"),
    )  # fmt: skip


def _margin_mode(desk: MixDesk, params: Parameters, symbol: Symbol) -> str:
    margin_mode = choice(params, "marginMode", MARGIN_MODES)
    if margin_mode != desk.setting(symbol.name).margin_mode:
        raise OTHER_MARGIN
    return margin_mode


def _sides(desk: MixDesk, params: Parameters) -> tuple[str, str, str, bool]:
    """Side as sent, direction, position, whether it only closes."""
    side, trade_side = choice(params, "side", SIDES), optional(params, "tradeSide").lower()
    if not desk.hedged:
        if trade_side:
            raise WRONG_MODE
        return side, side, NET, choice(params, "reduceOnly", ("yes", "no"), "no") == "yes"
    if trade_side not in ("open", "close"):
        raise WRONG_MODE
    closes, hold = trade_side == "close", "long" if side == "buy" else "short"
    return side, plans.closing_direction(hold) if closes else side, hold, closes


def read_hold(desk: MixDesk, params: Parameters, name: str = "holdSide") -> str:
    """Which position an exit is for: hedge long|short, one-way buy|sell where buy is the long one."""
    value = choice(params, name, ("long", "short", *SIDES))
    if desk.hedged != (value in ("long", "short")):
        raise WRONG_MODE
    return {"buy": "long", "sell": "short"}.get(value, value)


def read_exit(desk: MixDesk, params: Parameters, received_ms: int, now_ms: int) -> Plan:
    """place-tpsl-order. A pos_* plan is for the whole position: a size beside it is ignored."""
    symbol = read_contract(params)
    check_coin(params)
    plan_type = choice(params, "planType", ("profit_plan", "loss_plan", "moving_plan", *sorted(WHOLE)))
    hold = read_hold(desk, params)
    quantity = ZERO if plan_type in WHOLE else number(params, "size")
    plan = new_exit(desk, symbol.name, plan_type, hold, quantity, received_ms, now_ms)
    plan.client_id = client_id(params)
    read_trigger(params, plan)
    if plan_type == "moving_plan":
        plan.callback = _callback(params, "rangeRate")
    return plan


def new_exit(
    desk: MixDesk, symbol: str, plan_type: str, hold: str, quantity: Decimal, received_ms: int, now_ms: int
) -> Plan:
    position = hold if desk.hedged else NET
    return Plan(
        0, desk.api_key, "", symbol, plan_type, hold, plans.closing_side(position, hold),
        plans.closing_direction(hold), position, True, "market", "gtc", quantity, ZERO, "mark_price", ZERO,
        desk.setting(symbol).margin_mode, plans.triggers_above(plan_type, hold), received_ms, now_ms, now_ms,
    )  # fmt: skip


def read_trigger(params: Parameters, plan: Plan) -> None:
    """An executePrice of 0, or none, means: at the market."""
    plan.trigger_price = number(params, "triggerPrice")
    plan.trigger_type = choice(params, "triggerType", TRIGGERS, plan.trigger_type)
    plan.execute_price = number_or_zero(params, "executePrice")
    plan.type = "limit" if plan.execute_price else "market"


def _callback(params: Parameters, name: str) -> Decimal:
    callback = number(params, name if optional(params, name) else "callbackRatio")
    if callback > plans.MOST_CALLBACK:
        raise wrong(name)
    return callback


def read_entry(desk: MixDesk, params: Parameters, received_ms: int, now_ms: int) -> Plan:
    """place-plan-order: normal_plan, or track_plan which follows the price."""
    symbol, kind = read_contract(params), choice(params, "orderType", TYPES)
    check_coin(params)
    plan_type = choice(params, "planType", ("normal_plan", "track_plan"), "normal_plan")
    margin_mode = _margin_mode(desk, params, symbol)
    side, direction, position, closes = _sides(desk, params)
    price = ZERO
    if kind == "limit":
        price = number(params, "price" if optional(params, "price") else "executePrice")
    plan = Plan(
        0, desk.api_key, client_id(params), symbol.name, plan_type, "", side, direction, position, closes, kind,
        choice(params, "force", FORCES, "gtc"), number(params, "size"), number(params, "triggerPrice"),
        choice(params, "triggerType", TRIGGERS, "mark_price"), price, margin_mode, False, received_ms, now_ms, now_ms,
        number_or_zero(params, "stopLossTriggerPrice"), number_or_zero(params, "stopLossExecutePrice"),
        number_or_zero(params, "stopSurplusTriggerPrice"), number_or_zero(params, "stopSurplusExecutePrice"),
    )  # fmt: skip
    if plan_type == "track_plan":
        plan.callback = _callback(params, "callbackRatio")
    return plan
