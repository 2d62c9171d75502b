"""What a trade by hand would be, before it is asked for: the same choosing and planning, and nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.abilities import Abilities
from mysignals.domain.at_stake import AtStake, at_stake
from mysignals.domain.market import Market
from mysignals.domain.plan import Plan, Skip
from mysignals.exchanges.registry import dialect_for
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Signal, User

from .chosen import CENT, choose, planned_for, smallest
from .placing import Wish, tradable


@dataclass(frozen=True, slots=True)
class Preview:
    """`least` is the smallest amount that its exchange takes, `unused` what rounding down leaves; both in quote."""

    plan: Plan
    stake: AtStake
    exchange: str
    least: Decimal
    unused: Decimal


def preview(user: User, signal_id: int, market: Market, wish: Wish) -> Preview:
    """Raises what `place` raises before it stores anything: NotFound, NotAllowed, Conflict, Invalid by field."""
    signal = tradable(user, signal_id, market)
    chosen = choose(user, signal, wish.target, wish.quote, wish.account_id)
    account = db.session.get_one(ExchangeAccount, chosen.account_id)
    stake = at_stake(chosen.plan)
    abilities = dialect_for(account.exchange, market, account.api_version).abilities
    least = _least(signal, chosen.targets, chosen.plan, abilities)
    return Preview(chosen.plan, stake, chosen.exchange, least, max(wish.quote - stake.margin, Decimal(0)))


def _least(signal: Signal, targets: str, plan: Plan, abilities: Abilities) -> Decimal:
    """What a cent is told to be raised to; a cent where that is enough."""
    found = planned_for(signal, targets, CENT, plan.rules, abilities)
    if not isinstance(found, Skip) or found.needed is None:
        return CENT
    return smallest(signal, targets, found.needed, plan.rules, abilities)
