"""Hundreds of followers at venues that enforce their limits: everybody is served, and nobody is told `too many`."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace

import pytest

from mysignals import dispatch
from mysignals.app import create_app
from mysignals.domain.doubt import MOST_BESIDE
from mysignals.domain.market import Market
from mysignals.domain.outcomes import PriceRead
from mysignals.exchanges.binance.limits import FUTURES_WEIGHT
from mysignals.exchanges.market_data import read_price
from mysignals.exchanges.phemex.limits import REQUESTS as PHEMEX_REQUESTS
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.transports.pacing import Want
from mysignals.exchanges.transports.purse import NONE
from mysignals.extensions import db
from mysignals.services import budgets, fan_out, follow, reconcile, venues
from mysignals.settings import Settings
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import Case, move, queued
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import At, populate

FOLLOWERS = 500
KNOWN = Case(At(), "futures")
"""Accounts whose settings are remembered: three orders each, which cost the address nothing."""
CASES = [
    Case(At(venue="binance", balances=(("USDT", "99999"),)), "spot"),
    Case(At("bitget", "bitget", "v2"), "futures"),
    Case(At("bitget", "bitget", "v2"), "spot"),
    Case(At("phemex", "phemex", position_mode=None), "futures"),
    Case(At("phemex", "phemex", position_mode=None), "spot", moved="sBTCUSDT"),
]
ASKED = Case(At(venue="binance-futures", balances=(("USDT", "99999"),)), "futures")
"""Accounts that are asked for their settings, and set: 11 of the address's 2,400 a minute each."""
REMEMBERED = """
    INSERT INTO account_symbol_settings (account_id, symbol, leverage, margin_mode, position_mode)
    SELECT id, 'BTCUSDT', 20, 'cross', 'one_way' FROM exchange_accounts ON CONFLICT DO NOTHING
"""
"""What an account of the simulator begins with."""
BARE = """
    SELECT count(*) AS filled, count(*) FILTER (WHERE NOT EXISTS (
        SELECT 1 FROM orders o WHERE o.delivery_id = d.id AND o.leg LIKE 'stop%' AND o.state = 'new')) AS without_stop
    FROM deliveries d WHERE state IN ('filled', 'partially_filled')
"""
OPEN_AT_MOST = 3000
"""Of the 5,000 that Phemex allows an address in five minutes: what entries that begin may use."""
WITHIN_S, LOOKED_AT_S, CROWDED_FOR_S = 40.0, 4.0, 6.0


def populated(scene: Scene, case: Case, database_url: str, followers: int = FOLLOWERS) -> Scene:
    people = populate(
        database_url, scene.simulator, followers=followers, market=case.market, vault_public_key=VAULT_PUBLIC_KEY,
        symbol=case.symbol, sizing=("quote", "500"), at=case.at,
    )  # fmt: skip
    if case.at.exchange == "phemex":
        scene.run("UPDATE exchange_accounts SET position_mode = NULL WHERE exchange = 'phemex'")
    here = replace(scene, people=people)
    move(here, replace(case, at=replace(case.at, venue=venue_of(case))), "50000")
    here.simulator.control("POST", "/_control/limits", {"venue": venue_of(case), "enforce": True})
    return here


def venue_of(case: Case) -> str:
    return case.at.venue or "binance-futures"


def requests(scene: Scene, case: Case, *statuses: int) -> int:
    told = scene.simulator.control("GET", f"/_control/requests?venue={venue_of(case)}")
    return sum(row["count"] for row in told["requests"] if row["status"] in statuses)


@pytest.mark.parametrize("case", [KNOWN, *CASES], ids=str)
def test_a_signal_to_five_hundred_is_never_refused_for_its_rate(scene: Scene, database_url: str, case: Case) -> None:
    here = populated(scene, case, database_url)
    here.run(REMEMBERED)
    ids = queued(here, case)
    assert len(ids) == FOLLOWERS
    here.run("UPDATE signals SET leverage = 20 WHERE market = 'futures'")
    until = time.monotonic() + WITHIN_S
    while here.states(ids) & {"queued", "sending"} and time.monotonic() < until:
        fan_out.deliver(ids)
    follow.follow()
    assert requests(here, case, 418, 429) == 0
    assert here.states(ids) == {"filled"}


@pytest.mark.parametrize(("case", "least"), [(ASKED, 100), (replace(KNOWN, at=At()), 300)], ids=["asked", "set"])
def test_where_the_address_cannot_carry_all_as_many_are_served_as_it_can(
    scene: Scene, database_url: str, case: Case, least: int
) -> None:
    """Not all are begun and none ended: questions leave room for what follows them."""
    here = populated(scene, case, database_url)
    ids = queued(here, case)
    until = time.monotonic() + LOOKED_AT_S
    while time.monotonic() < until:
        fan_out.deliver(ids)
    states = here.rows("SELECT state, count(*) FROM deliveries WHERE id = ANY (:ids) GROUP BY 1", ids=ids)
    assert requests(here, case, 418, 429) == 0
    assert set(dict(map(tuple, states))) == {"filled", "queued"} and dict(map(tuple, states))["filled"] >= least


def test_two_workers_together_stay_under_the_limit_of_their_address(scene: Scene, database_url: str) -> None:
    """Each has leases of its own; what the two may ask is counted in one place."""
    here = populated(scene, ASKED, database_url, followers=400)
    ids = queued(here, ASKED)
    settings: Settings = here.app.extensions["settings"]
    other = create_app(settings)

    def work(share: list[int]) -> None:
        with other.app_context():
            fan_out.deliver(share)
            db.session.remove()
            db.engine.dispose()

    thread = threading.Thread(target=work, args=(ids[200:],))
    thread.start()
    fan_out.deliver(ids[:200])
    thread.join(60)
    other.extensions["redis"].close()
    assert requests(here, ASKED, 418, 429) == 0
    assert requests(here, ASKED, 200) > 300
    used = budgets.used_ratios(here.app.extensions["redis"])[f"{here.simulator.url}/binance-futures", "weight"]
    assert 0.6 < used <= 1.0


def test_a_refusal_pauses_the_address_until_the_time_that_the_venue_names(scene: Scene) -> None:
    """The one that was refused is over; the exits of the others wait and follow."""
    _, ids = scene.signal()
    scene.fault(kind="rate_limit", on="order", count=1, delay_ms=2000)
    began = time.monotonic()
    fan_out.deliver(ids)
    assert 1.9 < time.monotonic() - began < 8
    assert requests(scene, KNOWN, 418, 429) == 1
    assert (
        sorted(state for (state,) in scene.rows("SELECT state FROM deliveries WHERE id = ANY (:ids)", ids=ids))[:3]
        == ["filled"] * 3
    )


def test_a_pause_that_another_worker_was_told_holds_here_too(scene: Scene) -> None:
    base = f"{scene.simulator.url}/binance-futures"
    other = budgets.Budgets(scene.app.extensions["redis"])
    other.take([Want(f"{base}|here|weight", FUTURES_WEIGHT, NONE, pause_ms=1500)])
    began = time.monotonic()
    asked = read_price(dialect_for("binance", Market.FUTURES), Market.FUTURES, "BTCUSDT", "paper")
    assert isinstance(venues.blocking_transport().run(asked), PriceRead)
    assert 1.4 < time.monotonic() - began < 5
    other.take([Want(f"{base}|here|weight", FUTURES_WEIGHT, NONE, pause_ms=1500)])
    began = time.monotonic()
    asked = read_price(dialect_for("binance", Market.FUTURES), Market.FUTURES, "BTCUSDT", "paper")
    assert isinstance(venues.loop().run_flows([asked])[0], PriceRead)
    assert 1.4 < time.monotonic() - began < 5


CROWDED = [case for case in CASES if (case.at.exchange, case.market) != ("bitget", "spot")]


@pytest.mark.parametrize("case", CROWDED, ids=str)
def test_signal_after_signal_until_the_address_is_used_up(scene: Scene, database_url: str, case: Case) -> None:
    """More than the venue takes of one address in its window: it takes what it may, and the rest waits in the queue."""
    here = populated(scene, case, database_url)
    until = time.monotonic() + CROWDED_FOR_S
    while time.monotonic() < until:
        fan_out.deliver(queued(here, case))
        follow.follow()
    assert requests(here, case, 418, 429) == 0
    (bare,) = here.rows(BARE)
    assert bare.filled > 400 and bare.without_stop == 0


@pytest.mark.parametrize(("how", "expected"), [("nothing", True), ("looked after", False)])
def test_a_worker_that_begins_anew_with_redis_halves_budgets_only_if_something_was_asked_of_late(
    scene: Scene, how: str, expected: bool
) -> None:
    scene.signal()
    scene.run("UPDATE exchange_accounts SET checked_at = NULL")
    scene.run("UPDATE deliveries SET created_at = now() - interval '1 hour'")
    if how == "looked after":
        scene.run("UPDATE deliveries SET followed_at = now() - interval '5 minutes'")
    settings = scene.app.extensions["settings"]
    # Of its own: loops that other tests have left behind go on counting in the one of all.
    other = create_app(replace(settings, redis_url=settings.redis_url.rpartition("/")[0] + "/9"))
    redis = other.extensions["redis"]
    redis.flushdb()
    with other.app_context():
        venues.warm()
        venues.loop().close()
        db.session.remove()
        db.engine.dispose()
    since = redis.get(budgets.SINCE)
    dispatch.configure(settings.redis_url)
    assert (since is not None and int(since) == budgets.LONG_AGO) is expected
    redis.flushdb()
    redis.close()


COPIES, USED_BEFORE, LOOKED_AT_WITHIN_S = 100, 1700, 15.0
USED_BY_OTHERS = 4000
"""Of 5,000: more than routine looks may use together with all others."""


def test_copies_whose_stop_was_hit_are_looked_at_soon_though_redis_has_lost_everything(
    scene: Scene, database_url: str
) -> None:
    """Phemex counts for five minutes: half of that, after others had used a third, left no look its turn."""
    case = replace(CASES[3], at=At("phemex", "phemex", position_mode="one_way"))
    here = populated(scene, case, database_url, followers=COPIES)
    here.run(REMEMBERED)
    redis = here.app.extensions["redis"]
    others = budgets.Budgets(redis)
    key = f"{here.simulator.url}/phemex|here|requests"
    others.take([Want(key, PHEMEX_REQUESTS, (USED_BEFORE, *NONE[1:]))])
    ids = queued(here, case)
    fan_out.deliver(ids)
    assert here.states(ids) == {"filled"}
    redis.flushdb()
    move(here, replace(case, at=replace(case.at, venue=venue_of(case))), "40000")
    here.run("UPDATE deliveries SET followed_at = now() - interval '1 minute' WHERE state = 'filled'")
    until = time.monotonic() + LOOKED_AT_WITHIN_S
    while here.states(ids) != {"closed"} and time.monotonic() < until:
        follow.follow()
        time.sleep(0.2)  # As beat pauses between two turns.
    assert here.states(ids) == {"closed"}
    assert requests(here, case, 418, 429) == 0
    assert budgets.used_ratios(redis)[f"{here.simulator.url}/phemex", "requests"] > USED_BEFORE / 5000


def test_what_the_price_has_reached_may_ask_when_others_have_to_wait(scene: Scene, database_url: str) -> None:
    """What rests over a position that is closed opens another one, and nobody else would look for minutes."""
    case = replace(CASES[3], at=At("phemex", "phemex", position_mode="one_way"))
    here = populated(scene, case, database_url, followers=8)
    here.run(REMEMBERED)
    ids = queued(here, case)
    fan_out.deliver(ids)
    key = f"{here.simulator.url}/phemex|here|requests"
    budgets.Budgets(here.app.extensions["redis"]).take([Want(key, PHEMEX_REQUESTS, (USED_BY_OTHERS, *NONE[1:]))])
    move(here, replace(case, at=replace(case.at, venue=venue_of(case))), "40000")
    here.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    follow.follow()
    assert here.states(ids) == {"filled"}
    here.run("UPDATE deliveries SET followed_at = now() - interval '20 seconds'")
    follow.follow_touched(max_age_s=0)
    assert here.states(ids) == {"closed"}


@pytest.mark.parametrize(("scarce", "state"), [(True, "queued"), (False, "filled")], ids=["Phemex", "Binance"])
def test_where_little_may_be_asked_nothing_is_begun_beside_many_doubts(
    scene: Scene, database_url: str, scarce: bool, state: str
) -> None:
    case = replace(CASES[3], at=At("phemex", "phemex", position_mode="one_way")) if scarce else KNOWN
    here = populated(scene, case, database_url, followers=MOST_BESIDE)
    here.run(REMEMBERED)
    lost = queued(here, case)
    here.run("UPDATE deliveries SET state = 'unknown', reason = 'unknown', claimed_at = now()")
    ids = queued(here, case)
    fan_out.deliver(ids)
    assert here.states(ids) == {state}
    if scarce:
        for counts_no_more in (
            "UPDATE deliveries SET reason = 'in_doubt' WHERE id = :id",
            "UPDATE deliveries SET claimed_at = now() - interval '11 minutes' WHERE id = :id",
        ):
            (waiting,) = here.rows("SELECT id FROM deliveries WHERE state = 'queued' ORDER BY id LIMIT 1")
            here.run(counts_no_more, id=lost[1])
            fan_out.deliver([waiting.id])
            assert here.states([waiting.id]) == {"filled"}, counts_no_more
            here.run("UPDATE deliveries SET reason = 'unknown', claimed_at = now() WHERE id = :id", id=lost[1])
        here.run("UPDATE deliveries SET state = 'expired', reason = NULL WHERE id = :id", id=lost[0])
        fan_out.deliver(ids[-1:])
        assert here.states(ids[-1:]) == {"filled"}
        here.run("UPDATE deliveries SET state = 'unknown', reason = 'unknown' WHERE id = :id", id=lost[0])
        here.run("UPDATE signals SET created_at = now() - interval '1 hour'")
        fan_out.deliver(ids)
        ((words,),) = here.rows("SELECT DISTINCT message FROM deliveries WHERE state = 'expired'")
        assert "left too many orders unanswered" in words


@pytest.mark.parametrize(
    ("used", "state"), [(OPEN_AT_MOST, "queued"), (OPEN_AT_MOST - 200, "filled")], ids=["used up", "room"]
)
def test_nothing_is_begun_where_the_address_has_used_up_its_minutes(
    scene: Scene, database_url: str, used: int, state: str
) -> None:
    """It would wait until its fence, and be in doubt if its worker died meanwhile."""
    case = replace(CASES[3], at=At("phemex", "phemex", position_mode="one_way"))
    here = populated(scene, case, database_url, followers=4)
    here.run(REMEMBERED)
    key = f"{here.simulator.url}/phemex|here|requests"
    budgets.Budgets(here.app.extensions["redis"]).take([Want(key, PHEMEX_REQUESTS, (used, *NONE[1:]))])
    ids = queued(here, case)
    fan_out.deliver(ids)
    assert here.states(ids) == {state}
    if state == "queued":
        here.run("UPDATE signals SET created_at = now() - interval '1 hour'")
        fan_out.deliver(ids)
        assert here.states(ids) == {"expired"}
        ((words,),) = here.rows("SELECT DISTINCT message FROM deliveries")
        assert "was used up, and the rest is kept for what is open there. Nothing was sent." in words


def test_a_doubt_costs_no_question_about_modes(scene: Scene, database_url: str) -> None:
    """No exchange asks for a mode where an order is looked for."""
    case = CASES[3]
    here = populated(scene, case, database_url, followers=4)
    ids = queued(here, case)
    here.run(
        "UPDATE deliveries SET state = 'unknown', reason = 'unknown', claimed_at = now(), fence_at = now(),"
        " client_id = 'ms' || id || 'xabcdef'"
    )

    def asked() -> Counter[str]:
        told = here.simulator.control("GET", "/_control/requests?venue=phemex")
        assert isinstance(told, dict)
        return Counter({row["path"]: row["count"] for row in told["requests"]})

    before = asked()
    reconcile.reconcile()
    assert here.states(ids) == {"unknown"}
    assert {path: many for path, many in (asked() - before).items() if "time" not in path} == {
        "/phemex/g-orders/activeList": 4, "/phemex/api-data/g-futures/orders/by-order-id": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("exchange", "market", "most"),
    [
        ("binance", Market.SPOT, 16),
        ("binance", Market.FUTURES, 8),
        ("bitget", Market.SPOT, 4),
        ("phemex", Market.SPOT, 3),
    ],
)
def test_clocks_are_asked_by_a_hundredth_of_what_an_address_may_ask(exchange: str, market: Market, most: int) -> None:
    assert venues.questions_to_warm(dialect_for(exchange, market), market, "paper") == most


def test_markets_behind_one_address_are_warmed_once(scene: Scene, database_url: str) -> None:
    here = populated(scene, CASES[3], database_url, followers=1)

    def asked() -> int:
        told = here.simulator.control("GET", "/_control/requests?venue=phemex")
        return sum(row["count"] for row in told["requests"] if row["path"].endswith("/time"))

    before = asked()
    venues.warm()
    assert asked() - before == 3
