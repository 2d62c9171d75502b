"""Copies whose entry rests half-filled without a stop: looked at in time, cut short, protected, and told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.market import Market
from mysignals.exchanges.registry import dialect_for
from mysignals.services import fan_out, follow
from mysignals.services.follow.due import give_back, take_due
from mysignals.services.holds import Hold
from mysignals.services.reconcile import reconcile
from mysignals.services.reconcile.due import take_due as take_doubts
from mysignals.services.reconcile.load import load
from mysignals.services.reconcile.looking import look
from mysignals.services.reconcile.verdict import judge
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import LIMITS, Case, move, queued, said, there
from tests.fan_out.test_reconcile_everywhere import forget

__all__ = ["there"]
STRETCHES = "SELECT unprotected_since, unprotected_ms FROM deliveries WHERE id = ANY (:ids) ORDER BY id"
OPEN_FOR = """
    UPDATE deliveries SET unprotected_since = now() - :age * interval '1 second',
        acknowledged_at = now() - interval '1 minute', followed_at = now() - interval '6 seconds'
"""

OVERDUE = """
    UPDATE deliveries SET
        unprotected_since = CASE WHEN id = :first THEN NULL ELSE now() - CAST(:bare_for AS interval) END,
        followed_at = now() - CASE WHEN id = :first THEN interval '1 hour' ELSE interval '6 seconds' END
"""


def _is_late(case: Case) -> bool:
    """Whether the stop comes only when the entry is over."""
    style = dialect_for(case.at.exchange, Market(case.market), case.at.version).abilities.exits
    return case.market == "spot" or style is ExitStyle.ATTACHED


LATE = [case for case in LIMITS if _is_late(case)]
SPOT_LIST = LATE[0]
everywhere = pytest.mark.parametrize("case", LATE, ids=str)


def half_filled(scene: Scene, case: Case) -> list[int]:
    scene.fault(venue=case.at.venue, kind="partial", on="order", fraction="0.5")
    ids = queued(scene, case)
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"partially_filled"}, said(scene, ids)
    return ids


def later(scene: Scene, age: float) -> None:
    """The usual turn, of copies that have been open without a stop for `age` seconds."""
    scene.run(OPEN_FOR, age=age)
    follow.follow()


def stretches(scene: Scene, ids: list[int]) -> list[Any]:
    return scene.rows(STRETCHES, ids=ids)


def orders(scene: Scene, delivery_id: int) -> dict[str, tuple[str, Decimal]]:
    rows = scene.rows("SELECT leg, state, quantity FROM orders WHERE delivery_id = :id", id=delivery_id)
    return {leg: (state, quantity) for leg, state, quantity in rows}


def told(scene: Scene, delivery_id: int) -> list[tuple[str, str]]:
    statement = "SELECT kind, message FROM notifications WHERE delivery_id = :id ORDER BY id"
    return [(kind, message) for kind, message in scene.rows(statement, id=delivery_id)]


@everywhere
def test_it_counts_as_without_a_stop_from_its_first_part_and_its_owner_is_told(there: Scene, case: Case) -> None:
    ids = half_filled(there, case)
    assert all(row.unprotected_since is not None for row in stretches(there, ids))
    kind, message = told(there, ids[0])[-1]
    assert kind == "placed" and "Partly filled" in message and "the rest of the entry is cancelled" in message
    later(there, age=3)
    assert there.states(ids) == {"partially_filled"}, said(there, ids)
    assert len(told(there, ids[0])) == 1


@everywhere
def test_one_whose_part_is_found_by_a_look_counts_from_that_look(there: Scene, case: Case) -> None:
    move(there, case, "50500")
    ids = queued(there, case)
    fan_out.deliver(ids)
    assert there.states(ids) == {"accepted"}, said(there, ids)
    there.run(
        "UPDATE orders SET filled_quantity = quantity / 2, state = 'partially_filled' WHERE leg = 'entry'; "
        "UPDATE deliveries SET followed_at = now() - interval '1 minute'"
    )
    there.fault(venue=case.at.venue, kind="lost_answer", on="query")
    follow.follow()
    there.simulator.control("DELETE", "/_control/faults")
    assert "follow as soon as it has filled. If that takes" in said(there, ids)[0]
    assert all(row.unprotected_since is not None for row in stretches(there, ids))


@everywhere
def test_after_five_seconds_its_rest_is_cancelled_and_it_has_its_stop(there: Scene, case: Case) -> None:
    ids = half_filled(there, case)
    later(there, age=6)
    assert there.states(ids) == {"filled"}, said(there, ids)
    for row in stretches(there, ids):
        assert row.unprotected_since is None and 6000 <= row.unprotected_ms < 15_000
    for one in ids:
        legs = orders(there, one)
        assert [legs[leg][0] for leg in ("entry", "stop", "target1")] == ["cancelled", "new", "new"]
        assert 0 < legs["stop"][1] == legs["target1"][1] <= legs["entry"][1] / 2
        kind, message = told(there, one)[-1]
        assert kind == "filled" and message.startswith("Filled on") and "Stop 49000, target 51000." in message
        assert "of the entry were cancelled: as long as they waited, what it had bought had no stop." in message


@everywhere
def test_what_a_dead_worker_left_half_filled_is_found_without_its_stop_and_cut_short(there: Scene, case: Case) -> None:
    ids = half_filled(there, case)
    forget(there, ids)
    there.run("UPDATE deliveries SET unprotected_since = NULL")
    hold = Hold()
    items = load(take_doubts(hold))
    verdicts = [judge(item, finding) for looked in look(items, hold) for item, finding in looked]
    assert [verdict.is_open_without_a_stop for verdict in verdicts] == [True] * len(ids)
    forget(there, ids)
    reconcile()
    assert there.states(ids) == {"partially_filled"}, said(there, ids)
    assert all(row.unprotected_since is not None for row in stretches(there, ids))
    later(there, age=6)
    assert there.states(ids) == {"filled"}, said(there, ids)
    assert all(orders(there, one)["stop"][0] == "new" for one in ids)


@pytest.mark.parametrize("case", [SPOT_LIST], ids=str)
def test_an_entry_that_its_owner_has_cancelled_is_not_told_as_cut_short(there: Scene, case: Case) -> None:
    ids = half_filled(there, case)
    there.run("UPDATE orders SET filled_quantity = quantity / 2, state = 'cancelled' WHERE leg = 'entry'")
    there.run("UPDATE orders SET state = 'expired' WHERE leg <> 'entry'")
    later(there, age=1)
    assert "of the entry were cancelled or have expired there." in told(there, ids[0])[-1][1]


@pytest.mark.parametrize("case", [SPOT_LIST], ids=str)
def test_the_operator_may_allow_it_less(there: Scene, case: Case) -> None:
    ids = half_filled(there, case)
    kept = there.app.extensions["settings"]
    there.app.extensions["settings"] = replace(kept, half_filled_seconds=0)
    later(there, age=0)
    there.app.extensions["settings"] = kept
    assert there.states(ids) == {"filled"}, said(there, ids)


@pytest.mark.parametrize("case", [SPOT_LIST], ids=str)
def test_what_is_without_a_stop_of_late_has_its_turn_before_what_is_longer_overdue(there: Scene, case: Case) -> None:
    first, second = half_filled(there, case)
    there.run(OVERDUE, first=first, bare_for="1 second")
    assert _next(there) == [second]
    there.run(OVERDUE, first=first, bare_for="11 minutes")
    assert _next(there) == [first]


def _next(scene: Scene) -> list[int]:
    hold = Hold()
    taken = take_due(hold, most=1)
    give_back(hold, taken)
    return taken
