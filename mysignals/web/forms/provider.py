"""Bodies of /provider."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator

from .values import Form, Money, OptionalMoney, ShortText, Symbol, Wallet, fault, whole


class SpotDraft(Form):
    """`tp2` and `tp3` may be missing, null or empty."""

    symbol: Symbol
    side: Literal["BUY", "SELL"]
    type: Literal["LIMIT", "MARKET"] = "LIMIT"
    quantity: Money
    price: Money
    sl: Money
    tp1: Money
    tp2: OptionalMoney = None
    tp3: OptionalMoney = None
    short_text: ShortText = ""

    @field_validator("tp3")
    @classmethod
    def _in_order(cls, value: OptionalMoney, info: ValidationInfo) -> OptionalMoney:
        if value is not None and info.data.get("tp2", value) is None:
            raise fault("Needs tp2.")
        return value


class FuturesDraft(SpotDraft):
    leverage: Annotated[int, whole(1, 125)]


class NewWallet(Form):
    wallet: Wallet
