"""Two at the same moment: one wins, the other is told, the database holds one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from mysignals.models import ExchangeAccount, Following, User
from tests.support.served import House
from tests.web.test_accounts import NEW as ACCOUNT
from tests.web.test_auth import NEW as PERSON

AT_ONCE = 4


def statuses(call: Callable[[int], Any]) -> list[int]:
    """What `call` answers when made by several threads at once, sorted."""
    start = Barrier(AT_ONCE)

    def together(number: int) -> int:
        start.wait()
        status: int = call(number).status_code
        return status

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(together, range(AT_ONCE)))


def test_one_name_is_registered_once(house: House) -> None:
    def register(number: int) -> Any:
        return house.anonymous().post("/auth/register", json=PERSON | {"email": f"ann{number}@example.com"})

    assert statuses(register) == [201, 409, 409, 409]
    assert house.count(User) == 1


def test_one_account_is_added_once(house: House) -> None:
    user = house.user()
    assert statuses(lambda _: house.client(user).post("/accounts", json=ACCOUNT)) == [201, 409, 409, 409]
    assert house.count(ExchangeAccount) == 1


def test_one_provider_is_followed_once(house: House) -> None:
    house.user("paul", role="Provider")
    user = house.user()
    wish = {"provider": "paul", "account_id": house.account(user).id, "sizing": {"mode": "quote", "value": 50}}
    assert statuses(lambda _: house.client(user).post("/following", json=wish)) == [201, 409, 409, 409]
    assert house.count(Following) == 1
