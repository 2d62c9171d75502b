"""POST /v1/orders, and what has become of one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from mysignals.services import instructions
from mysignals.services.instructions import By
from mysignals.web import parsing
from mysignals.web.forms.instructions import OrderForm
from mysignals.web.rendering import iso_ms

from .door import caller, needs
from .executing import executed_once
from .foreseeing import Asked, foreseeing, foreseen
from .stating import told

orders = Blueprint("v1_orders", __name__)


def _asked() -> tuple[By, Asked]:
    return By(caller().user_id, api_key_id=caller().key_id), parsing.body(OrderForm).asked()


@orders.post("/orders")
@needs("trade")
@foreseeing(_asked)
@executed_once
def order() -> Response:
    by, asked = _asked()
    done = instructions.carry_out(by, asked, foreseen())
    return jsonify({
        "success": True,
        "order_id": done.public_id,
        "message": done.message,
        "symbol": asked.symbol,
        "side": asked.word,
        "quantity": asked.quantity,
        "price": done.price,
        "stop_loss": done.stop,
        "take_profit": done.target,
        "stop_loss_set_by_us": done.stop_is_ours,
        "take_profit_set_by_us": done.target_is_ours,
        "timestamp": iso_ms(done.created_at),
    })  # fmt: skip


@orders.get("/orders/<order_id>")
@needs("read")
def state(order_id: str) -> Response:
    found = instructions.state(caller().user_id, "order", order_id)
    names = {"order_id": order_id, "side": found.instruction.word}
    return jsonify(told(found, names) | {"reduce_only": found.instruction.reduce_only})
