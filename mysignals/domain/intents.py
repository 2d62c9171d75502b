"""What we ask an exchange: one frozen value per question or order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .market import EntryType, MarginMode, Market, Side


class Leg(StrEnum):
    ENTRY = "entry"
    STOP = "stop"
    STOP2 = "stop2"
    """Spot alone: every target of a ladder locks its own base, so each has a stop of its own."""
    STOP3 = "stop3"
    TARGET1 = "target1"
    TARGET2 = "target2"
    TARGET3 = "target3"
    CLOSE = "close"


class ExitKind(StrEnum):
    STOP = "stop"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A market or limit order. `quantity` in base; `hedge` tells that the account is in hedge mode."""

    market: Market
    symbol: str
    side: Side
    type: EntryType
    quantity: Decimal
    price: Decimal | None
    client_id: str
    reduce_only: bool = False
    hedge: bool = False


@dataclass(frozen=True, slots=True)
class PlaceExit:
    """A conditional market exit of a futures position; `side` is the closing side."""

    market: Market
    symbol: str
    side: Side
    kind: ExitKind
    quantity: Decimal
    trigger_price: Decimal
    client_id: str
    hedge: bool = False


@dataclass(frozen=True, slots=True)
class PlaceOco:
    """Spot stop and target that cancel each other; `side` is the closing side."""

    symbol: str
    side: Side
    quantity: Decimal
    target_price: Decimal
    stop_price: Decimal
    stop_limit_price: Decimal | None
    """None places a stop-market."""
    list_id: str
    target_id: str
    stop_id: str


@dataclass(frozen=True, slots=True)
class PlaceProtectedEntry:
    """Spot limit entry with its OCO attached (OTOCO); `exit_quantity` allows for the commission in base."""

    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    exit_quantity: Decimal
    target_price: Decimal
    stop_price: Decimal
    stop_limit_price: Decimal | None
    list_id: str
    entry_id: str
    target_id: str
    stop_id: str


@dataclass(frozen=True, slots=True)
class QueryOrder:
    """State of an order by its client id; `conditional` asks the store of conditional orders."""

    market: Market
    symbol: str
    client_id: str
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class CancelOrder:
    market: Market
    symbol: str
    client_id: str
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class ReadBalances:
    market: Market


@dataclass(frozen=True, slots=True)
class ReadPositions:
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class ReadPositionMode:
    pass


@dataclass(frozen=True, slots=True)
class ReadSymbolSettings:
    """Leverage and margin mode the account has on a symbol."""

    symbol: str


@dataclass(frozen=True, slots=True)
class SetLeverage:
    symbol: str
    leverage: int


@dataclass(frozen=True, slots=True)
class SetMarginMode:
    symbol: str
    mode: MarginMode


@dataclass(frozen=True, slots=True)
class ReadPermissions:
    """What the key may do."""


@dataclass(frozen=True, slots=True)
class ReadRules:
    market: Market


@dataclass(frozen=True, slots=True)
class ReadPrice:
    market: Market
    symbol: str


@dataclass(frozen=True, slots=True)
class ReadTime:
    market: Market


Intent = (
    PlaceOrder | PlaceExit | PlaceOco | PlaceProtectedEntry | QueryOrder | CancelOrder
    | ReadBalances | ReadPositions | ReadPositionMode | ReadSymbolSettings | SetLeverage | SetMarginMode
    | ReadPermissions | ReadRules | ReadPrice | ReadTime
)  # fmt: skip
