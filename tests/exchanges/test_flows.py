"""The conversation that opens a position: what is asked, in which order, and what a bad answer leads to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadPositions,
    SetLeverage,
    SetMarginMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderReport,
    OrderState,
    Position,
    Positions,
    Reason,
    Rejected,
    SymbolSettings,
    Unknown,
)
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.session import Report
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import EVERYTHING, ScriptedExchange, drive, session

KNOWN = SymbolSettings("BTCUSDT", 10, MarginMode.CROSS)
NO = Rejected(Reason.FUNDS, "-2019", "Margin is insufficient.")


def futures(**changes: object) -> Plan:
    made = make_plan(terms(), choices(**changes), rules())
    assert isinstance(made, Plan)
    return made


def spot(entry_type: EntryType = EntryType.LIMIT, targets: str = "first") -> Plan:
    wanted = terms(market=Market.SPOT, leverage=1, entry_type=entry_type)
    made = make_plan(
        wanted, choices(sizing=sized("quote", 5000), targets=targets), rules(market=Market.SPOT), Decimal(50000)
    )
    assert isinstance(made, Plan)
    return made


def opened(exchange: ScriptedExchange, plan: Plan, **changes: object) -> Report:
    return drive(open_position(session(exchange, **({"settings": KNOWN} | changes)), plan))


def test_three_calls_open_a_futures_position_whose_settings_are_known() -> None:
    exchange = ScriptedExchange()
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "PlaceExit", "PlaceExit"]
    assert [leg.client_id for leg in report.legs] == ["ms1x-e", "ms1x-s", "ms1x-1"]
    assert not report.unprotected


def test_every_rung_has_a_stop_of_its_size_and_the_stops_go_first() -> None:
    exchange = ScriptedExchange()
    plan = futures(targets="ladder", sizing=sized("quote", 500))
    opened(exchange, plan)
    exits = [intent for intent in exchange.asked if isinstance(intent, PlaceExit)]
    assert [e.kind for e in exits] == [ExitKind.STOP] * 3 + [ExitKind.TARGET] * 3
    assert [e.quantity for e in exits[:3]] == [e.quantity for e in exits[3:]] == [r.quantity for r in plan.exits]
    assert {e.side for e in exits} == {Side.SELL}


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        (None, ["SetMarginMode", "SetLeverage"]),
        (SymbolSettings("BTCUSDT", 20, MarginMode.CROSS), ["ReadPositions", "SetLeverage"]),
        # Bitget keeps a leverage a margin mode: the known one is the other mode's.
        (SymbolSettings("BTCUSDT", 10, MarginMode.ISOLATED), ["ReadPositions", "SetMarginMode", "SetLeverage"]),
        (KNOWN, []),
    ],
)
def test_settings_are_sent_only_where_they_differ(known: SymbolSettings | None, asked: list[str]) -> None:
    exchange = ScriptedExchange()
    opened(exchange, futures(), settings=known)
    assert exchange.kinds[:-3] == asked


@pytest.mark.parametrize(
    ("margin_mode", "mode", "is_remembered"),
    [
        (MarginMode.ISOLATED, PositionMode.HEDGE, False),
        (MarginMode.ISOLATED, PositionMode.ONE_WAY, True),
        (MarginMode.CROSS, PositionMode.HEDGE, True),
    ],
)
def test_a_leverage_of_one_side_is_not_remembered_for_both(
    margin_mode: MarginMode, mode: PositionMode, is_remembered: bool
) -> None:
    exchange = ScriptedExchange(abilities=replace(EVERYTHING, leverage_by_side=True))
    report = opened(exchange, futures(margin_mode=margin_mode), settings=None, mode=mode)
    assert (report.settings is not None) is is_remembered


def test_leverage_is_set_for_the_side_of_the_entry() -> None:
    """Where each side has its own, the exchange refuses a setting that names none (EXCHANGES 4.3)."""
    exchange = ScriptedExchange()
    plan = futures()
    opened(exchange, plan, settings=None)
    assert [intent.side for intent in exchange.asked if isinstance(intent, SetLeverage)] == [plan.side]


@pytest.mark.parametrize("intent", [SetLeverage, SetMarginMode])
def test_a_refused_setting_stops_before_the_entry(intent: type) -> None:
    exchange = ScriptedExchange({intent: [NO]})
    report = opened(exchange, futures(), settings=None)
    assert report.entry == NO
    assert "PlaceOrder" not in exchange.kinds


def test_a_setting_whose_answer_was_lost_places_nothing_and_may_be_tried_again() -> None:
    report = opened(ScriptedExchange({SetLeverage: [Unknown("timeout")]}), futures(), settings=None)
    assert isinstance(report.entry, NotSent)


def test_a_refused_entry_has_no_exits() -> None:
    exchange = ScriptedExchange({PlaceOrder: [NO]})
    assert opened(exchange, futures()).entry == NO
    assert exchange.kinds == ["PlaceOrder"]


def test_a_lost_entry_is_looked_up_and_never_sent_twice() -> None:
    exchange = ScriptedExchange({PlaceOrder: [Unknown("timeout")]})
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "QueryOrder", "PlaceExit", "PlaceExit"]
    assert isinstance(report.entry, Accepted)


def test_a_lost_entry_that_is_not_found_stays_unknown_and_gets_no_exits() -> None:
    missing = Rejected(Reason.NOT_FOUND, "-2013", "Order does not exist.")
    exchange = ScriptedExchange({PlaceOrder: [Unknown("timeout")], QueryOrder: [missing] * 3})
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "QueryOrder", "QueryOrder", "QueryOrder"]
    assert isinstance(report.entry, Unknown)


def test_a_lost_entry_that_reaches_the_books_late_is_found_and_protected() -> None:
    missing, late = (
        Rejected(Reason.NOT_FOUND, "-2013", ""),
        OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.02")),
    )
    exchange = ScriptedExchange({PlaceOrder: [Unknown("HTTP 502")], QueryOrder: [missing, missing, Accepted((late,))]})
    report = opened(exchange, futures())
    assert isinstance(report.entry, Accepted) and exchange.kinds[-2:] == ["PlaceExit", "PlaceExit"]


def test_an_entry_that_was_certainly_not_sent_says_so() -> None:
    exchange = ScriptedExchange({PlaceOrder: [NotSent("connection refused")]})
    assert isinstance(opened(exchange, futures()).entry, NotSent)
    assert exchange.kinds == ["PlaceOrder"]


def test_a_stop_that_was_not_sent_is_tried_once_more_with_the_same_id() -> None:
    exchange = ScriptedExchange({PlaceExit: [NotSent("connection refused")]})
    report = opened(exchange, futures())
    stops = [i.client_id for i in exchange.asked if isinstance(i, PlaceExit) and i.kind is ExitKind.STOP]
    assert stops == ["ms1x-s", "ms1x-s"]
    assert not report.unprotected


def test_a_refused_stop_closes_the_position_when_the_follower_chose_so() -> None:
    exchange = ScriptedExchange({PlaceExit: [Rejected(Reason.TRIGGER, "-2021", "would trigger")]})
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "PlaceExit", "PlaceOrder", "CancelOrder"]
    close = exchange.asked[2]
    assert isinstance(close, PlaceOrder)
    assert (close.side, close.type, close.reduce_only) == (Side.SELL, EntryType.MARKET, True)
    assert "-2021" in report.unprotected
    assert report.taken_back


REFUSED_STOP = Rejected(Reason.TRIGGER, "-2021", "would trigger")


def entry(state: OrderState, filled: str = "0") -> Accepted:
    return Accepted((OrderReport("ms1x-e", "1", state, Decimal(filled)),))


def test_a_resting_entry_without_its_stop_is_cancelled_and_nothing_is_closed_that_it_did_not_buy() -> None:
    exchange = ScriptedExchange(
        {
            PlaceOrder: [entry(OrderState.NEW)],
            PlaceExit: [REFUSED_STOP],
            QueryOrder: [entry(OrderState.CANCELLED)],
        }
    )
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "PlaceExit", "CancelOrder", "QueryOrder", "CancelOrder"]
    assert report.taken_back


def test_what_a_cancelled_entry_had_bought_is_closed_exactly() -> None:
    exchange = ScriptedExchange(
        {
            PlaceOrder: [entry(OrderState.NEW)],
            PlaceExit: [REFUSED_STOP],
            QueryOrder: [entry(OrderState.CANCELLED, "0.004")],
        }
    )
    report = opened(exchange, futures())
    close = exchange.asked[4]
    assert isinstance(close, PlaceOrder)
    assert (close.quantity, close.reduce_only) == (Decimal("0.004"), True)
    assert report.taken_back
    assert report.legs[0].order == entry(OrderState.CANCELLED, "0.004").orders[0]


def test_an_entry_whose_end_is_not_confirmed_is_not_said_to_be_taken_back() -> None:
    exchange = ScriptedExchange(
        {PlaceOrder: [entry(OrderState.NEW)], PlaceExit: [REFUSED_STOP], QueryOrder: [Unknown("timeout")]}
    )
    report = opened(exchange, futures())
    assert exchange.kinds[-1] == "QueryOrder"
    assert not report.taken_back
    assert "could not be confirmed" in report.unprotected


def test_a_close_that_did_not_fill_is_not_said_to_be_done() -> None:
    closed = Accepted((OrderReport("ms1x-c", "2", OrderState.EXPIRED),))
    exchange = ScriptedExchange({PlaceOrder: [entry(OrderState.FILLED, "0.02"), closed], PlaceExit: [REFUSED_STOP]})
    report = opened(exchange, futures())
    assert not report.taken_back
    assert "was not confirmed" in report.unprotected


def test_a_stop_whose_answer_was_lost_cannot_stay_behind_a_closed_position() -> None:
    exchange = ScriptedExchange({PlaceExit: [Unknown("timeout")], QueryOrder: [Unknown("timeout")] * 3})
    report = opened(exchange, futures())
    cancelled = [i.client_id for i in exchange.asked if isinstance(i, CancelOrder)]
    assert cancelled == ["ms1x-s"]
    assert report.taken_back


def test_stops_that_were_placed_before_one_was_refused_are_cancelled_with_it() -> None:
    placed = Accepted((OrderReport("ms1x-s", "2", OrderState.NEW),))
    exchange = ScriptedExchange({PlaceExit: [placed, REFUSED_STOP]})
    opened(exchange, futures(targets="ladder", sizing=sized("quote", 500)))
    cancelled = [i.client_id for i in exchange.asked if isinstance(i, CancelOrder)]
    assert cancelled == ["ms1x-s", "ms1x-s2"]


def test_a_lost_stop_that_is_found_refused_is_no_stop() -> None:
    found = Accepted((OrderReport("ms1x-s", "2", OrderState.REJECTED),))
    exchange = ScriptedExchange({PlaceExit: [Unknown("timeout")], QueryOrder: [found]})
    assert opened(exchange, futures()).unprotected


def test_an_entry_that_ended_half_filled_has_exits_over_that_half() -> None:
    exchange = ScriptedExchange({PlaceOrder: [entry(OrderState.EXPIRED, "0.008")]})
    opened(exchange, futures())
    exits = [i for i in exchange.asked if isinstance(i, PlaceExit)]
    assert [e.quantity for e in exits] == [Decimal("0.008")] * 2


def test_an_entry_that_ended_empty_has_no_exits() -> None:
    exchange = ScriptedExchange({PlaceOrder: [entry(OrderState.EXPIRED)]})
    opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder"]


def test_settings_are_told_only_when_both_are_certain() -> None:
    sure = opened(ScriptedExchange({PlaceOrder: [NO]}), futures(), settings=None)
    assert sure.settings == KNOWN
    unsure = opened(ScriptedExchange({SetLeverage: [NO]}), futures(), settings=None)
    assert unsure.settings is None


def test_a_refused_spot_oco_sells_what_was_bought_when_the_follower_chose_so() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    exchange = ScriptedExchange({PlaceOrder: [Accepted((bought,))], PlaceOco: [REFUSED_STOP]})
    report = opened(exchange, spot(EntryType.MARKET))
    close = exchange.asked[-1]
    assert isinstance(close, PlaceOrder)
    assert (close.side, close.quantity, close.client_id) == (Side.SELL, Decimal("0.099"), "ms1x-c")
    assert report.taken_back


def test_a_spot_oco_in_doubt_is_neither_repeated_nor_sold_against() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    exchange = ScriptedExchange(
        {PlaceOrder: [Accepted((bought,))], PlaceOco: [Unknown("timeout")], QueryOrder: [Unknown("timeout")] * 3}
    )
    report = opened(exchange, spot(EntryType.MARKET))
    assert exchange.kinds == ["PlaceOrder", "PlaceOco", "QueryOrder", "QueryOrder", "QueryOrder"]
    assert report.unprotected
    assert not report.taken_back


def test_a_refused_stop_leaves_the_position_when_the_follower_chose_to_be_told() -> None:
    exchange = ScriptedExchange({PlaceExit: [Rejected(Reason.TRIGGER, "-2021", "x")]})
    report = opened(exchange, futures(), close_unprotected=False)
    assert exchange.kinds == ["PlaceOrder", "PlaceExit"]
    assert report.unprotected


def test_a_refused_target_does_not_undo_a_protected_position() -> None:
    stop = Accepted((OrderReport("ms1x-s", "2", OrderState.NEW),))
    exchange = ScriptedExchange({PlaceExit: [stop, Rejected(Reason.TRIGGER, "-2021", "x")]})
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "PlaceExit", "PlaceExit"]
    assert not report.unprotected


def test_hedge_mode_reaches_every_order() -> None:
    exchange = ScriptedExchange()
    opened(exchange, futures(), mode=PositionMode.HEDGE)
    assert all(intent.hedge for intent in exchange.asked)  # type: ignore[union-attr]


def test_a_spot_limit_entry_carries_its_exits_in_one_call() -> None:
    exchange = ScriptedExchange()
    report = opened(exchange, spot())
    assert exchange.kinds == ["PlaceProtectedEntry"]
    assert [leg.leg for leg in report.legs] == ["entry", "stop", "target1"]


def test_a_spot_market_entry_gets_its_oco_sized_to_what_was_bought_less_commission() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    exchange = ScriptedExchange({PlaceOrder: [Accepted((bought,))]})
    opened(exchange, spot(EntryType.MARKET))
    oco = exchange.asked[1]
    assert isinstance(oco, PlaceOco)
    assert oco.quantity == Decimal("0.099")


def test_a_spot_ladder_has_an_oco_a_target_and_sells_no_more_than_it_holds() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    exchange = ScriptedExchange({PlaceOrder: [Accepted((bought,))]})
    report = opened(exchange, spot(EntryType.MARKET, "ladder"))
    ocos = [i for i in exchange.asked if isinstance(i, PlaceOco)]
    assert len(ocos) == 3
    assert sum(o.quantity for o in ocos) == Decimal("0.099")
    assert len({leg.client_id for leg in report.legs}) == 7


def test_a_resting_spot_ladder_waits_for_its_fill() -> None:
    resting = Accepted((OrderReport("ms1x-e", "1", OrderState.NEW),))
    exchange = ScriptedExchange({PlaceOrder: [resting]})
    opened(exchange, spot(targets="ladder"))
    assert exchange.kinds == ["PlaceOrder"]


def test_an_oco_after_a_look_up_assumes_the_commission_that_a_look_up_does_not_tell() -> None:
    looked_up = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000))
    exchange = ScriptedExchange({PlaceOrder: [Accepted((looked_up,))]})
    opened(exchange, spot(EntryType.MARKET))
    oco = exchange.asked[1]
    assert isinstance(oco, PlaceOco)
    assert oco.quantity == Decimal("0.099")


def lost_oco(stop: OrderState) -> ScriptedExchange:
    """Bought, and the answer to the OCO lost; its stop is found in that state."""
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    found = Accepted((OrderReport("ms1x-s", "2", stop),))
    return ScriptedExchange({PlaceOrder: [Accepted((bought,))], PlaceOco: [Unknown("timeout")], QueryOrder: [found]})


def test_a_stop_that_ended_because_its_target_filled_is_not_sold_again() -> None:
    exchange = lost_oco(OrderState.EXPIRED)
    report = opened(exchange, spot(EntryType.MARKET))
    assert exchange.kinds == ["PlaceOrder", "PlaceOco", "QueryOrder"]
    assert not report.unprotected


def test_a_stop_in_doubt_leaves_no_other_rung_bare_when_the_follower_chose_to_be_told() -> None:
    placed = [Accepted((OrderReport(f"ms1x-s{n}", "2", OrderState.NEW),)) for n in ("", "3")]
    exchange = ScriptedExchange({PlaceExit: [placed[0], REFUSED_STOP, placed[1]]})
    plan = futures(targets="ladder", sizing=sized("quote", 500))
    report = opened(exchange, plan, close_unprotected=False)
    placed_exits = [i.client_id for i in exchange.asked if isinstance(i, PlaceExit)]
    assert placed_exits == ["ms1x-s", "ms1x-s2", "ms1x-s3", "ms1x-1", "ms1x-3"]
    assert "-2021" in report.unprotected


def test_a_refused_rung_that_was_sold_raises_no_alarm_about_the_others() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    first = Accepted((OrderReport("ms1x-1", "2", OrderState.NEW), OrderReport("ms1x-s", "3", OrderState.NEW)))
    exchange = ScriptedExchange({PlaceOrder: [Accepted((bought,))], PlaceOco: [first, REFUSED_STOP]})
    report = opened(exchange, spot(EntryType.MARKET, "ladder"))
    assert exchange.kinds == ["PlaceOrder", "PlaceOco", "PlaceOco", "PlaceOco", "PlaceOrder"]
    assert not report.unprotected
    assert not report.taken_back


def test_a_sale_that_was_not_confirmed_is_said_so() -> None:
    bought = OrderReport("ms1x-e", "1", OrderState.FILLED, Decimal("0.1"), Decimal(50000), Decimal("0.0001"))
    exchange = ScriptedExchange(
        {PlaceOrder: [Accepted((bought,)), NO], PlaceOco: [REFUSED_STOP]},
    )
    assert "selling that part was not confirmed" in opened(exchange, spot(EntryType.MARKET)).unprotected


def test_an_exit_whose_cancel_is_not_confirmed_is_tried_again_and_remembered() -> None:
    lost = Unknown("timeout")
    exchange = ScriptedExchange({PlaceExit: [REFUSED_STOP], CancelOrder: [lost, lost]})
    report = opened(exchange, futures())
    assert exchange.kinds == ["PlaceOrder", "PlaceExit", "PlaceOrder", "CancelOrder", "CancelOrder"]
    assert (report.taken_back, report.leftovers) == (True, True)


def test_an_exit_that_the_exchange_no_longer_knows_is_no_leftover() -> None:
    gone = Rejected(Reason.TOO_LATE, "-2011", "Unknown order sent.")
    report = opened(ScriptedExchange({PlaceExit: [REFUSED_STOP], CancelOrder: [gone]}), futures())
    assert (report.taken_back, report.leftovers) == (True, False)


OPEN = Positions((Position("BTCUSDT", "both", Decimal(1), Decimal(1), Decimal(1), Decimal(0), Decimal(0)),))


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (SymbolSettings("BTCUSDT", 5, MarginMode.CROSS), None),
        (SymbolSettings("BTCUSDT", 50, MarginMode.CROSS), Reason.LEVERAGE),
        (SymbolSettings("BTCUSDT", 10, MarginMode.ISOLATED), Reason.MODE),
    ],
)
def test_the_settings_of_an_open_position_are_left_alone(known: SymbolSettings, reason: Reason | None) -> None:
    """Another leverage would move its liquidation price past its stop; a higher one is above the follower's limit."""
    exchange = ScriptedExchange({ReadPositions: [OPEN]})
    report = opened(exchange, futures(), settings=known)
    assert not {"SetLeverage", "SetMarginMode"} & set(exchange.kinds)
    if reason is None:
        assert isinstance(report.entry, Accepted) and report.settings == known
    else:
        assert isinstance(report.entry, Rejected) and report.entry.reason is reason
        assert "PlaceOrder" not in exchange.kinds


def test_nothing_is_placed_while_it_is_not_known_whether_a_position_is_open() -> None:
    exchange = ScriptedExchange({ReadPositions: [Unknown("timeout")]})
    report = opened(exchange, futures(), settings=SymbolSettings("BTCUSDT", 5, MarginMode.CROSS))
    assert isinstance(report.entry, NotSent) and report.settings is None
