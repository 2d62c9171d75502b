"""Lists cost as many statements for forty rows as for one."""

from __future__ import annotations

import pytest

from tests.purchases.rows import purchase
from tests.support.served import House

MOST = {
    "/": 3,
    "/providers": 3,
    "/auth/@me": 2,
    "/auth/devices": 2,
    "/auth/notifications": 4,
    "/auth/notifications/count": 2,
    "/accounts": 3,
    "/mytrades": 4,
    "/following": 3,
    "/deliveries": 3,
    "/drifts": 3,
    "/provider/signals": 3,
    "/registrar/get/users": 3,
}
ROLES = {"/provider/signals": "Provider", "/registrar/get/users": "Registrar"}


@pytest.mark.parametrize("path", MOST)
def test_a_list_takes_a_constant_number_of_statements(house: House, path: str) -> None:
    user = house.user("reader", role=ROLES.get(path, "User"))
    for _ in range(15):
        provider = house.user(role="Provider")
        account = house.account(user)
        house.following(user, provider, account)
        house.delivery(user, house.signal(provider), account)
        purchase(house, user, house.signal(provider))
        house.notification(user)
        house.signal(user)
    with house.statements() as seen:
        assert house.client(user).get(path).status_code == 200
    # One of them finds out who asks.
    assert len(seen) <= MOST[path], seen


def test_one_delivery_takes_three_statements(house: House) -> None:
    user = house.user()
    delivery = house.delivery(user, house.signal(house.user(role="Provider")), house.account(user))
    with house.statements() as seen:
        house.client(user).get(f"/deliveries/{delivery.id}")
    assert len(seen) == 3


def test_publishing_takes_the_same_for_fifty_followers_as_for_one(house: House) -> None:
    provider = house.user(role="Provider")
    counts = []
    for followers in (1, 49):
        for _ in range(followers):
            user = house.user()
            house.following(user, provider, house.account(user))
        draft = {"symbol": "BNBUSDT", "side": "BUY", "quantity": "0.5", "price": 336.1, "tp1": "350", "sl": 320}
        with house.statements() as seen:
            assert house.client(provider).post("/provider/spot/new", json=draft).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7
