"""What contract books consist of: orders, positions, position modes, fills, accounts."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.phemex.contracts.symbols import CONTRACTS, MOST_LEVERAGE, Contract
from simulator.phemex.order_kinds import OrderWords
from simulator.wallet import MarginWallet

ZERO = Decimal(0)
DEFAULT_LEVERAGE = Decimal(-10)


@dataclass(slots=True)
class Order(OrderWords):
    """Times in ms; prices of 0 stand for none. `number` is 0 until the order is taken in.

    `position_side` is Merged, Long or Short. `closes_all`: the quantity is whatever is open at the trigger.
    `by_venue`: made from the attached exits of another order, or a liquidation; no client sent it.
    """

    api_key: str
    client_id: str
    symbol: str
    side: str
    position_side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal = ZERO
    stop_price: Decimal = ZERO
    trigger: str = "UNSPECIFIED"
    reduce_only: bool = False
    close_on_trigger: bool = False
    closes_all: bool = False
    take_profit: Decimal = ZERO
    take_profit_limit: Decimal = ZERO
    take_profit_trigger: str = "ByMarkPrice"
    stop_loss: Decimal = ZERO
    stop_loss_limit: Decimal = ZERO
    stop_loss_trigger: str = "ByMarkPrice"
    by_venue: bool = False
    number: int = 0
    id: str = ""
    received_ms: int = 0
    accepted_ms: int = 0
    updated_ms: int = 0
    state: str = "New"
    biz_error: int = 0
    reject_reason: int = 0
    filled: Decimal = ZERO
    value_filled: Decimal = ZERO
    closed: Decimal = ZERO
    closed_profit: Decimal = ZERO
    fees: Decimal = ZERO
    is_maker: bool = False

    @property
    def direction(self) -> int:
        return 1 if self.side == "Buy" else -1

    @property
    def closes(self) -> bool:
        """It can only reduce: by its own word, or in hedged mode by its two sides."""
        return (
            self.reduce_only
            or self.close_on_trigger
            or (self.position_side, self.side) in (("Long", "Sell"), ("Short", "Buy"))
        )

    @property
    def contract(self) -> Contract:
        return CONTRACTS[self.symbol]

    @property
    def step(self) -> Decimal:
        return self.contract.step

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.price, self.reduce_only or self.close_on_trigger, filled=self.filled,
            stop_price=self.stop_price, position_side=self.position_side, take_profit=self.take_profit,
            stop_loss=self.stop_loss,
        )  # fmt: skip


@dataclass(slots=True)
class Position:
    """One side of one symbol: Merged, Long or Short, with its own leverage, as the account set it.

    `amount` is negative when short; `isolated` the margin set apart (only while `leverage` is above zero);
    `leverage` at or below zero means cross, zero cross at the maximum. Money in the currency of settlement.
    """

    api_key: str
    symbol: str
    side: str
    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    isolated: Decimal = ZERO
    leverage: Decimal = DEFAULT_LEVERAGE
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    term: int = 0
    updated_ms: int = 0

    @property
    def is_isolated(self) -> bool:
        return self.leverage > 0

    @property
    def effective_leverage(self) -> Decimal:
        return abs(self.leverage) or Decimal(MOST_LEVERAGE)

    @property
    def held_side(self) -> str:
        if not self.amount:
            return "None"
        return "Buy" if self.amount > 0 else "Sell"

    @property
    def contract(self) -> Contract:
        return CONTRACTS[self.symbol]


@dataclass(slots=True)
class Mode:
    """The position mode of one symbol, as the account chose it."""

    api_key: str
    symbol: str
    hedged: bool = False


@dataclass(slots=True)
class Fill:
    """`execution` is the venue's id of it; `closed` the part that reduced the position."""

    number: int
    execution: str
    api_key: str
    order_id: str
    client_id: str
    symbol: str
    side: str
    position_side: str
    order_type: str
    order_quantity: Decimal
    order_price: Decimal
    price: Decimal
    quantity: Decimal
    value: Decimal
    fee: Decimal
    realised: Decimal
    at_ms: int
    is_maker: bool


@dataclass(slots=True)
class Desk:
    """All that one key has in contracts. Client ids are those of all its orders, finished ones too."""

    api_key: str
    wallets: dict[str, MarginWallet] = field(default_factory=dict)
    modes: dict[str, Mode] = field(default_factory=dict)
    positions: dict[tuple[str, str], Position] = field(default_factory=dict)
    orders: Orders[str, Order] = field(default_factory=Orders)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, currency: str) -> MarginWallet:
        return made(self.wallets, currency, MarginWallet, self.api_key, currency)

    def is_hedged(self, symbol: str) -> bool:
        mode = self.modes.get(symbol)
        return mode is not None and mode.hedged

    def sides(self, symbol: str) -> tuple[str, ...]:
        return ("Long", "Short") if self.is_hedged(symbol) else ("Merged",)

    def position(self, symbol: str, side: str) -> Position:
        return made(self.positions, (symbol, side), Position, self.api_key, symbol, side)

    def held(self, currency: str) -> list[Position]:
        """Positions that are not flat."""
        return [each for each in self.positions.values() if each.amount and each.contract.settle == currency]
