"""A delivery that was closed in parts, or asked to be closed again: each that asked is told what became of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.extensions import db
from mysignals.models import Instruction, User
from mysignals.services import closing, instructions, stopping
from mysignals.services.instructions import public_id
from tests.closing.asked import asked, worked
from tests.closing.test_asking import ON_BTC, opened
from tests.fan_out.conftest import Scene, exchange, scene

__all__ = ["exchange", "scene"]
REFUSING = {"code": -4131, "msg": "The counterparty's best price does not meet."}


def part(scene: Scene, quantity: str = "0.001") -> int:
    """The id of what its owner asked."""
    given = {"kind": "order", "word": "sell", "reduce_only": True, "side": "BUY", **ON_BTC}
    found, reached = asked(scene.people.user_ids[0], quantity=Decimal(quantity), **given)
    assert reached == 1
    return found


def whole(scene: Scene, **wanted: Any) -> int:
    return asked(scene.people.user_ids[0], **ON_BTC | {"kind": "order"} | wanted)[0]


def told(scene: Scene, number: int) -> tuple[str, int]:
    """The status, and of how many accounts."""
    found = db.session.get_one(Instruction, number)
    state = instructions.state(found.user_id, found.kind, public_id(found))
    db.session.rollback()
    return state.status.value, len(state.accounts)


def refuse(scene: Scene) -> None:
    scene.fault_of_accounts(kind="reject", on="order", path="fapi/v1/order", body=REFUSING)


def test_a_second_part_leaves_the_first_one_told_as_it_was(scene: Scene) -> None:
    opened(scene)
    first = part(scene)
    worked(scene, 1)
    assert told(scene, first) == ("closed", 1)
    second = part(scene)
    assert (told(scene, first), told(scene, second)) == (("closed", 1), ("sending", 1))
    third = part(scene)
    worked(scene)
    assert [told(scene, one) for one in (first, second, third)] == [("closed", 1)] * 3
    assert scene.rows("SELECT DISTINCT sum(filled_quantity) FROM orders WHERE leg = 'close'") == [(Decimal("0.003"),)]


def test_a_part_that_was_refused_has_failed_also_when_the_next_one_did_not(scene: Scene) -> None:
    opened(scene)
    refuse(scene)
    first = part(scene)
    worked(scene, 1)
    assert told(scene, first) == ("failed", 1)
    scene.simulator.control("DELETE", "/_control/faults")
    second = part(scene)
    assert (told(scene, first), told(scene, second)) == (("failed", 1), ("sending", 1))
    worked(scene)
    assert (told(scene, first), told(scene, second)) == (("failed", 1), ("closed", 1))


def test_a_refused_close_of_all_has_failed_until_another_one_has_closed_it(scene: Scene) -> None:
    opened(scene)
    refuse(scene)
    first = whole(scene)
    worked(scene, 1)
    scene.simulator.control("DELETE", "/_control/faults")
    second = part(scene)
    worked(scene)
    assert (told(scene, first), told(scene, second)) == (("failed", 1), ("closed", 1))
    third = whole(scene)
    worked(scene)
    assert [told(scene, one) for one in (first, second, third)] == [("closed", 1)] * 3


def test_a_provider_who_closes_all_takes_no_follower_out_of_what_they_asked(scene: Scene) -> None:
    opened(scene)
    mine = part(scene)
    worked(scene, 1)
    page = stopping.close_one(db.session.get_one(User, scene.people.user_ids[1]), opened(scene)[1]).id
    theirs, people = asked(scene.people.provider_id, **ON_BTC)
    assert people == 4
    closing.spread(theirs)
    assert told(scene, mine) == ("closed", 1), "also while its provider's close is under way"
    worked(scene)
    found = db.session.get_one(Instruction, theirs)
    followers = instructions.state(scene.people.provider_id, "signal", public_id(found)).followers
    assert followers is not None and followers["closed"] == 8 - 1, "one was being closed as a whole already"
    assert (told(scene, mine), told(scene, theirs)[0]) == (("closed", 1), "closed")
    steps = stopping.progress(db.session.get_one(User, scene.people.user_ids[1]), page).steps
    assert [step.state for step in steps] == ["done"]
