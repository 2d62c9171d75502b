"""How the two contract APIs spell numbers: scaled integers (Ep, Ev, Er), or real values as text (Rp, Rv, Rq, Rr)."""

from dataclasses import dataclass
from decimal import Decimal

from simulator.phemex.contracts.records import ZERO
from simulator.phemex.parameters import Parameters, integer, number

PRICE_SCALE, VALUE_SCALE, RATIO_SCALE = 10_000, 100_000_000, 100_000_000


@dataclass(slots=True, frozen=True)
class Spelling:
    """`inverse` contracts are spelt in integers."""

    inverse: bool
    quantity_name: str

    def price(self, params: Parameters, name: str) -> Decimal:
        """0 where it was not sent; `name` without its suffix."""
        if self.inverse:
            return Decimal(integer(params, name + "Ep", 0)) / PRICE_SCALE
        return number(params, name + "Rp", ZERO)

    def quantity(self, params: Parameters, default: Decimal | None = None) -> Decimal:
        if self.inverse:
            return Decimal(integer(params, self.quantity_name, None if default is None else int(default)))
        return number(params, self.quantity_name, default)

    def leverage(self, params: Parameters, name: str = "leverage") -> Decimal:
        """As it is sent, with its sign: `leverageRr`; `leverage`, or else `leverageEr`."""
        if not self.inverse:
            return number(params, name + "Rr")
        if params.get(name) in (None, "") and params.get(name + "Er") not in (None, ""):
            return Decimal(integer(params, name + "Er")) / RATIO_SCALE
        return number(params, name)

    def margin(self, params: Parameters) -> Decimal:
        """`posBalance`, of positions/assign."""
        if not self.inverse:
            return number(params, "posBalanceRv")
        if params.get("posBalanceEv") not in (None, ""):
            return Decimal(integer(params, "posBalanceEv")) / VALUE_SCALE
        return number(params, "posBalance")


COIN, LINEAR = Spelling(inverse=True, quantity_name="orderQty"), Spelling(inverse=False, quantity_name="orderQtyRq")


def scaled(amount: Decimal, scale: int) -> int:
    return int(amount * scale)


def plain(amount: Decimal) -> str:
    """A real value as the g-API writes it: no trailing zeros, no exponent, at most eight decimals."""
    if not amount:
        return "0"
    return f"{round(amount, 8).normalize():f}"
