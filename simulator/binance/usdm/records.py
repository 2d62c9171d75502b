"""What futures books consist of: orders, algo orders, positions, settings, fills, wallets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.position import Position
from simulator.wallet import MarginWallet

ZERO = Decimal(0)
OPEN = frozenset({"NEW", "PARTIALLY_FILLED"})


@dataclass(slots=True)
class Draft:
    """A normal order as it was asked for."""

    symbol: str
    side: str
    position_side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    reduce_only: bool
    client_id: str
    good_till_ms: int = 0
    close_position: bool = False


@dataclass(slots=True)
class Order:
    """Times in ms. `algo_id` is set on an order that a triggered algo order gave birth to."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    position_side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    reduce_only: bool
    received_ms: int
    accepted_ms: int
    updated_ms: int
    good_till_ms: int = 0
    close_position: bool = False
    orig_type: str = ""
    algo_id: int = 0
    state: str = "NEW"
    filled: Decimal = ZERO
    quote_filled: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def direction(self) -> int:
        return 1 if self.side == "BUY" else -1

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.price, self.reduce_only, filled=self.filled, position_side=self.position_side
        )


@dataclass(slots=True)
class AlgoOrder:
    """A conditional order. `order_id` is the order in the book after the trigger, 0 before."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    position_side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    trigger_price: Decimal
    reduce_only: bool
    close_position: bool
    working_type: str
    price_protect: bool
    received_ms: int
    accepted_ms: int
    updated_ms: int
    good_till_ms: int = 0
    state: str = "NEW"
    order_id: int = 0
    triggered_ms: int = 0
    failure: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == "NEW"

    @property
    def triggers_above(self) -> bool:
        """STOP* BUY and TAKE_PROFIT* SELL wait above the market, the others below."""
        return self.type.startswith("STOP") == (self.side == "BUY")

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.price, self.reduce_only or self.close_position, stop_price=self.trigger_price,
            position_side=self.position_side, close_position=self.close_position, algo=True,
        )  # fmt: skip


@dataclass(slots=True)
class Setting:
    """What the account chose for one symbol."""

    api_key: str
    symbol: str
    leverage: int = 20
    isolated: bool = False


@dataclass(slots=True)
class Fill:
    id: int
    order_id: int
    api_key: str
    symbol: str
    side: str
    position_side: str
    price: Decimal
    quantity: Decimal
    realised: Decimal
    commission: Decimal
    at_ms: int
    is_maker: bool


@dataclass(slots=True)
class Mode:
    """The account's position mode, and the key of its user stream: valid until, how many there were."""

    api_key: str
    hedge: bool = False
    listen_key: str = ""
    listen_until_ms: int = 0
    listen_keys: int = 0


@dataclass(slots=True)
class Desk:
    """All that one key has on futures. `by_client_id` points to the newest order of that id."""

    api_key: str
    can_trade: bool
    mode: Mode
    wallets: dict[str, MarginWallet] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    positions: dict[tuple[str, str], Position] = field(default_factory=dict)
    orders: Orders[int, Order] = field(default_factory=Orders)
    algos: Orders[int, AlgoOrder] = field(default_factory=Orders)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, asset: str = "USDT") -> MarginWallet:
        return made(self.wallets, asset, MarginWallet, self.api_key, asset)

    def setting(self, symbol: str) -> Setting:
        return made(self.settings, symbol, Setting, self.api_key, symbol)

    def position(self, symbol: str, side: str) -> Position:
        return made(self.positions, (symbol, side), Position, self.api_key, symbol, side)

    def held(self, symbol: str | None = None) -> list[Position]:
        return [each for each in self.positions.values() if each.amount and symbol in (None, each.symbol)]
