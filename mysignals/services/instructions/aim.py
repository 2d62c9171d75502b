"""Whom an opening reaches, by whose rules it is checked, and whose price decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mysignals.domain.market import Market, SymbolRules
from mysignals.exchanges.registry import NAMES
from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import rules
from mysignals.services.prices import Quote

from .asked import By, Opening
from .places import Place, places, places_of_provider


@dataclass(frozen=True, slots=True)
class Aim:
    user: User
    is_published: bool
    """A provider's signal: it goes to the followers, and to the provider's own accounts."""
    places: Sequence[Place]
    listed: Sequence[SymbolRules]
    """It may be stored where one of them takes it. None where nobody trades the symbol."""
    quote: Quote | None
    """None where no exchange that is known here tells a price of it."""


def aim(by: By, asked: Opening) -> Aim:
    """Raises NoExchange and Invalid where nothing can be reached."""
    user = db.session.get_one(User, by.user_id)
    market, symbol = asked.market, asked.symbol
    if asked.kind == "signal" and user.role == "Provider":
        # Followers get it, so their exchange decides, and not the paper account that its provider may have.
        checked = rules.listed_for_drafts(market, symbol)
        quote = _told([Quote(name, rules.environment_of_drafts(), "", market, symbol) for name, _ in checked])
        return Aim(user, True, places_of_provider(user.id, market, symbol), [listed for _, listed in checked], quote)
    found = places(user.id, market, symbol, asked.account_id)
    own = [Quote(one.exchange, one.environment, one.api_version, market, symbol) for one in found]
    quote = _told([*own, *_elsewhere(found[0].environment, market, symbol)])
    return Aim(user, False, found, [one.rules for one in found], quote)


def _told(quotes: Sequence[Quote]) -> Quote | None:
    return next((quote for quote in quotes if quote.can_be_told), None)


def _elsewhere(environment: str, market: Market, symbol: str) -> list[Quote]:
    """Of who trades where no price is told; Binance before others."""
    names = sorted(NAMES, key=lambda name: (name != rules.PROVIDERS_EXCHANGE, name))
    listed = [(name, rules.find(market, symbol, name, environment)) for name in names]
    return [Quote(name, environment, "", market, symbol) for name, found in listed if found and found.trading]
