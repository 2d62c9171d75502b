"""What spot books consist of: orders, fills, wallets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.phemex.order_kinds import OrderWords
from simulator.phemex.spot.symbols import PAIRS, Pair
from simulator.wallet import Wallet

ZERO = Decimal(0)


@dataclass(slots=True)
class Order(OrderWords):
    """Times in ms. `quote_quantity` is set where the order was sent by quote; `quantity` is then what it buys.

    `locked` is what it holds back in the wallet: quote for a buy, base for a sale; nothing before its trigger.
    """

    api_key: str
    client_id: str
    symbol: str
    side: str
    type: str
    time_in_force: str
    quantity: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    price: Decimal = ZERO
    stop_price: Decimal = ZERO
    trigger: str = "UNSPECIFIED"
    number: int = 0
    id: str = ""
    received_ms: int = 0
    accepted_ms: int = 0
    updated_ms: int = 0
    state: str = "New"
    reject_reason: int = 0
    filled: Decimal = ZERO
    quote_filled: Decimal = ZERO
    locked: Decimal = ZERO
    fees: Decimal = ZERO
    is_maker: bool = False

    @property
    def pair(self) -> Pair:
        return PAIRS[self.symbol]

    @property
    def pays_with(self) -> str:
        return self.pair.quote if self.side == "Buy" else self.pair.base

    @property
    def fee_currency(self) -> str:
        return self.pair.base if self.side == "Buy" else self.pair.quote

    @property
    def step(self) -> Decimal:
        return self.pair.step

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self,
            self.quantity,
            self.price,
            filled=self.filled,
            stop_price=self.stop_price,
            quote_quantity=self.quote_quantity,
        )


@dataclass(slots=True)
class Fill:
    number: int
    execution: str
    api_key: str
    order_id: str
    client_id: str
    symbol: str
    side: str
    order_type: str
    price: Decimal
    quantity: Decimal
    quote: Decimal
    fee: Decimal
    at_ms: int
    is_maker: bool


@dataclass(slots=True)
class Desk:
    """All that one key has on spot. Client ids are those of all its orders, finished ones too."""

    api_key: str
    wallets: dict[str, Wallet] = field(default_factory=dict)
    orders: Orders[str, Order] = field(default_factory=Orders)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, currency: str) -> Wallet:
        return made(self.wallets, currency, Wallet, self.api_key, currency)
