"""Who plans the rows of a batch, at once or when their questions are answered: without the database, in any thread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from mysignals import clock
from mysignals.domain.abilities import Abilities
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import NotSent
from mysignals.domain.plan import Plan, Skip, Terms
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.models import Signal

from .asking import Known
from .claim import Claimed
from .planning import plan_one, terms_of
from .pricing import Told, Venue, venue
from .results import Result, failed_to_ask, skipped, unplannable, unreadable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planner:
    """All that the rows of one signal at one exchange are planned by, but for what is known of each account."""

    signal: Signal
    """Of no session, so that any thread may read it."""
    rules: Mapping[Venue, SymbolRules | None]
    told: Told
    max_age_seconds: int
    traded_at: datetime | None = None

    def terms(self) -> Terms:
        """The signal at this moment."""
        return terms_of(self.signal, clock.now(), self.max_age_seconds, since=self.traded_at)

    def rules_of(self, row: Claimed) -> SymbolRules | None:
        return self.rules[venue(row)]

    def plan(self, row: Claimed, known: Known, terms: Terms, price: Decimal | None) -> Plan | Result:
        """The result, where nothing is to be sent. `price` is the market's, in quote; None where it is not known."""
        if known.failed is not None and not terms.is_too_old:
            return failed_to_ask(row, self.signal, known.failed)
        if known.key is None and row.status == "ready":
            return unreadable(row, self.signal)
        try:
            plan = plan_one(row, terms, known, self.rules_of(row), price, _abilities(row, terms.market))
        except (ArithmeticError, LookupError, ValueError):
            # A bug of ours: one row that cannot be planned must not cost all the others their signal.
            log.exception("delivery %s could not be planned", row.id)
            return unplannable(row, self.signal)
        if isinstance(plan, Skip):
            return skipped(row, self.signal, plan)
        if isinstance(plan, NotSent):
            return failed_to_ask(row, self.signal, plan)
        return plan


def _abilities(row: Claimed, market: Market) -> Abilities:
    """An exchange without the market has nothing listed there either."""
    if not is_offered(row.exchange, market, row.api_version):
        return Abilities()
    return dialect_for(row.exchange, market, row.api_version).abilities
