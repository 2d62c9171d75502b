"""What a trade holds, costs, earns, and how far its price may go. Formulas of the simulator: Magnr published none."""

from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_UP, Decimal

from simulator.magnr.records import BITCOIN, ZERO, Trade

TRADE_RATE, DAILY_RATE = Decimal("0.48"), Decimal("0.2")  # percent of the size: once, and for each whole day
SMALLEST, CENT = Decimal("1E-8"), Decimal("0.01")
DAY_MS = 86_400_000


def worth(size: Decimal, price: Decimal, currency: str) -> Decimal:
    """So many bitcoins in the account's currency."""
    return size if currency == BITCOIN else size * price


def deposit(size: Decimal, price: Decimal, leverage: int, currency: str) -> Decimal:
    return (worth(size, price, currency) / leverage).quantize(SMALLEST, rounding=ROUND_UP)


def trade_fees(trade: Trade) -> Decimal:
    return _percent(TRADE_RATE, trade)


def daily_fees(trade: Trade) -> Decimal:
    return (trade.closed_ms - trade.opened_ms) // DAY_MS * _percent(DAILY_RATE, trade)


def _percent(rate: Decimal, trade: Trade) -> Decimal:
    whole = worth(trade.size, trade.open_price, trade.currency)
    return (whole * rate / 100).quantize(SMALLEST, rounding=ROUND_UP)


def profit(trade: Trade) -> Decimal:
    """Net of fees. The deposit is all that can be lost."""
    dollars = trade.sign * (trade.close_price - trade.open_price) * trade.size
    gross = dollars / trade.close_price if trade.currency == BITCOIN else dollars
    net = (gross - trade.trade_fees - trade.daily_fees).quantize(SMALLEST, rounding=ROUND_FLOOR)
    return max(net, -trade.deposit)


def last_price(trade: Trade) -> Decimal:
    """Where the loss and the trade's fee have eaten the deposit. A loss in bitcoin is dollars over this price."""
    room = (trade.deposit - trade.trade_fees) / trade.size
    if trade.currency == BITCOIN:
        return trade.open_price / (1 + trade.sign * room)
    return max(trade.open_price - trade.sign * room, ZERO)


def widest_stop(trade: Trade) -> Decimal:
    """The USD distance that the deposit allows."""
    return abs(trade.open_price - last_price(trade)).quantize(CENT, rounding=ROUND_DOWN)
