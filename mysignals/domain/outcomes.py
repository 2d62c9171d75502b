"""What an exchange answered: yes, no, or nobody knows; and what a question told."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from .candle import Candle
from .intents import ExitKind
from .market import MarginMode, PositionMode, Side, SymbolRules
from .value import value


class Reason(StrEnum):
    """Why an exchange said no; stable, shown to users with a cause and an advice."""

    AUTH = "auth"
    PERMISSION = "permission"
    IP = "ip"
    TIME = "time"
    RATE = "rate"
    FUNDS = "funds"
    MINIMUM = "minimum"
    PRECISION = "precision"
    SYMBOL = "symbol"
    MODE = "mode"
    LEVERAGE = "leverage"
    DUPLICATE = "duplicate"
    NOT_FOUND = "not_found"
    TOO_LATE = "too_late"
    TRIGGER = "trigger"
    REDUCE_ONLY = "reduce_only"
    TOO_MANY = "too_many"
    MAINTENANCE = "maintenance"
    RETIRED = "retired"
    UNKNOWN = "unknown"
    PARAMETER = "parameter"


class OrderState(StrEnum):
    NEW = "new"
    PENDING = "pending"
    """Attached to an entry that has not filled."""
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    TRIGGERED = "triggered"
    UNKNOWN = "unknown"


ENDED = (OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED)
"""What can fill no more."""


@value
class OrderReport:
    """One order as the exchange tells it. Quantities in base, on inverse contracts in contracts.

    `average_price` is None where not told. `became` is the exchange's id of the order that a triggered one has placed.
    `changed_ms` is when something last happened to it by the exchange's clock, Unix ms; 0 where not told.
    """

    client_id: str
    exchange_id: str
    state: OrderState
    filled: Decimal = Decimal(0)
    average_price: Decimal | None = None
    commission_in_base: Decimal = Decimal(0)
    quantity: Decimal | None = None
    became: str = ""
    changed_ms: int = 0


@value
class OpenOrder:
    """One resting order with what tells it from others. `kind` and `trigger_price` of conditional ones.

    `side` is that of the order itself, the closing one for an exit. `created_ms` is Unix ms, 0 where not told.
    """

    report: OrderReport
    symbol: str
    side: Side
    quantity: Decimal
    kind: ExitKind | None = None
    trigger_price: Decimal | None = None
    created_ms: int = 0


@value
class OpenOrders:
    items: tuple[OpenOrder, ...]


class Closing(StrEnum):
    """What ended a trade."""

    STOP = "stop"
    TARGET = "target"
    USER = "user"
    LIQUIDATION = "liquidation"
    OTHER = "other"
    """The exchange gave no reason, or one that we do not know."""


@value
class Trade:
    """One trade with its exits inside. Quantity in base, prices in quote, `created_ms` in Unix ms.

    `state` is that of the entry; `closing` None while the trade is open or on its way.
    """

    exchange_id: str
    symbol: str
    side: Side
    quantity: Decimal
    leverage: int
    created_ms: int
    state: OrderState
    open_price: Decimal | None = None
    close_price: Decimal | None = None
    closing: Closing | None = None
    stop_margin: Decimal | None = None
    take: Decimal | None = None


@value
class Trades:
    items: tuple[Trade, ...]


@value
class Accepted:
    """The exchange took it; `orders` lists every order of the answer, the asked one first."""

    orders: tuple[OrderReport, ...] = ()


@value
class Rejected:
    """Documented as did-not-happen. `code` and `message` are the exchange's own."""

    reason: Reason
    code: str
    message: str


@value
class Unknown:
    """Nobody knows whether it happened: ask by client id, never send again blindly.

    `unmapped` where the exchange's code stands in no table of ours: such are counted, so that somebody adds them.
    """

    cause: str
    code: str = ""
    unmapped: bool = False


@value
class NotSent:
    """Certainly not a byte left for the exchange: no connection, or the fence was too near."""

    cause: str


@value
class Balance:
    asset: str
    free: Decimal
    total: Decimal


@value
class Balances:
    """`available(asset)` is what may be spent on a new order, in that asset."""

    by_asset: tuple[Balance, ...]

    def available(self, asset: str) -> Decimal:
        return next((b.free for b in self.by_asset if b.asset == asset), Decimal(0))


@value
class Position:
    """`amount` in base, negative when short; `side` is `both`, `long` or `short`."""

    symbol: str
    side: str
    amount: Decimal
    entry_price: Decimal
    mark_price: Decimal
    unrealised: Decimal
    liquidation_price: Decimal


@value
class Positions:
    items: tuple[Position, ...]


@value
class ModeRead:
    mode: PositionMode


@value
class SymbolSettings:
    """`position_mode` only where it is a setting of the symbol (Abilities.mode_per_symbol).

    `leverage` is 0, which is never what is wanted, where the account has not one whole number set: a fraction, two
    sides that differ, or whatever the exchange allows at most.
    """

    symbol: str
    leverage: int
    margin_mode: MarginMode
    position_mode: PositionMode | None = None


@value
class Permissions:
    """What the key may do; `account` says what else is wrong with the account, in a sentence, or is empty."""

    may_read: bool
    may_trade_spot: bool
    may_trade_futures: bool
    may_withdraw: bool
    ip_bound: bool
    account: str = ""


@value
class RulesRead:
    rules: tuple[SymbolRules, ...]


@value
class PriceRead:
    price: Decimal


@value
class CandlesRead:
    """Oldest first; the last one is under way."""

    items: tuple[Candle, ...]


@value
class TimeRead:
    now_ms: int


Read = (
    Balances | Positions | ModeRead | SymbolSettings | Permissions | RulesRead | PriceRead | CandlesRead | TimeRead
    | OpenOrders | Trade | Trades
)  # fmt: skip
Outcome = Accepted | Rejected | Unknown | NotSent | Read


ARRIVED_BEFORE = "duplicate client id: an earlier send arrived"
"""The cause of an Unknown whose answer proves that the exchange has, or had, the order (EXCHANGES 1.1, DUPLICATE)."""


def has_arrived(outcome: Outcome) -> bool:
    """Whether a write was answered by the proof that an earlier one with its id arrived. That is never a failure."""
    if isinstance(outcome, Unknown):
        return outcome.cause == ARRIVED_BEFORE
    return isinstance(outcome, Rejected) and outcome.reason is Reason.DUPLICATE


def is_gone(outcome: Outcome) -> bool:
    """Whether the exchange says of an order that it rests no more: it knows none such, or it is over already."""
    return isinstance(outcome, Rejected) and outcome.reason in (Reason.NOT_FOUND, Reason.TOO_LATE)
