"""What a trade of one's own has in place of a following: traded by hand, or by a program."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.market import MarginMode
from mysignals.domain.plan import Choices
from mysignals.domain.sizing import Sizing, SizingMode

MAX_LEVERAGE = 125
MAX_OPEN = 1000
MAX_DEVIATION_BPS = 50
MARGIN_MODE = MarginMode.CROSS
ON_UNPROTECTED = "close"


def sizing(trade_sizing: str, value: Decimal) -> Sizing:
    """From the columns of deliveries. A quantity is the signal's own, whole."""
    if trade_sizing == "quantity":
        return Sizing(SizingMode.MULTIPLIER, Decimal(1))
    return Sizing(SizingMode(trade_sizing), value)


def choices(size: Sizing, targets: str) -> Choices:
    """Before anything is known of the account."""
    return Choices(
        sizing=size,
        max_leverage=MAX_LEVERAGE,
        max_open=MAX_OPEN,
        open_now=0,
        max_deviation_bps=MAX_DEVIATION_BPS,
        targets=targets,
        margin_mode=MARGIN_MODE,
        is_by_hand=True,
    )
