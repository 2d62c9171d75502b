"""At what price something is opened: a market price is read before the transaction that stores the opening, so that no
connection of the database waits for an exchange.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.market import EntryType
from mysignals.extensions import db
from mysignals.services.errors import ExchangeUnavailable, Invalid, NoExchange
from mysignals.services.prices import Quote, board

from .aim import Aim, aim
from .asked import By, Opening

WAIT_S = 3.0
"""How long a price is waited for, where the caller does not say."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A price that was asked for just now, in quote; None where it was not told in time."""

    quote: Quote
    price: Decimal | None


def foresee(by: By, asked: Opening, wait_s: float = WAIT_S) -> Foreseen | None:
    """The price that carrying it out will need; waits `wait_s` at most.

    None where none is needed, and where it will be refused anyway.
    """
    if asked.entry_type is EntryType.LIMIT:
        return None
    try:
        quote = aim(by, asked).quote
    except (Invalid, NoExchange):
        return None
    finally:
        db.session.rollback()
    return Foreseen(quote, board().of(quote, wait_s=wait_s)) if quote is not None else None


def price_of(asked: Opening, found: Aim, foreseen: Foreseen | None) -> Decimal:
    """In quote; the limit, or the market's price just now. Raises Invalid, and ExchangeUnavailable."""
    if asked.price is not None:
        return asked.price
    if found.quote is None:
        raise Invalid({"symbol": f"No exchange that is known here tells the price of {asked.symbol}."})
    # What was foreseen for other accounts, which have changed meanwhile, is asked anew.
    known = foreseen is not None and foreseen.quote == found.quote
    price = foreseen.price if known and foreseen is not None else board().of(found.quote, wait_s=WAIT_S)
    if price is None:
        raise ExchangeUnavailable(f"The price of {asked.symbol} could not be read. Nothing was stored; send it again.")
    return price
