"""Prices and the time as Bitget tells them (EXCHANGES 4.3, 5.3)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import ReadPrice
from mysignals.domain.outcomes import PriceRead, TimeRead
from mysignals.exchanges.reading import Unreadable, number, text, whole

from .fields import rows
from .markets import our_symbol
from .spelling import Spelling


def price(intent: ReadPrice, data: Any, names: Spelling) -> PriceRead:
    """v2 answers with a list, v1 with one."""
    for told in [data] if isinstance(data, dict) else rows(data):
        if our_symbol(text(told, "symbol")) == intent.symbol:
            found = number(told, names.last_price)
            if found > 0:
                return PriceRead(found)
    raise Unreadable("no price of the symbol")


def time(data: Any) -> TimeRead:
    """v1's data is the number itself, as text."""
    return TimeRead(whole(data if isinstance(data, dict) else {"serverTime": data}, "serverTime"))
