"""What Magnr's dialect is asked and answered."""

from mysignals.exchanges.magnr import FUTURES
from tests.exchanges.hearing import Hearing

from .answers import OPENED, SETTLED, TRADES
from .asking import EVERY_INTENT

HEARINGS = [
    Hearing(
        "magnr futures", FUTURES, EVERY_INTENT,
        (OPENED, {"trade": SETTLED}, TRADES, {"errors": ["Insufficient funds"]}),
        keys=("id", "trade", "trades", "errors", "side", "size", "status", "created_at", "leverage"),
        odd=("open", "pending", 1234, "1234"),
    )
]  # fmt: skip
