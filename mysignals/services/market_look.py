"""What a provider is shown of a market before publishing: the rules of the symbol, and its price just now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.market import Market, SymbolRules
from mysignals.extensions import db

from . import rules
from .errors import ExchangeUnavailable
from .prices import Quote, board

FRESH_S = 3.0
"""While somebody types, a price this old will do."""
WAIT_S = 1.5


@dataclass(frozen=True, slots=True)
class Look:
    """`price` is in quote; None where no exchange told it in time."""

    exchange: str
    rules: SymbolRules
    price: Decimal | None


def look(market: Market, symbol: str) -> Look | None:
    """By the exchange whose rules the draft is checked against; None for a symbol that nobody here trades.

    Ends the transaction: none stays open while an exchange answers.
    """
    listed = rules.listed_for_drafts(market, symbol)
    db.session.rollback()
    if not listed:
        return None
    environment = rules.environment_of_drafts()
    quotes = [(Quote(name, environment, "", market, symbol), name, found) for name, found in listed]
    quote, name, found = next((one for one in quotes if one[0].can_be_told), quotes[0])
    return Look(name, found, board().of(quote, max_age_s=FRESH_S, wait_s=WAIT_S))


def pairs() -> dict[str, list[str]]:
    """What can be published, by market; empty where the exchange has not been reached yet."""
    return {market.value: _pairs(market) for market in Market}


def _pairs(market: Market) -> list[str]:
    try:
        return rules.pairs(market)
    except ExchangeUnavailable:
        return []
