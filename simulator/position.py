"""What a key holds of a linear contract: fills average its entry price, and realise profit where they reduce it."""

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class Position:
    """`amount` in base, negative when short; `isolated` is the margin (USDT) set apart for it."""

    api_key: str
    symbol: str
    side: str
    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    isolated: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    updated_ms: int = 0

    def unrealised(self, mark: Decimal) -> Decimal:
        return (mark - self.entry_price) * self.amount

    def fill(self, change: Decimal, price: Decimal) -> tuple[Decimal, Decimal]:
        """`change` in base, signed. Returns the profit realised, and how much of the change opened or added to it."""
        before, realised = self.amount, ZERO
        if before and (before > 0) != (change > 0):
            closed = min(abs(change), abs(before)).copy_sign(before)
            realised = (price - self.entry_price) * closed
            self.isolated *= 1 - closed / before
            self.amount -= closed
            self.realised += realised
            change += closed
        if change:
            after = self.amount + change
            self.entry_price = (self.entry_price * self.amount + price * change) / after
            self.amount = after
        if not self.amount:
            self.entry_price = self.isolated = ZERO
        return realised, change
