"""/provider: publishing signals and looking after them."""

from __future__ import annotations

from typing import Any

import pytest

from mysignals.models import Delivery, Signal
from tests.support.served import WALLET, House

SPOT = {"symbol": "bnbusdt", "side": "BUY", "quantity": "0.5", "price": 336.1, "tp1": "350", "sl": 320}
FUTURES = SPOT | {"leverage": "3"}


def test_a_spot_signal_is_stored_and_answered_as_it_will_be_seen(house: House) -> None:
    provider = house.user("paul", role="Provider")
    answer = house.client(provider).post(
        "/provider/spot/new", json=SPOT | {"tp2": "360.5", "tp3": "", "short_text": "go"}
    )
    assert answer.status_code == 200
    signal = answer.json["signal"]
    assert signal.pop("date_created").endswith("GMT") and signal.pop("id")
    assert signal == {
        "signal": {
            "symbol": "BNBUSDT", "side": "BUY", "type": "LIMIT", "quantity": 0.5, "price": 336.1,
            "stops": {"sl": 320, "tp": 350, "tp2": 360.5},
        },
        "short_text": "go", "status": True, "is_spot": True, "provider": "paul", "provider_wallet": WALLET,
    }  # fmt: skip


def test_a_futures_signal_has_a_leverage_and_may_enter_at_market(house: House) -> None:
    provider = house.user(role="Provider")
    signal = house.client(provider).post("/provider/futures/new", json=FUTURES | {"type": "MARKET"}).json["signal"]
    assert (signal["signal"]["leverage"], signal["signal"]["type"], signal["is_spot"]) == (3, "MARKET", False)


def test_numbers_come_back_digit_for_digit(house: House) -> None:
    provider = house.user(role="Provider")
    said = house.client(provider).post("/provider/spot/new", json=SPOT | {"quantity": 0.07, "price": "336.10000"}).text
    assert '"quantity":0.07,' in said and '"price":336.1,' in said


def test_publishing_queues_a_delivery_for_every_entitled_follower(house: House) -> None:
    provider, follower = house.user(role="Provider"), house.user()
    house.following(follower, provider, house.account(follower))
    signal_id = house.client(provider).post("/provider/spot/new", json=SPOT).json["signal"]["id"]
    counts = house.client(provider).get(f"/provider/signals/{signal_id}/deliveries").json
    assert counts["total"] == counts["deliveries"]["queued"] == 1 and house.tasks("fan_out") == 1
    assert follower.user_name not in str(counts)


def test_a_provider_without_a_wallet_cannot_publish_until_they_set_one(house: House) -> None:
    client = house.client(house.user(role="Provider", wallet=None))
    assert client.post("/provider/spot/new", json=SPOT).status_code == 403
    assert client.post("/provider/update_wallet", json={"wallet": WALLET.lower()}).json["message"] == "wallet changed"
    assert client.post("/provider/spot/new", json=SPOT).json["signal"]["provider_wallet"] == WALLET


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"symbol": "NOPEUSDT"}, "symbol"),
        ({"sl": 340}, "sl"),
        ({"side": "SELL"}, "sl"),
        ({"tp1": 330}, "tp1"),
        ({"tp2": 340}, "tp2"),
        ({"tp2": 360, "tp3": 355}, "tp3"),
        ({"price": "336.15"}, "price"),
        ({"sl": "320.05"}, "sl"),
        ({"tp1": "350.05"}, "tp1"),
        ({"quantity": "0.505"}, "quantity"),
        ({"quantity": "0.01"}, "quantity"),
        ({"quantity": 9001}, "quantity"),
    ],
)
def test_a_draft_that_breaks_a_market_rule_is_refused_by_name_and_stores_nothing(
    house: House, changed: dict[str, Any], field: str
) -> None:
    answer = house.client(house.user(role="Provider")).post("/provider/spot/new", json=SPOT | changed)
    assert answer.status_code == 422 and field in answer.json["fields"]
    assert house.count(Signal) == 0 and house.tasks("fan_out") == 0


def test_a_leverage_above_the_symbols_own_is_refused(house: House) -> None:
    answer = house.client(house.user(role="Provider")).post("/provider/futures/new", json=FUTURES | {"leverage": 76})
    assert answer.status_code == 422 and "75" in answer.json["fields"]["leverage"]


def test_own_signals_are_listed_newest_first_in_pages_of_20(house: House) -> None:
    provider, other = house.user(role="Provider"), house.user(role="Provider")
    made = [house.signal(provider).id for _ in range(21)]
    house.signal(other)
    first = house.client(provider).get("/provider/signals").json
    assert (first["total"], first["pages"], first["provider_rating"]) == (21, 2, 0.0)
    assert [item["id"] for item in first["signals"]] == made[:0:-1]
    assert [item["id"] for item in house.client(provider).get("/provider/signals?page=2").json["signals"]] == made[:1]


def test_pairs_are_those_that_trade(house: House) -> None:
    client = house.client(house.user(role="Provider"))
    for market in ("spot", "futures"):
        assert client.get(f"/provider/{market}/pairs").json == {
            "message": "success",
            "pairs": ["BNBUSDT"],
            "status": True,
        }


def test_a_deactivated_signal_stays_and_is_no_longer_offered(house: House) -> None:
    provider = house.user(role="Provider")
    signal = house.signal(provider)
    answer = house.client(provider).post(f"/provider/deactivate/{signal.id}")
    assert answer.json == {"message": "success", "signal_id": signal.id, "status": True}
    assert house.client(provider).get("/").json["total"] == 0
    assert house.fresh(signal).is_active is False


def test_a_signal_nobody_received_can_be_deleted(house: House) -> None:
    provider = house.user(role="Provider")
    signal = house.signal(provider)
    client = house.client(provider)
    assert client.post(f"/provider/delete/{signal.id}").json["signal_id"] == signal.id
    assert client.get("/provider/signals").json["total"] == 0 and client.get("/").json["total"] == 0
    assert client.get("/providers").json["providers"][0]["signals"] == 0
    assert client.get(f"/signal/{signal.id}").status_code == 404
    for deed in ("delete", "deactivate"):
        assert client.post(f"/provider/{deed}/{signal.id}").status_code == 404
    assert client.get(f"/provider/signals/{signal.id}/deliveries").status_code == 404
    assert house.client(house.user()).get(f"/signal/{signal.id}").status_code == 404


def test_a_signal_that_was_sent_cannot_be_deleted(house: House) -> None:
    provider, follower = house.user(role="Provider"), house.user()
    signal = house.signal(provider)
    house.delivery(follower, signal, house.account(follower))
    answer = house.client(provider).post(f"/provider/delete/{signal.id}")
    assert answer.status_code == 409 and "deactivate" in answer.json["message"]
    assert house.count(Delivery) == 1


@pytest.mark.parametrize("deed", ["deactivate/{}", "delete/{}"])
def test_a_signal_of_somebody_else_is_not_there(house: House, deed: str) -> None:
    signal = house.signal(house.user(role="Provider"))
    assert house.client(house.user(role="Provider")).post("/provider/" + deed.format(signal.id)).status_code == 404
    assert house.fresh(signal).is_active
