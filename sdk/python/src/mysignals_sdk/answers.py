"""What the calls answer with. Money and quantities are Decimal, times are aware datetimes in UTC.

Every answer has `raw`, the JSON as it came (fractions as Decimal), for fields that this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, overload

UNDER_WAY = frozenset({"queued", "sending", "unknown"})
"""States of a delivery, and of the whole, while an exchange has not answered yet."""
OVER = frozenset({"rejected", "skipped", "expired", "cancelled", "closed"})
"""States of a delivery that has nothing open, and will not."""


@dataclass(frozen=True)
class AccountFigures:
    """One exchange account; in USDT."""

    exchange_account_id: int
    exchange: str
    environment: str
    label: str
    markets: tuple[str, ...]
    balance: Decimal
    available_balance: Decimal
    total_pnl: Decimal
    open_positions: int


@dataclass(frozen=True)
class Account:
    """In USDT. `warnings` says what is missing in the figures; `data_age` is in seconds, None when just asked."""

    user_id: int
    username: str
    balance: Decimal
    available_balance: Decimal
    total_pnl: Decimal
    open_positions: int
    subscription_active: bool
    subscription_plan: str
    environment: str | None
    accounts: tuple[AccountFigures, ...]
    warnings: tuple[str, ...]
    data_age: int | None
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Position:
    """Quantity in base, prices in quote, profit in USDT. What the exchange does not tell is None."""

    symbol: str
    side: str
    quantity: Decimal
    entry_price: Decimal | None
    mark_price: Decimal | None
    unrealized_pnl: Decimal | None
    leverage: int | None
    liquidation_price: Decimal | None
    exchange: str
    exchange_account_id: int
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Positions(Sequence[Position]):
    """A sequence of positions, with what is missing in it and how many seconds old it is (None: just asked)."""

    items: tuple[Position, ...]
    warnings: tuple[str, ...]
    data_age: int | None
    raw: Sequence[Mapping[str, Any]] = field(repr=False)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Position]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> Position: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Position, ...]: ...
    def __getitem__(self, index: int | slice) -> Position | tuple[Position, ...]:
        return self.items[index]


@dataclass(frozen=True)
class SignalReceipt:
    """The signal is queued. `stop_loss_set_by_us`: none was named, so the server chose one; likewise the target."""

    signal_id: str
    message: str
    processed_users: int
    timestamp: datetime
    stop_loss: Decimal | None
    take_profit: Decimal | None
    stop_loss_set_by_us: bool
    take_profit_set_by_us: bool
    replayed: bool
    """It had been carried out before: this is the first answer again."""
    idempotency_key: str
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class OrderReceipt:
    """The order is queued. `quantity` is None where the balance decides; `price` the limit, or the market's price."""

    order_id: str
    message: str
    symbol: str
    side: str
    quantity: Decimal | None
    price: Decimal | None
    timestamp: datetime
    stop_loss: Decimal | None
    take_profit: Decimal | None
    stop_loss_set_by_us: bool
    take_profit_set_by_us: bool
    replayed: bool
    """It had been carried out before: this is the first answer again."""
    idempotency_key: str
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class AccountState:
    """What became of it on one exchange account. Quantities in base, prices in quote."""

    exchange_account_id: int | None
    exchange: str
    environment: str
    state: str
    quantity: Decimal | None
    filled_quantity: Decimal | None
    average_price: Decimal | None
    stop_loss: Decimal | None
    take_profit: Decimal | None
    message: str | None
    client_order_id: str | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class State:
    """What became of a signal or an order, with all its accounts."""

    symbol: str
    market: str | None
    status: str
    accounts: tuple[AccountState, ...]
    timestamp: datetime
    raw: Mapping[str, Any] = field(repr=False)

    def is_like(self, other: State) -> bool:
        """Whether nothing has changed between them but the time."""
        mine, theirs = ({**one.raw, "timestamp": None} for one in (self, other))
        return mine == theirs

    @property
    def is_settled(self) -> bool:
        """Whether every exchange has answered. A limit order may rest, and a position be open, for long after."""
        return self.status not in UNDER_WAY

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is open on any account, and nothing will be; a closing is over once it is settled."""
        is_done = self.status in ("closed", "failed") or all(one.state in OVER for one in self.accounts)
        return self.is_settled and is_done


@dataclass(frozen=True)
class SignalState(State):
    signal_id: str
    action: str
    followers: Mapping[str, int] | None
    """How many there are (`total`), and how many in each state; None unless it is a provider's own signal."""

    @property
    def is_settled(self) -> bool:
        return super().is_settled and not self._followers_in(UNDER_WAY)

    @property
    def is_over(self) -> bool:
        if self.action.startswith("close"):
            return self.is_settled
        return super().is_over and self._followers_in(OVER) == (self.followers or {}).get("total", 0)

    def _followers_in(self, states: Iterable[str]) -> int:
        return sum((self.followers or {}).get(state, 0) for state in states)


@dataclass(frozen=True)
class OrderState(State):
    order_id: str
    side: str
    reduce_only: bool
    """It was to close: `accounts` are what it closes."""

    @property
    def is_over(self) -> bool:
        return self.is_settled if self.reduce_only else super().is_over
