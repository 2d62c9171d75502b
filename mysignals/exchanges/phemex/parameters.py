"""Parameters that the APIs spell alike: which order, all orders of a symbol, leverage with its sign."""

from __future__ import annotations

from mysignals.domain.intents import CancelAll, CancelOrder, QueryOrder
from mysignals.domain.market import MarginMode

from .draft import word

NEWEST = "limit=200"
"""As many as a list of what is over tells at once (EXCHANGES 6.6); without a beginning it tells of the last two days
(Phemex documentation, order history).
"""


def by_id(symbol: str, asked: QueryOrder | CancelOrder) -> str:
    """By one of the two ids; the documents' spellings clOrDID and oderId are slips (EXCHANGES 8.1)."""
    if asked.exchange_id:
        return f"symbol={word(symbol)}&orderID={word(asked.exchange_id)}"
    return f"symbol={word(symbol)}&clOrdID={word(asked.client_id)}"


def all_of(symbol: str, cancel: CancelAll) -> str:
    """Conditional orders are cancelled by a call of their own. The seed has no parameters; EXCHANGES 8.1 line 100."""
    return f"symbol={word(symbol)}&untriggered={'true' if cancel.conditional else 'false'}"


def signed_leverage(leverage: int, mode: MarginMode) -> int:
    """Below zero is cross margin, above it isolated; 0 would be cross at the symbol's maximum (EXCHANGES 6.6)."""
    return -leverage if mode is MarginMode.CROSS else leverage
