"""Closing on every exchange: one's own copies and trades, the copies of all who follow, and what others have open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from mysignals.domain.market import Side
from mysignals.extensions import db
from mysignals.services import fan_out
from tests.closing.asked import asked, worked
from tests.drift.by_hand import Owner
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_every_exchange import CASES, Case, everywhere, legs, move, queued, said, there

__all__ = ["exchange", "scene", "there"]
LIMITS = [replace(case, entry_type="LIMIT") for case in CASES if case.at.exchange != "magnr"]
ON_FUTURES = [case for case in CASES if case.market == "futures" and case.at.exchange != "magnr"]
ONE_WAY = [case for case in ON_FUTURES if case.at.position_mode != "hedge"]
HEDGED = [case for case in ON_FUTURES if case.at.position_mode == "hedge"]
OTHER_SIDE = """
    INSERT INTO signals (provider_id, market, symbol, side, entry_type, quantity, price, stop, target1, leverage)
    VALUES (:provider, 'futures', :symbol, 'SELL', 'MARKET', 0.01, 50000, 51000, 49000, 5) RETURNING id
"""
DELIVERIES = """
    INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange)
    SELECT :signal, f.account_id, f.user_id, f.id, a.exchange
    FROM followings f JOIN exchange_accounts a ON a.id = f.account_id WHERE f.provider_id = :provider RETURNING id
"""


def copied(there: Scene, case: Case, targets: str = "first") -> list[int]:
    """Of the two followers, the first one's first."""
    ids = queued(there, case)
    there.run("UPDATE deliveries SET targets = :targets WHERE id = ANY (:ids)", targets=targets, ids=ids)
    fan_out.deliver(ids)
    return by_user(there, ids)


def by_user(there: Scene, ids: list[int]) -> list[int]:
    rows = there.rows("SELECT id FROM deliveries WHERE id = ANY (:ids) ORDER BY user_id", ids=ids)
    return [row[0] for row in rows]


def state(there: Scene, delivery_id: int) -> str:
    (found,) = there.states([delivery_id])
    return found


def nothing_rests(there: Scene, case: Case, delivery_id: int) -> None:
    assert not {"new", "pending", "unknown", "partially_filled"} & set(legs(there, delivery_id).values())


@everywhere
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_an_owner_closes_their_own_copy_and_nobody_elses(there: Scene, case: Case, targets: str) -> None:
    mine, theirs = copied(there, case, targets)
    assert there.states([mine, theirs]) == {"filled"}, said(there, [mine, theirs])
    wanted = {"market": case.market, "symbol": case.symbol, "side": "BUY"}
    assert asked(there.people.user_ids[0], **wanted)[1] == 1
    worked(there)
    assert (state(there, mine), state(there, theirs)) == ("closed", "filled"), said(there, [mine, theirs])
    assert "was closed" in said(there, [mine])[0]
    nothing_rests(there, case, mine)
    if case.at.exchange != "magnr":
        assert Owner(there, case).resting() == []
    if case.market == "futures":
        assert Owner(there, case).open() == 0
    assert asked(there.people.user_ids[0], **wanted)[1] == 0


@everywhere
def test_a_provider_closes_the_copies_of_all_who_follow(there: Scene, case: Case) -> None:
    ids = copied(there, case)
    closing_id, reached = asked(there.people.provider_id, market=case.market, symbol=case.symbol)
    assert reached == 2
    worked(there)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert all("Its provider closed it." in one for one in said(there, ids)), said(there, ids)
    told = there.rows("SELECT user_id, message FROM notifications WHERE kind = 'closed' ORDER BY user_id")
    assert [row[0] for row in told] == sorted(there.people.user_ids)
    assert all("Its provider closed it." in row[1] for row in told)
    assert there.rows("SELECT is_spreading FROM instructions WHERE id = :id", id=closing_id) == [(False,)]
    if case.market == "futures":
        assert Owner(there, case).open() == 0


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_what_rests_is_cancelled(there: Scene, case: Case) -> None:
    move(there, case, "50500")
    ids = copied(there, case)
    assert there.states(ids) == {"accepted"}, said(there, ids)
    assert asked(there.people.provider_id, market=case.market, symbol=case.symbol)[1] == 2
    worked(there)
    assert there.states(ids) == {"cancelled"}, said(there, ids)
    assert Owner(there, case).resting() == []


@pytest.mark.parametrize("case", ONE_WAY, ids=str)
def test_what_the_owner_opened_by_hand_on_the_same_side_stays(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    owner = Owner(there, case)
    ours = owner.open()
    by_hand = Decimal(7) if case.symbol == "BTCUSD" else Decimal("0.007")
    owner.trade(Side.BUY, by_hand)
    assert owner.open() == ours + by_hand
    asked(there.people.user_ids[0], market="futures", symbol=case.symbol)
    worked(there)
    assert (state(there, mine), owner.open()) == ("closed", by_hand), said(there, [mine])
    assert owner.resting() == []


@pytest.mark.parametrize("case", ONE_WAY, ids=str)
def test_never_more_is_closed_than_the_position_has(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    owner = Owner(there, case)
    owner.trade(Side.SELL, owner.open() / 2, reduce=True)
    assert owner.open() > 0
    asked(there.people.user_ids[0], market="futures", symbol=case.symbol)
    worked(there, 4)
    assert (state(there, mine), owner.open()) == ("closed", 0), said(there, [mine])
    assert owner.resting() == []


@pytest.mark.parametrize("case", HEDGED, ids=str)
def test_a_position_that_its_owner_made_smaller_is_closed_as_far_as_it_is_there(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    owner = Owner(there, case)
    owner.trade(Side.SELL, owner.open() / 2, reduce=True)
    assert owner.open() > 0
    asked(there.people.user_ids[0], market="futures", symbol=case.symbol)
    worked(there, 4)
    assert (state(there, mine), owner.open()) == ("closed", 0), said(there, [mine])
    assert owner.resting() == []


@pytest.mark.parametrize("case", HEDGED, ids=str)
def test_the_other_side_stays_ours_and_the_owners(there: Scene, case: Case) -> None:
    longs = copied(there, case)
    shorts = short(there, case)
    assert there.states([*longs, *shorts]) == {"filled"}, said(there, [*longs, *shorts])
    owner = Owner(there, case)
    owner.trade(Side.SELL, Decimal("0.003"))
    before = owner.positions()["short"]
    asked(there.people.user_ids[0], market="futures", symbol=case.symbol, side="BUY")
    worked(there)
    assert (state(there, longs[0]), state(there, shorts[0])) == ("closed", "filled")
    assert owner.positions().get("long", Decimal(0)) == 0
    assert owner.positions()["short"] == before
    assert len(owner.resting()) == 2, "the stop and the target of the short one"
    asked(there.people.user_ids[0], market="futures", symbol=case.symbol)
    worked(there)
    assert state(there, shorts[0]) == "closed"
    assert owner.positions()["short"] == Decimal("-0.003"), "the owner's own"


def short(there: Scene, case: Case) -> list[int]:
    """As `copied`, of the other side."""
    provider = {"provider": there.people.provider_id}
    signal_id = db.session.scalar(text(OTHER_SIDE), provider | {"symbol": case.symbol})
    ids = sorted(db.session.scalars(text(DELIVERIES), provider | {"signal": signal_id}))
    there.run("UPDATE deliveries SET targets = 'first' WHERE id = ANY (:ids)", ids=ids)
    fan_out.deliver(ids)
    return by_user(there, ids)
