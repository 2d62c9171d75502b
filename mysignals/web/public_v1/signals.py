"""POST /v1/signal, and what has become of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from mysignals.services import instructions
from mysignals.services.instructions import By, Closing, Foreseen, Opening
from mysignals.web import parsing
from mysignals.web.forms.instructions import SignalForm
from mysignals.web.limits import count_signal
from mysignals.web.rendering import iso_ms

from .door import caller, needs
from .executing import executed_once
from .foreseeing import Asked, foreseeing, foreseen
from .stating import told

signals = Blueprint("v1_signals", __name__)


def _asked() -> tuple[By, Asked]:
    return By(caller().user_id, api_key_id=caller().key_id), parsing.body(SignalForm).asked()


@signals.post("/signal")
@needs("signal")
@foreseeing(_asked)
@executed_once
def signal() -> Response:
    return jsonify(signalled(*_asked(), foreseen()))


@signals.get("/signals/<signal_id>")
@needs("read")
def state(signal_id: str) -> Response:
    found = instructions.state(caller().user_id, "signal", signal_id)
    names = {"signal_id": signal_id, "action": found.instruction.word}
    return jsonify(told(found, names))


def signalled(by: By, asked: Opening | Closing, price: Foreseen | None) -> dict[str, Any]:
    """Within the caller's transaction; what it answers with, however it came in."""
    done = instructions.carry_out(by, asked, price)
    if done.is_published:
        count_signal(by.user_id)
    return {
        "success": True,
        "signal_id": done.public_id,
        "message": done.message,
        "processed_users": done.processed_users,
        "price": done.price,
        "stop_loss": done.stop,
        "take_profit": done.target,
        "stop_loss_set_by_us": done.stop_is_ours,
        "take_profit_set_by_us": done.target_is_ours,
        "timestamp": iso_ms(done.created_at),
    }
