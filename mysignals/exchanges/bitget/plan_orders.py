"""Conditional orders as Bitget tells them, which it calls plan orders (EXCHANGES 4.4, 5.6)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import ExitKind
from mysignals.domain.market import Side
from mysignals.domain.outcomes import OpenOrder, OrderReport, OrderState
from mysignals.exchanges.reading import identifier, text, whole

from .fields import identifier_or_empty, number_or_zero, text_or_empty
from .markets import our_symbol
from .orders import side_of
from .spelling import Spelling

STATES = {
    "live": OrderState.NEW,
    "not_trigger": OrderState.NEW,
    "executing": OrderState.TRIGGERED,
    "executed": OrderState.TRIGGERED,
    "triggered": OrderState.TRIGGERED,
    "fail_trigger": OrderState.REJECTED,
    "fail_execute": OrderState.REJECTED,
    "cancel": OrderState.CANCELLED,
    "cancelled": OrderState.CANCELLED,
}
"""What a triggered one led to is told by the order that it became."""
KINDS = {
    "loss_plan": ExitKind.STOP, "pos_loss": ExitKind.STOP,
    "profit_plan": ExitKind.TARGET, "pos_profit": ExitKind.TARGET,
}  # fmt: skip
CLOSING = {"long": Side.SELL, "short": Side.BUY}


def plan_order(told: dict[str, Any], names: Spelling) -> OrderReport:
    return OrderReport(
        client_id=text_or_empty(told, "clientOid"),
        exchange_id=identifier(told, "orderId"),
        state=STATES.get(text(told, names.plan_state), OrderState.UNKNOWN),
        quantity=number_or_zero(told, "size") or None,
        became=identifier_or_empty(told, "executeOrderId"),
    )


def open_plan_order(told: dict[str, Any], names: Spelling) -> OpenOrder:
    """Spot does not tell whether it is a stop or a target. One over the whole position has no size."""
    kind = KINDS.get(text_or_empty(told, "planType"))
    return OpenOrder(
        report=plan_order(told, names),
        symbol=our_symbol(text(told, "symbol")),
        side=_closing_side(told, kind),
        quantity=number_or_zero(told, "size"),
        kind=kind,
        trigger_price=number_or_zero(told, "triggerPrice") or None,
        created_ms=whole(told, "cTime"),
    )


def _closing_side(told: dict[str, Any], kind: ExitKind | None) -> Side:
    """An exit closes the position that it names, whatever its own `side` means in the account's mode."""
    position = CLOSING.get(text_or_empty(told, "posSide")) if kind is not None else None
    return position or side_of(told)
