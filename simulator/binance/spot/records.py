"""What spot books consist of: orders, lists of orders, fills, wallets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.wallet import Wallet

ZERO = Decimal(0)
OPEN = frozenset({"NEW", "PARTIALLY_FILLED", "PENDING_NEW"})
CONDITIONAL = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})


@dataclass(slots=True)
class Draft:
    """An order as it was asked for: read and well-formed, not yet checked against market or wallet."""

    symbol: str
    side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    stop_price: Decimal
    quote_quantity: Decimal
    client_id: str


@dataclass(slots=True)
class Order:
    """`locked` is what it holds back in the wallet: quote for a buy, base for a sale. Times in ms.

    `cancel_id` is the id that the client gave to the cancellation.
    """

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal
    stop_price: Decimal
    quote_quantity: Decimal
    list_id: int
    received_ms: int
    accepted_ms: int
    updated_ms: int
    state: str = "NEW"
    filled: Decimal = ZERO
    quote_filled: Decimal = ZERO
    locked: Decimal = ZERO
    working_ms: int = -1
    triggered: bool = False
    cancel_id: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def waits_for_trigger(self) -> bool:
        return self.type in CONDITIONAL and not self.triggered

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.price, filled=self.filled, stop_price=self.stop_price, list_id=self.list_id
        )


@dataclass(slots=True)
class OrderList:
    """OCO, OTO or OTOCO. `locked` is held for the exit legs together, since only one of them can fill."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    contingency: str
    order_ids: list[int]
    working_id: int  # 0 where there is no entry (OCO)
    created_ms: int
    state: str = "EXECUTING"
    locked: Decimal = ZERO

    @property
    def exit_ids(self) -> list[int]:
        return [order_id for order_id in self.order_ids if order_id != self.working_id]


@dataclass(slots=True)
class Fill:
    id: int
    order_id: int
    api_key: str
    symbol: str
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    at_ms: int
    is_buyer: bool
    is_maker: bool
    list_id: int


@dataclass(slots=True)
class Desk:
    """All that one key has on spot. `by_client_id` points to the newest order of that id."""

    api_key: str
    can_trade: bool
    created_ms: int
    permissions: list[str]
    wallets: dict[str, Wallet] = field(default_factory=dict)
    orders: Orders[int, Order] = field(default_factory=Orders)
    lists: dict[int, OrderList] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, asset: str) -> Wallet:
        return made(self.wallets, asset, Wallet, self.api_key, asset)
