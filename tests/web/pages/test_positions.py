"""Positions as pages: what is open, closing one, stopping everything, and how far that has come."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from mysignals.extensions import db
from mysignals.models import Delivery, Instruction, User
from mysignals.services import positions
from tests.support.served import House
from tests.web.pages.test_copies import ordered
from tests.web.pages.test_entrance import HTML, hidden


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def opened(house: House, user: User, state: str = "filled", environment: str = "paper", **columns: Any) -> Delivery:
    """A copy that has bought 0.5 at 336, with its stop."""
    signal, account = house.signal(house.user(role="Provider")), house.account(user, environment=environment)
    delivery = house.delivery(user, signal, account, state=state, **columns)
    if state == "filled":
        entry = {"state": "filled", "filled_quantity": Decimal("0.5"), "average_price": Decimal(336)}
        ordered(house, delivery, "entry", **entry)
        ordered(house, delivery, "stop", side="SELL", trigger_price=Decimal(320))
    return delivery


def press(client: FlaskClient, path: str) -> Any:
    return client.post(path, data=hidden(client.get(path, headers=HTML).text), headers=HTML)


def test_what_is_open_is_shown_with_its_stop_and_what_is_over_is_not(
    house: House, ann: User, client: FlaskClient
) -> None:
    delivery, over = opened(house, ann), opened(house, ann, state="closed")
    page = client.get("/app/positions", headers=HTML).text
    assert f"/app/deliveries/{delivery.id}" in page and f"/app/deliveries/{over.id}" not in page
    assert '0.5<span class="unit">BNB' in page and "320.0" in page and "at 336.0" in page and "reading" in page
    late = client.get("/app/positions?worth=1", headers=HTML).text
    assert "no price told" in late and "reading" not in late


def test_what_has_no_stop_says_so(house: House, ann: User, client: FlaskClient) -> None:
    opened(house, ann, unprotected_since=datetime.now(UTC))
    assert "no stop" in client.get("/app/positions", headers=HTML).text


@pytest.mark.parametrize(
    ("side", "price", "profit", "percent"),
    [("BUY", "350", "4.88", "4.07"), ("SELL", "350", "-5.12", "-4.27"), ("BUY", "336", "-0.12", "-0.10")],
)
def test_what_is_open_is_worth_its_distance_to_the_entry_less_the_fee_of_it(
    house: House, ann: User, side: str, price: str, profit: str, percent: str
) -> None:
    opened(house, ann)
    with house.app.app_context():
        user = db.session.get(User, ann.id)
        assert user is not None
        (one,) = positions.open_of(user, 1).items
        values = {name: getattr(one, name) for name in one.__dataclass_fields__}
        sold = positions.Position(**values | {"side": side, "sold": Decimal("0.142857142857")})
        worth = positions._worth(sold, Decimal(price))
    assert worth.profit is not None and worth.percent is not None
    assert (round(worth.profit, 2), round(worth.percent, 2)) == (Decimal(profit), Decimal(percent))
    assert worth.fees is not None and round(worth.fees, 2) == Decimal("0.12")
    assert worth.before_fees == worth.profit + worth.fees


def test_the_page_says_what_profit_is_counted_after(client: FlaskClient) -> None:
    page = client.get("/app/positions", headers=HTML).text
    assert "after the fee of its entry: 0.10\u202f% on spot and 0.06\u202f% on futures" in page


def test_the_list_asks_the_same_however_long_it_is(house: House, ann: User, client: FlaskClient) -> None:
    opened(house, ann)
    counts = []
    for path in ("/app/positions", "/app/positions/stop"):
        with house.statements() as few:
            client.get(path, headers=HTML)
        counts.append(len(few))
    for _ in range(8):
        opened(house, ann)
    for path, few_count in zip(("/app/positions", "/app/positions/stop"), counts, strict=True):
        with house.statements() as many:
            client.get(path, headers=HTML)
        assert len(many) == few_count <= 7


def test_closing_one_asks_first_and_hands_it_to_a_worker(house: House, ann: User, client: FlaskClient) -> None:
    delivery, other = opened(house, ann), opened(house, ann)
    path = f"/app/positions/{delivery.id}/close"
    assert "cannot be undone" in client.get(path, headers=HTML).text
    answer = press(client, path)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"], headers=HTML).text
    assert "0 of 1 done" in page and f"/app/deliveries/{other.id}" not in page
    closing, untouched = house.fresh(delivery), house.fresh(other)
    assert closing.cancel_closes and closing.closing_id and untouched.cancel_asked_at is None
    again = client.post(path, data=hidden(client.get(path, headers=HTML).text), headers=HTML)
    assert again.status_code == 409 and "being closed already" in again.text
    assert house.count(Instruction) == 1


def test_stopping_everything_names_it_pauses_all_and_closes_all_accounts_of_mine_alone(
    house: House, ann: User, client: FlaskClient
) -> None:
    mine = [opened(house, ann), opened(house, ann, environment="live"), opened(house, ann, state="queued")]
    bob = house.user("bob")
    theirs = opened(house, bob)
    account, paul = house.account(ann), house.user("paul", role="Provider")
    following, other = house.following(ann, paul, account), house.following(bob, paul, house.account(bob))
    page = client.get("/app/positions/stop", headers=HTML).text
    assert "3 copies are" in page and "1 following is" in page and "Close 3 copies at market and pause 1" in page
    answer = press(client, "/app/positions/stop")
    assert house.fresh(following).paused and not house.fresh(other).paused
    assert [house.fresh(one).state for one in mine] == ["filled", "filled", "cancelled"]
    assert all(house.fresh(one).cancel_closes for one in mine)
    assert house.fresh(theirs).cancel_asked_at is None
    page = client.get(answer.headers["Location"], headers=HTML).text
    assert "1 of 3 done" in page and "Your followings are paused" in page
    assert house.client(bob).get(answer.headers["Location"], headers=HTML).status_code == 404


def test_a_provider_who_stops_closes_none_of_the_followers_copies(house: House) -> None:
    paul, ann = house.user("paul", role="Provider"), house.user("ann")
    signal = house.signal(paul)
    copy = house.delivery(ann, signal, house.account(ann), state="filled")
    own = house.delivery(paul, signal, house.account(paul), state="filled")
    press(house.client(paul), "/app/positions/stop")
    assert house.fresh(own).cancel_asked_at is not None and house.fresh(copy).cancel_asked_at is None


def test_pressed_twice_it_is_asked_once(house: House, ann: User, client: FlaskClient) -> None:
    opened(house, ann)
    fields = hidden(client.get("/app/positions/stop", headers=HTML).text)
    answers = {client.post("/app/positions/stop", data=fields, headers=HTML).headers["Location"] for _ in range(2)}
    assert len(answers) == 1 and house.count(Instruction) == 1


def test_the_end_tells_what_is_over_what_was_refused_and_what_came_up_meanwhile(
    house: House, ann: User, client: FlaskClient
) -> None:
    gone, stays = opened(house, ann), opened(house, ann)
    where = press(client, "/app/positions/stop").headers["Location"]
    with house.app.app_context():
        over = "UPDATE deliveries SET state = 'closed', message = 'Closed on Binance.' WHERE id = :id"
        db.session.execute(text(over), {"id": gone.id})
        db.session.commit()
    assert "1 of 2 done" in client.get(where, headers=HTML).text
    with house.app.app_context():
        back = "UPDATE deliveries SET cancel_asked_at = NULL, message = 'Not closed: -2022.' WHERE id = :id"
        db.session.execute(text(back), {"id": stays.id})
        db.session.commit()
    page = client.get(where, headers=HTML).text
    assert "1 position could not be closed" in page and "Not closed: -2022." in page and "Closed on Binance." in page
    assert "came up while you pressed" not in page
    opened(house, ann)
    assert "1 copy came up while you pressed" in client.get(where, headers=HTML).text


def test_who_has_nothing_open_is_told_so(client: FlaskClient) -> None:
    assert "Nothing is open" in client.get("/app/positions", headers=HTML).text
    assert "Nothing runs" in client.get("/app/positions/stop", headers=HTML).text


@pytest.mark.parametrize("state", ["filled", "closed"])
def test_anothers_position_and_one_that_is_over_cannot_be_closed(
    house: House, ann: User, client: FlaskClient, state: str
) -> None:
    delivery = opened(house, house.user("bob") if state == "filled" else ann, state=state)
    path = f"/app/positions/{delivery.id}/close"
    fields = hidden(client.get("/app", headers=HTML).text)
    assert client.get(path, headers=HTML).status_code == 404
    fields["once"] = "x" * 20
    assert client.post(path, data=fields, headers=HTML).status_code == 404
    assert house.fresh(delivery).cancel_asked_at is None


def test_nothing_is_closed_without_the_form_of_our_page(house: House, ann: User, client: FlaskClient) -> None:
    delivery = opened(house, ann)
    for path in (f"/app/positions/{delivery.id}/close", "/app/positions/stop"):
        assert client.post(path, data={}, headers=HTML).status_code == 403
    assert house.fresh(delivery).cancel_asked_at is None


def test_an_entry_whose_price_is_never_told_counts_at_its_limit(house: House, ann: User, client: FlaskClient) -> None:
    delivery = opened(house, ann, state="accepted")
    filled = {"state": "filled", "filled_quantity": Decimal("0.5"), "average_price": None, "price": Decimal("336.1")}
    ordered(house, delivery, "entry", **filled)
    assert "at 336.1" in client.get("/app/positions", headers=HTML).text
