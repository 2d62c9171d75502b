"""Several at the same moment: a payment buys once, people are told once, ratings add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from mysignals.models import User
from tests.purchases.conftest import Shop


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each returns, all started at once."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def shown(shop: Shop, tx_hash: str, people: Sequence[User]) -> list[int]:
    return sorted(answer.status_code for answer in together(*[lambda p=p: shop.show(tx_hash, p) for p in people]))


def test_of_two_buyers_with_one_hash_one_gets_the_signal(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    lucky, other = shown(shop, tx_hash, [shop.ann, shop.bob])
    assert lucky == 200 and other in (403, 409)
    assert [(row.user_id, row.state) for row in shop.rows()] == [(shop.ann.id, "bought")]


def test_one_buyer_who_asks_twice_buys_once(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    assert shown(shop, tx_hash, [shop.ann] * 4) == [200] * 4
    assert shop.states() == ["bought"]
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]


def test_two_payments_of_one_buyer_at_once_buy_once(shop: Shop) -> None:
    payments = [shop.pay(), shop.pay()]
    shop.chain.mine(2)
    answers = together(*[lambda p=p: shop.show(p) for p in payments])
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert shop.states().count("bought") == 1 and shop.show().status_code == 200
    assert len(shop.told(shop.paul)) == 1


def test_two_workers_and_the_buyer_finish_a_purchase_once(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.show(tx_hash)
    shop.chain.mine(2)
    together(shop.follow, shop.follow, lambda: shop.show(tx_hash))
    shop.follow()
    assert shop.states() == ["bought"]
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]


def test_ratings_at_once_add_up_exactly(shop: Shop) -> None:
    people = [shop.ann, *(shop.house.user(wallet=shop.chain.stranger) for _ in range(5))]
    signals = [shop.signal, shop.house.signal(shop.paul)]
    bought(shop, people, signals)

    def rating(person: User, signal_id: int, stars: int) -> Callable[[], Any]:
        return lambda: shop.client(person).post(f"/signal/rate/{signal_id}", json={"rate": stars})

    calls = [rating(person, signal.id, stars) for person in people for signal in signals for stars in (1, 5)]
    assert {answer.status_code for answer in together(*calls)} == {200}
    paul = shop.house.fresh(shop.paul)
    given = [shop.client(person).get("/mytrades").json["mytrades"] for person in people]
    stars = [trade["user_rating"] for trades in given for trade in trades]
    assert (paul.rating_count, paul.rating_sum) == (12, sum(stars))
    assert set(stars) <= {1, 5}


def bought(shop: Shop, people: Sequence[User], signals: Sequence[Any]) -> None:
    """As if each had bought each: what the chain says of it is no matter here."""
    from tests.purchases.rows import purchase

    for person in people:
        for signal in signals:
            purchase(shop.house, person, signal)
