"""What the POSTs answer, and what is told of what they asked for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mysignals.domain.lifecycle import State
from mysignals.services.instructions import Status

from .figures import Environment
from .values import Moment, Number, Told

SIGNAL_ID, ORDER_ID = "sig_1704067200_123", "ord_1704067200_124"
_WHEN = "2024-01-01T00:00:00.000Z"


class _Sent(Told):
    success: Literal[True] = Field(examples=[True])
    message: str = Field(examples=["Signal queued for processing"])
    price: Number | None = Field(
        description="The limit, or the market price at that moment. null of a closing.", examples=[43500]
    )
    stop_loss: Number | None = Field(description="null of a closing.", examples=[41000])
    take_profit: Number | None = Field(description="null of a closing.", examples=[45000])
    stop_loss_set_by_us: bool = Field(description="None was named.", examples=[False])
    take_profit_set_by_us: bool = Field(description="None was named.", examples=[False])
    timestamp: Moment = Field(examples=[_WHEN])


class SignalSent(_Sent):
    """It is stored, and on its way."""

    signal_id: str = Field(description="For GET /v1/signals/{signal_id}.", examples=[SIGNAL_ID])
    processed_users: int = Field(description="How many users it was queued for.", examples=[1])


class OrderSent(_Sent):
    """It is stored, and on its way."""

    order_id: str = Field(description="For GET /v1/orders/{order_id}.", examples=[ORDER_ID])
    symbol: str = Field(examples=["BTCUSDT"])
    side: Literal["buy", "sell", "long", "short"] = Field(description="As it was sent.", examples=["long"])
    quantity: Number | None = Field(description="null where the balance decides, or all is closed.", examples=[0.01])


class AccountState(Told):
    """What has become of it on one account. Quantities in base, of contracts settled in coin in contracts."""

    exchange_account_id: int = Field(examples=[17])
    exchange: str = Field(examples=["binance"])
    environment: Environment = Field(examples=["live"])
    state: State = Field(examples=["filled"])
    quantity: Number | None = Field(description="Of the entry; null until it is sized.", examples=[0.01])
    filled_quantity: Number = Field(examples=[0.01])
    average_price: Number | None = Field(
        description="null where it is not told, or nothing filled.", examples=[43501.5]
    )
    stop_loss: Number = Field(examples=[41000])
    take_profit: Number = Field(examples=[45000])
    message: str = Field(description="What happened, in plain words, with what to do.", examples=["Filled on Binance."])
    client_order_id: str | None = Field(description="Of the entry.", examples=["ms123x4f5a6b-e"])
    updated_at: Moment = Field(examples=[_WHEN])


class _Became(Told):
    success: Literal[True] = Field(examples=[True])
    symbol: str = Field(examples=["BTCUSDT"])
    market: Literal["futures", "spot"] = Field(examples=["futures"])
    status: Status = Field(description="Of all accounts together.", examples=["filled"])
    accounts: list[AccountState] = Field(description="Your own.")
    timestamp: Moment = Field(examples=[_WHEN])


class SignalState(_Became):
    """What has become of a signal."""

    signal_id: str = Field(examples=[SIGNAL_ID])
    action: str = Field(description="As it was sent.", examples=["open_long"])
    followers: dict[str, int] | None = Field(
        description="How many copies (`total`), and how many in each state. null where nobody but you gets it.",
        examples=[{"total": 0} | {state.value: 0 for state in State}],
    )


class OrderState(_Became):
    """What has become of an order."""

    order_id: str = Field(examples=[ORDER_ID])
    side: str = Field(description="As it was sent.", examples=["long"])
    reduce_only: bool = Field(description="It was to close; `accounts` are what it closes.", examples=[False])
