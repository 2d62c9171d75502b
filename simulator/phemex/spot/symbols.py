"""Spot pairs: ticks, steps, smallest values (EXCHANGES 6.5, 6.8). First prices are made up."""

from dataclasses import dataclass
from decimal import Decimal

from simulator.phemex.parameters import Parameters, text
from simulator.phemex.refusal import Refusal

SCALE = 100_000_000  # of prices and values alike
FEE = Decimal("0.001")  # of what is received, taker and maker alike
MIN_VALUE, MAX_VALUE = Decimal(1), Decimal(5_000_000)


@dataclass(slots=True, frozen=True)
class Pair:
    """`step` in base, `tick` in quote."""

    name: str
    base: str
    step: Decimal
    tick: Decimal
    max_quantity: Decimal
    start_price: Decimal
    code: int
    quote: str = "USDT"


PAIRS = {
    f"s{base}USDT": Pair(
        f"s{base}USDT", base, Decimal(step), Decimal(tick), Decimal(largest), Decimal(start), 1000 + code
    )
    for code, (base, step, tick, largest, start) in enumerate(
        [
            ("BTC", "0.000001", "0.01", "1000", "50000"),
            ("ETH", "0.00001", "0.01", "10000", "2500"),
            ("BNB", "0.0001", "0.01", "50000", "350"),
            ("SOL", "0.0001", "0.01", "100000", "150"),
            ("XRP", "0.01", "0.0001", "10000000", "0.6"),
            ("LTC", "0.0001", "0.01", "100000", "70"),
            ("DOGE", "0.1", "0.00001", "50000000", "0.15"),
            ("ADA", "0.01", "0.0001", "10000000", "0.4"),
        ],
        1,
    )
}


def read_pair(params: Parameters) -> Pair:
    name = text(params, "symbol")
    pair = PAIRS.get(name)
    if pair is None:
        raise Refusal(39997, f"Symbol not listed {name}")
    return pair
