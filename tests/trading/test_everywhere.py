"""Cancelling on every exchange: what rests, what has filled, what has half filled; kept or closed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.exchanges.calling_off import call_off
from mysignals.services import drift, fan_out, follow, keys, trading
from mysignals.services.follow.load import load
from mysignals.services.follow.session import session_of
from mysignals.services.venues import loop
from tests.drift.by_hand import Owner
from tests.exchanges.dying import cut_after
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_every_exchange import CASES, LIMITS, Case, everywhere, legs, move, queued, said, there

__all__ = ["exchange", "scene", "there"]
BY_HAND = "UPDATE deliveries SET trade_sizing = 'quote', trade_value = 500, following_id = NULL, targets = 'first'"
ASKED = "UPDATE deliveries SET cancel_asked_at = now(), cancel_closes = :closes"
INSIDE = [case for case in CASES if case.at.exchange != "magnr"]


def traded(there: Scene, case: Case) -> list[int]:
    ids = queued(there, case)
    there.run(BY_HAND)
    fan_out.deliver(ids)
    return ids


def cancelled(there: Scene, *, closes: bool) -> None:
    there.run(ASKED, closes=closes)
    for _ in range(3):
        there.run("UPDATE deliveries SET look_at = NULL")
        trading.cancel_waiting()


def nothing_rests(there: Scene, case: Case, ids: list[int]) -> None:
    if case.at.exchange != "magnr":
        assert Owner(there, case).resting() == []
    assert all(state not in ("new", "pending", "unknown") for one in ids for state in legs(there, one).values())


@pytest.mark.parametrize("case", LIMITS, ids=str)
@pytest.mark.parametrize("closes", [False, True])
def test_what_rests_is_cancelled_with_nothing_filled(there: Scene, case: Case, closes: bool) -> None:
    move(there, case, "50500")
    ids = traded(there, case)
    assert there.states(ids) == {"accepted"}, said(there, ids)
    cancelled(there, closes=closes)
    assert there.states(ids) == {"cancelled"}, said(there, ids)
    assert all("Nothing had filled" in one for one in said(there, ids))
    nothing_rests(there, case, ids)
    assert Owner(there, case).open() == 0 if case.market == "futures" else True


@pytest.mark.parametrize("case", INSIDE, ids=str)
def test_what_has_filled_is_kept_without_its_exits_and_that_is_said(there: Scene, case: Case) -> None:
    ids = traded(there, case)
    assert there.states(ids) == {"filled"}, said(there, ids)
    cancelled(there, closes=False)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert all("no stop and no target any more" in one for one in said(there, ids)), said(there, ids)
    nothing_rests(there, case, ids)
    if case.market == "futures":
        assert Owner(there, case).open() > 0
        before = Owner(there, case).open()
        follow.follow()
        there.run("UPDATE deliveries SET updated_at = now() - interval '1 minute', claimed_at = NULL, "
                  "acknowledged_at = NULL; UPDATE orders SET updated_at = now() - interval '1 minute', "
                  "created_at = now() - interval '1 minute'")  # fmt: skip
        drift.audit(there.people.account_ids[0])
        assert there.rows("SELECT message FROM drifts") == []
        assert Owner(there, case).open() == before


@everywhere
def test_what_has_filled_is_closed_where_its_owner_wants_that(there: Scene, case: Case) -> None:
    ids = traded(there, case)
    assert there.states(ids) == {"filled"}, said(there, ids)
    cancelled(there, closes=True)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert all("was closed" in one for one in said(there, ids)), said(there, ids)
    nothing_rests(there, case, ids)
    if case.market == "futures":
        assert Owner(there, case).open() == Decimal(0)


PARTIAL = [case for case in LIMITS if case.at.exchange == "binance" and case.at.position_mode == "one_way"]


@pytest.mark.parametrize("case", PARTIAL, ids=str)
@pytest.mark.parametrize("closes", [False, True])
def test_what_has_half_filled_ends_with_that_half(there: Scene, case: Case, closes: bool) -> None:
    there.simulator.fault(case.at.venue, "partial", fraction="0.5")
    ids = traded(there, case)
    there.simulator.control("DELETE", "/_control/faults")
    assert there.states(ids) == {"partially_filled"}, said(there, ids)
    cancelled(there, closes=closes)
    assert there.states(ids) == {"closed"}, said(there, ids)
    nothing_rests(there, case, ids)
    if case.market == "futures":
        assert (Owner(there, case).open() == 0) is closes


@pytest.mark.parametrize("case", INSIDE, ids=str)
def test_a_close_that_a_dead_turn_has_sent_is_found_and_not_sent_again(there: Scene, case: Case) -> None:
    ids = traded(there, case)
    cancelled(there, closes=True)
    there.run("DELETE FROM orders WHERE leg = 'close'")
    there.run("UPDATE orders SET state = 'new', filled_quantity = 0 WHERE leg <> 'entry'")
    there.run("UPDATE deliveries SET state = 'filled'")
    sent = closes_sent(there, case)
    cancelled(there, closes=True)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert closes_sent(there, case) == sent == len(ids)
    assert all("was closed" in one for one in said(there, ids)), said(there, ids)
    nothing_rests(there, case, ids)


def closes_sent(there: Scene, case: Case) -> int:
    return sum(order["client_id"].endswith("-c") for order in there.simulator.ledger(case.at.venue))


@pytest.mark.parametrize("case", INSIDE, ids=str)
def test_a_close_whose_answer_is_lost_is_looked_up(there: Scene, case: Case) -> None:
    ids = traded(there, case)
    for key in there.people.api_keys:
        there.simulator.fault(case.at.venue, "lost_answer", on="order", api_key=key, count=1)
    cancelled(there, closes=True)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert closes_sent(there, case) == len(ids)
    nothing_rests(there, case, ids)


@pytest.mark.parametrize("case", [case for case in PARTIAL if case.market == "futures"], ids=str)
def test_a_trade_that_cannot_get_its_stop_later_is_closed(there: Scene, case: Case) -> None:
    """Nobody who trades by hand has chosen to be told instead."""
    ids = traded(there, case)
    there.run("DELETE FROM orders WHERE leg <> 'entry'")
    there.run("UPDATE deliveries SET client_id = client_id || 'y', followed_at = now() - interval '1 minute'")
    refusal = {"code": -4015, "msg": "Client order id length."}
    there.simulator.fault(case.at.venue, "reject", on="order", path="algoOrder", body=refusal)
    follow.follow()
    there.simulator.control("DELETE", "/_control/faults")
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert Owner(there, case).open() == 0


ON_FUTURES = [case for case in INSIDE if case.market == "futures"]
AT_BINANCE = [case for case in INSIDE if case.at.exchange == "binance"]


def traded_with(there: Scene, case: Case, targets: str) -> list[int]:
    ids = queued(there, case)
    there.run(f"{BY_HAND} WHERE id = ANY (:ids)", ids=ids)
    there.run("UPDATE deliveries SET targets = :targets WHERE id = ANY (:ids)", targets=targets, ids=ids)
    fan_out.deliver(ids)
    assert there.states(ids) == {"filled"}, said(there, ids)
    return ids


def cancelled_these(there: Scene, ids: list[int]) -> None:
    there.run(f"{ASKED} WHERE id = ANY (:ids)", closes=True, ids=ids)
    for _ in range(3):
        there.run("UPDATE deliveries SET look_at = NULL")
        trading.cancel_waiting()
    assert there.states(ids) == {"closed"}, said(there, ids)


@pytest.mark.parametrize("case", ON_FUTURES, ids=str)
def test_what_a_target_has_just_closed_is_not_closed_out_of_another_trade(there: Scene, case: Case) -> None:
    mine, others = traded_with(there, case, "first"), traded_with(there, case, "last")
    both = Owner(there, case).open()
    move(there, case, "51200")
    left = Owner(there, case).open()
    assert 0 < left < both
    cancelled_these(there, mine)
    assert Owner(there, case).open() == left
    assert there.states(others) == {"filled"}, said(there, others)


@pytest.mark.parametrize("case", AT_BINANCE, ids=str)
def test_a_turn_that_dies_behind_any_answer_closes_nothing_twice(there: Scene, case: Case) -> None:
    others = traded_with(there, case, "last") if case.market == "futures" else []
    before = Owner(there, case).open() if others else Decimal(0)
    for calls in range(25):
        ids = traded_with(there, case, "first")
        if died(there, ids, calls) == {False}:
            break
        cancelled_these(there, ids)
        assert closes_sent(there, case) == len(ids) * (calls + 1), calls
        if others:
            assert Owner(there, case).open() == before, calls
            assert len(Owner(there, case).resting()) == 2, calls
    else:
        pytest.fail("it does not come to an end")
    assert calls > 3


def died(there: Scene, ids: list[int], calls: int) -> set[bool]:
    """Whether conversations that close what had filled died behind so many answers; nothing of them is stored."""
    opened = [(item, keys.open_or_none(item.account.sealed_credentials)) for item in load(ids)]
    flows = [
        cut_after(calls, call_off(session_of(item, key, lambda *_: None), item.plan, item.legs, closes=True))
        for item, key in opened
        if key is not None
    ]
    assert len(flows) == len(ids)
    return {end is None for end in loop().run_flows(flows)}
