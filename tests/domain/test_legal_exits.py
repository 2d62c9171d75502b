"""Is the stop one that the exchange takes, and does it come before the liquidation? Numbers by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.legal_exits import MAINTENANCE, is_reached, most_leverage
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.plan import Plan, Skip, SkipReason, make_plan
from tests.domain.values import choices, rules, sized, terms

SHORT = {"side": Side.SELL, "stop": Decimal(51000), "targets": (Decimal(49000), Decimal(48000), Decimal(47000))}
ISOLATED = {"margin_mode": MarginMode.ISOLATED, "max_leverage": 125}


def made(price: object = None, **changes: object) -> Plan | Skip:
    """A follower who would go along with any price, at `price`."""
    told = None if price is None else Decimal(str(price))
    return make_plan(terms(**changes), choices(max_deviation_bps=10_000), rules(), told)


def reason(outcome: Plan | Skip) -> SkipReason | None:
    return outcome.reason if isinstance(outcome, Skip) else None


@pytest.mark.parametrize("entry_type", list(EntryType))
@pytest.mark.parametrize(
    ("signal", "price", "expected"),
    [
        ({}, "49000.1", None),
        ({}, "49000", SkipReason.STOP),
        ({}, "48000", SkipReason.STOP),
        (SHORT, "50999.9", None),
        (SHORT, "51000", SkipReason.STOP),
        (SHORT, "52000", SkipReason.STOP),
    ],
)
def test_nothing_is_opened_once_the_market_has_reached_the_stop(
    entry_type: EntryType, signal: dict[str, object], price: str, expected: SkipReason | None
) -> None:
    assert reason(made(price, entry_type=entry_type, **signal)) is expected


def test_a_reached_stop_is_told_with_both_prices() -> None:
    skip = made("48900")
    assert isinstance(skip, Skip)
    assert skip.sentence.startswith("The price is 48900 and has reached the stop 49000 of this BUY:")


def test_a_reached_stop_is_the_reason_before_a_moved_price() -> None:
    market = terms(entry_type=EntryType.MARKET)
    assert reason(make_plan(market, choices(max_deviation_bps=50), rules(), Decimal(48000))) is SkipReason.STOP


@pytest.mark.parametrize(
    ("signal", "price", "expected"),
    [
        ({}, "50999.9", None),
        ({}, "51000", SkipReason.TARGET),
        (SHORT, "49000.1", None),
        (SHORT, "49000", SkipReason.TARGET),
    ],
)
def test_a_market_entry_behind_its_target_is_skipped(
    signal: dict[str, object], price: str, expected: SkipReason | None
) -> None:
    assert reason(made(price, entry_type=EntryType.MARKET, **signal)) is expected


def test_only_the_targets_that_a_follower_takes_matter() -> None:
    market = terms(entry_type=EntryType.MARKET)
    for targets, expected in (("first", SkipReason.TARGET), ("last", None), ("ladder", SkipReason.TARGET)):
        chosen = choices(targets=targets, max_deviation_bps=10_000)
        assert reason(make_plan(market, chosen, rules(), Decimal(51500))) is expected


def test_a_limit_entry_waits_below_a_target_that_was_reached_meanwhile() -> None:
    assert reason(made("51500")) is None


def test_where_no_price_is_told_none_is_checked() -> None:
    assert reason(made(None)) is None


@pytest.mark.parametrize(
    ("stop", "tick", "expected"),
    [
        ("49996", "10", SkipReason.STOP),  # becomes 50,000
        ("49995", "10", SkipReason.STOP),  # half goes to the even 5,000 ticks
        ("49994", "10", None),
        ("4", "10", SkipReason.STOP),  # becomes 0
        ("6", "10", None),
    ],
)
def test_a_stop_that_the_tick_moves_onto_the_entry_or_to_nothing_is_no_stop(
    stop: str, tick: str, expected: SkipReason | None
) -> None:
    assert reason(make_plan(terms(stop=Decimal(stop)), choices(), rules(tick=Decimal(tick)))) is expected


@pytest.mark.parametrize(
    ("targets", "choice", "expected"),
    [
        ("50004 50100", "first", SkipReason.TARGET),  # becomes 50,000, the entry
        ("50004 50100", "last", None),
        ("50098 50102", "ladder", SkipReason.TARGET),  # both become 50,100
        ("50098 50102", "first", None),
        ("50094 50106", "ladder", None),
    ],
)
def test_targets_that_the_tick_makes_one_are_not_sent(targets: str, choice: str, expected: SkipReason | None) -> None:
    signal = terms(targets=tuple(map(Decimal, targets.split())))
    follower = choices(targets=choice, sizing=sized("quote", 500))
    assert reason(make_plan(signal, follower, rules(tick=Decimal(10)))) is expected


@pytest.mark.parametrize(
    ("side", "stop", "expected"),
    [
        (Side.BUY, 49000, 37),  # 1 / (0.02 + 0.005 + 0.002) is 37.04
        (Side.BUY, 45000, 9),  # 1 / 0.107 is 9.35
        (Side.BUY, 25000, 1),  # 1 / 0.507 is 1.97
        (Side.BUY, 350, 0),  # 1 / 1.0 is exactly 1: liquidated at the stop
        (Side.BUY, 351, 1),
        (Side.SELL, 51000, 36),  # 1 / (0.02 + 0.0051 + 0.002) is 36.90
        (Side.SELL, 55000, 9),  # 1 / (0.1 + 0.0055 + 0.002) is 9.30
        (Side.SELL, 100000, 0),
    ],
)
def test_isolated_leverage_is_lowered_until_the_stop_comes_first(side: Side, stop: int, expected: int) -> None:
    targets = (Decimal(52000) if side is Side.BUY else Decimal(48000),)
    signal = terms(side=side, stop=Decimal(stop), targets=targets, leverage=125)
    outcome = make_plan(signal, choices(sizing=sized("multiplier", 1), **ISOLATED), rules())
    assert reason(outcome) is (None if expected else SkipReason.STOP)
    assert isinstance(outcome, Skip) or outcome.leverage == expected


def test_isolated_leverage_is_the_follower_s_where_that_is_lower() -> None:
    outcome = make_plan(terms(), choices(margin_mode=MarginMode.ISOLATED, max_leverage=5), rules())
    assert isinstance(outcome, Plan) and outcome.leverage == 5


def test_a_market_entry_s_liquidation_counts_from_the_market() -> None:
    signal, follower = terms(entry_type=EntryType.MARKET, leverage=125), choices(max_deviation_bps=500, **ISOLATED)
    outcome = make_plan(signal, follower, rules(), Decimal(50500))
    assert isinstance(outcome, Plan) and outcome.leverage == 27  # 1 / (1500 / 50500 + 0.007) is 27.25


def test_on_cross_margin_and_on_spot_leverage_is_left_alone() -> None:
    crossed = make_plan(terms(stop=Decimal(45000), leverage=125), choices(max_leverage=125), rules())
    assert isinstance(crossed, Plan) and crossed.leverage == 125
    spot = terms(market=Market.SPOT, leverage=1, stop=Decimal(100))
    bought = make_plan(spot, choices(sizing=sized("quote", 60000), **ISOLATED), rules(market=Market.SPOT))
    assert isinstance(bought, Plan)


def test_a_lowered_leverage_takes_the_same_margin() -> None:
    signal = terms(stop=Decimal(45000), leverage=20)
    outcome = make_plan(signal, choices(sizing=sized("quote", 100), **ISOLATED), rules())
    assert isinstance(outcome, Plan)
    assert (outcome.leverage, outcome.quantity) == (9, Decimal("0.018"))  # 100 x 9 / 50,000


def test_the_largest_offered_leverage_that_is_safe_is_taken() -> None:
    trades = Abilities(exits=ExitStyle.WITHIN_TRADE, leverages=(2, 5, 10))
    outcome = make_plan(terms(stop=Decimal(45000)), choices(), rules(), None, trades)  # 9.35 at most
    assert isinstance(outcome, Plan) and outcome.leverage == 5
    assert reason(make_plan(terms(stop=Decimal(20000)), choices(), rules(), None, trades)) is SkipReason.STOP


@pytest.mark.parametrize(("stop", "expected"), [(45000, 8), (55000, 10)])
def test_an_inverse_contract_s_margin_is_worth_less_in_a_fall(stop: int, expected: int) -> None:
    # 0.9 / 0.107 is 8.41; 1.1 / (0.1 + 0.0055 + 0.002) is 10.23.
    assert most_leverage(Decimal(50000), Decimal(stop), inverse=True) == expected


@given(
    price=st.decimals("1", "1e6", places=1),
    share=st.decimals("0.01", "1.99", places=4),
    inverse=st.booleans(),
)
def test_at_the_stop_more_than_the_maintenance_is_left(price: Decimal, share: Decimal, inverse: bool) -> None:
    """By the margin rules of the simulated exchanges: own margin and loss against the worth at the stop."""
    stop = price * share
    leverage = most_leverage(price, stop, inverse=inverse)
    if not leverage or stop == price:
        return
    if inverse:  # One unit of quote: its margin, and what it has lost, in coin.
        left = 1 / (leverage * price) - abs(1 / stop - 1 / price)
        assert left > MAINTENANCE / stop
    else:
        assert price / leverage - abs(price - stop) > MAINTENANCE * stop


@given(
    side=st.sampled_from(list(Side)), price=st.decimals("1", "1e6", places=1), stop=st.decimals("1", "1e6", places=1)
)
def test_no_plan_has_a_stop_that_triggers_at_the_price_it_was_made_by(
    side: Side, price: Decimal, stop: Decimal
) -> None:
    signal = terms(side=side, stop=stop, targets=(Decimal(50000) + (1 if side is Side.BUY else -1) * 1000,))
    outcome = make_plan(signal, choices(), rules(), price)
    assert isinstance(outcome, Skip) or not is_reached(side, price, outcome.stop)
