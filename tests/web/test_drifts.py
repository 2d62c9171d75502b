"""/drifts: the ledger as its owner sees it, and decides about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mysignals.models import Drift, User
from tests.support.served import House


def noted(house: House, user: User, **columns: Any) -> Drift:
    given: dict[str, Any] = {
        "account_id": house.account(user).id, "user_id": user.id, "kind": "position", "market": "futures",
        "symbol": "BTCUSDT", "side": "both", "expected": Decimal("0.05"), "actual": Decimal("0.1"),
        "difference": Decimal("0.05"), "cause": "opened_by_hand", "message": "Drift on Binance.", "repair": "close",
        "state": "open",
    }  # fmt: skip
    found: Drift = house.add(Drift(**given | columns))
    return found


def test_the_ledger_shows_the_amounts_exactly_and_what_can_be_done(house: House) -> None:
    user = house.user()
    drift = noted(house, user)
    answer = house.client(user).get("/drifts")
    (shown,) = answer.json["drifts"]
    assert (answer.json["total"], shown["id"], shown["account_id"]) == (1, drift.id, drift.account_id)
    assert (shown["expected"], shown["actual"], shown["difference"]) == (0.05, 0.1, 0.05)
    assert (shown["exchange"], shown["cause"], shown["repair"], shown["state"]) == (
        "binance", "opened_by_hand", "close", "open",
    )  # fmt: skip


def test_what_no_second_audit_has_confirmed_is_not_shown(house: House) -> None:
    user = house.user()
    drift = noted(house, user, state="seen")
    client = house.client(user)
    assert client.get("/drifts").json["drifts"] == []
    assert client.post(f"/drifts/{drift.id}/approve").status_code == 404


@pytest.mark.parametrize("decision", ["approve", "dismiss"])
def test_a_drift_of_somebody_else_is_not_there(house: House, decision: str) -> None:
    drift = noted(house, house.user())
    stranger = house.client(house.user())
    assert stranger.post(f"/drifts/{drift.id}/{decision}").status_code == 404
    assert stranger.get("/drifts").json["drifts"] == [] and house.fresh(drift).state == "open"


def test_a_double_click_approves_once(house: House) -> None:
    user = house.user()
    drift = noted(house, user)
    client = house.client(user)
    answers = [client.post(f"/drifts/{drift.id}/approve") for _ in range(2)]
    assert [(one.status_code, one.json["drift"]["state"]) for one in answers] == [(200, "approved")] * 2
    assert house.tasks("upkeep") == 1 and house.fresh(drift).decided_at is not None


def test_dismissing_twice_is_dismissing(house: House) -> None:
    user = house.user()
    drift = noted(house, user)
    client = house.client(user)
    assert {client.post(f"/drifts/{drift.id}/dismiss").json["drift"]["state"] for _ in range(2)} == {"dismissed"}
    assert house.tasks("upkeep") == 0


@pytest.mark.parametrize(
    ("decision", "columns"),
    [
        ("approve", {"repair": "none"}),
        ("approve", {"state": "dismissed"}),
        ("approve", {"state": "gone", "ended_at": "2026-01-01T00:00:00Z"}),
        ("approve", {"state": "failed", "ended_at": "2026-01-01T00:00:00Z"}),
        ("dismiss", {"state": "approved"}),
        ("dismiss", {"state": "repaired", "ended_at": "2026-01-01T00:00:00Z"}),
    ],
)
def test_what_is_not_open_is_a_conflict(house: House, decision: str, columns: dict[str, str]) -> None:
    user = house.user()
    drift = noted(house, user, **columns)
    assert house.client(user).post(f"/drifts/{drift.id}/{decision}").status_code == 409
    assert house.fresh(drift).state == drift.state and house.tasks("upkeep") == 0


def test_an_audit_is_asked_for(house: House) -> None:
    user = house.user()
    account = house.account(user)
    answer = house.client(user).post(f"/accounts/{account.id}/audit")
    assert answer.status_code == 200 and answer.json["account_id"] == account.id and answer.json["audited_on"] is None
    assert house.tasks("upkeep") == 1


def test_an_audit_needs_an_account_of_ones_own_with_a_key_that_works(house: House) -> None:
    user = house.user()
    account = house.account(user, status="refused")
    assert house.client(house.user()).post(f"/accounts/{account.id}/audit").status_code == 404
    assert house.client(user).post(f"/accounts/{account.id}/audit").status_code == 409
    assert house.tasks("upkeep") == 0


def test_the_metrics_count_open_drifts(house: House) -> None:
    user = house.user()
    noted(house, user)
    noted(house, user, state="dismissed")
    assert "mysignals_drifts_open 1.0" in house.anonymous().get("/metrics").text
