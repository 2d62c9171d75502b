"""A worker that dies in the middle of a close, behind any answer: nothing is closed twice, and everything ends."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest

from mysignals.exchanges.called_off import CalledOff
from mysignals.exchanges.calling_off import call_off
from mysignals.services import keys
from mysignals.services.follow.load import Followed, load
from mysignals.services.follow.session import session_of
from mysignals.services.holds import Hold
from mysignals.services.trading.ended import store
from mysignals.services.unmapped import Counting
from mysignals.services.venues import loop
from tests.closing.asked import asked, ordered, worked
from tests.closing.test_everywhere import CASES, copied, state
from tests.closing.test_parts import PARTS, resting
from tests.drift.by_hand import Owner
from tests.exchanges.dying import cut_after
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_every_exchange import Case, said, there

__all__ = ["exchange", "scene", "there"]
MOST_CALLS = 40
FIRST = pytest.mark.parametrize("first", range(4))
"""Every fourth call from there on: an exchange lets one account ask for no more than that in one test."""
STYLES = [case for case in CASES if case.at.version != "v1"]
NOTHING = cast(Counting, lambda *_: None)
BOUGHT = "SELECT filled_quantity FROM orders WHERE delivery_id = :id AND leg = 'entry'"


def died(there: Scene, delivery_id: int, calls: int) -> bool:
    """Whether the conversation that ends it died behind so many answers; nothing of it is stored."""
    return ended(there, delivery_id, calls)[1] is None


def ended(there: Scene, delivery_id: int, calls: int) -> tuple[Followed, CalledOff | None]:
    (item,) = load([delivery_id])
    key = keys.open_or_none(item.account.sealed_credentials)
    assert key is not None
    sells = item.delivery.close_quantity
    flow = call_off(session_of(item, key, NOTHING), item.plan, item.legs, closes=True, sells=sells)
    there.run("SELECT 1")
    (end,) = loop().run_flows([cut_after(calls, flow)])
    return item, end


def closed_there(there: Scene, case: Case, delivery_id: int) -> Decimal:
    """What its closes have sold at the exchange, all of them together."""
    root = there.rows("SELECT client_id FROM deliveries WHERE id = :id", id=delivery_id)[0][0]
    ledger = there.simulator.ledger(case.at.venue)
    return sum((Decimal(one["filled"]) for one in ledger if one["client_id"].startswith(f"{root}-c")), Decimal(0))


@FIRST
@pytest.mark.parametrize("case", STYLES, ids=str)
def test_all_is_closed_once(there: Scene, case: Case, first: int) -> None:
    wanted = {"market": case.market, "symbol": case.symbol}
    for calls in range(first, MOST_CALLS, 4):
        mine, _ = copied(there, case)
        assert state(there, mine) == "filled", said(there, [mine])
        asked(there.people.user_ids[0], **wanted)
        is_dead = died(there, mine, calls)
        worked(there, 4)
        assert state(there, mine) == "closed", (calls, said(there, [mine]))
        if case.at.exchange != "magnr":
            assert Owner(there, case).resting() == [], calls
        if case.market == "futures":
            assert Owner(there, case).open() == 0, calls
        elif case.at.exchange != "magnr":
            assert 0 < closed_there(there, case, mine) <= there.rows(BOUGHT, id=mine)[0][0], calls
        if not is_dead:
            break
    else:
        pytest.fail("it does not come to an end")


@FIRST
@pytest.mark.parametrize("case", [case for case in PARTS if case.at.version != "v1"], ids=str)
def test_a_part_is_closed_once_out_of_what_several_have_open(there: Scene, case: Case, first: int) -> None:
    mine, _ = copied(there, case)
    other, _ = copied(there, case)
    owner = Owner(there, case)
    for calls in range(first, MOST_CALLS, 4):
        before = owner.open()
        each = before - resting(there, other, "stop")
        ordered(there.people.user_ids[0], "0.002", market="futures", symbol=case.symbol)
        is_dead = died(there, mine, calls)
        worked(there, 4)
        assert owner.open() == before - Decimal("0.002"), calls
        assert resting(there, mine, "stop") == each - Decimal("0.002"), calls
        assert len(owner.resting()) == 4, calls
        if not is_dead:
            break
        asked(there.people.user_ids[0], market="futures", symbol=case.symbol)
        worked(there, 4)
        assert (owner.open(), owner.resting()) == (0, []), calls
        mine, _ = copied(there, case)
        other, _ = copied(there, case)
    else:
        pytest.fail("it does not come to an end")


@pytest.mark.parametrize("case", PARTS[:1], ids=str)
def test_a_close_of_all_that_comes_while_a_part_is_being_closed_is_not_lost(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    wanted, hold = {"market": "futures", "symbol": case.symbol}, Hold()
    ordered(there.people.user_ids[0], "0.01", **wanted)
    item, done = ended(there, mine, MOST_CALLS)
    assert done is not None and done.is_reduced
    assert asked(there.people.user_ids[0], **wanted)[1] == 1
    there.run("UPDATE deliveries SET held_by = :token WHERE id = :id", token=hold.token, id=mine)
    store([(item, done)], hold)
    worked(there)
    assert (state(there, mine), Owner(there, case).open()) == ("closed", 0)
