"""What each view of /v1 is for, takes and answers. A view that is missing here stops the document, and a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mysignals.models.exchange_account import ENVIRONMENTS
from mysignals.web.forms.alerts import AlertForm
from mysignals.web.forms.instructions import OrderForm, SignalForm
from mysignals.web.public_v1.answers import Code

from .figures import Account, Position
from .instructions import ORDER_ID, SIGNAL_ID, OrderSent, OrderState, SignalSent, SignalState
from .refusals import AT_A_WEBHOOK, AT_THE_DOOR


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` is the model of a 200; `headers` the names of headers that it may have besides."""

    name: str
    summary: str
    description: str
    answer: Any
    tag: str
    body: Any = None
    requests: Mapping[str, Any] = field(default_factory=dict)
    """Bodies to begin with, by what they do."""
    parameters: tuple[Mapping[str, Any], ...] = ()
    headers: tuple[str, ...] = ()
    refusals: tuple[Code, ...] = ()
    """Besides what it may be told at the door."""
    door: tuple[Code, ...] = AT_THE_DOOR


_ENVIRONMENT = {
    "name": "environment",
    "in": "query",
    "required": False,
    "description": "Of live, testnet and paper the first that you have accounts in, unless you name one.",
    "schema": {"type": "string", "enum": list(ENVIRONMENTS)},
    "example": "live",
}


def _id_of(name: str, example: str) -> Mapping[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": example}


OPERATIONS: dict[str, Operation] = {
    "v1_account.summary": Operation(
        name="getAccount",
        summary="Balances and plan",
        description="Real figures from your exchanges, at most 10 s old.",
        answer=Account,
        tag="Reading",
        parameters=(_ENVIRONMENT,),
        headers=("X-Data-Age",),
        refusals=(Code.EXCHANGE_ERROR,),
    ),
    "v1_account.positions": Operation(
        name="getPositions",
        summary="Open positions",
        description="Across all connected exchanges, at most 10 s old.",
        answer=list[Position],
        tag="Reading",
        parameters=(_ENVIRONMENT,),
        headers=("X-Data-Age", "X-Warnings"),
        refusals=(Code.EXCHANGE_ERROR,),
    ),
    "v1_signals.signal": Operation(
        name="sendSignal",
        summary="Send a signal",
        description="From a provider it goes to the followers and to the provider's own accounts; from anybody else "
        "to their own accounts. Nothing is opened without its stop: where you name none, we set one.",
        answer=SignalSent,
        tag="Trading",
        body=SignalForm,
        requests={
            "Open a long": {
                "symbol": "BTCUSDT", "action": "open_long", "leverage": 10, "risk_percent": 2.0, "stop_loss": 41000,
                "take_profit": 45000, "comment": "My trading bot signal",
            },
            "Close all of it": {"symbol": "BTCUSDT", "action": "close_all"},
        },
        refusals=(Code.NO_EXCHANGE, Code.EXCHANGE_ERROR),
    ),
    "v1_signals.state": Operation(
        name="getSignal",
        summary="What has become of a signal",
        description="On each of your accounts, and in numbers on those of your followers.",
        answer=SignalState,
        tag="Reading",
        parameters=(_id_of("signal_id", SIGNAL_ID),),
        refusals=(Code.NOT_FOUND,),
    ),
    "v1_orders.order": Operation(
        name="placeOrder",
        summary="Place an order",
        description="On your own accounts, all that are ready or the one that you name.",
        answer=OrderSent,
        tag="Trading",
        body=OrderForm,
        requests={
            "At the market": {
                "symbol": "BTCUSDT", "side": "long", "type": "market", "quantity": 0.01, "leverage": 10,
                "stop_loss": 41000, "take_profit": 45000,
            },
            "At a limit": {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "price": 42000, "quantity": 0.01},
            "Close what is long": {"symbol": "BTCUSDT", "side": "sell", "reduce_only": True},
        },
        refusals=(Code.NO_EXCHANGE, Code.EXCHANGE_ERROR),
    ),
    "v1_orders.state": Operation(
        name="getOrder",
        summary="What has become of an order",
        description="On each of your accounts.",
        answer=OrderState,
        tag="Reading",
        parameters=(_id_of("order_id", ORDER_ID),),
        refusals=(Code.NOT_FOUND,),
    ),
    "v1_webhook.alert": Operation(
        name="sendAlert",
        summary="Send a signal from a chart that cannot sign",
        description="The same as POST /v1/signal, for alerts of charts. The token of `POST /webhooks` in the address "
        "says who sends it: keep the address to yourself, and rotate the token when it was seen. The body is JSON, "
        "whether it is called `application/json` or `text/plain`. With an `id` it is carried out once: a second with "
        "that id is answered with the first answer, for 24 hours, whatever else it says. 60 a minute.",
        answer=SignalSent,
        tag="Trading",
        body=AlertForm,
        requests={
            "Open a long, once": {
                "id": "BTCUSDT-15-2026-01-31T12:00:00Z", "symbol": "BTCUSDT", "action": "open_long", "leverage": 10,
                "risk_percent": "2",
            },
            "Close all of it": {"symbol": "BTCUSDT", "action": "close_all"},
        },
        parameters=(_id_of("token", "wh_" + "x" * 48),),
        refusals=(Code.NO_EXCHANGE, Code.EXCHANGE_ERROR),
        door=AT_A_WEBHOOK,
    ),
}  # fmt: skip
"""By endpoint."""
