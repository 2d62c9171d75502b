"""A key is checked at its exchange before it is used, and its owner reads in plain words what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import account_check, accounts, fan_out, follow, turns
from mysignals.services.fan_out.sweep import sweep
from mysignals.services.keys import open_key, seal
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import BITGET, PHEMEX, Case, queued
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import At, populate

RETIRED = {
    "kind": "reject", "on": "any", "status": 400,
    "body": '{"code":"30032","msg":"The V1 API has been decommissioned. Please migrate to a newer version.",'
    '"requestTime":1764300000000,"data":null}',
}  # fmt: skip
V1 = replace(BITGET, version="v1")
MAGNR = At("magnr", "magnr", position_mode=None, balances=(("BTC", "10"),))
Told = list[tuple[str, str]]


@dataclass
class Checked:
    """One account of the exchange, not checked yet."""

    scene: Scene
    account_id: int

    def check(self) -> tuple[str, str]:
        """Status and reason after the check."""
        account_check.check(self.account_id)
        ((status, reason),) = self.scene.rows(
            "SELECT status, status_reason FROM exchange_accounts WHERE id = :id", id=self.account_id
        )
        return status, reason

    @property
    def told(self) -> Told:
        rows = self.scene.rows(
            "SELECT n.kind, n.message FROM notifications n JOIN exchange_accounts a ON a.user_id = n.user_id "
            "WHERE a.id = :id ORDER BY n.id",
            id=self.account_id,
        )
        return [(kind, message) for kind, message in rows]

    def change_key(self, **changes: str) -> None:
        (row,) = self.scene.rows("SELECT sealed_credentials FROM exchange_accounts WHERE id = :id", id=self.account_id)
        key = open_key(bytes(row[0]))
        given = {"api_key": key.api_key, "secret": key.secret, "passphrase": key.passphrase} | changes
        sealed = seal(given["api_key"], given["secret"], given["passphrase"])
        self.scene.run(
            "UPDATE exchange_accounts SET sealed_credentials = :sealed WHERE id = :id",
            sealed=sealed,
            id=self.account_id,
        )


@pytest.fixture
def account(scene: Scene, database_url: str) -> Callable[[At], Checked]:
    def opened(at: At) -> Checked:
        people = populate(database_url, scene.simulator, followers=1, vault_public_key=VAULT_PUBLIC_KEY, at=at)
        (account_id,) = people.account_ids
        scene.run("UPDATE exchange_accounts SET status = 'checking' WHERE id = :id", id=account_id)
        return Checked(replace(scene, people=people), account_id)

    return opened


@pytest.mark.parametrize("at", [BITGET, V1, PHEMEX, MAGNR], ids=lambda at: at.exchange + at.version)
def test_a_good_key_is_ready(account: Callable[[At], Checked], at: At) -> None:
    checked = account(at)
    assert checked.check() == ("ready", "")
    assert checked.told[0][0] == "account_ready"


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        (BITGET, {"secret": "another"}), (BITGET, {"passphrase": "another"}), (V1, {"secret": "another"}),
        (PHEMEX, {"secret": "another"}), (MAGNR, {"secret": "another"}),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_in_plain_words(
    account: Callable[[At], Checked], at: At, changed: dict[str, str]
) -> None:
    checked = account(at)
    checked.change_key(**changed)
    status, reason = checked.check()
    assert status == "refused" and "does not accept this API key" in reason and "Create a new key" in reason
    assert "another" not in reason


def test_a_key_that_may_withdraw_is_refused_where_the_exchange_tells(account: Callable[[At], Checked]) -> None:
    checked = account(BITGET)
    wanted = checked.scene.simulator.open_account("bitget", permissions=["read", "trade", "withdraw"])
    checked.change_key(**{name: wanted[name] for name in ("api_key", "secret", "passphrase")})
    status, reason = checked.check()
    assert status == "refused" and "may withdraw money from Bitget" in reason


def test_the_retired_version_of_bitget_is_told_with_the_way_out(account: Callable[[At], Checked]) -> None:
    checked = account(V1)
    checked.scene.fault(venue="bitget", **RETIRED)
    status, reason = checked.check()
    assert status == "refused"
    assert "Bitget has retired version 1 of its API" in reason and "api_version" in reason and "v2" in reason


def test_a_follower_whose_version_is_retired_between_two_signals_is_told_the_same(
    account: Callable[[At], Checked],
) -> None:
    checked = account(V1)
    checked.scene.run("UPDATE exchange_accounts SET status = 'ready'")
    ids = queued(checked.scene, Case(V1, "futures"))
    checked.scene.fault(venue="bitget", **RETIRED)
    fan_out.deliver(ids)
    ((state, reason, message),) = checked.scene.rows(
        "SELECT state, reason, message FROM deliveries WHERE id = ANY (:ids)", ids=ids
    )
    assert (state, reason) == ("rejected", "retired")
    assert "Bitget has retired version 1 of its API" in message and "api_version" in message


@pytest.mark.parametrize(("at", "word"), [(PHEMEX, "may not withdraw"), (MAGNR, "at the market only")])
def test_what_an_exchange_cannot_do_is_told_when_the_key_is_ready(
    account: Callable[[At], Checked], at: At, word: str
) -> None:
    checked = account(at)
    checked.check()
    kinds = dict(checked.told)
    assert word in kinds["account_limits"] and len(kinds["account_limits"]) < 600


def test_a_key_that_is_just_being_used_is_checked_later(account: Callable[[At], Checked]) -> None:
    checked = account(MAGNR)
    (row,) = checked.scene.rows(
        "SELECT sealed_credentials FROM exchange_accounts WHERE id = :id", id=checked.account_id
    )
    redis: Any = checked.scene.app.extensions["redis"]
    with turns.held(redis, [open_key(bytes(row[0])).api_key]):
        assert checked.check()[0] == "checking"
    assert checked.check()[0] == "ready"


def test_a_key_that_no_worker_can_open_is_told_so(account: Callable[[At], Checked]) -> None:
    checked = account(BITGET)
    checked.scene.run("UPDATE exchange_accounts SET sealed_credentials = 'nonsense'")
    status, reason = checked.check()
    assert status == "refused" and "Save it again" in reason


def test_an_exchange_that_is_not_offered_any_more_is_told_so_and_harms_nobody_else(
    account: Callable[[At], Checked],
) -> None:
    checked = account(BITGET)
    checked.scene.run(
        "UPDATE exchange_accounts SET exchange = 'okx', status = 'checking' WHERE id = :id", id=checked.account_id
    )
    assert checked.check()[0] == "refused"
    checked.scene.run("UPDATE exchange_accounts SET status = 'ready'")
    ids = queued(checked.scene, Case(BITGET, "futures"))
    fan_out.deliver(ids)
    assert checked.scene.states(ids) == {"skipped"}
    checked.scene.run("UPDATE deliveries SET state = 'filled', followed_at = NULL, client_id = 'ms1xgone'")
    follow.follow()
    sweep()


def test_a_check_that_somebody_asked_for_is_found_again_until_its_exchange_has_answered(
    account: Callable[[At], Checked],
) -> None:
    """Of an account that works, too, which goes on working meanwhile."""
    checked = account(MAGNR)
    checked.check()
    scene, redis = checked.scene, checked.scene.app.extensions["redis"]

    def found_again() -> int:
        """How many checks are handed over a while after the last one."""
        scene.run(
            "UPDATE exchange_accounts SET checked_at = checked_at - interval '16 seconds', "
            "check_asked_at = check_asked_at - interval '16 seconds' WHERE id = :id", id=checked.account_id,
        )  # fmt: skip
        redis.delete("upkeep")
        account_check.check_waiting()
        return int(redis.llen("upkeep"))

    assert found_again() == 0
    accounts.check(db.session.get_one(User, scene.people.user_ids[0]), checked.account_id)
    account_check.check_waiting()
    assert redis.llen("upkeep") == 1, "its own message, and no other before that had time to come"
    assert found_again() == 1
    (row,) = scene.rows("SELECT sealed_credentials FROM exchange_accounts WHERE id = :id", id=checked.account_id)
    with turns.held(redis, [open_key(bytes(row[0])).api_key]):
        assert checked.check()[0] == "ready", "nobody was asked"
    assert found_again() == 1
    assert checked.check()[0] == "ready"
    assert found_again() == 0
