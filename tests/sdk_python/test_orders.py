"""Signals and orders, against the real server, its worker and an exchange: carried out once, whatever the line does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from mysignals_sdk import AsyncClient, Client, Conflict, InvalidRequest, NoAnswer, NoExchange, NotSettled, Retries

from tests.public_v1.program import Program
from tests.sdk_python.cutting import cutting
from tests.trading.conftest import FUTURES, Desk

FAR = {"stop_loss": 45000, "take_profit": 60000}


@pytest.fixture
def account(desk: Desk) -> Any:
    desk.simulator.move_price(FUTURES, "BTCUSDT", "50000")
    return desk.account(FUTURES)


def instructions(desk: Desk) -> int:
    return int(desk.rows("SELECT count(*) FROM instructions")[0][0])


def test_a_signal_is_sent_and_followed_until_it_is_filled(client: Any, account: Any, desk: Desk) -> None:
    sent = client.signal("BTCUSDT", "open_long", leverage=10, risk_percent=2.0, comment="a test", **FAR)
    assert sent.signal_id.startswith("sig_") and (sent.processed_users, sent.replayed) == (1, False)
    assert (sent.stop_loss, sent.stop_loss_set_by_us) == (Decimal(45000), False)
    state = client.wait(sent.signal_id, timeout=30)
    assert (state.signal_id, state.status, state.action) == (sent.signal_id, "filled", "open_long")
    one = state.accounts[0]
    assert (one.exchange_account_id, one.state, one.stop_loss) == (account.id, "filled", Decimal(45000))
    assert one.filled_quantity == desk.position(account) > 0
    assert not state.is_over


def test_an_order_is_sent_and_closed_again(client: Any, account: Any, desk: Desk) -> None:
    sent = client.order("BTCUSDT", "short", quantity=Decimal("0.010"), leverage=5)
    assert sent.order_id.startswith("ord_")
    assert (sent.symbol, sent.side, sent.quantity) == ("BTCUSDT", "short", Decimal("0.01"))
    assert sent.stop_loss_set_by_us and sent.take_profit_set_by_us
    assert sent.take_profit < sent.price < sent.stop_loss
    assert client.wait(sent.order_id, timeout=30).status == "filled"
    assert desk.position(account) == Decimal("-0.01")
    closing = client.signal("BTCUSDT", "close_all")
    assert client.wait(closing.signal_id, timeout=30).is_over
    assert desk.position(account) == 0


def test_a_limit_order_rests_on_the_account_that_was_named(client: Any, account: Any, desk: Desk) -> None:
    desk.account(FUTURES)
    sent = client.order(
        "BTCUSDT", "buy", type="limit", price="40000.1", quantity=0.01, exchange_account_id=account.id, leverage=2
    )
    assert sent.price == Decimal("40000.1")
    state = client.wait(sent.order_id, timeout=30)
    assert (state.status, state.is_settled, state.is_over) == ("open", True, False)
    assert [one.exchange_account_id for one in state.accounts] == [account.id]


def test_watching_tells_every_change_once(client: Any, account: Any) -> None:
    sent = client.order("BTCUSDT", "buy", quantity=0.01)
    states = list(client.watch(sent.order_id, timeout=5))
    assert states[-1].status == "filled"
    assert all(not before.is_like(after) for before, after in pairwise(states))


def test_waiting_ends(client: Any, account: Any, desk: Desk) -> None:
    desk.fault("delay", delay_ms=3000, on="order", count=1)
    sent = client.order("BTCUSDT", "buy", quantity=0.01)
    with pytest.raises(NotSettled) as told:
        client.wait(sent.order_id, timeout=1)
    assert told.value.state.order_id == sent.order_id


def test_all_faults_of_a_request_are_named(client: Any, account: Any, desk: Desk) -> None:
    with pytest.raises(InvalidRequest) as told:
        client.order("BTCUSDT", "buy", type="limit", quantity=-1, leverage=500)
    assert {"leverage", "quantity"} <= set(told.value.fields)
    assert instructions(desk) == 0


def test_without_an_account_it_is_said(client: Any, desk: Desk) -> None:
    with pytest.raises(NoExchange):
        client.order("BTCUSDT", "buy", quantity=0.01)


def test_an_order_whose_answer_is_lost_is_there_once(server: str, bot: Program, account: Any, desk: Desk) -> None:
    with cutting(server) as line, Client(bot.key, bot.secret, base_url=line.url) as client:
        line.cuts = 2
        sent = client.order("BTCUSDT", "buy", quantity=0.01)
        assert (line.cuts, len(line.requests), sent.replayed) == (0, 3, True)
    assert instructions(desk) == 1
    with Client(bot.key, bot.secret, base_url=server) as direct:
        direct.wait(sent.order_id, timeout=30)
    assert desk.position(account) == Decimal("0.01")


def test_an_awaited_order_whose_answer_is_lost_is_one(server: str, bot: Program, account: Any, desk: Desk) -> None:
    async def order(url: str) -> Any:
        async with AsyncClient(bot.key, bot.secret, base_url=url) as client:
            return await client.order("BTCUSDT", "buy", quantity=0.01)

    with cutting(server) as line:
        line.cuts = 1
        assert asyncio.run(order(line.url)).replayed
    assert instructions(desk) == 1


def test_who_gave_up_may_ask_again_later_with_the_same_key(server: str, bot: Program, account: Any, desk: Desk) -> None:
    with cutting(server) as line, Client(bot.key, bot.secret, base_url=line.url, retries=Retries(attempts=1)) as client:
        line.cuts = 1
        with pytest.raises(NoAnswer) as told:
            client.order("BTCUSDT", "buy", quantity=0.01)
        assert told.value.was_sent and told.value.may_have_happened
        again = client.order("BTCUSDT", "buy", quantity=0.01, idempotency_key=told.value.idempotency_key)
    assert (again.replayed, again.idempotency_key) == (True, told.value.idempotency_key)
    assert instructions(desk) == 1


def test_two_equal_orders_of_one_second_are_two(server: str, bot: Program, account: Any, desk: Desk) -> None:
    with Client(bot.key, bot.secret, base_url=server) as client, ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: client.order("BTCUSDT", "buy", quantity="0.004"), range(4)))
    assert len({one.order_id for one in sent}) == 4 and not any(one.replayed for one in sent)
    assert instructions(desk) == 4


def test_one_key_for_two_orders_is_a_conflict(client: Any, account: Any, desk: Desk) -> None:
    client.order("BTCUSDT", "buy", quantity=0.01, idempotency_key="mine")
    with pytest.raises(Conflict):
        client.order("BTCUSDT", "buy", quantity=0.02, idempotency_key="mine")
    assert instructions(desk) == 1
