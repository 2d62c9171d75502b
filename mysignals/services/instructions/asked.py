"""What is asked and by whom, as checked values, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from mysignals.domain.market import EntryType, Market, Side


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, and with what: a key or a webhook token."""

    user_id: int
    api_key_id: int | None = None
    webhook_token_id: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Prices in quote, quantity in base. What is None is left to us."""

    kind: str
    """`signal` or `order`."""
    word: str
    """`action` or `side` as it was sent."""
    market: Market
    symbol: str
    side: Side
    entry_type: EntryType = EntryType.MARKET
    quantity: Decimal | None = None
    risk_percent: Decimal | None = None
    """Share of the available balance used as margin, in percent."""
    price: Decimal | None = None
    """Of a limit order; None of a market order."""
    leverage: int | None = None
    stop: Decimal | None = None
    target: Decimal | None = None
    comment: str = ""
    account_id: int | None = None
    """None: all of the owner's that are ready."""


@dataclass(frozen=True, slots=True)
class Closing:
    """`side` is that of the position, None both; `quantity` in base, None all."""

    kind: str
    word: str
    market: Market
    symbol: str
    side: Side | None
    quantity: Decimal | None = None
    reduce_only: bool = False
    comment: str = ""
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was stored of it. Prices in quote, None of closings."""

    public_id: str
    message: str
    processed_users: int
    created_at: datetime
    price: Decimal | None = None
    stop: Decimal | None = None
    target: Decimal | None = None
    stop_is_ours: bool = False
    target_is_ours: bool = False
    is_published: bool = False
    """It went to the followers of a provider."""
