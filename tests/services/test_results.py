"""What signals came to: counted from fills, net of fees, real money apart from paper, and kept when accounts go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Order, Signal, SignalResult
from mysignals.services import results
from tests.support.served import House

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
HTML = {"Accept": "text/html"}


class Record:
    """A provider, and copies of their signals as exchanges told of them."""

    def __init__(self, house: House) -> None:
        self.house, self.paul = house, house.user("paul", role="Provider")
        self._orders = 0

    def signal(self, side: str = "BUY", **columns: Any) -> Signal:
        prices = {"BUY": ("90", "120"), "SELL": ("110", "80")}[side]
        given = {"side": side, "price": Decimal(100), "stop": Decimal(prices[0]), "target1": Decimal(prices[1])}
        return self.house.signal(self.paul, is_active=False, **given | columns)

    def copy(
        self, signal: Signal, out: str | None, environment: str = "paper", state: str = "closed", entry: str = "100"
    ) -> ExchangeAccount:
        """One whose entry was filled at 100, and whose exit at `out`, an hour later."""
        user = self.house.user()
        account = self.house.account(user, environment=environment)
        delivery = self.house.delivery(user, signal, account, state=state, acknowledged_at=BEGAN)
        self._order(delivery.id, "entry", entry, BEGAN)
        if out is not None:
            self._order(delivery.id, "target1", out, BEGAN + timedelta(hours=1))
        return account

    def _order(self, delivery: int, leg: str, price: str, at: datetime) -> None:
        """`price` may be that of the limit alone: `limit 100`."""
        self._orders += 1
        self.house.add(Order(
            delivery_id=delivery, leg=leg, client_order_id=f"ms{self._orders}", side="BUY", type="LIMIT",
            quantity=Decimal(1), state="filled", filled_quantity=Decimal(1),
            price=Decimal(price.removeprefix("limit ")),
            average_price=None if price.startswith("limit") else Decimal(price),
            created_at=at, updated_at=at,
        ))  # fmt: skip

    def counted(self, signal: Signal, money: str = "paper") -> SignalResult | None:
        with self.house.app.app_context():
            results.count_due()
            found = db.session.get(SignalResult, (signal.id, money))
            if found is not None:
                db.session.expunge(found)
            return found

    def page(self) -> str:
        client: FlaskClient = self.house.anonymous()
        return client.get("/app/providers/paul", headers=HTML).text


@pytest.fixture
def record(house: House) -> Record:
    return Record(house)


@pytest.mark.parametrize(
    ("side", "market", "out", "net"),
    [
        # 10 % of 100, less 0.1 % of 100 and of 110.
        ("BUY", "spot", "110", "9.79"),
        ("BUY", "futures", "110", "9.874"),
        ("SELL", "futures", "90", "9.886"),
        ("SELL", "spot", "110", "-10.21"),
        ("BUY", "spot", "100", "-0.2"),
    ],
)
def test_a_result_is_the_move_less_the_fees_of_both_sides(
    record: Record, side: str, market: str, out: str, net: str
) -> None:
    signal = record.signal(side, market=market, leverage=5 if market == "futures" else None)
    record.copy(signal, out)
    found = record.counted(signal)
    assert found is not None and found.result == Decimal(net) and found.held_s == 3600


def test_an_entry_whose_price_was_never_told_counts_at_its_limit(record: Record) -> None:
    signal = record.signal()
    record.copy(signal, "110", entry="limit 100")
    found = record.counted(signal)
    assert found is not None and found.result == Decimal("9.79")


def test_a_result_is_the_mean_of_the_copies_whose_exit_is_known(record: Record) -> None:
    signal = record.signal()
    for out in ("110", "90", None):
        record.copy(signal, out)
    found = record.counted(signal)
    assert found is not None and found.result == Decimal("-0.2")
    assert (found.opened, found.closed, found.still_open) == (3, 2, 0)


def test_real_money_is_told_apart_from_paper_and_testnets(record: Record) -> None:
    signal = record.signal()
    for out, environment in (("110", "live"), ("90", "paper"), ("90", "testnet")):
        record.copy(signal, out, environment)
    real, paper = record.counted(signal, "real"), record.counted(signal, "paper")
    assert real is not None and paper is not None
    assert (real.closed, paper.closed) == (1, 2) and real.result > 0 > paper.result  # type: ignore[operator]


def test_an_account_that_is_removed_takes_nothing_from_the_record(record: Record) -> None:
    signal = record.signal()
    account, _ = record.copy(signal, "90"), record.copy(signal, None, state="filled")
    assert record.counted(signal) is not None
    with record.house.app.app_context():
        db.session.delete(db.session.get_one(ExchangeAccount, account.id))
        db.session.execute(db.update(SignalResult).values(counted_at=BEGAN))
        db.session.commit()
    found = record.counted(signal)
    assert found is not None and (found.opened, found.closed, found.still_open) == (2, 1, 0)


def test_copies_under_way_are_counted_again_until_all_are_over(record: Record) -> None:
    signal = record.signal()
    record.copy(signal, None, state="filled")
    with record.house.app.app_context():
        assert [results.count_due(), results.count_due()] == [1, 0], "at most twice a minute"
        db.session.execute(db.update(SignalResult).values(counted_at=BEGAN))
        db.session.commit()
        assert results.count_due() == 1


def test_a_signal_counts_once_nine_tenths_of_its_copies_are_closed(record: Record) -> None:
    early, late = record.signal(), record.signal()
    for signal, closed in ((early, 8), (late, 9)):
        for number in range(10):
            record.copy(signal, "110" if number < closed else None, state="closed" if number < closed else "filled")
        record.counted(signal)
    with record.house.app.app_context():
        found = results.profile("PAUL", 1)
    assert found.standing.record is not None and found.standing.record.signals == 1
    assert {past.signal.id: past.result is not None for past in found.past.items} == {early.id: False, late.id: True}


def test_the_profile_shows_figures_curve_and_every_past_signal(record: Record) -> None:
    for out in ("110", "90", "120"):
        record.copy(record.signal(), out)
    record.counted(record.signal())
    page = record.page()
    assert "2 of 3" in page and '<path class="curve"' in page and page.count('scope="row"') == 4
    assert "on paper" in page


def test_prices_of_a_signal_with_open_copies_are_not_shown(record: Record) -> None:
    signal = record.signal(price=Decimal("101.5"))
    record.copy(signal, None, state="filled")
    record.counted(signal)
    assert "101.5" not in record.page()


def test_prices_are_not_shown_while_a_copy_with_other_money_is_open_nor_before_anybody_has_counted(
    record: Record,
) -> None:
    on_paper, signal = record.signal(), record.signal(price=Decimal("101.5"))
    record.copy(on_paper, "110")
    record.copy(signal, None, "live", state="filled")
    before = record.page()
    record.counted(signal)
    after = record.page()
    assert "101.5" not in before and "101.5" not in after and "on paper" in after


def test_copies_that_rest_are_told_as_under_way_and_an_exit_that_nobody_knows_as_such(record: Record) -> None:
    signal, by_hand = record.signal(), record.signal()
    record.copy(signal, "110")
    for _ in range(2):
        user = record.house.user()
        record.house.delivery(user, signal, record.house.account(user), state="accepted")
    record.copy(by_hand, None)
    record.counted(signal)
    page = record.page()
    assert "2 under way, 1 closed" in page and "exit not known" in page and "no copy<" not in page


def test_an_active_or_private_signal_is_not_among_the_past(record: Record) -> None:
    record.house.signal(record.paul, price=Decimal("333.3"))
    record.signal(price=Decimal("104.5"), deleted_at=BEGAN, is_private=True)
    page = record.page()
    assert "333.3" not in page and "104.5" not in page


def test_who_is_no_provider_has_no_profile(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    assert client.get("/app/providers/ann", headers=HTML).status_code == 404


def test_the_list_asks_as_often_for_many_as_for_one(house: House) -> None:
    def asked() -> int:
        with house.statements() as seen:
            house.anonymous().get("/app/providers", headers=HTML)
        return len(seen)

    house.user(role="Provider")
    one = asked()
    for _ in range(5):
        house.user(role="Provider")
    assert asked() == one
