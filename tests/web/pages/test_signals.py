"""Looking for signals, one signal before and after it is bought, and the forms that trade, cancel and rate it."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals import clock
from mysignals.models import Delivery, Rating, Signal, User
from tests.purchases.rows import purchase, unpaid
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden

EVIL = "<img src=x>"


def send(client: FlaskClient, page: str, path: str, **fields: str) -> Any:
    return client.post(path, data=hidden(client.get(page, headers=HTML).text) | fields, headers=HTML)


def pressed(client: FlaskClient) -> dict[str, str]:
    """What a form of a page that this browser cannot see would carry."""
    return hidden(client.get("/app/following", headers=HTML).text) | {
        "once": "a number of no page"[:16].replace(" ", "-")
    }


def bought(house: House, **columns: Any) -> tuple[User, Signal, FlaskClient]:
    """A buyer with an account, their signal and their browser."""
    ann = house.user("ann")
    signal = house.signal(house.user("paul", role="Provider"), **columns)
    purchase(house, ann, signal)
    return ann, signal, house.client(ann)


def test_the_list_hides_what_is_for_sale_and_shows_what_is_bought(house: House) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    signal = house.signal(paul, price=Decimal("336.1"))
    client = house.client(ann)
    before = client.get("/app/signals", headers=HTML).text
    assert "BNBUSDT" in before and "336.1" not in before and "a secret hint" not in before and "for buyers" in before
    purchase(house, ann, signal)
    assert "336.1" in client.get("/app/signals", headers=HTML).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"AAAUSDT", "BBBUSDT"}), ("market=spot", {"AAAUSDT"}), ("market=futures", {"BBBUSDT"}),
        ("side=SELL", {"BBBUSDT"}), ("provider=PAUL", {"AAAUSDT"}), ("symbol=bbbusdt", {"BBBUSDT"}),
        ("market=spot&side=SELL", set()), ("provider=nobody", set()),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(house: House, query: str, found: set[str]) -> None:
    house.signal(house.user("paul", role="Provider"), symbol="AAAUSDT")
    quinn = house.user("quinn", role="Provider")
    short = {"side": "SELL", "stop": Decimal(350), "target1": Decimal(320)}
    house.signal(quinn, symbol="BBBUSDT", market="futures", leverage=3, **short)
    house.signal(quinn, symbol="CCCUSDT", is_active=False)
    page = house.client(house.user()).get(f"/app/signals?{query}", headers=HTML).text
    assert set(re.findall(r'<a href="/app/signals/\d+">(\w+)</a>', page)) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [("newest", ["B", "A"]), ("rating", ["A", "B"]), ("symbol", ["A", "B"]), ("followers", ["B", "A"])],
)
def test_the_list_is_sorted(house: House, sort: str, order: list[str]) -> None:
    house.signal(house.user("paul", role="Provider", rating_sum=9, rating_count=2), symbol="A")
    house.signal(house.user("quinn", role="Provider"), symbol="B")
    page = house.client(house.user()).get(f"/app/signals?sort={sort}", headers=HTML).text
    assert re.findall(r'<a href="/app/signals/\d+">(\w+)</a>', page) == order


@pytest.mark.parametrize("query", ["market=x", "side=x", "sort=x", "page=0"])
def test_a_filter_that_is_none_is_refused(house: House, query: str) -> None:
    assert house.client(house.user()).get(f"/app/signals?{query}", headers=HTML).status_code == 422


def test_the_list_asks_for_as_much_however_many_there_are(house: House) -> None:
    paul, client = house.user("paul", role="Provider"), house.client(house.user())
    counts = []
    for _ in range(2):
        for _ in range(9):
            house.signal(paul)
        with house.statements() as seen:
            client.get("/app/signals", headers=HTML)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 10


def test_a_signal_shows_nothing_of_what_is_for_sale(house: House) -> None:
    signal = house.signal(house.user("paul", role="Provider"), quantity=Decimal("7.77"))
    page = house.client(house.user()).get(f"/app/signals/{signal.id}", headers=HTML).text
    for secret in ("336.1", "320", "350", "a secret hint", "7.77", "<line"):
        assert secret not in page
    assert "no payment node is configured" in page


def test_a_buyer_sees_entry_stop_targets_and_text_that_is_never_markup(house: House) -> None:
    _, signal, client = bought(house, short_text=EVIL)
    page = client.get(f"/app/signals/{signal.id}", headers=HTML).text
    for shown in ("336.1", "320", "350", "&lt;img"):
        assert shown in page
    assert EVIL not in page and page.count("<line") == 3


def test_its_provider_sees_it_whole_and_nothing_to_buy_or_rate(house: House) -> None:
    paul = house.user("paul", role="Provider")
    page = house.client(paul).get(f"/app/signals/{house.signal(paul).id}", headers=HTML).text
    assert "336.1" in page and "Buy this signal" not in page and "/rating" not in page


@pytest.mark.parametrize("columns", [{"deleted": True}, {"deleted": True, "is_private": True}])
def test_what_is_deleted_or_private_is_not_there(house: House, columns: dict[str, Any]) -> None:
    paul, more = (
        house.user("paul", role="Provider"),
        {name: value for name, value in columns.items() if name != "deleted"},
    )
    signal = house.signal(paul, is_active=False, deleted_at=paul.created_at, **more)
    for who in (house.user(), paul):
        for path in ("", "/trade", "/price"):
            assert house.client(who).get(f"/app/signals/{signal.id}{path}", headers=HTML).status_code == 404


def test_one_that_is_over_says_so_and_where_its_prices_are(house: House) -> None:
    signal = house.signal(house.user("paul", role="Provider"), is_active=False)
    page = house.client(house.user()).get(f"/app/signals/{signal.id}", headers=HTML).text
    assert "no longer active" in page and 'href="/app/providers/paul"' in page and "336.1" not in page


def test_a_trade_is_worked_out_before_it_is_sent(house: House) -> None:
    ann, signal, client = bought(house)
    account = house.account(ann)
    page = f"/app/signals/{signal.id}/trade"
    answer = send(client, page, f"{page}/preview", tp="350", quoteQty="100", account_id=str(account.id))
    assert answer.status_code == 200 and house.count(Delivery) == 0
    shown = answer.text.split('id="preview"')[1]
    # 0.29 BNB at 336.1 are 97.469; at 320 they lose 4.669 and 0.1902 of fees.
    for text in ("0.29 BNB", "97.47", "\u22124.86", "2.53", "Least amount"):
        assert text in shown, text
    assert 'value="100"' in answer.text


def test_an_amount_that_is_too_little_is_refused_with_the_least_that_works(house: House) -> None:
    ann, signal, client = bought(house)
    account, page = house.account(ann), f"/app/signals/{signal.id}/trade"
    for path in (page, f"{page}/preview"):
        answer = send(client, page, path, tp="351", quoteQty="1", account_id=str(account.id))
        assert answer.status_code == 422 and house.count(Delivery) == 0
        assert 'id="fault-quoteQty"' in answer.text and 'id="fault-tp"' in answer.text and "Too little" in answer.text
    least = re.search(r"send at least ([\d.]+) USDT", answer.text)
    assert least is not None
    shown = send(client, page, f"{page}/preview", tp="350", quoteQty=least[1], account_id=str(account.id)).text
    assert f"{least[1]}<span" in shown.split("Least amount")[1]


def test_a_trade_is_sent_once_and_told_on_the_signals_page(house: House) -> None:
    ann, signal, client = bought(house)
    account, page = house.account(ann), f"/app/signals/{signal.id}/trade"
    fields = hidden(client.get(page, headers=HTML).text) | {
        "tp": "350", "quoteQty": "100", "account_id": str(account.id)
    }  # fmt: skip
    answers = [client.post(page, data=fields, headers=HTML) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"/app/signals/{signal.id}?done=pending"}
    assert house.count(Delivery) == 1
    again = client.get(answers[0].headers["Location"], headers=HTML).text
    assert "has not confirmed yet" in again and "Cancel this trade" in again


def test_a_form_sent_twice_whose_first_is_refused_meanwhile_is_tried_itself(house: House) -> None:
    ann, signal, client = bought(house)
    house.account(ann)
    page, redis = f"/app/signals/{signal.id}/trade", house.app.extensions["redis"]
    fields = hidden(client.get(page, headers=HTML).text) | {"tp": "351", "quoteQty": "100"}
    key = f"mysignals:once:{ann.id}:{fields['once']}"
    redis.set(key, f"working since {clock.now_ms()}", ex=60)
    refused = threading.Timer(0.1, redis.delete, [key])
    refused.start()
    answer = client.post(page, data=fields, headers=HTML)
    refused.join()
    assert answer.status_code == 422 and 'id="fault-tp"' in answer.text and not redis.exists(key)


def test_only_buyers_trade(house: House) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    signal, account = house.signal(paul), house.account(ann)
    client = house.client(ann)
    fields = pressed(client)
    fields |= {"tp": "350", "quoteQty": "100", "account_id": str(account.id)}
    for path in ("trade", "trade/preview"):
        answer = client.post(f"/app/signals/{signal.id}/{path}", data=fields, headers=HTML)
        assert answer.status_code == 404 and "336.1" not in answer.text
    assert client.get(f"/app/signals/{signal.id}/trade", headers=HTML).status_code == 404
    assert house.count(Delivery) == 0


def test_another_persons_account_cannot_be_chosen(house: House) -> None:
    ann, signal, client = bought(house)
    house.account(ann)
    other, page = house.account(house.user()), f"/app/signals/{signal.id}/trade"
    answer = send(client, page, page, tp="350", quoteQty="100", account_id=str(other.id))
    assert answer.status_code == 422 and "You have no such exchange account" in answer.text


def test_who_has_no_account_is_told_what_a_trade_needs(house: House) -> None:
    _, signal, client = bought(house)
    assert "No account is connected yet" in client.get(f"/app/signals/{signal.id}/trade", headers=HTML).text


@pytest.mark.parametrize("filled", ["keep", "close"])
def test_a_trade_that_waits_is_cancelled(house: House, filled: str) -> None:
    ann, signal, client = bought(house)
    account = house.account(ann)
    delivery = house.delivery(
        ann, signal, account, trade_sizing="quote", trade_value=Decimal(10), client_id=f"ms{signal.id}x"
    )
    page = f"/app/signals/{signal.id}"
    answer = send(client, page, f"{page}/cancel", account_id=str(account.id), filled=filled)
    assert answer.headers["Location"] == f"{page}?done=cancelled"
    assert house.fresh(delivery).state == "cancelled"
    again = send(client, page, f"{page}/cancel", account_id=str(account.id), filled=filled)
    assert again.status_code == 409 and "over already" in again.text


def test_a_rating_is_given_and_replaced_by_buyers_alone(house: House) -> None:
    _, signal, client = bought(house)
    page = f"/app/signals/{signal.id}"
    for stars in ("2", "5"):
        assert send(client, page, f"{page}/rating", rate=stars).status_code == 303
    assert "You gave 5 of 5" in client.get(page, headers=HTML).text
    assert send(client, page, f"{page}/rating", rate="6").status_code == 422
    stranger = house.client(house.user())
    fields = pressed(stranger)
    answer = stranger.post(f"{page}/rating", data=fields | {"rate": "1"}, headers=HTML)
    assert answer.status_code == 404 and "336.1" not in answer.text


def test_a_payment_that_is_none_is_refused_beside_its_field(house: House) -> None:
    signal, client = house.signal(house.user("paul", role="Provider")), house.client(house.user())
    fields = pressed(client)
    answer = client.post(f"/app/signals/{signal.id}/purchase", data=fields | {"tx_hash": "0x12"}, headers=HTML)
    assert answer.status_code == 422 and "0x and 64 hex digits" in answer.text
    right = client.post(f"/app/signals/{signal.id}/purchase", data=fields | {"tx_hash": "0x" + "A" * 64}, headers=HTML)
    assert right.status_code == 503 and "no payment node is configured" in right.text


def test_a_form_without_its_token_changes_nothing(house: House) -> None:
    ann, signal, client = bought(house)
    house.account(ann)
    for path in ("trade", "trade/preview", "cancel", "rating", "purchase"):
        answer = client.post(f"/app/signals/{signal.id}/{path}", data={"csrf_token": "x", "rate": "1"}, headers=HTML)
        assert answer.status_code == 403
    assert house.count(Delivery) == 0 and house.count(Rating) == 0


def test_a_payment_that_waits_is_for_its_payer_alone(house: House) -> None:
    ann, signal = house.user("ann"), house.signal(house.user("paul", role="Provider"))
    unpaid(house, ann, signal, "confirming")
    page = house.client(ann).get(f"/app/signals/{signal.id}", headers=HTML)
    assert page.status_code == 200 and "336.1" not in page.text
