"""`/mytrades`, ratings, and what a purchase means for its provider."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mysignals.models import Rating
from tests.purchases.rows import purchase, unpaid
from tests.support.served import WALLET, House

NOT_BOUGHT = "Trade not found, Have you purchased this trade?"


def test_my_trades_are_what_i_bought_with_my_rating_and_my_delivery(house: House) -> None:
    paul, ann, bob = house.user("paul", role="Provider"), house.user(), house.user()
    first, second = house.signal(paul, market="futures", leverage=5), house.signal(paul)
    purchase(house, ann, first, bought_at=datetime.now(UTC) - timedelta(hours=1))
    paid = purchase(house, ann, second)
    purchase(house, bob, house.signal(paul))
    for state in ("confirming", "taken_back", "failed"):
        unpaid(house, ann, house.signal(paul), state)
    house.client(ann).post(f"/signal/rate/{second.id}", json={"rate": 4})
    account = house.account(ann)
    delivery = house.delivery(ann, first, account, state="filled")
    house.delivery(bob, first, house.account(bob), state="rejected")
    answer = house.client(ann).get("/mytrades").json
    assert (answer["message"], answer["status"], answer["total"], answer["pages"]) == ("success", True, 2, 1)
    newest, oldest = answer["mytrades"]
    assert oldest["delivery"] == {"id": delivery.id, "account_id": account.id, "state": "filled", "message": ""}
    assert (oldest["id"], oldest["user_rating"], oldest["is_spot"], oldest["signal"]["leverage"]) == (
        first.id,
        0,
        False,
        5,
    )
    for name in ("date_created", "date_bought"):
        assert newest.pop(name).endswith("GMT")
    assert newest == {
        "id": second.id, "is_spot": True, "short_text": "a secret hint", "provider": "paul", "provider_wallet": WALLET,
        "signal": {"symbol": "BNBUSDT", "side": "BUY", "type": "LIMIT", "quantity": 0.5, "price": 336.1,
                   "stops": {"sl": 320, "tp": 350}},
        "status": True, "user_rating": 4, "tx_hash": paid.tx_hash, "delivery": None,
    }  # fmt: skip


def test_my_trades_come_in_pages(house: House) -> None:
    paul, ann = house.user(role="Provider"), house.user()
    for _ in range(21):
        purchase(house, ann, house.signal(paul))
    client = house.client(ann)
    pages = [client.get(f"/mytrades?page={page}").json for page in (1, 2, 3)]
    assert [len(page["mytrades"]) for page in pages] == [20, 1, 0]
    assert {(page["total"], page["pages"]) for page in pages} == {(21, 2)}
    assert client.get("/mytrades?page=0").status_code == 422


def test_a_rating_counts_for_the_provider_and_a_second_replaces_it(house: House) -> None:
    paul, ann, bob = house.user("paul", role="Provider"), house.user(), house.user()
    signal = house.signal(paul)
    for person in (ann, bob):
        purchase(house, person, signal)
    for stars, expected in ((1, 1), (5, 5), (4, 4)):
        answer = house.client(ann).post(f"/signal/rate/{signal.id}", json={"rate": stars})
        assert (answer.status_code, answer.json) == (200, {"message": "success", "rating": stars, "status": True})
        assert rating_of(house, ann) == expected
    house.client(bob).post(f"/signal/rate/{signal.id}", json={"rate": "5"})
    assert house.count(Rating) == 2
    assert rating_of(house, ann) == 4.5
    assert house.client(ann).get("/providers").json["providers"][0]["rating"] == 4.5
    assert house.client(paul).get("/provider/signals").json["provider_rating"] == 4.5


def rating_of(house: House, reader: Any) -> Any:
    return house.client(reader).get("/").json["signals"][0]["provider_rating"]


@pytest.mark.parametrize(("stars", "shown"), [((5, 5, 4), 4.67), ((1, 1, 1, 1, 1, 1, 1, 2), 1.13), ((3,), 3)])
def test_the_mean_of_all_signals_is_rounded_to_two_places(house: House, stars: tuple[int, ...], shown: float) -> None:
    paul, ann = house.user(role="Provider"), house.user()
    for star in stars:
        signal = house.signal(paul)
        purchase(house, ann, signal)
        house.client(ann).post(f"/signal/rate/{signal.id}", json={"rate": star})
    assert rating_of(house, ann) == shown


@pytest.mark.parametrize("wrong", [0, 6, -1, 2.5, "", "five", None, True, [5], "9" * 60, "NaN", "1e999999999"])
def test_a_rating_is_a_whole_number_from_1_to_5(house: House, wrong: Any) -> None:
    ann, signal = house.user(), house.signal(house.user(role="Provider"))
    purchase(house, ann, signal)
    answer = house.client(ann).post(f"/signal/rate/{signal.id}", json={"rate": wrong})
    assert answer.status_code == 422 and list(answer.json["fields"]) == ["rate"]
    assert house.client(ann).post(f"/signal/rate/{signal.id}", json={}).status_code == 422
    assert house.count(Rating) == 0


@pytest.mark.parametrize("state", [None, "confirming", "taken_back", "failed"])
def test_only_buyers_rate(house: House, state: str | None) -> None:
    paul, ann = house.user(role="Provider"), house.user()
    signal = house.signal(paul)
    if state is not None:
        unpaid(house, ann, signal, state)
    for person in (ann, paul):
        answer = house.client(person).post(f"/signal/rate/{signal.id}", json={"rate": 5})
        assert (answer.status_code, answer.json["message"]) == (404, NOT_BOUGHT)
    assert house.client(ann).post("/signal/rate/999999", json={"rate": 5}).status_code == 404
    assert house.fresh(paul).rating_count == 0


@pytest.mark.parametrize("state", ["bought", "confirming", "taken_back"])
def test_a_signal_that_somebody_pays_for_is_not_deleted(house: House, state: str) -> None:
    paul, ann = house.user(role="Provider"), house.user()
    signal = house.signal(paul)
    if state == "bought":
        purchase(house, ann, signal)
    else:
        unpaid(house, ann, signal, state)
    answer = house.client(paul).post(f"/provider/delete/{signal.id}")
    assert answer.status_code == 409 and "deactivate it" in answer.json["message"]
    assert house.fresh(signal) is not None


def test_a_payment_that_bought_nothing_keeps_no_signal(house: House) -> None:
    paul, ann = house.user(role="Provider"), house.user()
    signal = house.signal(paul)
    unpaid(house, ann, signal, "failed")
    assert house.client(paul).post(f"/provider/delete/{signal.id}").status_code == 200
    assert house.client(paul).get("/provider/signals").json["total"] == 0
