"""Bodies of /spot/trade, /futures/trade and /mytrades/cancel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .values import Form, Money, RowId


class TradeByHand(Form):
    tp: Money
    quote: Money = Field(alias="quoteQty")
    account_id: RowId | None = None


class Cancel(Form):
    account_id: RowId | None = None
    filled: Literal["keep", "close"] = "keep"
