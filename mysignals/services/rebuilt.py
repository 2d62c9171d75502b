"""A delivery's plan again, from its rows: for whoever looks after it when the one who made the plan is gone."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.market import EntryType, MarginMode, Market, Side, SymbolRules
from mysignals.domain.money import nearest
from mysignals.domain.plan import Plan, exits_for, protected_quantity
from mysignals.exchanges.missing_exits import Choice
from mysignals.models import AccountSymbolSetting, Signal


def rebuilt(
    signal: Signal, choice: Choice, quantity: Decimal, rules: SymbolRules, settings: AccountSymbolSetting | None
) -> Plan:
    """`quantity` is that of the entry, in base, on inverse contracts in contracts; prices are the signal's."""
    market, side = Market(signal.market), Side(signal.side)
    held = protected_quantity(market, side, quantity, rules)
    return Plan(
        market=market,
        symbol=signal.symbol,
        side=side,
        entry_type=EntryType(signal.entry_type),
        quantity=quantity,
        price=nearest(signal.price, rules.tick),
        stop=nearest(signal.stop, rules.tick),
        exits=exits_for(choice.targets, choice.taken, held, rules, signal.stop),
        leverage=signal.leverage or 1,
        margin_mode=MarginMode(settings.margin_mode) if settings else MarginMode.CROSS,
        rules=rules,
        reference=signal.price,
    )
