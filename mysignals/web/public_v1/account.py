"""GET /v1/account and GET /v1/positions: what the key owner's exchanges say, at most ten seconds old."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify

from mysignals.domain.money import nearest
from mysignals.models.exchange_account import ENVIRONMENTS
from mysignals.services import portfolio
from mysignals.services.api_callers import Caller
from mysignals.services.portfolio import Account, Figures, Open, Portfolio
from mysignals.web.parsing import query_choice

from .door import beside, caller, needs

account = Blueprint("v1_account", __name__)
_CENT = Decimal("0.00000001")
_MOST_SHOWN = 10


def kept_names(me: Caller) -> list[str]:
    """What comes with the trip that counts the request, where it is known which accounts there are."""
    return portfolio.names(me.user_id, me.version) if me.version else []


@account.get("/account")
@needs("read", kept_names)
def summary() -> Response:
    found, me = _portfolio(), caller()
    told = [figures for _, figures in found.told]
    return _aged(found, jsonify({
        "user_id": me.user_id,
        "username": me.user_name,
        "balance": _money(sum((one.balance for one in told), Decimal(0))),
        "available_balance": _money(sum((one.available for one in told), Decimal(0))),
        "total_pnl": _money(sum((one.profit for one in told), Decimal(0))),
        "open_positions": sum(len(one.positions) for one in told),
        "subscription_active": me.is_pro,
        "subscription_plan": me.plan,
        "environment": found.environment,
        "accounts": [_account(one, figures) for one, figures in found.told],
        "warnings": found.warnings,
    }))  # fmt: skip


@account.get("/positions")
@needs("read", kept_names)
def positions() -> Response:
    """A bare list, as the source document has it: what is missing in it is told in `X-Warnings`, a JSON list."""
    found = _portfolio()
    response = jsonify([_position(one, open_) for one, figures in found.told for open_ in figures.positions])
    if found.warnings:
        shown = [*found.warnings[:_MOST_SHOWN], *(["There are more."] if len(found.warnings) > _MOST_SHOWN else [])]
        response.headers["X-Warnings"] = json.dumps(shown)
    return _aged(found, response)


def _portfolio() -> Portfolio:
    me = caller()
    return portfolio.of_user(me.user_id, query_choice("environment", list(ENVIRONMENTS)), me.version, beside())


def _aged(found: Portfolio, response: Response) -> Response:
    if found.age_s is not None:
        response.headers["X-Data-Age"] = str(found.age_s)
    return response


def _account(one: Account, figures: Figures) -> dict[str, Any]:
    return {
        "exchange_account_id": one.id,
        "exchange": one.exchange,
        "environment": one.environment,
        "label": one.label,
        "markets": figures.markets,
        "balance": _money(figures.balance),
        "available_balance": _money(figures.available),
        "total_pnl": _money(figures.profit),
        "open_positions": len(figures.positions),
    }


def _position(one: Account, open_: Open) -> dict[str, Any]:
    return {
        "symbol": open_.symbol,
        "side": open_.side,
        "quantity": open_.quantity,
        "entry_price": open_.entry_price,
        "mark_price": open_.mark_price,
        "unrealized_pnl": None if open_.profit is None else _money(open_.profit),
        "leverage": open_.leverage,
        "liquidation_price": open_.liquidation_price,
        "exchange": one.exchange,
        "exchange_account_id": one.id,
    }


def _money(amount: Decimal) -> Decimal:
    """In USDT, to the eighth digit: what was converted has no end of digits."""
    return nearest(amount, _CENT)
