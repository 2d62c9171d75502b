"""What mix books consist of: orders, plan orders, positions, settings, fills, wallets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.desk import Orders, made
from simulator.ledger import row
from simulator.position import Position
from simulator.wallet import MarginWallet

ZERO = Decimal(0)
OPEN = frozenset({"live", "partially_filled"})
NET = "net"  # the one position of one-way mode; hedge mode has long and short
WHOLE = frozenset({"pos_loss", "pos_profit"})
EXITS = frozenset({"loss_plan", "profit_plan", "moving_plan"}) | WHOLE


@dataclass(slots=True)
class Draft:
    """An order as it was asked for. `direction` is what it does; `side` is what was sent, in hedge the position's."""

    symbol: str
    side: str
    direction: str
    position: str
    closes: bool
    type: str
    force: str
    quantity: Decimal
    price: Decimal
    client_id: str
    margin_mode: str
    stop: Decimal = ZERO  # attached exits: trigger, and the price of the order it becomes (0: market)
    stop_price: Decimal = ZERO
    target: Decimal = ZERO
    target_price: Decimal = ZERO
    source: str = "normal"
    made_room: bool = False  # older reduce-only orders were cancelled for it


@dataclass(slots=True)
class Order:
    """Times in ms. `closes` is reduce-only in one-way mode and tradeSide close in hedge mode."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    side: str
    direction: str
    position: str
    closes: bool
    type: str
    force: str
    quantity: Decimal
    price: Decimal
    margin_mode: str
    leverage: int
    received_ms: int
    accepted_ms: int
    updated_ms: int
    stop: Decimal = ZERO
    stop_price: Decimal = ZERO
    target: Decimal = ZERO
    target_price: Decimal = ZERO
    source: str = "normal"
    plan_id: int = 0  # of the plan order it was born from
    state: str = "live"
    filled: Decimal = ZERO
    quote_filled: Decimal = ZERO
    fee: Decimal = ZERO
    realised: Decimal = ZERO
    cancel_reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def is_sent(self) -> bool:
        """Not one that the venue made itself, out of a plan order or to liquidate."""
        return self.source == "normal"

    @property
    def hedged(self) -> bool:
        return self.position != NET

    @property
    def trade_side(self) -> str:
        if self.hedged:
            return "close" if self.closes else "open"
        return f"{self.direction}_single"

    @property
    def sign(self) -> int:
        return 1 if self.direction == "buy" else -1

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.price, self.closes, filled=self.filled, market="mix", trade_side=self.trade_side,
            position_side=self.position,
        )  # fmt: skip


@dataclass(slots=True)
class Plan:
    """Waits for a price. `quantity` 0: the whole position. `hold` is long or short for exits, empty for entries."""

    id: int
    api_key: str
    client_id: str
    symbol: str
    plan_type: str
    hold: str
    side: str
    direction: str
    position: str
    closes: bool
    type: str
    force: str
    quantity: Decimal
    trigger_price: Decimal
    trigger_type: str
    execute_price: Decimal
    margin_mode: str
    triggers_above: bool
    received_ms: int
    accepted_ms: int
    updated_ms: int
    stop: Decimal = ZERO
    stop_price: Decimal = ZERO
    target: Decimal = ZERO
    target_price: Decimal = ZERO
    callback: Decimal = ZERO  # percent that a trailing order lets the price come back
    extreme: Decimal = ZERO  # the best price since a trailing order began to follow; 0 before
    attached: bool = False  # the venue made it, for an order's attached exit
    state: str = "live"
    order_id: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == "live"

    @property
    def is_exit(self) -> bool:
        return self.plan_type in EXITS

    @property
    def is_stop(self) -> bool:
        return self.plan_type in ("loss_plan", "pos_loss")

    def is_reached(self, price: Decimal) -> bool:
        """Asked again when it is woken: its trigger may have been changed since."""
        return price >= self.trigger_price if self.triggers_above else price <= self.trigger_price

    @property
    def hedged(self) -> bool:
        return self.position != NET

    @property
    def trade_side(self) -> str:
        if self.hedged:
            return "close" if self.closes else "open"
        return f"{self.direction}_single"

    def ledger_row(self) -> dict[str, Any]:
        return row(
            self, self.quantity, self.execute_price, self.closes, market="mix", trade_side=self.trade_side,
            position_side=self.position, plan_type=self.plan_type, stop_price=self.trigger_price,
        )  # fmt: skip


@dataclass(slots=True)
class MixPosition(Position):
    """`opened_ms` is 0 while it is flat."""

    opened_ms: int = 0

    def unrealised(self, mark: Decimal) -> Decimal:
        """The venue knows no -0, which a short position at its entry price would have."""
        return Position.unrealised(self, mark) + 0

    @property
    def hold(self) -> str:
        return "long" if self.amount > 0 else "short"


@dataclass(slots=True)
class Setting:
    """What the account chose for one symbol."""

    api_key: str
    symbol: str
    crossed_leverage: int = 20
    long_leverage: int = 20
    short_leverage: int = 20
    isolated: bool = False

    @property
    def margin_mode(self) -> str:
        return "isolated" if self.isolated else "crossed"

    def leverage(self, hold: str) -> int:
        if not self.isolated:
            return self.crossed_leverage
        return self.long_leverage if hold == "long" else self.short_leverage


@dataclass(slots=True)
class Mode:
    """The account's position mode for one product type."""

    api_key: str
    product: str
    hedge: bool = False


@dataclass(slots=True)
class Fill:
    id: int
    order_id: int
    api_key: str
    symbol: str
    side: str
    trade_side: str
    position: str
    price: Decimal
    quantity: Decimal
    realised: Decimal
    fee: Decimal
    at_ms: int
    is_maker: bool


@dataclass(slots=True)
class MixDesk:
    """All that one key has on mix. `by_client_id` points to the newest record of that id."""

    api_key: str
    wallets: dict[str, MarginWallet] = field(default_factory=dict)
    modes: dict[str, Mode] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    positions: dict[tuple[str, str], MixPosition] = field(default_factory=dict)
    orders: Orders[int, Order] = field(default_factory=Orders)
    plans: Orders[int, Plan] = field(default_factory=Orders)
    fills: list[Fill] = field(default_factory=list)

    def wallet(self, asset: str = "USDT") -> MarginWallet:
        return made(self.wallets, asset, MarginWallet, self.api_key, asset)

    def mode(self, product: str) -> Mode:
        return made(self.modes, product, Mode, self.api_key, product)

    @property
    def hedged(self) -> bool:
        """Contracts are listed for one product type only."""
        return self.mode("USDT-FUTURES").hedge

    def setting(self, symbol: str) -> Setting:
        return made(self.settings, symbol, Setting, self.api_key, symbol)

    def position(self, symbol: str, side: str) -> MixPosition:
        return made(self.positions, (symbol, side), MixPosition, self.api_key, symbol, side)

    def held(self, symbol: str | None = None) -> list[MixPosition]:
        return [each for each in self.positions.values() if each.amount and symbol in (None, each.symbol)]

    def held_on(self, symbol: str, hold: str) -> Decimal:
        """How much of the long or of the short position there is, in either mode."""
        position = self.positions.get((symbol, hold if self.hedged else NET))
        return abs(position.amount) if position is not None and position.amount and position.hold == hold else ZERO
