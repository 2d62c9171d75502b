"""The prices that a batch is planned by: begun before the claim, so that nobody waits for them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.market import Market, SymbolRules
from mysignals.extensions import db
from mysignals.models import Signal
from mysignals.services.prices import FRESH_S, Quote, board

from .claim import Claimed

Venue = tuple[str, str, str]
"""Exchange, environment and version of its API."""
OLDEST_S = 5.0
FIRST = text("""
    SELECT a.exchange, a.environment, a.api_version, s.market, s.symbol
    FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id JOIN signals s ON s.id = d.signal_id
    WHERE d.id = :id
""")
"""A batch is of one signal and one exchange, so one row tells nearly always what all of them need."""


@dataclass(frozen=True, slots=True)
class Told:
    """Last prices in quote by venue, where the symbol is listed; None where it could not be read, or is never told."""

    by_venue: Mapping[Venue, Decimal | None]
    good_until: float
    """As time.monotonic() tells it."""

    def of(self, row: Claimed) -> Decimal | None:
        return self.by_venue.get(venue(row))

    @property
    def is_old(self) -> bool:
        return time.monotonic() > self.good_until


def venue(row: Claimed) -> Venue:
    return row.exchange, row.environment, row.api_version


def begin_prices(ids: Sequence[int]) -> None:
    """Ask for the price that the batch will need, without waiting for it."""
    found = db.session.execute(FIRST, {"id": ids[0]}).one_or_none() if ids else None
    db.session.rollback()
    if found is not None:
        board().expect(Quote(found.exchange, found.environment, found.api_version, Market(found.market), found.symbol))


def prices(
    rows: Sequence[Claimed], signal: Signal, rules_by_venue: Mapping[Venue, SymbolRules | None], begun_s: float
) -> Told:
    """What was fresh when the batch was begun (`begun_s`, time.monotonic()) is good for it within OLDEST_S: a busy
    worker would else ask again and wait once more.
    """
    listed = {venue(row) for row in rows if rules_by_venue[venue(row)] is not None}
    quotes = {one: Quote(*one, Market(signal.market), signal.symbol) for one in sorted(listed)}
    max_age_s = min(FRESH_S + time.monotonic() - begun_s, OLDEST_S)
    for quote in quotes.values():
        board().expect(quote, max_age_s)
    found = {one: board().of(quote, max_age_s) for one, quote in quotes.items()}
    return Told(found, time.monotonic() + OLDEST_S - max_age_s)
