"""An opening as a signal's draft: with its price, its exits and a quantity; or every fault of it, by field."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.market import EntryType, Market, SymbolRules
from mysignals.domain.money import ceil_to, nearest
from mysignals.domain.plan import least_quantity
from mysignals.domain.reasons import display_name
from mysignals.domain.signal import Draft, faults
from mysignals.domain.sizing import TAKER_FEE
from mysignals.services.errors import Invalid

from .aim import Aim
from .asked import Opening
from .exits import Exits, exits

FIELDS = {"sl": "stop_loss", "tp1": "take_profit"}
"""What the fields of a draft are called here."""
STORED = Decimal("1e-12")
"""The last digit that a quantity is stored with."""


def drafted(asked: Opening, found: Aim, price: Decimal) -> tuple[Draft, Exits]:
    """`price` is the limit, or the market's. Raises Invalid naming every field that breaks a rule."""
    if not found.listed:
        raise Invalid({"symbol": f"{asked.symbol} is not a {asked.market} pair that trades on any exchange here."})
    _expect_offered(asked, found)
    rules, leverage = found.listed[0], asked.leverage or 1
    if asked.price is None:
        price = nearest(price, rules.tick)
    share = asked.risk_percent / 100 if asked.risk_percent and not asked.quantity else None
    ours = exits(asked.side, price, leverage, rules.tick, asked.stop, asked.target, share)
    draft = Draft(
        market=asked.market,
        symbol=asked.symbol,
        side=asked.side,
        entry_type=asked.entry_type,
        quantity=asked.quantity or smallest(rules, price, ours),
        price=price,
        stop=ours.stop,
        targets=(ours.target,),
        leverage=leverage if asked.market is Market.FUTURES else None,
    )
    wrong = [faults(draft, listed, FIELDS) for listed in found.listed]
    if all(wrong):
        raise Invalid(wrong[0])
    return draft, ours


def smallest(rules: SymbolRules, price: Decimal, ours: Exits) -> Decimal:
    """In base: what the exchange takes, with its exits. For an opening that a share of the balance sizes, which is
    published with it, and which followers who copy a multiple of the quantity take a multiple of.
    """
    is_spot = rules.market is Market.SPOT
    least = least_quantity(rules, min(price, ours.stop, ours.target) if is_spot else price)
    if is_spot:
        least = ceil_to(least / (1 - TAKER_FEE), rules.step)  # The commission is taken from what was bought.
    return ceil_to(rules.base_of(least, price), STORED)


def _expect_offered(asked: Opening, found: Aim) -> None:
    """Raises Invalid for what none of the owner's accounts could do."""
    if found.is_published:
        return
    where = ", ".join(sorted({display_name(place.exchange) for place in found.places}))
    wrong = {}
    if asked.entry_type is EntryType.LIMIT and not any(place.abilities.limit_entries for place in found.places):
        wrong["type"] = f"{where} opens positions at the market only."
    if asked.quantity is None and not any(place.abilities.tells_balances for place in found.places):
        wrong["quantity"] = f"Needed at {where}, which tells no balance to take a share of."
    if wrong:
        raise Invalid(wrong)
