"""What Magnr's books consist of: trades, wallets, and the last tonce of each key."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import made
from simulator.wallet import Wallet

ZERO = Decimal(0)
BITCOIN, DOLLAR = "BTC", "USD"


@dataclass(slots=True)
class Draft:
    """A trade as it was asked for. `stop_margin` and `take` are USD distances from the opening price; 0: none."""

    side: str
    size: Decimal
    exchange: str
    pair: str
    leverage: int
    stop_margin: Decimal
    take: Decimal


@dataclass(slots=True)
class Trade:
    """pending -> open -> closed -> settled. Size in BTC; deposit, fees and profit in `currency`.

    Prices are 0 until they are known. `stop_wanted` is what was asked for (0: nothing), `stop_margin` the distance
    at which the trade ends for want of something nearer.
    """

    id: int
    api_key: str
    side: str
    size: Decimal
    exchange: str
    pair: str
    leverage: int
    stop_wanted: Decimal
    take: Decimal
    currency: str
    deposit: Decimal
    received_ms: int
    accepted_ms: int
    status: str = "pending"
    open_price: Decimal = ZERO
    close_price: Decimal = ZERO
    stop_margin: Decimal = ZERO
    trade_fees: Decimal = ZERO
    daily_fees: Decimal = ZERO
    profit: Decimal = ZERO
    opened_ms: int = 0
    closed_ms: int = 0
    closed_reason: str = ""

    @property
    def sign(self) -> int:
        return 1 if self.side == "buy" else -1

    def ledger_row(self) -> dict[str, Any]:
        return {
            "api_key": self.api_key, "client_id": "", "order_id": str(self.id), "symbol": self.pair,
            "side": self.side, "type": "market", "quantity": self.size, "price": ZERO, "reduce_only": False,
            "received_ms": self.received_ms, "accepted_ms": self.accepted_ms, "state": self.status,
            "filled": ZERO if self.status == "pending" else self.size, "exchange": self.exchange,
            "leverage": self.leverage, "stop_margin": self.stop_wanted, "take": self.take,
            "closed_reason": self.closed_reason,
        }  # fmt: skip


@dataclass(slots=True)
class Tonce:
    """The highest one seen: kept over a restart, since a captured request is valid for five minutes."""

    api_key: str
    last: int = 0


@dataclass(slots=True)
class Desk:
    """All that one key has on Magnr."""

    api_key: str
    tonce: Tonce
    wallets: dict[str, Wallet] = field(default_factory=dict)
    trades: dict[int, Trade] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Deposits are in bitcoin wherever the account was opened with bitcoin."""
        return BITCOIN if BITCOIN in self.wallets else DOLLAR

    def wallet(self, asset: str) -> Wallet:
        return made(self.wallets, asset, Wallet, self.api_key, asset)
