"""A key that is replaced while copies are open has to open the account they are on, or nobody follows them with it."""

from __future__ import annotations

import pytest

from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import account_check, accounts, fan_out, follow
from mysignals.services.accounts import Keys
from mysignals.services.errors import Conflict
from mysignals.services.fan_out.claim import claim
from mysignals.services.holds import Hold
from mysignals.services.keys import open_key
from mysignals.services.reconcile.due import take_due
from mysignals.services.reconcile.load import load
from mysignals.services.reconcile.looking import look
from mysignals.services.reconcile.store import store
from mysignals.services.reconcile.verdict import judge
from tests.fan_out.conftest import Scene

STATUS = "SELECT status, unproven FROM exchange_accounts WHERE id = :id"


def replace(scene: Scene, number: int, api_key: str, secret: str) -> None:
    user = db.session.get_one(User, scene.people.user_ids[number])
    accounts.replace_keys(user, Keys("binance", "paper", api_key, secret))


def credentials(scene: Scene, number: int) -> tuple[str, str]:
    account = scene.people.account_ids[number]
    (row,) = scene.rows("SELECT sealed_credentials FROM exchange_accounts WHERE id = :id", id=account)
    key = open_key(bytes(row[0]))
    return key.api_key, key.secret


def filled(scene: Scene) -> list[int]:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    return ids


def status(scene: Scene) -> tuple[str, bool]:
    ((state, unproven),) = scene.rows(STATUS, id=scene.people.account_ids[0])
    return state, unproven


def drop(scene: Scene) -> None:
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "48900"}
    )


def test_a_key_of_another_account_is_refused_and_what_is_open_is_not_looked_for_with_it(scene: Scene) -> None:
    ids = filled(scene)
    replace(scene, 0, *credentials(scene, 1))
    assert status(scene) == ("checking", True)
    account_check.check(scene.people.account_ids[0])
    assert status(scene) == ("refused", True)
    told = scene.rows("SELECT message FROM notifications WHERE kind = 'account_refused'")
    assert "another account of the exchange" in told[0][0]
    drop(scene)
    follow.follow()
    mine = scene.rows(
        "SELECT state FROM deliveries WHERE account_id = :id AND id = ANY (:ids)",
        id=scene.people.account_ids[0], ids=ids,
    )  # fmt: skip
    assert mine == [("filled",)]


def test_another_key_of_the_same_account_goes_on(scene: Scene) -> None:
    ids = filled(scene)
    replace(scene, 0, *credentials(scene, 0))
    drop(scene)
    follow.follow()
    assert sorted(scene.states(ids)) == ["closed", "filled"]  # Nobody looks before the check.
    account_check.check(scene.people.account_ids[0])
    assert status(scene) == ("ready", False)
    follow.follow()
    assert scene.states(ids) == {"closed"}


def test_an_exchange_that_does_not_tell_is_asked_again(scene: Scene) -> None:
    filled(scene)
    replace(scene, 0, *credentials(scene, 0))
    scene.fault(kind="maintenance", on="query")
    account_check.check(scene.people.account_ids[0])
    assert status(scene) == ("checking", True)
    scene.simulator.control("DELETE", "/_control/faults")
    account_check.check(scene.people.account_ids[0])
    assert status(scene) == ("ready", False)


def test_a_key_of_an_account_without_copies_is_not_asked_for_proof(scene: Scene) -> None:
    replace(scene, 0, *credentials(scene, 1))
    account_check.check(scene.people.account_ids[0])
    assert status(scene) == ("ready", False)


@pytest.mark.parametrize(("state", "reason"), [("sending", None), ("unknown", "unknown")])
def test_a_key_is_not_replaced_while_something_is_on_its_way(scene: Scene, state: str, reason: str | None) -> None:
    _, ids = scene.signal()
    scene.run("UPDATE deliveries SET state = :state, reason = :reason, claimed_at = now()", state=state, reason=reason)
    with pytest.raises(Conflict, match="just being sent"):
        replace(scene, 0, *credentials(scene, 1))
    db.session.rollback()
    scene.run("UPDATE deliveries SET state = 'unknown', reason = 'in_doubt' WHERE id = ANY (:ids)", ids=ids)
    replace(scene, 0, *credentials(scene, 1))


def test_what_is_not_found_for_long_does_not_keep_a_dead_key_and_is_settled_by_its_owner_alone(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.run("UPDATE deliveries SET state = 'unknown', reason = 'unknown', claimed_at = now() - interval '11 minutes'")
    replace(scene, 0, *credentials(scene, 1))
    reasons = scene.rows(
        "SELECT reason FROM deliveries WHERE account_id = :id AND id = ANY (:ids)",
        id=scene.people.account_ids[0], ids=ids,
    )  # fmt: skip
    assert reasons == [("in_doubt",)]


def test_a_look_with_the_old_key_that_ends_later_does_not_open_the_question_again(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    scene.run("UPDATE deliveries SET state = 'unknown', reason = 'unknown', held_until = NULL, "
              "claimed_at = now() - interval '11 minutes'")  # fmt: skip
    hold = Hold()
    assert take_due(hold) == ids
    looked = [one for portion in look(load(ids), hold) for one in portion]
    replace(scene, 0, *credentials(scene, 1))
    store([judge(*one) for one in looked], hold)
    reasons = dict(map(tuple, scene.rows("SELECT account_id, reason FROM deliveries WHERE id = ANY (:ids)", ids=ids)))
    assert [reasons[account] for account in scene.people.account_ids] == ["in_doubt", *["unknown"] * 3]
