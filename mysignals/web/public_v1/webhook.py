"""POST /v1/webhook/<token>: what POST /v1/signal takes, from charts that cannot sign."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from mysignals.services import instructions
from mysignals.services.instructions import By, Opening
from mysignals.web import parsing
from mysignals.web.forms.alerts import AlertForm

from . import alerts
from .door import unsigned
from .signals import signalled

webhook = Blueprint("v1_webhook", __name__)
PRICE_WAIT_S = 0.4
"""With what is waited for the same alert it stays below a second; what comes too late is sent again by its chart."""


@webhook.post("/webhook/<token>")
@unsigned
def alert(token: str) -> Response:
    """`token` holds nothing: it was taken out of the address before."""
    sender = alerts.sender()
    form = parsing.json_or_text(AlertForm)
    by, asked = By(sender.user_id, webhook_token_id=sender.token_id), form.asked()
    price = instructions.foresee(by, asked, PRICE_WAIT_S) if isinstance(asked, Opening) else None
    return alerts.carried_out_once(sender, form.id, lambda: jsonify(signalled(by, asked, price)))
