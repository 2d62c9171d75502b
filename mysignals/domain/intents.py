"""What we ask an exchange: one frozen value per question or order."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from .candle import Span
from .market import EntryType, MarginMode, Market, PositionMode, Side
from .value import value


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


@value
class PlaceOrder:
    """A market or limit order. `quantity` in base, on inverse contracts in contracts (SymbolRules.contract_value).

    `hedge` tells that the account is in hedge mode. `stop` and `target` are trigger prices that ride on the entry
    where the exchange can do it (ExitStyle.ATTACHED). `margin_mode` is the symbol's, for exchanges that ask for it
    with every order.
    """

    market: Market
    symbol: str
    side: Side
    type: EntryType
    quantity: Decimal
    price: Decimal | None
    client_id: str
    reduce_only: bool = False
    hedge: bool = False
    stop: Decimal | None = None
    target: Decimal | None = None
    margin_mode: MarginMode = MarginMode.CROSS


@value
class PlaceExit:
    """A conditional market exit of a futures position, or of a spot holding; `side` is the closing side.

    `margin_mode` is the symbol's, for exchanges that ask for it with every order.
    """

    market: Market
    symbol: str
    side: Side
    kind: ExitKind
    quantity: Decimal
    trigger_price: Decimal
    client_id: str
    hedge: bool = False
    margin_mode: MarginMode = MarginMode.CROSS


@value
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


@value
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


@value
class QueryOrder:
    """State of an order by its client id, or by `exchange_id` where that is told.

    `conditional` asks the store of conditional orders, `history` the one of orders that are over, on exchanges that
    keep them apart. `position` is the side that the entry has or had, `hedge` the account's mode, `kind` which exit
    it is (None for an entry or a close): some exchanges cannot find an order without.
    """

    market: Market
    symbol: str
    client_id: str
    conditional: bool = False
    exchange_id: str = ""
    history: bool = False
    position: Side | None = None
    hedge: bool = False
    kind: ExitKind | None = None


@value
class CancelOrder:
    """Fields as in QueryOrder."""

    market: Market
    symbol: str
    client_id: str
    conditional: bool = False
    exchange_id: str = ""
    position: Side | None = None
    hedge: bool = False
    kind: ExitKind | None = None


@value
class CancelAll:
    """All resting orders of a symbol; `conditional` those that wait for a trigger, where they are kept apart."""

    market: Market
    symbol: str
    conditional: bool = False


@value
class ReadOpenOrders:
    """What rests on a symbol; `conditional` as in CancelAll. With `history` the newest of those that are over, where
    these are kept apart; in a list of all of them (Abilities.history_in_one_list) `conditional` says nothing.
    """

    market: Market
    symbol: str
    conditional: bool = False
    history: bool = False


@value
class OpenTrade:
    """A trade at the market with its exits inside (ExitStyle.WITHIN_TRADE).

    `quantity` in base; `stop_margin` against us and `take` in our favour are distances from the opening price, in
    quote. It has no id of ours.
    """

    symbol: str
    side: Side
    quantity: Decimal
    leverage: int
    stop_margin: Decimal
    take: Decimal


@value
class ReadTrades:
    """All trades of the account."""


@value
class ReadTrade:
    exchange_id: str


@value
class CloseTrade:
    """Liquidate at the market."""

    exchange_id: str


@value
class ReadBalances:
    """`asset` is the one that is needed, for exchanges that keep an account an asset; None for the usual one."""

    market: Market
    asset: str | None = None


@value
class ReadPositions:
    symbol: str | None = None


@value
class ReadPositionMode:
    pass


@value
class SetPositionMode:
    """Of the account; of `symbol` where every symbol has its own (Abilities.mode_per_symbol)."""

    mode: PositionMode
    symbol: str | None = None


@value
class ReadSymbolSettings:
    """Leverage and margin mode the account has on a symbol."""

    symbol: str


@value
class SetLeverage:
    """`margin_mode` and `hedge` as they are, for exchanges that set leverage a mode or a side.

    `side` is that of the entry to come, for exchanges that set one side at a time; None where it is not known.
    """

    symbol: str
    leverage: int
    margin_mode: MarginMode = MarginMode.CROSS
    hedge: bool = False
    side: Side | None = None


@value
class SetMarginMode:
    """`leverage` and `hedge` as wanted, for exchanges that say both in one setting."""

    symbol: str
    mode: MarginMode
    leverage: int = 1
    hedge: bool = False


@value
class ReadPermissions:
    """What the key may do."""


@value
class ReadRules:
    market: Market


@value
class ReadPrice:
    market: Market
    symbol: str


@value
class ReadCandles:
    """The newest `many` of them, fewer than 100."""

    market: Market
    symbol: str
    span: Span
    many: int


@value
class ReadTime:
    market: Market


Intent = (
    PlaceOrder | PlaceExit | PlaceOco | PlaceProtectedEntry | QueryOrder | CancelOrder | CancelAll | ReadOpenOrders
    | OpenTrade | ReadTrades | ReadTrade | CloseTrade
    | ReadBalances | ReadPositions | ReadPositionMode | SetPositionMode | ReadSymbolSettings | SetLeverage
    | SetMarginMode | ReadPermissions | ReadRules | ReadPrice | ReadCandles | ReadTime
)  # fmt: skip
WRITES = (
    PlaceOrder, PlaceExit, PlaceOco, PlaceProtectedEntry, CancelOrder, CancelAll, OpenTrade, CloseTrade,
    SetPositionMode, SetLeverage, SetMarginMode,
)  # fmt: skip
"""What may have happened although the answer is not readable."""
