"""The plan step: every claimed delivery becomes a plan, or the reason why not. Pure but for the clock's reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import NotSent
from mysignals.domain.plan import Choices, Plan, Skip, SkipReason, Terms, make_plan, too_old
from mysignals.domain.sizing import Sizing, SizingMode
from mysignals.models import Signal

from .asking import Known
from .claim import Claimed

NOT_READY = {
    "refused": "This account's key was refused. Save a new one.",
    "checking": "This account's key has not been checked yet. Signals are copied as soon as the exchange has answered.",
    "disabled": "This account is switched off.",
}

BLOCKED = "A registrar has blocked you here, so nothing new is sent. What is open is followed to its end."
ENDED = "The provider ended the signal before its turn came. Nothing was sent; nothing is to be done."
PAUSED = "You paused this following before the signal's turn came, so nothing was sent."
UNTOLD = "The exchange did not tell its price, without which no stop is sent. "


def terms_of(signal: Signal, now: datetime, max_age_seconds: int, since: datetime | None = None) -> Terms:
    """The signal as plans need it, at the moment `now`. Its age counts from `since` where its owner asked for it."""
    return Terms(
        market=Market(signal.market),
        symbol=signal.symbol,
        side=Side(signal.side),
        entry_type=EntryType(signal.entry_type),
        quantity=signal.quantity,
        price=signal.price,
        stop=signal.stop,
        targets=signal.targets,
        leverage=signal.leverage or 1,
        age_seconds=(now - (since or signal.created_at)).total_seconds(),
        max_age_seconds=max_age_seconds,
        noun="trade" if since else "signal",
    )


def plan_one(
    row: Claimed,
    terms: Terms,
    known: Known,
    rules: SymbolRules | None,
    market_price: Decimal | None,
    abilities: Abilities,
) -> Plan | Skip | NotSent:
    """The plan of one claimed delivery; NotSent where its price has to be read first."""
    listed = rules is not None and rules.trading
    untold = listed and market_price is None and abilities.tells_prices
    if terms.is_too_old:
        return too_old(terms, UNTOLD if untold else "")
    if row.has_ended:
        return Skip(SkipReason.ENDED, ENDED)
    if row.is_blocked:
        return Skip(SkipReason.ACCOUNT, BLOCKED)
    if row.status != "ready":
        return Skip(SkipReason.ACCOUNT, row.status_reason or NOT_READY.get(row.status, "This account is not ready."))
    if row.sizing_mode is None or row.sizing_value is None:
        return Skip(SkipReason.ACCOUNT, "The following ended before the signal's turn came. Nothing was sent.")
    if row.is_paused:
        return Skip(SkipReason.ACCOUNT, PAUSED)
    if untold and terms.entry_type is EntryType.LIMIT:
        return NotSent("the price, by which its stop is checked, could not be read")
    if untold:
        return Skip(SkipReason.PRICE_MOVED, "The exchange's price could not be read, so a market entry was not risked.")
    choices = _choices(row, terms, known, rules)
    if abilities.exits is ExitStyle.WITHIN_TRADE:
        choices = replace(choices, is_opposed=False)  # Trades are independent of each other.
    return make_plan(terms, choices, rules, market_price, abilities)


def _choices(row: Claimed, terms: Terms, known: Known, rules: SymbolRules | None) -> Choices:
    return Choices(
        sizing=Sizing(SizingMode(row.sizing_mode or ""), row.sizing_value or Decimal(0)),
        max_leverage=row.max_leverage or 1,
        max_open=row.max_open or 1,
        open_now=row.open_now,
        max_deviation_bps=row.max_deviation_bps or 0,
        targets=row.targets or "first",
        margin_mode=MarginMode(row.margin_mode or "cross"),
        available=_available(terms, known, rules),
        is_opposed=row.is_opposed and known.mode is not PositionMode.HEDGE,
        is_by_hand=row.is_by_hand,
    )


def _available(terms: Terms, known: Known, rules: SymbolRules | None) -> Decimal | None:
    """In quote. A spot sell spends the base asset, and an inverse contract's margin is paid in it: then that is what
    its balance is worth at the signal's price.
    """
    if known.balances is None or rules is None:
        return None
    if rules.is_inverse or (terms.market is Market.SPOT and terms.side is Side.SELL):
        return known.balances.available(rules.base) * terms.price
    return known.balances.available(rules.quote)
