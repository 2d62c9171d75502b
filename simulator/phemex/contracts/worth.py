"""What contracts are worth: the two formulas, linear and inverse, in one place (EXCHANGES 6.6)."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from simulator.phemex.contracts.symbols import Contract

SMALLEST = Decimal("1E-8")


def value(contract: Contract, quantity: Decimal, price: Decimal) -> Decimal:
    """In the currency of settlement: contracts divided by the price where inverse."""
    return quantity / price if contract.inverse else quantity * price


def profit(contract: Contract, amount: Decimal, entry: Decimal, price: Decimal) -> Decimal:
    """Of a signed amount; long inverse: quantity * (1/entry - 1/price)."""
    if contract.inverse:
        return amount / entry - amount / price
    return amount * (price - entry)


def average(contract: Contract, amount: Decimal, entry: Decimal, change: Decimal, price: Decimal) -> Decimal:
    """The entry price after more of the same direction: what the values, not the prices, add up to."""
    whole = amount + change
    if not amount:
        return price
    if contract.inverse:
        return whole / (amount / entry + change / price)
    return (entry * amount + price * change) / whole


def fee(contract: Contract, quantity: Decimal, price: Decimal, is_maker: bool) -> Decimal:
    """Rounded up to the smallest unit, as what is owed is."""
    rate = contract.maker if is_maker else contract.taker
    return (value(contract, quantity, price) * rate).quantize(SMALLEST, rounding=ROUND_UP)


def in_smallest(amount: Decimal) -> Decimal:
    return amount.quantize(SMALLEST, rounding=ROUND_DOWN)
