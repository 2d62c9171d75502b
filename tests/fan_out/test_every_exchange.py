"""Delivered, followed and closed on every exchange: our rows, from the claim to the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text

from mysignals.domain.intents import CloseTrade
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.extensions import db
from mysignals.services import fan_out, follow, turns
from mysignals.services.fan_out.claim import claim
from mysignals.services.holds import Hold
from mysignals.services.keys import open_key
from mysignals.services.venues import blocking_transport
from tests.fan_out.conftest import Scene
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import At, populate

SIGNAL = """
    INSERT INTO signals (provider_id, market, symbol, side, entry_type, quantity, price, stop, target1, target2,
                         leverage, created_at)
    VALUES (:provider, :market, :symbol, 'BUY', :entry_type, 0.01, 50000, 49000, 51000, 52000, :leverage, now())
    RETURNING id
"""
DELIVERIES = """
    INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange)
    SELECT :signal, f.account_id, f.user_id, f.id, a.exchange
    FROM followings f JOIN exchange_accounts a ON a.id = f.account_id WHERE f.provider_id = :provider
    RETURNING id
"""


@dataclass(frozen=True)
class Case:
    """One market of one exchange; `moved` is what the simulator calls the symbol."""

    at: At
    market: str
    symbol: str = "BTCUSDT"
    moved: str = ""
    entry_type: str = "MARKET"

    def __str__(self) -> str:
        mode = "hedge" if self.at.position_mode == "hedge" else ""
        return f"{self.at.exchange}{self.at.version}-{self.market}-{self.symbol}{mode}"


BITGET, PHEMEX = At("bitget", "bitget", "v2"), At("phemex", "phemex", position_mode=None)
CASES = [
    Case(At(venue="binance", balances=(("USDT", "99999"),)), "spot"),
    Case(At(venue="binance-futures", balances=(("USDT", "99999"),)), "futures"),
    Case(At(venue="binance-futures", position_mode="hedge"), "futures"),
    Case(BITGET, "spot"),
    Case(BITGET, "futures"),
    Case(replace(BITGET, position_mode="hedge"), "futures"),
    Case(replace(BITGET, version="v1"), "spot"),
    Case(replace(BITGET, version="v1"), "futures"),
    Case(PHEMEX, "spot", moved="sBTCUSDT"),
    Case(PHEMEX, "futures"),
    Case(replace(PHEMEX, position_mode="hedge"), "futures"),
    Case(replace(PHEMEX, balances=(("BTC", "10"),)), "futures", symbol="BTCUSD"),
    Case(At("magnr", "magnr", position_mode=None, balances=(("BTC", "10"),)), "futures", symbol="BTCUSD"),
]
LIMITS = [replace(case, entry_type="LIMIT") for case in CASES if case.at.exchange != "magnr"]
everywhere = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture
def there(scene: Scene, case: Case, database_url: str) -> Scene:
    """Two followers at the case's exchange, whose symbol stands at 50,000."""
    people = populate(
        database_url, scene.simulator, followers=2, market=case.market, vault_public_key=VAULT_PUBLIC_KEY,
        symbol=case.symbol, sizing=("quote", "500"), at=case.at,
    )  # fmt: skip
    if case.at.exchange == "phemex":
        # Each symbol has a mode of its own there: what an account is said to have must not count.
        scene.run("UPDATE exchange_accounts SET position_mode = NULL WHERE exchange = 'phemex'")
    here = replace(scene, people=people)
    move(here, case, "50000")
    return here


def move(scene: Scene, case: Case, price: str) -> None:
    body = {"venue": case.at.venue, "symbol": case.moved or case.symbol, "price": price}
    scene.simulator.control("POST", "/_control/prices", body)


def queued(scene: Scene, case: Case) -> list[int]:
    provider = {"provider": scene.people.provider_id}
    wanted = {"market": case.market, "symbol": case.symbol, "entry_type": case.entry_type}
    wanted["leverage"] = 5 if case.market == "futures" else None
    signal_id = db.session.scalar(text(SIGNAL), provider | wanted)
    ids = list(db.session.scalars(text(DELIVERIES), provider | {"signal": signal_id}))
    db.session.commit()
    return sorted(ids)


def turn(scene: Scene) -> None:
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    follow.follow()


def legs(scene: Scene, delivery_id: int) -> dict[str, str]:
    return dict(map(tuple, scene.rows("SELECT leg, state FROM orders WHERE delivery_id = :id", id=delivery_id)))


def said(scene: Scene, ids: list[int]) -> list[str]:
    return [row[0] for row in scene.rows("SELECT message FROM deliveries WHERE id = ANY (:ids)", ids=ids)]


@everywhere
@pytest.mark.parametrize(("price", "filled"), [("48900", "stop"), ("51100", "target1")])
def test_a_signal_is_delivered_followed_and_closed(there: Scene, case: Case, price: str, filled: str) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    assert there.states(ids) == {"filled"}, said(there, ids)
    assert all(legs(there, one) == {"entry": "filled", "stop": "new", "target1": "new"} for one in ids)
    turn(there)
    assert there.states(ids) == {"filled"}, said(there, ids)
    move(there, case, price)
    turn(there)
    turn(there)
    assert there.states(ids) == {"closed"}, said(there, ids)
    assert all(legs(there, one)[filled] == "filled" for one in ids)


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_a_limit_entry_waits_fills_and_is_protected_by_the_next_turn(there: Scene, case: Case) -> None:
    move(there, case, "50500")
    ids = queued(there, case)
    fan_out.deliver(ids)
    assert there.states(ids) == {"accepted"}, said(there, ids)
    turn(there)
    assert there.states(ids) == {"accepted"}, said(there, ids)
    move(there, case, "49990")
    turn(there)
    turn(there)
    assert there.states(ids) == {"filled"}, said(there, ids)
    assert all(legs(there, one) == {"entry": "filled", "stop": "new", "target1": "new"} for one in ids)
    move(there, case, "51100")
    turn(there)
    turn(there)
    assert there.states(ids) == {"closed"}, said(there, ids)


FENCED = "SELECT extract(epoch FROM max(fence_at) - now()) FROM deliveries WHERE id = ANY (:ids)"
MAGNR = [case for case in CASES if case.at.exchange == "magnr"]
SEALED = """
    SELECT a.sealed_credentials, d.state, o.exchange_order_id FROM deliveries d
    JOIN exchange_accounts a ON a.id = d.account_id LEFT JOIN orders o ON o.delivery_id = d.id AND o.leg = 'entry'
    WHERE d.id = :id
"""


@pytest.mark.parametrize("case", MAGNR, ids=str)
def test_a_key_that_another_worker_uses_just_now_waits_its_turn(there: Scene, case: Case) -> None:
    """Requests of a Magnr key must not overlap: its tonces would arrive out of order."""
    first, second = queued(there, case)
    (row,) = there.rows(SEALED, id=first)
    key = open_key(bytes(row.sealed_credentials))
    with turns.held(there.app.extensions["redis"], [key.api_key]) as ours:
        assert ours == {key.api_key}
        fan_out.deliver([first, second])
        assert (there.states([first]), there.states([second])) == ({"queued"}, {"filled"})
    fan_out.deliver([first, second])
    assert there.states([first]) == {"filled"}, said(there, [first])


@pytest.mark.parametrize("case", MAGNR, ids=str)
def test_a_trade_closed_by_hand_is_told_as_such(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    (row,) = there.rows(SEALED, id=ids[0])
    intent, key = CloseTrade(row.exchange_order_id), open_key(bytes(row.sealed_credentials))
    closing = ask(dialect_for("magnr", Market.FUTURES), intent, key, "paper")
    assert isinstance(blocking_transport().run(closing), Accepted)
    turn(there)
    (message,) = said(there, ids[:1])
    assert there.states(ids[:1]) == {"closed"} and "otherwise than by its stop or target" in message


@everywhere
def test_a_claim_is_fenced_for_as_long_as_a_request_may_live(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    claimed = claim(ids, Hold())
    (fenced,) = there.rows(FENCED, ids=ids)
    lifetimes = {"binance": 0, "bitget": 30, "phemex": 2, "magnr": 30}
    usual = there.app.extensions["settings"].claim_fence_seconds
    wanted = max(usual / 2 + lifetimes[case.at.exchange], usual)
    assert len(claimed) == 2 and wanted - 5 < float(fenced[0]) <= wanted


def test_a_claim_at_an_exchange_whose_requests_say_how_long_they_live_is_fenced_as_usual(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    (fenced,) = scene.rows(FENCED, ids=ids)
    assert float(fenced[0]) <= scene.app.extensions["settings"].claim_fence_seconds


RIDING = [case for case in CASES if case.at.exchange == "bitget" and case.market == "futures"]


@pytest.mark.parametrize("case", [replace(case, entry_type="LIMIT") for case in RIDING], ids=str)
def test_two_signals_alike_on_one_account_find_exits_of_their_own(there: Scene, case: Case) -> None:
    """Both entries fill at once, and one turn finds the riding exits of both."""
    move(there, case, "50500")
    ids = [*queued(there, case), *queued(there, case)]
    for one in ids:
        fan_out.deliver([one])
    move(there, case, "49990")
    turn(there)
    turn(there)
    names = there.rows(
        "SELECT exchange_order_id FROM orders WHERE delivery_id = ANY (:ids) AND leg IN ('stop', 'target1')", ids=ids
    )
    assert len(names) == 2 * len(ids) == len({name for (name,) in names if name}), names


RICH = (("USDT", "99999"), ("BTC", "10"))
"""Base of their own, which an exit may sell although it is not the copy's."""
PAIRS = [
    replace(case, at=replace(case.at, balances=RICH))
    for case in CASES
    if case.market == "spot" and case.at.exchange != "binance"
]


@pytest.mark.parametrize("price", ["48900", "51100"])
@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_a_pair_whose_stop_or_target_the_price_has_reached_is_looked_at_before_its_turn(
    there: Scene, case: Case, price: str
) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    there.run("UPDATE deliveries SET followed_at = now()")
    follow.follow_touched(max_age_s=0)
    assert there.states(ids) == {"filled"}
    move(there, case, price)
    follow.follow()
    assert there.states(ids) == {"filled"}
    follow.follow_touched(max_age_s=0)
    assert there.states(ids) == {"closed"}, said(there, ids)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_a_stop_and_a_target_that_both_sold_are_told_with_the_amount(there: Scene, case: Case) -> None:
    """Spot exits that do not know each other: both prices were touched before we looked."""
    ids = queued(there, case)
    fan_out.deliver(ids)
    move(there, case, "48900")
    move(there, case, "51100")
    turn(there)
    assert there.states(ids) == {"closed"}, said(there, ids)
    told = dict(map(tuple, there.rows("SELECT kind, message FROM notifications WHERE delivery_id = :id", id=ids[0])))
    (stop,) = there.rows("SELECT filled_quantity FROM orders WHERE delivery_id = :id AND leg = 'stop'", id=ids[0])
    assert {"sold_twice", "closed"} <= set(told)
    assert f"{stop.filled_quantity.normalize():f} BTC more than the copy had bought" in told["sold_twice"]
