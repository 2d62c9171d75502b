"""What an order of a spot desk pays with, and freezes until it fills or ends; and the fee."""

from decimal import Decimal

from simulator.bitget.refusal import Refusal
from simulator.bitget.spot.records import SpotDesk
from simulator.bitget.symbols import Symbol

FEE = Decimal("0.001")  # of what is received, taker and maker alike


def paid_asset(side: str, symbol: Symbol) -> str:
    return symbol.quote if side == "buy" else symbol.base


def freeze(desk: SpotDesk, asset: str, amount: Decimal) -> None:
    wallet = desk.wallet(asset)
    if wallet.free < amount:
        raise Refusal("43012", "Insufficient balance")
    wallet.lock(amount)
