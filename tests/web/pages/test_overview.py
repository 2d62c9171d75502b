"""The overview: what needs somebody, each with its cure; what happened today; what exchanges are asked for late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Drift, ExchangeAccount, SymbolRule, User
from tests.support.served import House
from tests.web.pages.test_copies import ordered
from tests.web.pages.test_entrance import HTML, hidden
from tests.web.pages.test_positions import opened


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def differs(house: House, user: User, account: ExchangeAccount, **columns: Any) -> Drift:
    given: dict[str, Any] = {
        "account_id": account.id, "user_id": user.id, "kind": "position", "market": "futures", "symbol": "BTCUSDT",
        "side": "both", "expected": Decimal("0.5"), "actual": Decimal(0), "difference": Decimal("-0.5"),
        "cause": "closed_by_hand", "message": "Nothing is open any more.", "repair": "adopt", "state": "open",
    }  # fmt: skip
    return house.add(Drift(**given | columns))


def test_who_needs_nothing_is_told_so(house: House, ann: User, client: FlaskClient) -> None:
    house.following(ann, house.user("paul", role="Provider"), house.account(ann))
    page = client.get("/app", headers=HTML).text
    assert "Nothing needs you." in page and "Nothing was copied today yet" in page


def test_who_begins_reads_the_steps_first_and_no_empty_money(house: House, ann: User, client: FlaskClient) -> None:
    page = client.get("/app", headers=HTML).text
    assert page.index('id="steps"') < page.index("Open copies") and 'id="money"' not in page
    house.account(ann)
    page = client.get("/app", headers=HTML).text
    assert 'id="steps"' in page and 'id="money"' in page


def test_each_thing_that_needs_somebody_has_its_cure(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann, status="refused", status_reason="It may withdraw.")
    opened(house, ann, unprotected_since=datetime.now(UTC))
    drift = differs(house, ann, house.account(ann))
    house.notification(ann, "Not placed.", kind="refused")
    venue = house.app.extensions["redis"]
    venue.hset("mysignals:breaker", "binance paper spot", "60000 0")
    page = client.get("/app", headers=HTML).text
    assert "4 things need you." in page
    assert "It may withdraw." in page and f"/app/accounts/{account.id}" in page
    assert "open without a stop" in page and 'href="/app/positions"' in page
    assert "Take over what the exchange has" in page and f"/app/drifts/{drift.id}/dismiss" in page
    assert "1 failure you have not read" in page
    assert "No new copies are sent to Binance spot (paper)" in page


@pytest.mark.parametrize(("deed", "state"), [("approve", "approved"), ("dismiss", "dismissed")])
def test_a_difference_is_decided_on_the_page(
    house: House, ann: User, client: FlaskClient, deed: str, state: str
) -> None:
    drift = differs(house, ann, house.account(ann))
    fields = hidden(client.get("/app", headers=HTML).text)
    assert client.post(f"/app/drifts/{drift.id}/{deed}", data=fields, headers=HTML).status_code == 303
    assert house.fresh(drift).state == state
    assert "for you to decide" not in client.get("/app", headers=HTML).text


def test_anothers_difference_is_not_there_and_nothing_is_decided_without_our_form(
    house: House, ann: User, client: FlaskClient
) -> None:
    bob = house.user("bob")
    theirs, mine = differs(house, bob, house.account(bob)), differs(house, ann, house.account(ann))
    fields = hidden(client.get("/app", headers=HTML).text)
    assert client.post(f"/app/drifts/{theirs.id}/approve", data=fields, headers=HTML).status_code == 404
    assert client.post(f"/app/drifts/{mine.id}/approve", data={}, headers=HTML).status_code == 403
    assert house.fresh(theirs).state == house.fresh(mine).state == "open"


def test_today_counts_what_is_of_today(house: House, ann: User, client: FlaskClient) -> None:
    opened(house, ann, created_at=datetime.now(UTC) - timedelta(days=2))
    assert "Nothing was copied today yet" in client.get("/app", headers=HTML).text
    opened(house, ann)
    page = client.get("/app", headers=HTML).text
    assert '<span class="num" data-lit="today-filled">1</span>' in page


def test_balances_come_in_the_place_that_was_kept_for_them(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann)
    told = {
        "account_id": account.id, "at_ms": clock.now_ms(), "balance": "10000", "available": "9000", "profit": "-25.5",
        "positions": [], "warnings": ["its spot account was not told: no answer."], "markets": ["futures"],
    }  # fmt: skip
    house.app.extensions["redis"].set(f"mysignals:portfolio:{account.id}", orjson.dumps(told))
    before = client.get("/app", headers=HTML).text
    assert before.count('id="money"') == 1 and "9,974.50" not in before
    page = client.get("/app/balances", headers=HTML).text
    assert "9,974.50" in page and "10,000.00" in page and "25.50" in page and "1 remark" in page


def test_balances_that_nobody_tells_are_no_zeros(house: House, ann: User, client: FlaskClient) -> None:
    house.account(ann)
    page = client.get("/app/balances", headers=HTML).text
    assert "could not be read" in page and "0.00" not in page


def test_the_overview_asks_the_same_however_much_there_is(house: House, ann: User, client: FlaskClient) -> None:
    opened(house, ann)
    with house.statements() as few:
        client.get("/app", headers=HTML)
    for _ in range(7):
        opened(house, ann)
        differs(house, ann, house.account(ann))
    with house.statements() as many:
        client.get("/app", headers=HTML)
    assert len(few) == len(many) <= 14


def closed(house: House, user: User, sold_at: str, environment: str = "paper", **columns: Any) -> None:
    """A copy that bought 0.5 at 336 and sold it for that."""
    delivery = opened(house, user, environment=environment)
    exit_ = {"side": "SELL", "state": "filled", "filled_quantity": Decimal("0.5"), "average_price": Decimal(sold_at)}
    ordered(house, delivery, "target1", **exit_ | columns)
    with house.app.app_context():
        db.session.execute(text("UPDATE deliveries SET state = 'closed' WHERE id = :id"), {"id": delivery.id})
        db.session.commit()


def test_the_curve_begins_with_the_second_copy_and_is_net_of_fees(house: House, ann: User, client: FlaskClient) -> None:
    house.following(ann, house.user(role="Provider"), house.account(ann))
    assert "begins with the second copy" in client.get("/app", headers=HTML).text
    closed(house, ann, "346")
    assert "begins with the second copy" in client.get("/app", headers=HTML).text
    closed(house, ann, "334")
    page = client.get("/app", headers=HTML).text
    # 0.5 of 10 less 0.1 % of 168 and of 173, then 0.5 of -2 less 0.1 % of 168 and of 167.
    for told in ("+3.32", "highest 4.66 USDT", "at worst \u22121.34 USDT", "On paper"):
        assert told in page, told
    opened(house, ann)
    closed(house, house.user(), "400")
    closed(house, ann, "400", filled_quantity=Decimal("0.4"))
    assert "+3.32" in client.get("/app", headers=HTML).text, "open, another's, or closed by hand"


def test_real_money_is_never_added_to_paper(house: House, ann: User, client: FlaskClient) -> None:
    house.following(ann, house.user(role="Provider"), house.account(ann))
    rules = {"market": "spot", "base": "BNB", "tick": Decimal("0.1"), "step": Decimal("0.01"), "trading": True}
    more = {"min_quantity": Decimal(1), "max_quantity": Decimal(9), "min_notional": Decimal(5), "max_leverage": 1}
    with house.app.app_context():
        live = SymbolRule(exchange="binance", environment="live", symbol="BNBUSDT", quote="USDT", **rules, **more)
        db.session.add(live)
        db.session.commit()
    try:
        for environment in ("paper", "live", "live"):
            closed(house, ann, "346", environment=environment)
        page = client.get("/app", headers=HTML).text
        assert "Real money" in page and "+9.32" in page
    finally:
        with house.app.app_context():
            db.session.execute(text("DELETE FROM symbol_rules WHERE environment = 'live'"))
            db.session.commit()
