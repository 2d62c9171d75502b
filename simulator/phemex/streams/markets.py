"""A symbol as the market channels spell it: scaled integers, or text for those whose names end in `_p`."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import worth
from simulator.phemex.contracts.spelling import PRICE_SCALE, VALUE_SCALE, plain, scaled
from simulator.phemex.contracts.symbols import CONTRACTS, Contract
from simulator.phemex.spot.symbols import PAIRS, SCALE, Pair
from simulator.phemex.streams.refused import invalid

Spelt = Callable[[Decimal], Any]


@dataclass(slots=True, frozen=True)
class Market:
    """`value` of a quantity at a price; the three spellings are of prices, quantities and values."""

    name: str
    tick: Decimal
    step: Decimal
    start_price: Decimal
    spell_price: Spelt
    spell_quantity: Spelt
    spell_value: Spelt
    value: Callable[[Decimal, Decimal], Decimal]


def market_of(symbol: Any, in_text: bool) -> Market:
    """COIN-M contracts and spot pairs are subscribed to in integers, linear contracts in text."""
    contract, pair = CONTRACTS.get(symbol), PAIRS.get(symbol)
    if contract is not None and contract.inverse != in_text:
        return _contract(contract)
    if pair is not None and not in_text:
        return _pair(pair)
    raise invalid()


def _contract(contract: Contract) -> Market:
    spellings: tuple[Spelt, Spelt, Spelt] = (plain, plain, plain)
    if contract.inverse:
        spellings = (lambda price: scaled(price, PRICE_SCALE), int, lambda value: scaled(value, VALUE_SCALE))
    return Market(
        contract.name, contract.tick, contract.step, contract.start_price, *spellings,
        lambda quantity, price: worth.value(contract, quantity, price),
    )  # fmt: skip


def _pair(pair: Pair) -> Market:
    def spell(amount: Decimal) -> int:
        return scaled(amount, SCALE)

    return Market(
        pair.name, pair.tick, pair.step, pair.start_price, spell, spell, spell, lambda quantity, price: quantity * price
    )
