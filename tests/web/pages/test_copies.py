"""Copies as pages: the list with its filters, and the page that says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals.models import Delivery, Order, User
from tests.support.served import House
from tests.web.pages.test_entrance import HTML

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def copied(house: House, ann: User, **columns: Any) -> Delivery:
    paul = house.user(role="Provider")
    return house.delivery(ann, house.signal(paul, created_at=NOW), house.account(ann), **columns)


def ordered(house: House, delivery: Delivery, leg: str, **columns: Any) -> Order:
    given: dict[str, Any] = {
        "delivery_id": delivery.id, "leg": leg, "client_order_id": f"ms{delivery.id}{leg}", "side": "BUY",
        "type": "LIMIT", "quantity": Decimal("0.5"), "price": Decimal("336.1"), "state": "new",
    }  # fmt: skip
    return house.add(Order(**given | columns))


def test_the_list_is_filtered_by_state_and_by_signal(house: House, ann: User, client: FlaskClient) -> None:
    filled, skipped = copied(house, ann, state="filled"), copied(house, ann, state="skipped")
    page = client.get("/app/deliveries?state=skipped", headers=HTML).text
    assert f'"/app/deliveries/{skipped.id}"' in page and f'"/app/deliveries/{filled.id}"' not in page
    page = client.get(f"/app/deliveries?signal_id={filled.signal_id}", headers=HTML).text
    assert f'"/app/deliveries/{filled.id}"' in page and f'"/app/deliveries/{skipped.id}"' not in page
    assert "No copy of yours is cancelled" in client.get("/app/deliveries?state=cancelled", headers=HTML).text
    assert client.get("/app/deliveries?state=nonsense", headers=HTML).status_code == 422


def test_the_list_asks_the_same_however_long_it_is(house: House, ann: User, client: FlaskClient) -> None:
    copied(house, ann)
    with house.statements() as few:
        client.get("/app/deliveries", headers=HTML)
    for _ in range(22):
        copied(house, ann)
    with house.statements() as many:
        page = client.get("/app/deliveries", headers=HTML).text
    assert len(few) == len(many) <= 5 and "Page 1 of 2" in page


def test_a_copy_tells_every_step_with_its_time(house: House, ann: User, client: FlaskClient) -> None:
    moments = {
        "created_at": NOW + timedelta(milliseconds=10), "claimed_at": NOW + timedelta(milliseconds=40),
        "sent_at": NOW + timedelta(milliseconds=60), "acknowledged_at": NOW + timedelta(milliseconds=142),
    }  # fmt: skip
    delivery = copied(house, ann, state="filled", message="Filled on Binance.", client_id="ms1xabc", **moments)
    ordered(house, delivery, "entry", state="filled", filled_quantity=Decimal("0.5"), average_price=Decimal(336),
            exchange_order_id="987654")  # fmt: skip
    ordered(house, delivery, "stop", side="SELL", trigger_price=Decimal(320), type="STOP_LOSS")
    house.notification(ann, "Filled, with its stop.", delivery_id=delivery.id)
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    for words in ("published the signal", "Queued for your account", "Taken by a worker", "Entry sent to Binance",
                  "142 ms after the signal", "987654", "320.0", "Filled, with its stop.", "12:00:00"):  # fmt: skip
        assert words in page, words
    assert "Nothing was placed twice" in page and "ms1xabc" in page


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "skipped"}, "Nothing was placed: no order of this copy was ever sent."),
        ({"state": "unknown", "sent_at": NOW}, "is not sent again unless it is certain"),
        ({"state": "queued"}, "Nothing was sent yet."),
        ({"state": "filled", "sent_at": NOW, "attempts": 3}, "tried 3 times, always with the same ids"),
    ],
)
def test_what_is_certain_about_twice_is_said(
    house: House, ann: User, client: FlaskClient, columns: dict[str, Any], words: str
) -> None:
    delivery = copied(house, ann, **columns)
    assert words in client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text


def test_an_exchange_without_our_ids_is_not_said_to_take_them(house: House, ann: User, client: FlaskClient) -> None:
    signal = house.signal(house.user(role="Provider"), created_at=NOW)
    account = house.account(ann, exchange="magnr")
    delivery = house.delivery(ann, signal, account, exchange="magnr", state="filled", sent_at=NOW)
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    assert "knows no ids of ours" in page and "takes an id once" not in page


def test_a_refusal_says_the_cause_and_the_cure_and_its_code_is_one_click_away(
    house: House, ann: User, client: FlaskClient
) -> None:
    delivery = copied(house, ann, state="rejected", reason="funds", raw_code="-2010", message="Not placed on Binance.")
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    assert "The balance at Binance is too small" in page and "Add funds" in page
    assert "-2010" in page.split("<summary>")[1].split("</details>")[0]


def test_how_long_it_was_without_a_stop_is_told(house: House, ann: User, client: FlaskClient) -> None:
    over = copied(house, ann, state="filled", unprotected_ms=2400)
    assert '2.4<span class="unit">s' in client.get(f"/app/deliveries/{over.id}", headers=HTML).text
    lasting = copied(house, ann, state="filled", unprotected_since=datetime.now(UTC) - timedelta(seconds=30))
    assert "open without a stop since" in client.get(f"/app/deliveries/{lasting.id}", headers=HTML).text


def test_anothers_copy_is_not_there(house: House, client: FlaskClient) -> None:
    theirs = copied(house, house.user("bob"), message="a secret")
    answer = client.get(f"/app/deliveries/{theirs.id}", headers=HTML)
    assert answer.status_code == 404 and "a secret" not in answer.text
    assert f"/app/deliveries/{theirs.id}" not in client.get("/app/deliveries", headers=HTML).text


def test_what_an_exchange_says_is_never_markup(house: House, ann: User, client: FlaskClient) -> None:
    evil = "<script>x</script>"
    delivery = copied(house, ann, state="rejected", message=evil, raw_code=evil, reason="unknown")
    ordered(house, delivery, "entry", state="rejected", raw_code=evil, exchange_order_id=evil)
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    assert evil not in page and "&lt;script&gt;" in page
