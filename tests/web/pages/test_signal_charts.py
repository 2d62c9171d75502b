"""What the chart of a signal is told: to whom which lines and marks, and what it says where no prices are to be had."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mysignals import clock
from mysignals.domain.candle import Candle
from mysignals.domain.market import Market
from mysignals.services.price_history import Stretch, kept
from tests.purchases.rows import purchase
from tests.support.served import House
from tests.web.pages.test_copies import ordered
from tests.web.pages.test_entrance import HTML

SECRETS = ("336.1", "336.2", "320", "350", "Target", "Stop")
CANDLE = Candle(1_700_000_100_000, *map(Decimal, ("330.1", "341", "329.5", "340")))


@pytest.fixture(autouse=True)
def told(served: Flask, house: House) -> None:
    """The exchange's answer of a moment ago: it cannot be reached from here."""
    _keep(served, age_s=0)


def _keep(served: Flask, age_s: int) -> None:
    with served.app_context():
        for stretch in Stretch:
            subject = kept.Subject("binance", "paper", Market.SPOT, "BNBUSDT", stretch)
            kept.keep(subject, clock.now_ms() - age_s * 1000, [CANDLE])


def chart(client: FlaskClient, signal_id: int, query: str = "") -> Any:
    answer = client.get(f"/app/signals/{signal_id}/chart{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_buyer_is_told_prices_lines_and_what_their_own_copy_bought(house: House) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    signal = house.signal(paul)
    purchase(house, ann, signal)
    mine = house.delivery(ann, signal, house.account(ann), state="closed")
    ordered(house, mine, "entry", state="filled", filled_quantity=Decimal(1), average_price=Decimal("336.2"))
    ordered(house, mine, "target1", side="SELL", state="filled", filled_quantity=Decimal(1), average_price=Decimal(350))
    ordered(house, mine, "stop", side="SELL", state="cancelled")
    bob = house.user("bob")
    theirs = house.delivery(bob, signal, house.account(bob), state="filled")
    ordered(house, theirs, "entry", state="filled", filled_quantity=Decimal(1), average_price=Decimal(335))
    found = chart(house.client(ann), signal.id, "?range=1d")
    assert found["candles"] == [[1_700_000_100, "330.1", "341", "329.5", "340"]] and found["note"] == ""
    assert (found["range"], found["span_s"], found["places"], found["exchange"]) == ("1d", 900, 1, "Binance")
    assert [(each["name"], each["text"]) for each in found["levels"]] == [
        ("Target 1", "350.0"), ("Entry", "336.1"), ("Stop", "320.0"),
    ]  # fmt: skip
    assert [(each["kind"], each["words"], each["text"]) for each in found["marks"]] == [
        ("published", "Published", "336.1"), ("filled", "Filled", "336.2"), ("closed", "Target 1 reached", "350.0"),
    ]  # fmt: skip


def test_who_has_it_copied_is_told_what_orders_of_their_own_tell(house: House) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    signal, account = house.signal(paul, target2=Decimal(377)), house.account(ann)
    following = house.following(ann, paul, account)
    copy = house.delivery(ann, signal, account, state="filled", targets="first", following_id=following.id)
    ordered(house, copy, "entry", state="filled", filled_quantity=Decimal(1), average_price=Decimal("336.2"))
    client = house.client(ann)
    found = chart(client, signal.id)
    assert [each["name"] for each in found["levels"]] == ["Target 1", "Entry", "Stop"]
    assert [(each["kind"], each["text"]) for each in found["marks"]] == [("published", "336.1"), ("filled", "336.2")]
    page, listed = (client.get(path, headers=HTML).text for path in (f"/app/signals/{signal.id}", "/app/signals"))
    assert page.count("<line") == 3 and "336.1" in page and "336.1" in listed
    assert "377" not in page and "a secret hint" not in page and "Buy this signal" in page
    assert f'href="/app/following/{following.id}"' in page


@pytest.mark.parametrize("state", ["", "queued", "skipped", "rejected", "cancelled"])
def test_who_has_no_order_of_it_is_told_no_line_and_no_fill(house: House, state: str) -> None:
    ann, signal = house.user("ann"), house.signal(house.user("paul", role="Provider"))
    if state:
        house.delivery(ann, signal, house.account(ann), state=state)
    client = house.client(ann)
    found = chart(client, signal.id)
    assert found["levels"] == [] and [each["kind"] for each in found["marks"]] == ["published"]
    assert found["marks"][0]["price"] is None and found["candles"]
    for text in (str(found), client.get(f"/app/signals/{signal.id}/chart", headers=HTML).text):
        assert not [secret for secret in SECRETS if secret in text]
    for path in (f"/app/signals/{signal.id}", "/app/signals"):
        page = client.get(path, headers=HTML).text
        assert "336.1" not in page and "<line" not in page


def test_the_same_is_read_as_a_table_without_a_script(house: House) -> None:
    paul = house.user("paul", role="Provider")
    page = house.client(paul).get(f"/app/signals/{house.signal(paul).id}/chart?range=1w", headers=HTML).text
    for shown in ("during 1 week", "341.0", "329.5", "Target 1", "350.0", "Published", "2023-11-14 22:15 UTC"):
        assert shown in page


@pytest.mark.parametrize(("age_s", "note"), [(20, ""), (3600, "These are 1\u202fh old.")])
def test_old_prices_are_told_with_their_age(house: House, served: Flask, age_s: int, note: str) -> None:
    paul = house.user("paul", role="Provider")
    signal = house.signal(paul, created_at=clock.now() - timedelta(minutes=5))
    _keep(served, age_s)
    found = chart(house.client(paul), signal.id)
    assert found["range"] == "1h" and found["candles"] and found["note"].endswith(note)
    assert ("did not answer" in found["note"]) and chart(house.client(paul), signal.id)["note"] == found["note"]


def test_an_exchange_that_is_away_leaves_the_page_and_a_sentence(house: House) -> None:
    house.app.extensions["redis"].flushdb()
    paul = house.user("paul", role="Provider")
    client, signal = house.client(paul), house.signal(paul)
    found = chart(client, signal.id)
    assert found["candles"] == [] and "Binance did not answer" in found["note"] and found["levels"]
    page = client.get(f"/app/signals/{signal.id}/chart", headers=HTML).text
    assert "No past prices" in page and "Binance did not answer" in page
    assert client.get(f"/app/signals/{signal.id}", headers=HTML).status_code == 200


def test_a_pair_that_nobody_lists_has_none(house: House) -> None:
    paul = house.user("paul", role="Provider")
    assert "No exchange lists GONEUSDT" in chart(house.client(paul), house.signal(paul, symbol="GONEUSDT").id)["note"]


@pytest.mark.parametrize(
    ("minutes", "stretch"), [(0, "1h"), (53, "1h"), (55, "1d"), (1290, "1d"), (1300, "1w"), (99999, "1w")]
)
def test_the_chart_begins_with_the_shortest_range_that_shows_the_publication(
    house: House, minutes: int, stretch: str
) -> None:
    paul = house.user("paul", role="Provider")
    signal = house.signal(paul, created_at=clock.now() - timedelta(minutes=minutes))
    assert chart(house.client(paul), signal.id)["range"] == stretch


def test_another_range_and_anothers_deleted_signal_are_refused(house: House) -> None:
    paul = house.user("paul", role="Provider")
    client, signal = house.client(paul), house.signal(paul, is_active=False)
    assert client.get(f"/app/signals/{signal.id}/chart?range=2h").status_code == 422
    gone = house.signal(paul, is_active=False, deleted_at=clock.now())
    assert client.get(f"/app/signals/{gone.id}/chart").status_code == 404
