"""What the clients make of account and positions, against the real server."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from decimal import Decimal
from typing import Any

import pytest
from mysignals_sdk import AsyncClient, Client, ExchangeError

from mysignals.domain.market import Side
from tests.public_v1.program import Program
from tests.public_v1.test_figures import opened
from tests.trading.conftest import FUTURES, SPOT, Desk


def test_an_account_is_read_with_its_digits(client: Any, desk: Desk) -> None:
    there = desk.account(FUTURES)
    found = client.account()
    assert (found.username, found.user_id, found.environment) == ("ann", desk.ann.id, "paper")
    assert (found.balance, found.subscription_active, found.subscription_plan) == (Decimal(10000), True, "pro")
    assert (found.warnings, found.data_age, found.raw["username"]) == ((), None, "ann")
    one = found.accounts[0]
    assert (one.exchange_account_id, one.exchange, one.markets) == (there.id, "binance", ("futures",))
    assert isinstance(found.balance, Decimal) and isinstance(one.available_balance, Decimal)
    assert client.account().data_age == 0


def test_positions_are_a_sequence_with_decimals(client: Any, desk: Desk) -> None:
    account = desk.account(FUTURES)
    opened(desk, account, Side.BUY, "0.125")
    found = client.positions("paper")
    assert len(found) == 1 and [one.symbol for one in found] == ["BTCUSDT"]
    one = found[0]
    assert (one.side, one.quantity, one.leverage, one.exchange_account_id) == ("long", Decimal("0.125"), 10, account.id)
    assert isinstance(one.entry_price, Decimal) and isinstance(one.unrealized_pnl, Decimal)
    assert found[:1] == (one,)


def test_what_is_missing_is_told(client: Any, desk: Desk) -> None:
    desk.account(FUTURES)
    desk.account("bitget")
    desk.simulator.fault("bitget", "maintenance")
    assert "Bitget" in client.positions().warnings[0]
    assert "Bitget" in client.account().warnings[0]


def test_the_environment_is_part_of_what_is_signed(client: Any, desk: Desk) -> None:
    desk.account(SPOT)
    assert client.account("testnet").accounts == ()
    assert len(client.account("paper").accounts) == 1


def test_where_no_exchange_answers_it_is_an_error(client: Any, desk: Desk) -> None:
    desk.account("bitget")
    desk.simulator.fault("bitget", "maintenance")
    with pytest.raises(ExchangeError) as told:
        client.account()
    assert (told.value.status, told.value.code) == (500, "EXCHANGE_ERROR")


def test_answers_cannot_be_changed(client: Any, desk: Desk) -> None:
    found = client.account()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.balance = Decimal(1)


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "/api/public", "/api/public/v1"])
def test_the_address_may_name_any_place_the_api_is_served_at(server: str, bot: Program, ending: str) -> None:
    with Client(bot.key, bot.secret, base_url=server + ending) as client:
        assert client.account("paper").username == "ann"


def test_many_calls_may_be_awaited_at_once(server: str, bot: Program, desk: Desk) -> None:
    desk.account(FUTURES)

    async def ask() -> list[Any]:
        async with AsyncClient(bot.key, bot.secret, base_url=server) as client:
            return await asyncio.gather(*(client.account() for _ in range(6)))

    assert [one.balance for one in asyncio.run(ask())] == [Decimal(10000)] * 6


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    def public(kind: type) -> dict[str, list[str]]:
        methods = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(one).parameters) for name, one in methods if not name.startswith("_")}

    assert public(Client) == public(AsyncClient)
    assert list(inspect.signature(Client).parameters) == list(inspect.signature(AsyncClient).parameters)
