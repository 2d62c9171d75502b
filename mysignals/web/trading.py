"""Trading a bought signal by hand, and cancelling that."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.domain.market import EntryType, Market
from mysignals.services import trading as service
from mysignals.services.trading import Placed, Wish

from . import parsing
from .forms.trading import Cancel, TradeByHand
from .guards import active, member
from .rendering import success

trading = Blueprint("trading", __name__)


@trading.post("/spot/trade/<id:signal_id>")
@active
def trade_spot(signal_id: int) -> Response:
    return _traded(signal_id, Market.SPOT)


@trading.post("/futures/trade/<id:signal_id>")
@active
def trade_futures(signal_id: int) -> Response:
    return _traded(signal_id, Market.FUTURES)


@trading.post("/mytrades/cancel/<id:signal_id>")
@active
def cancel(signal_id: int) -> Response:
    wish = parsing.body(Cancel)
    done = service.cancel(member(), signal_id, account_id=wish.account_id, closes=wish.filled == "close")
    if done.is_pending:
        message = "The exchange has not confirmed yet; it is cancelled until that is certain, and you are told."
        response = success(message, signal_id=signal_id, delivery_id=done.delivery_id, state="pending")
        response.status_code = 202
        return response
    return success(
        "Successfully Cancelled Signal!",
        signal_id=signal_id,
        delivery_id=done.delivery_id,
        state=done.state.value,
        filled_quantity=done.filled_quantity,
        average_price=done.average_price,
        details=done.sentence,
    )


def _traded(signal_id: int, market: Market) -> Response:
    form = parsing.body(TradeByHand)
    placed = service.place(member(), signal_id, market, Wish(form.tp, form.quote, form.account_id))
    fields: dict[str, Any] = {
        "signal": _signal(placed),
        "delivery_id": placed.delivery_id,
        "account_id": placed.account_id,
    }
    if placed.is_pending:
        response = success("The exchange has not confirmed yet.", state="pending", **fields)
        response.status_code = 202
        return response
    return success(state=placed.state.value, **fields)


def _signal(placed: Placed) -> dict[str, Any]:
    plan = placed.plan
    order: dict[str, Any] = {
        "symbol": plan.symbol,
        "side": plan.side,
        "quantity": placed.quantity,
        "price": plan.price,
        "timeInForce": "GTC" if plan.entry_type is EntryType.LIMIT else None,
        "type": plan.entry_type,
        "tp": plan.exits[0].price,
        "sl": plan.stop,
        "newClientOrderId": placed.client_order_id,
    }
    return order if plan.market is Market.SPOT else {**order, "leverage": plan.leverage}
