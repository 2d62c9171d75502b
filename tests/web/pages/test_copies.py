"""Copies as pages: the list with its filters, and the page that says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals.models import Delivery, Instruction, Order, User
from mysignals.services import retries
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden

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


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "rejected"}, "Nothing was placed: the exchange refused it"),
        ({"state": "rejected", "filled_quantity": Decimal("0.1")}, "Nothing was placed twice"),
        ({"state": "cancelled", "exchange_order_id": "1"}, "Nothing was placed twice"),
    ],
)
def test_of_a_refusal_it_is_said_that_nothing_is_there(
    house: House, ann: User, client: FlaskClient, columns: dict[str, Any], words: str
) -> None:
    delivery = copied(house, ann, state="rejected", sent_at=NOW)
    ordered(house, delivery, "entry", **columns)
    assert words in client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text


def test_an_exchange_without_our_ids_is_not_said_to_take_them(house: House, ann: User, client: FlaskClient) -> None:
    signal = house.signal(house.user(role="Provider"), created_at=NOW)
    account = house.account(ann, exchange="magnr")
    delivery = house.delivery(ann, signal, account, exchange="magnr", state="filled", sent_at=NOW)
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    assert "knows no ids of ours" in page and "has an id of its own" not in page


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


def followed(house: House, ann: User, **columns: Any) -> Delivery:
    """A copy that was not placed, of a signal that is still on."""
    paul = house.user(role="Provider")
    account = house.account(ann)
    following = house.following(ann, paul, account)
    given = {"state": "rejected", "reason": "funds", "following_id": following.id}
    return house.delivery(ann, house.signal(paul, created_at=NOW), account, **given | columns)


def test_what_was_not_placed_is_tried_once_more_however_often_it_is_pressed(
    house: House, ann: User, client: FlaskClient
) -> None:
    copy = followed(house, ann)
    page = client.get(f"/app/deliveries/{copy.id}", headers=HTML).text
    assert "Try it once more" in page and "nothing is placed twice" in page
    answers = [client.post(f"/app/deliveries/{copy.id}/retry", data=hidden(page), headers=HTML) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location != f"/app/deliveries/{copy.id}"
    assert house.count(Delivery) == 2 and house.tasks("trade") == 1
    page = client.get(answers[0].location, headers=HTML).text
    assert f'"/app/deliveries/{copy.id}"' in page and "You asked for it once more" in page
    page = client.get(f"/app/deliveries/{copy.id}", headers=HTML).text
    assert "Try it once more" not in page and answers[0].location in page
    other = client.post(
        f"/app/deliveries/{copy.id}/retry", data=hidden(page) | {"once": "another-page-of-it"}, headers=HTML
    )
    assert other.status_code == 409 and retries.ALREADY in other.text and house.count(Delivery) == 2


ORDER = {"leg": "entry", "state": "rejected"}
NOT_SAFE: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "in doubt": ({"copy": {"state": "unknown"}}, "could be placed twice"),
    "taken": ({"order": {"state": "cancelled", "exchange_order_id": "1"}}, "had taken an order"),
    "expired there": ({"order": {"state": "expired", "exchange_order_id": "1"}}, "had taken an order"),
    "bought a part": ({"order": {"filled_quantity": Decimal("0.1")}}, "had taken an order"),
    "over": ({"signal": {"is_active": False}}, "took the signal off the list"),
    "private": ({"signal": {"is_private": True, "is_active": False, "deleted_at": NOW}}, "Your program asked for it"),
    "paused": ({"following": {"paused": True}}, "Your following is paused"),
    "left out": ({"following": {"symbols": ["ETHUSDT"]}}, "leaves BNBUSDT out"),
    "account": ({"account": {"status": "refused"}}, "This account is refused"),
    "ended": ({"copy": {"following_id": None}}, "do not follow its provider"),
    "by hand": ({"copy": {"trade_sizing": "quote", "trade_value": Decimal(5)}}, "You traded it by hand"),
    "not listed": ({"copy": {"state": "skipped", "reason": "not_listed"}}, "does not offer this trade"),
    "no plan": ({"user": {"plan_until": NOW}}, "needs an active pro plan"),
    "no ids": ({"copy": {"state": "expired", "reason": "never_arrived", "exchange": "magnr"}}, "no ids of ours"),
    "closed": ({"close": {}}, "has closed this trade"),
}


@pytest.mark.parametrize("case", sorted(NOT_SAFE))
def test_where_a_try_is_not_safe_the_page_says_why_and_nothing_is_sent(house: House, case: str) -> None:
    given, words = NOT_SAFE[case]
    ann, paul = house.user("ann", **given.get("user", {})), house.user("paul", role="Provider")
    account = house.account(ann, **given.get("account", {}))
    signal = house.signal(paul, created_at=NOW, **given.get("signal", {}))
    following = house.following(ann, paul, account, **given.get("following", {}))
    columns = {"state": "rejected", "reason": "funds", "following_id": following.id} | given.get("copy", {})
    copy = house.delivery(ann, signal, account, **columns)
    if "order" in given:
        ordered(house, copy, **ORDER | given["order"])
    if "close" in given:
        house.add(Instruction(user_id=paul.id, kind="signal", action="close", word="close_all"))
    client = house.client(ann)
    page = client.get(f"/app/deliveries/{copy.id}", headers=HTML).text
    assert words in page and "Try it once more" not in page
    sent = hidden(client.get("/app/positions/stop", headers=HTML).text)
    answer = client.post(f"/app/deliveries/{copy.id}/retry", data=sent, headers=HTML)
    assert answer.status_code == 409 and words in answer.text
    assert house.count(Delivery) == 1 and house.tasks("trade") == 0


@pytest.mark.parametrize(
    "columns",
    [{}, {"state": "skipped", "reason": "price_moved"}, {"state": "expired", "reason": "too_old"},
     {"state": "expired", "reason": "never_arrived"}],
)  # fmt: skip
def test_what_certainly_never_was_there_may_be_tried_again(house: House, ann: User, columns: dict[str, Any]) -> None:
    copy = followed(house, ann, **columns)
    if columns.get("reason") in (None, "never_arrived"):
        ordered(house, copy, "entry", state="expired" if columns else "rejected")
    with house.app.app_context():
        found = retries.standing(ann, copy.id)
    assert found is not None and found.is_safe


def test_anothers_copy_is_not_tried_again(house: House, ann: User, client: FlaskClient) -> None:
    theirs = followed(house, house.user("bob"))
    sent = hidden(client.get("/app/positions/stop", headers=HTML).text)
    assert client.post(f"/app/deliveries/{theirs.id}/retry", data=sent, headers=HTML).status_code == 404
    assert house.count(Delivery) == 1


def test_what_an_exchange_says_is_never_markup(house: House, ann: User, client: FlaskClient) -> None:
    evil = "<script>x</script>"
    delivery = copied(house, ann, state="rejected", message=evil, raw_code=evil, reason="unknown")
    ordered(house, delivery, "entry", state="rejected", raw_code=evil, exchange_order_id=evil)
    page = client.get(f"/app/deliveries/{delivery.id}", headers=HTML).text
    assert evil not in page and "&lt;script&gt;" in page
