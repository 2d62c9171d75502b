"""The smallest amount that is named when somebody sends too little really is enough, and a cent less is not."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from mysignals.domain.abilities import Abilities
from mysignals.domain.market import Market, Side, SymbolRules
from mysignals.domain.plan import Plan, Skip, SkipReason
from mysignals.models import Signal
from mysignals.services.trading.chosen import CENT, planned_for, smallest

steps = st.sampled_from([Decimal("0.00001"), Decimal("0.001"), Decimal("0.01"), Decimal("0.1"), Decimal(1)])
ticks = st.sampled_from([Decimal("0.00001"), Decimal("0.01"), Decimal("0.1")])


@st.composite
def markets(draw: st.DrawFn) -> tuple[Signal, SymbolRules]:
    market, side = draw(st.sampled_from(list(Market))), draw(st.sampled_from(list(Side)))
    tick, step = draw(ticks), draw(steps)
    price = tick * draw(st.integers(1000, 10_000_000))
    away = [tick * draw(st.integers(1, 300)) for _ in range(2)]
    up = 1 if side is Side.BUY else -1
    signal = Signal(
        market=market.value, symbol="X", side=side.value, entry_type="LIMIT", quantity=Decimal(1), price=price,
        stop=price - up * away[0], target1=price + up * away[1],
        leverage=draw(st.integers(1, 125)) if market is Market.FUTURES else None,
    )  # fmt: skip
    rules = SymbolRules(
        symbol="X", market=market, base="X", quote="USDT", tick=tick, step=step,
        min_quantity=step * draw(st.integers(1, 500)), max_quantity=Decimal(0),
        min_notional=Decimal(draw(st.sampled_from([0, 1, 5, 10, 100]))), max_leverage=draw(st.integers(1, 125)),
        trading=True,
    )  # fmt: skip
    return signal, rules


@given(markets())
def test_the_smallest_amount_that_is_named_works_and_a_cent_less_does_not(market: tuple[Signal, SymbolRules]) -> None:
    signal, rules = market
    told = planned_for(signal, "first", Decimal("1E-12"), rules, Abilities())
    assume(isinstance(told, Skip) and told.reason is SkipReason.MINIMUM)
    assert isinstance(told, Skip) and told.needed is not None
    enough = smallest(signal, "first", told.needed, rules, Abilities())
    plan = planned_for(signal, "first", enough, rules, Abilities())
    assert isinstance(plan, Plan), plan
    leverage = min(signal.leverage or 1, rules.max_leverage)
    assert plan.quantity * signal.price <= enough * leverage < (plan.quantity + rules.step) * signal.price
    if enough > CENT:
        assert isinstance(planned_for(signal, "first", enough - CENT, rules, Abilities()), Skip)
