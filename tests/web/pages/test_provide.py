"""Providers' pages: a draft as it is typed and refused, what is published, ended and deleted, and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mysignals import clock
from mysignals.domain.candle import Candle
from mysignals.domain.market import Market
from mysignals.extensions import db
from mysignals.models import Purchase, Signal, SignalResult, User
from mysignals.services.price_history import Stretch, kept
from tests.support.served import WALLET, House
from tests.web.pages.test_entrance import HTML, hidden, send

DRAFT = {
    "market": "spot", "symbol": "bnbusdt", "side": "BUY", "type": "LIMIT", "price": "336.1", "sl": "320", "tp1": "350",
    "tp2": "", "tp3": "", "quantity": "0.5", "leverage": "", "short_text": "up",
}  # fmt: skip


@pytest.fixture
def paul(house: House) -> User:
    return house.user("paul", role="Provider")


@pytest.fixture
def browser(house: House, paul: User) -> FlaskClient:
    return house.client(paul)


def publish(browser: FlaskClient, **changes: str) -> Any:
    return send(browser, "/provide/new", **DRAFT | changes)


def preview(browser: FlaskClient, *, part: bool = True, **changes: str) -> str:
    fields = hidden(browser.get("/provide/new", headers=HTML).text) | DRAFT | changes
    headers = HTML | ({"HX-Request": "true"} if part else {})
    answer = browser.post("/provide/new/preview", data=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    found: str = answer.text
    return found


def test_a_signal_is_published_as_it_was_typed_and_its_reach_is_shown(house: House, browser: FlaskClient) -> None:
    answer = publish(browser, market="futures", leverage="7", tp2="360")
    signal = only_signal(house)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/provide/signals/{signal.id}")
    assert (signal.market, signal.symbol, signal.leverage, signal.targets) == (
        "futures", "BNBUSDT", 7, (Decimal(350), Decimal(360)),
    )  # fmt: skip
    assert "It went to nobody" in browser.get(answer.headers["Location"], headers=HTML).text


def test_a_draft_pressed_twice_is_published_once(house: House, browser: FlaskClient) -> None:
    fields = hidden(browser.get("/provide/new", headers=HTML).text) | DRAFT
    answers = [browser.post("/provide/new", data=fields, headers=HTML) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303} and house.count(Signal) == 1
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"sl": "340", "tp1": "330"}, ["sl", "tp1"]),
        ({"price": "336.15", "quantity": "0.001"}, ["price", "quantity"]),
        ({"symbol": "NOSUCH"}, ["symbol"]),
        ({"market": "futures", "leverage": "100"}, ["leverage"]),
        ({"price": "", "sl": "x", "tp1": "-1", "quantity": ""}, ["price", "sl", "tp1", "quantity"]),
        ({"side": "UP", "market": "spot"}, ["side"]),
    ],
)
def test_a_refused_draft_names_its_faults_by_field_and_keeps_what_was_typed(
    house: House, browser: FlaskClient, changes: dict[str, str], faults: list[str]
) -> None:
    answer = publish(browser, **changes | {"short_text": '<b>"x"'})
    assert answer.status_code == 422 and house.count(Signal) == 0
    for name in faults:
        assert f'id="fault-{name}"' in answer.text, name
    assert "It would not be taken like this." in answer.text or changes.get("side") == "UP"
    assert 'value="&lt;b&gt;&#34;x&#34;"' in answer.text and "<b>" not in answer.text


def test_a_market_that_is_none_is_refused(house: House, browser: FlaskClient) -> None:
    assert publish(browser, market="margin").status_code == 422 and house.count(Signal) == 0


def test_who_has_no_wallet_is_told_and_publishes_nothing(house: House) -> None:
    browser = house.client(house.user(role="Provider", wallet=None))
    assert "no wallet" in browser.get("/provide/new", headers=HTML).text
    assert publish(browser).status_code == 403 and house.count(Signal) == 0


def test_signals_by_the_page_count_towards_the_hours_limit_and_refused_ones_do_not(limited: House) -> None:
    browser = limited.client(limited.user(role="Provider"))
    codes = [publish(browser, **({"symbol": "NO"} if number < 2 else {})).status_code for number in range(6)]
    assert codes == [422, 422, 303, 303, 303, 429] and limited.count(Signal) == 3


def test_a_preview_counts_risk_and_reward_and_stores_nothing(house: House, browser: FlaskClient) -> None:
    page = preview(browser, price="300", sl="290", tp1="320", tp2="330", quantity="2")
    assert "loss" in page and "3.33" in page and "3.00 to 1" in page and "600.00 USDT" in page
    assert "\u221220.00 USDT" in page and 'class="ladder"' in page and "In order" in page
    assert house.count(Signal) == 0


def test_a_preview_of_futures_tells_the_margin_and_what_of_it_is_at_risk(browser: FlaskClient) -> None:
    page = preview(browser, market="futures", leverage="10", price="300", sl="290", tp1="320", quantity="2")
    assert "60.00 USDT" in page and "33.3" in page


def test_a_preview_of_what_is_half_typed_blames_no_empty_field(browser: FlaskClient) -> None:
    page = preview(browser, sl="340", tp1="", quantity="")
    assert "alert" not in page and "still empty" in page
    assert "would not be taken" in preview(browser, sl="340")


def test_without_a_script_the_preview_is_the_page_with_what_was_typed(browser: FlaskClient) -> None:
    page = preview(browser, part=False, sl="340")
    assert "<h1" in page and 'id="fault-sl"' in page and 'value="350"' in page and "Nothing was changed" in page


def test_a_preview_needs_the_token_of_our_page(browser: FlaskClient) -> None:
    assert browser.post("/provide/new/preview", data=DRAFT, headers=HTML).status_code == 403


def test_a_preview_tells_how_many_would_get_it(house: House, paul: User, browser: FlaskClient) -> None:
    followers = [house.user() for _ in range(3)]
    for number, follower in enumerate(followers):
        house.following(follower, paul, house.account(follower), paused=number == 2)
    house.following(followers[0], paul, house.account(followers[0]))
    assert "3 accounts of 2 followers" in preview(browser)


def test_the_pairs_of_both_markets_can_be_chosen(browser: FlaskClient) -> None:
    page = browser.get("/provide/new?market=futures&symbol=BNBUSDT", headers=HTML).text
    assert page.count('<option value="BNBUSDT">') == 2 and 'list="pairs-futures"' in page


def test_a_draft_survives_the_end_of_its_session(house: House, paul: User) -> None:
    anonymous = house.anonymous()
    fields = DRAFT | {"short_text": "kept words"}
    answer = anonymous.post("/provide/new", data=fields, headers=HTML | {"Referer": "http://localhost/provide/new"})
    assert answer.headers["Location"] == "/login?next=/provide/new"
    send(anonymous, "/login?next=/provide/new", user_name_or_mail="paul", password="correct horse battery")
    assert 'value="kept words"' in anonymous.get("/provide/new", headers=HTML).text


def test_the_reach_is_counted_by_state_and_cause_and_names_nobody(
    house: House, paul: User, browser: FlaskClient
) -> None:
    signal = house.signal(paul)
    begin = house.fresh(signal).created_at
    fates = [("filled", None, 640), ("filled", None, 120), ("rejected", "funds", None), ("skipped", "too_old", None)]
    for state, reason, ms in fates:
        follower = house.user()
        moment = None if ms is None else begin + timedelta(milliseconds=ms)
        house.delivery(follower, signal, house.account(follower), state=state, reason=reason, acknowledged_at=moment)
    page = browser.get(f"/provide/signals/{signal.id}", headers=HTML).text
    assert "640 ms" in page and "first after 120 ms" in page
    assert "The balance at Binance is too small" in page and "too old when its turn came" in page
    assert "person" not in page


def test_what_a_signal_came_to_and_what_it_sold_are_on_the_list(house: House, paul: User, browser: FlaskClient) -> None:
    signal = house.signal(paul, short_text="<i>x</i>")
    house.add(SignalResult(
        signal_id=signal.id, money="paper", opened=2, closed=2, still_open=0, result=Decimal("-1.25"), held_s=60,
        ended_at=clock.now(), counted_at=clock.now(),
    ))  # fmt: skip
    sold(house, signal)
    for path in ("/provide", f"/provide/signals/{signal.id}"):
        page = browser.get(path, headers=HTML).text
        assert "\u22121.25" in page and "on paper" in page and "<i>" not in page
    assert "<dt>Sold</dt><dd>1</dd>" in page


def test_a_signal_is_ended_and_one_that_went_to_nobody_deleted(house: House, paul: User, browser: FlaskClient) -> None:
    signal = house.signal(paul)
    where = f"/provide/signals/{signal.id}"
    fields = hidden(browser.get(where, headers=HTML).text)
    assert browser.post(f"{where}/deactivate", data=fields, headers=HTML).status_code == 303
    assert not house.fresh(signal).is_active
    fields = hidden(browser.get(where, headers=HTML).text)
    assert browser.post(f"{where}/delete", data=fields, headers=HTML).headers["Location"] == "/provide"
    assert house.fresh(signal).deleted_at is not None
    assert browser.get(where, headers=HTML).status_code == 404


def test_what_was_sent_is_not_deleted_and_the_page_says_why(house: House, paul: User, browser: FlaskClient) -> None:
    signal, follower = house.signal(paul), house.user()
    house.delivery(follower, signal, house.account(follower))
    where = f"/provide/signals/{signal.id}"
    page = browser.get(where, headers=HTML).text
    assert "/delete" not in page
    answer = browser.post(f"{where}/delete", data=hidden(page), headers=HTML)
    assert answer.status_code == 409 and "sent to followers" in answer.text
    assert house.fresh(signal).deleted_at is None


@pytest.mark.parametrize("what", ["", "/deactivate", "/delete"])
def test_the_signals_of_others_are_not_there(house: House, browser: FlaskClient, what: str) -> None:
    signal = house.signal(house.user("olga", role="Provider"))
    where = f"/provide/signals/{signal.id}{what}"
    fields = hidden(browser.get("/provide/new", headers=HTML).text)
    answer = browser.post(where, data=fields, headers=HTML) if what else browser.get(where, headers=HTML)
    assert answer.status_code == 404 and house.fresh(signal).is_active


@pytest.mark.parametrize("path", ["/provide", "/provide/new", "/provide/signals/1"])
def test_only_providers_come_in(house: House, path: str) -> None:
    assert house.client(house.user()).get(path, headers=HTML).status_code == 403


def test_the_pages_ask_the_same_however_many_signals_and_copies_there_are(
    house: House, paul: User, browser: FlaskClient
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(6):
            signal, follower = house.signal(paul), house.user()
            house.delivery(follower, signal, house.account(follower))
            sold(house, signal)
        for path in ("/provide", f"/provide/signals/{signal.id}"):
            with house.statements() as seen:
                assert browser.get(path, headers=HTML).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:] and max(counts) <= 12


def only_signal(house: House) -> Signal:
    with house.app.app_context():
        found = db.session.scalars(select(Signal)).one()
        db.session.expunge(found)
    return found


def sold(house: House, signal: Signal) -> None:
    house.add(Purchase(
        user_id=house.user().id, signal_id=signal.id, state="bought", chain_id=1, tx_hash=f"0x{signal.id:064x}",
        log_index=0, block_number=1, block_hash="0x" + "3" * 64, amount=Decimal(5_000_000), payer=WALLET,
        bought_at=clock.now(),
    ))  # fmt: skip


def test_a_draft_is_drawn_over_what_the_price_did_during_the_last_day(house: House, browser: FlaskClient) -> None:
    told = Candle(1, *(Decimal(each) for each in ("335", "340", "330", "338")))
    with house.app.app_context():
        subject = kept.Subject("binance", "paper", Market.SPOT, "BNBUSDT", Stretch.DAY)
        kept.keep(subject, clock.now_ms(), [told, replace(told, close=Decimal(320))])
    page = preview(browser, price="336", sl="320", tp1="352")
    # From the upper half to the line of the stop, which is the lowest.
    assert 'class="past" d="M0.0 96L132.0 202"' in page and "during the last day" in page
