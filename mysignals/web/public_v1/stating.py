"""The state of an instruction, as it is told of signals and of orders."""

from __future__ import annotations

from typing import Any

from mysignals.services.instructions import AccountState, State
from mysignals.web.rendering import iso_ms

from .answers import moment


def told(found: State, names: dict[str, str]) -> dict[str, Any]:
    """`names` are its id, and the word it was asked with."""
    asked = found.instruction
    answer: dict[str, Any] = {
        "success": True,
        **names,
        "symbol": asked.symbol,
        "market": asked.market,
        "status": found.status,
        "accounts": [_account(one) for one in found.accounts],
        "timestamp": moment(),
    }
    if asked.kind == "signal":
        followers = found.followers
        answer["followers"] = None if followers is None else {"total": sum(followers.values()), **followers}
    return answer


def _account(one: AccountState) -> dict[str, Any]:
    return {
        "exchange_account_id": one.account_id,
        "exchange": one.exchange,
        "environment": one.environment,
        "state": one.state,
        "quantity": one.quantity,
        "filled_quantity": one.filled,
        "average_price": one.average_price,
        "stop_loss": one.stop,
        "take_profit": one.target,
        "message": one.message,
        "client_order_id": one.client_order_id,
        "updated_at": iso_ms(one.updated_at),
    }
