"""Perpetual contracts: ticks, steps, smallest values, fees (EXCHANGES 6.5). First prices are made up."""

from dataclasses import dataclass
from decimal import Decimal

from simulator.phemex.parameters import Parameters, text
from simulator.phemex.refusal import Refusal

MAKER = Decimal("0.0001")
MAINTENANCE = Decimal("0.005")  # of the value
MOST_LEVERAGE = 100
CURRENCY_CODES = {"BTC": 1, "ETH": 2, "USDT": 3}


@dataclass(slots=True, frozen=True)
class Contract:
    """Prices in quote; quantities in contracts where inverse (one is worth 1 USD), else in base.

    `settle` is the currency of margin and profit; fees are fractions of the value in it.
    """

    name: str
    base: str
    settle: str
    inverse: bool
    tick: Decimal
    step: Decimal
    min_value: Decimal
    max_quantity: Decimal
    start_price: Decimal
    taker: Decimal
    code: int
    maker: Decimal = MAKER

    @property
    def quote(self) -> str:
        return "USD" if self.inverse else "USDT"


def _inverse(base: str, tick: str, start: str, code: int) -> Contract:
    return Contract(
        base + "USD", base, base, True, Decimal(tick), Decimal(1), Decimal(0), Decimal(1_000_000), Decimal(start),
        Decimal("0.00075"), code,
    )  # fmt: skip


def _linear(base: str, tick: str, step: str, largest: str, start: str, code: int) -> Contract:
    return Contract(
        base + "USDT", base, "USDT", False, Decimal(tick), Decimal(step), Decimal(1), Decimal(largest), Decimal(start),
        Decimal("0.0006"), code,
    )  # fmt: skip


CONTRACTS = {
    contract.name: contract
    for contract in (
        _inverse("BTC", "0.5", "50000", 1),
        _inverse("ETH", "0.05", "2500", 11),
        _linear("BTC", "0.1", "0.001", "1000", "50000", 41541),
        _linear("ETH", "0.01", "0.01", "10000", "2500", 41641),
        _linear("BNB", "0.01", "0.01", "10000", "350", 45041),
        _linear("SOL", "0.01", "0.01", "100000", "150", 42541),
        _linear("XRP", "0.0001", "0.1", "5000000", "0.6", 41741),
        _linear("LTC", "0.01", "0.01", "100000", "70", 42041),
        _linear("DOGE", "0.00001", "1", "50000000", "0.15", 43841),
        _linear("ADA", "0.0001", "1", "5000000", "0.4", 42141),
    )
}


def read_contract(params: Parameters, inverse: bool) -> Contract:
    """Each API knows the contracts of its own kind only."""
    contract = CONTRACTS.get(text(params, "symbol"))
    if contract is None or contract.inverse != inverse:
        raise Refusal(11027)
    return contract


def contracts_of(inverse: bool) -> list[Contract]:
    return [contract for contract in CONTRACTS.values() if contract.inverse == inverse]
