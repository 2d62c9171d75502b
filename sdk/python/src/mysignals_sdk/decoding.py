"""Answers of /v1 read into values; raises Unreadable where one is not as it is documented."""

from __future__ import annotations

import json
from typing import Any

from .answers import (
    Account,
    AccountFigures,
    AccountState,
    OrderReceipt,
    OrderState,
    Position,
    Positions,
    SignalReceipt,
    SignalState,
)
from .reading import Fields, Unreadable
from .wire import Reply


def account(body: Any, reply: Reply) -> Account:
    found = Fields(body)
    return Account(
        user_id=found.whole("user_id"),
        username=found.text("username"),
        balance=found.number("balance"),
        available_balance=found.number("available_balance"),
        total_pnl=found.number("total_pnl"),
        open_positions=found.whole("open_positions"),
        subscription_active=found.flag("subscription_active"),
        subscription_plan=found.text("subscription_plan"),
        environment=found.maybe(found.text, "environment"),
        accounts=found.each("accounts", _figures),
        warnings=found.texts("warnings"),
        data_age=_data_age(reply),
        raw=body,
    )


def _figures(found: Fields) -> AccountFigures:
    return AccountFigures(
        exchange_account_id=found.whole("exchange_account_id"),
        exchange=found.text("exchange"),
        environment=found.text("environment"),
        label=found.text("label"),
        markets=found.texts("markets"),
        balance=found.number("balance"),
        available_balance=found.number("available_balance"),
        total_pnl=found.number("total_pnl"),
        open_positions=found.whole("open_positions"),
    )


def positions(body: Any, reply: Reply) -> Positions:
    items = Fields({"positions": body}).each("positions", _position)
    warnings = json.loads(reply.headers.get("x-warnings", "[]"))
    return Positions(items, Fields({"X-Warnings": warnings}).texts("X-Warnings"), _data_age(reply), body)


def _position(found: Fields) -> Position:
    return Position(
        symbol=found.text("symbol"),
        side=found.text("side"),
        quantity=found.number("quantity"),
        entry_price=found.maybe(found.number, "entry_price"),
        mark_price=found.maybe(found.number, "mark_price"),
        unrealized_pnl=found.maybe(found.number, "unrealized_pnl"),
        leverage=found.maybe(found.whole, "leverage"),
        liquidation_price=found.maybe(found.number, "liquidation_price"),
        exchange=found.text("exchange"),
        exchange_account_id=found.whole("exchange_account_id"),
        raw=found.raw,
    )


def signal_receipt(body: Any, reply: Reply, key: str) -> SignalReceipt:
    found = Fields(body)
    return SignalReceipt(
        signal_id=found.text("signal_id"),
        processed_users=found.whole("processed_users"),
        **_receipt(found, reply, key),
    )


def order_receipt(body: Any, reply: Reply, key: str) -> OrderReceipt:
    found = Fields(body)
    return OrderReceipt(
        order_id=found.text("order_id"),
        symbol=found.text("symbol"),
        side=found.text("side"),
        quantity=found.maybe(found.number, "quantity"),
        price=found.maybe(found.number, "price"),
        **_receipt(found, reply, key),
    )


def _receipt(found: Fields, reply: Reply, key: str) -> dict[str, Any]:
    return {
        "message": found.text("message"),
        "timestamp": found.moment("timestamp"),
        "stop_loss": found.maybe(found.number, "stop_loss"),
        "take_profit": found.maybe(found.number, "take_profit"),
        "stop_loss_set_by_us": found.maybe(found.flag, "stop_loss_set_by_us") or False,
        "take_profit_set_by_us": found.maybe(found.flag, "take_profit_set_by_us") or False,
        "replayed": reply.headers.get("idempotent-replayed") == "true",
        "idempotency_key": key,
        "raw": found.raw,
    }


def signal_state(body: Any, reply: Reply) -> SignalState:
    found = Fields(body)
    return SignalState(
        signal_id=found.text("signal_id"),
        action=found.text("action"),
        followers=found.maybe(found.counts, "followers"),
        **_state(found),
    )


def order_state(body: Any, reply: Reply) -> OrderState:
    found = Fields(body)
    return OrderState(
        order_id=found.text("order_id"),
        side=found.text("side"),
        reduce_only=found.maybe(found.flag, "reduce_only") or False,
        **_state(found),
    )


def _state(found: Fields) -> dict[str, Any]:
    return {
        "symbol": found.maybe(found.text, "symbol"),
        "market": found.maybe(found.text, "market"),
        "status": found.text("status"),
        "accounts": found.each("accounts", _account_state),
        "timestamp": found.moment("timestamp"),
        "raw": found.raw,
    }


def _account_state(found: Fields) -> AccountState:
    return AccountState(
        exchange_account_id=found.maybe(found.whole, "exchange_account_id"),
        exchange=found.text("exchange"),
        environment=found.text("environment"),
        state=found.text("state"),
        quantity=found.maybe(found.number, "quantity"),
        filled_quantity=found.maybe(found.number, "filled_quantity"),
        average_price=found.maybe(found.number, "average_price"),
        stop_loss=found.maybe(found.number, "stop_loss"),
        take_profit=found.maybe(found.number, "take_profit"),
        message=found.maybe(found.text, "message"),
        client_order_id=found.maybe(found.text, "client_order_id"),
        updated_at=found.maybe(found.moment, "updated_at"),
        raw=found.raw,
    )


def _data_age(reply: Reply) -> int | None:
    age = reply.headers.get("x-data-age")
    if age is None:
        return None
    if not age.isdigit():
        raise Unreadable("X-Data-Age is not a whole number")
    return int(age)
