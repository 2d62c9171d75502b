"""What spot books consist of: orders, plan orders, fills, wallets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.wallet import Wallet

ZERO = Decimal(0)
OPEN = frozenset({"live", "partially_filled"})


@dataclass(slots=True)
class Draft:
    """An order as it was asked for. `size` is quote for a market buy, base for everything else."""

    symbol: str
    side: str
    type: str
    force: str
    size: Decimal
    price: Decimal
    client_id: str
    target: Decimal = ZERO  # attached exits: trigger, and the price of the order it becomes (0: market)
    target_price: Decimal = ZERO
    stop: Decimal = ZERO
    stop_price: Decimal = ZERO

    @property
    def is_in_quote(self) -> bool:
        return self.type == "market" and self.side == "buy"


@dataclass(slots=True)
class Order:
    """`quantity` in base; `locked` is what it holds back: quote for a buy, base for a sale. Times in ms."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    type: str
    force: str
    size: Decimal
    quantity: Decimal
    price: Decimal
    received_ms: int
    accepted_ms: int
    updated_ms: int
    target: Decimal = ZERO
    target_price: Decimal = ZERO
    stop: Decimal = ZERO
    stop_price: Decimal = ZERO
    plan_id: int = 0  # of the plan order it was born from
    state: str = "live"
    filled: Decimal = ZERO
    quote_filled: Decimal = ZERO
    fee: Decimal = ZERO  # in the asset that was received
    locked: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    def ledger_row(self) -> dict[str, Any]:
        return row(self, self.size, self.price, filled=self.filled, market="spot")


@dataclass(slots=True)
class Plan:
    """Waits for a price. `plan_type`: amount (size in base), total (size in quote), or tpsl (an exit, in base)."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    type: str
    plan_type: str
    size: Decimal
    trigger_price: Decimal
    execute_price: Decimal
    trigger_type: str
    triggers_above: bool
    force: str
    received_ms: int
    accepted_ms: int
    updated_ms: int
    attached: bool = False  # the venue made it, for an order's attached exit
    state: str = "live"
    order_id: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == "live"

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.size, self.execute_price, market="spot", plan_type=self.plan_type,
            stop_price=self.trigger_price,
        )  # fmt: skip


@dataclass(slots=True)
class Fill:
    id: int
    order_id: int
    api_key: str
    symbol: str
    side: str
    type: str
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    at_ms: int
    is_maker: bool


@dataclass(slots=True)
class SpotDesk:
    """All that one key has on spot. `by_client_id` points to the newest record of that id."""

    api_key: str
    wallets: dict[str, Wallet] = field(default_factory=dict)
    orders: Orders[int, Order] = field(default_factory=Orders)
    plans: Orders[int, Plan] = field(default_factory=Orders)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, asset: str) -> Wallet:
        return made(self.wallets, asset, Wallet, self.api_key, asset)
