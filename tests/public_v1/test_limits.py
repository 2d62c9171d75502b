"""How often a key may ask, whoever serves it, and what every answer says about it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mysignals.app import create_app
from mysignals.services import api_use
from mysignals.web import register_public
from tests.public_v1.program import Program, program
from tests.support.served import House


def told(answer: Any) -> tuple[int, int]:
    assert abs(int(answer.headers["X-RateLimit-Reset"]) - time.time() - 60) <= 2
    return int(answer.headers["X-RateLimit-Limit"]), int(answer.headers["X-RateLimit-Remaining"])


def test_every_answer_says_what_is_left(house: House) -> None:
    bot = program(house, house.user(), rate_limit=10)
    assert told(bot.get("/v1/account")) == (10, 9)
    assert told(bot.get("/v1/nothing")) == (10, 8)
    assert told(bot.post("/v1/account")) == (10, 7)


def test_past_the_limit_is_429_with_the_seconds_to_wait(house: House) -> None:
    bot = program(house, house.user(), rate_limit=10)
    answers = [bot.get("/v1/account") for _ in range(12)]
    assert [one.status_code for one in answers] == [200] * 10 + [429] * 2
    last = answers[-1]
    assert last.json["code"] == "RATE_LIMIT_EXCEEDED"
    assert 55 <= int(last.headers["Retry-After"]) <= 60
    assert last.headers["X-RateLimit-Remaining"] == "0"


def test_keys_have_limits_of_their_own(house: House) -> None:
    user = house.user()
    first, second = program(house, user, rate_limit=10), program(house, user, rate_limit=10)
    for _ in range(11):
        last = first.get("/v1/account")
    assert last.status_code == 429
    assert second.get("/v1/account").status_code == 200


def test_all_web_processes_count_together_and_nobody_gets_in_between(house: House) -> None:
    bot = program(house, house.user(), rate_limit=30)
    other = create_app(house.app.extensions["settings"], register_public)
    elsewhere = Program(other.test_client(), bot.key, bot.secret, bot.key_id)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(one.get, "/v1/account") for _ in range(30) for one in (bot, elsewhere)]
        statuses = [one.result().status_code for one in asked]
    other.extensions["redis"].close()
    assert (statuses.count(200), statuses.count(429)) == (30, 30)


def test_the_window_moves(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_use, "WINDOW_S", 1)
    with house.app.app_context():
        assert [api_use.take(1, 2, "").is_allowed for _ in range(3)] == [True, True, False]
        time.sleep(1.05)
        assert api_use.take(1, 2, "").is_allowed


def test_failed_authentication_is_counted_by_address(bot: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_use, "FAILURES", 5)
    here, there = bot.from_("203.0.113.7"), bot.from_("203.0.113.8")
    statuses = [here.client.get("/v1/account").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert there.client.get("/v1/account").status_code == 401
    # Who shares the address and signs rightly gets in.
    assert here.get("/v1/account").status_code == 200


@pytest.mark.parametrize(("second", "are_one"), [("2001:db8::2", True), ("2001:db8:0:2::1", False)])
def test_addresses_of_version_6_count_by_their_network(bot: Program, second: str, are_one: bool) -> None:
    first = bot.from_("2001:db8::1").client.get("/v1/account")
    answer = bot.from_(second).client.get("/v1/account")
    assert (told(answer)[1] == told(first)[1] - 1) is are_one
