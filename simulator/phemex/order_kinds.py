"""The words of orders that contracts and spot share, and what follows from them (EXCHANGES 6.4)."""

from decimal import Decimal

from simulator.prices import crosses

SIDES = frozenset({"Buy", "Sell"})
LIMITS = frozenset({"Limit", "StopLimit", "LimitIfTouched"})
CONDITIONAL = frozenset({"Stop", "StopLimit", "MarketIfTouched", "LimitIfTouched"})
TYPES = CONDITIONAL | {"Market", "Limit"}
TIMES_IN_FORCE = frozenset({"GoodTillCancel", "PostOnly", "ImmediateOrCancel", "FillOrKill"})
OPEN = frozenset({"New", "PartiallyFilled", "Untriggered"})
ENDED = frozenset({"Filled", "Canceled", "Rejected", "Deactivated"})
WOULD_CROSS, NOT_AT_ONCE = 101, 100  # cxlRejReason


class OrderWords:
    """What an order of either book says about itself; `is_maker` is of its last fill."""

    __slots__ = ()
    api_key: str
    client_id: str
    symbol: str
    type: str
    side: str
    time_in_force: str
    state: str
    price: Decimal
    stop_price: Decimal
    quantity: Decimal
    filled: Decimal
    is_maker: bool
    number: int
    id: str
    received_ms: int
    accepted_ms: int
    updated_ms: int
    reject_reason: int

    @property
    def by_venue(self) -> bool:
        """No client sent it."""
        return False

    @property
    def step(self) -> Decimal:
        """Of quantities, on the market of the order."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waits(self) -> bool:
        return self.state == "Untriggered"

    @property
    def is_limit(self) -> bool:
        return self.type in LIMITS

    @property
    def is_conditional(self) -> bool:
        return self.type in CONDITIONAL

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def triggers_above(self) -> bool:
        """Stop* to buy and *IfTouched to sell wait above the market, the others below."""
        return self.type.startswith("Stop") == (self.side == "Buy")

    def is_triggered_by(self, last: Decimal) -> bool:
        return last >= self.stop_price if self.triggers_above else last <= self.stop_price

    def crosses(self, last: Decimal) -> bool:
        return crosses(self.side == "Buy", self.price, last)

    @property
    def stop_direction(self) -> str:
        if not self.is_conditional:
            return "UNSPECIFIED"
        return "Rising" if self.triggers_above else "Falling"

    @property
    def exec_status(self) -> str:
        if self.state in ("PartiallyFilled", "Filled"):
            return "MakerFill" if self.is_maker else "TakerFill"
        if self.state in ("Canceled", "Triggered"):
            return self.state
        return {"Untriggered": "Registered", "Rejected": "NewRejected"}.get(self.state, "New")
