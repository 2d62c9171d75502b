"""Answers for eyes: tables; and for programs: the JSON as it came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from mysignals_sdk.answers import Account, OrderReceipt, OrderState, Positions, SignalReceipt, SignalState

_WIDTH_OF_FILES = 200


def console() -> Console:
    """Standard output. Into a file or pipe nothing is cut or wrapped at the width of a screen that is not there."""
    found = Console(markup=False, emoji=False, highlight=False)
    if not found.is_terminal:
        found.width = _WIDTH_OF_FILES
    return found


def exact_json(value: Any) -> str:
    """On one line; a Decimal by its digits, which `json` cannot write."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {exact_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(exact_json, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)


def account(found: Account) -> RenderableType:
    table = _table("account", "exchange", "environment", "balance", "available", "profit", "positions", numbers=4)
    for one in found.accounts:
        figures = (one.balance, one.available_balance, one.total_pnl, one.open_positions)
        _row(table, f"{one.exchange_account_id} {one.label}", one.exchange, one.environment, *figures)
    plan = f"{found.subscription_plan}{'' if found.subscription_active else ' (not active)'}"
    head = _facts(
        user=f"{found.username} ({found.user_id})",
        plan=plan,
        balance=f"{plain(found.balance)} USDT",
        available=f"{plain(found.available_balance)} USDT",
        profit=f"{plain(found.total_pnl)} USDT",
        positions=found.open_positions,
    )
    return Group(head, *([table] if found.accounts else []), *_warnings(found.warnings))


def positions(found: Positions) -> RenderableType:
    if not found:
        return Group(_text("No open positions."), *_warnings(found.warnings))
    table = _table("account", "exchange", "symbol", "side", "quantity", "entry", "mark", "profit", "leverage",
                   "liquidation", numbers=6)  # fmt: skip
    for one in found:
        figures = (one.quantity, one.entry_price, one.mark_price, one.unrealized_pnl, one.leverage)
        _row(table, one.exchange_account_id, one.exchange, one.symbol, one.side, *figures, one.liquidation_price)
    return Group(table, *_warnings(found.warnings))


def receipt(found: SignalReceipt | OrderReceipt) -> RenderableType:
    facts: dict[str, Any]
    if isinstance(found, SignalReceipt):
        facts = {"signal": found.signal_id, "users": found.processed_users}
    else:
        facts = {"order": found.order_id, "price": found.price, "quantity": found.quantity}
    facts["message"] = found.message + (" (carried out before)" if found.replayed else "")
    facts["stop"] = _exit(found.stop_loss, by_us=found.stop_loss_set_by_us)
    facts["target"] = _exit(found.take_profit, by_us=found.take_profit_set_by_us)
    return _facts(**{name: value for name, value in facts.items() if value is not None})


def state(found: SignalState | OrderState) -> RenderableType:
    if isinstance(found, SignalState):
        facts = {"signal": found.signal_id, "what": f"{found.symbol} {found.action}", "status": found.status}
        if found.followers:
            facts["followers"] = ", ".join(f"{name} {count}" for name, count in found.followers.items())
    else:
        facts = {"order": found.order_id, "what": f"{found.symbol} {found.side}", "status": found.status}
    table = _table("account", "exchange", "environment", "state", "quantity", "filled", "price", "stop", "target",
                   numbers=5, last="message")  # fmt: skip
    for one in found.accounts:
        figures = (one.quantity, one.filled_quantity, one.average_price, one.stop_loss, one.take_profit)
        _row(table, one.exchange_account_id, one.exchange, one.environment, one.state, *figures, one.message)
    return Group(_facts(**facts), *([table] if found.accounts else []))


def line(found: SignalState | OrderState) -> str:
    """One change, for a file: time, status, then each account."""
    each = [f"{one.exchange_account_id}={one.state}" for one in found.accounts]
    return " ".join([_moment(found.timestamp), found.status, *each])


def plain(value: Any) -> str:
    """A number without exponent and trailing zeros; nothing where there is nothing; text without control characters."""
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "".join(one if one.isprintable() else " " for one in str(value))


def _facts(**facts: Any) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(_text(name), _text(value))
    return table


def _table(*names: str, numbers: int, last: str = "") -> Table:
    """The last `numbers` columns are figures."""
    table = Table(box=SIMPLE_HEAD)
    for index, name in enumerate(names):
        table.add_column(name, justify="right" if index >= len(names) - numbers else "left", overflow="fold")
    if last:
        table.add_column(last, overflow="fold")
    return table


def _row(table: Table, *values: Any) -> None:
    table.add_row(*map(_text, values))


def _text(value: Any) -> Text:
    return Text(plain(value))


def _warnings(warnings: Iterable[str]) -> list[Text]:
    return [_text(f"! {warning}") for warning in warnings]


def _exit(price: Decimal | None, *, by_us: bool) -> str | None:
    return None if price is None else plain(price) + (" (set by the server)" if by_us else "")


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
