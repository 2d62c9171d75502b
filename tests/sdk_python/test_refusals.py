"""Every refusal of the real server arrives as an error of its class; what is no answer is told as that."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mysignals_sdk import (
    ApiError,
    Client,
    InsufficientPermissions,
    InvalidApiKey,
    InvalidRequest,
    InvalidSignature,
    IpNotAllowed,
    NoAnswer,
    NotFound,
    RateLimitExceeded,
    Retries,
    SubscriptionRequired,
    TimestampExpired,
    UnexpectedAnswer,
)
from mysignals_sdk.conversation import ServerClock

from tests.public_v1.program import Program, program
from tests.sdk_python.conftest import Awaited
from tests.trading.conftest import Desk


def refused(kind: type[ApiError], client: Any, call: str = "account", *args: Any) -> ApiError:
    with pytest.raises(kind) as told:
        getattr(client, call)(*args)
    assert type(told.value) is kind and told.value.message
    assert (told.value.may_have_happened, told.value.body["success"]) == (False, False)
    return told.value


def test_a_key_that_was_revoked_is_refused_at_once(client: Any, desk: Desk, bot: Program) -> None:
    client.account()
    desk.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=bot.key_id)
    assert refused(InvalidApiKey, client).status == 401


def test_another_secret_is_refused(server: str, bot: Program) -> None:
    with Client(bot.key, bot.secret[:-1] + "_", base_url=server) as client:
        refused(InvalidSignature, client)


def test_another_address_is_refused(server: str, desk: Desk) -> None:
    bound = program(desk.house, desk.ann, addresses=["203.0.113.7"])
    with Client(bound.key, bound.secret, base_url=server) as client:
        refused(IpNotAllowed, client)


def test_a_permission_that_the_key_does_not_have_is_named(server: str, desk: Desk) -> None:
    may_trade = program(desk.house, desk.ann, permissions=["trade"])
    with Client(may_trade.key, may_trade.secret, base_url=server) as client:
        assert "read" in refused(InsufficientPermissions, client).message


def test_without_a_plan_nothing_is_told(server: str, desk: Desk) -> None:
    late = desk.house.user("late", plan_until=datetime.now(UTC) - timedelta(days=1))
    key = program(desk.house, late)
    with Client(key.key, key.secret, base_url=server) as client:
        refused(SubscriptionRequired, client)


def test_a_wrong_argument_is_named(client: Any) -> None:
    assert list(refused(InvalidRequest, client, "account", "moon").fields) == ["environment"]


@pytest.mark.parametrize("call", ["signal_state", "order_state"])
@pytest.mark.parametrize("unknown", ["sig_1704067200_123", "a/../../v1/account", "ord_1_1?x=1", "ä %"])
def test_what_is_not_there_is_not_found_however_it_is_written(client: Any, call: str, unknown: str) -> None:
    refused(NotFound, client, call, unknown)


@pytest.mark.parametrize("empty", ["", ".", ".."])
def test_an_id_that_would_be_another_address_is_not_sent(client: Any, empty: str) -> None:
    with pytest.raises(ValueError, match="signal_id: must be an id"):
        client.signal_state(empty)


def test_who_asks_too_often_is_told_for_how_long(server: str, desk: Desk) -> None:
    slow = program(desk.house, desk.ann, rate_limit=10)
    with Client(slow.key, slow.secret, base_url=server) as client:
        for _ in range(10):
            client.positions()
        began = time.monotonic()
        told = refused(RateLimitExceeded, client, "positions")
        # The minute is longer than a program is kept waiting unless it says so.
        assert time.monotonic() - began < 5
    assert told.retry_after is not None and 40 <= told.retry_after <= 60


@pytest.mark.parametrize("off", [-600, 600])
def test_a_clock_that_is_ten_minutes_off_is_set_by_the_first_refusal(server: str, bot: Program, off: int) -> None:
    with Client(bot.key, bot.secret, base_url=server) as client:
        client._clock = ServerClock(lambda: time.time() + off)
        assert client.account().username == "ann"
        assert abs(client.clock_offset + off) < 3
        sent: list[Any] = []
        client._http.event_hooks["request"].append(sent.append)
        client.account()
        assert len(sent) == 1  # It is not refused first again.


def test_a_server_whose_time_cannot_be_learnt_refuses(server: str, bot: Program) -> None:
    class Deaf(ServerClock):
        def learn(self, server_time: int) -> None:
            """Stays as it is."""

    with Client(bot.key, bot.secret, base_url=server) as client:
        client._clock = Deaf(lambda: time.time() + 600)
        told = refused(TimestampExpired, client)
    assert told.server_time is not None and abs(told.server_time - time.time()) < 5


@pytest.mark.parametrize("kind", [Client, Awaited])
def test_where_nobody_listens_it_is_told_that_nothing_was_sent(kind: Any, bot: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = kind(bot.key, bot.secret, base_url=f"http://127.0.0.1:{port}", retries=Retries(attempts=2))
    with pytest.raises(NoAnswer, match="cannot be reached") as told:
        client.order("BTCUSDT", "buy", quantity=1)
    assert not told.value.was_sent and not told.value.may_have_happened
    client.close()


def test_another_server_is_told_as_that(server: str, bot: Program) -> None:
    with Client(bot.key, bot.secret, base_url=f"{server}/elsewhere") as client, pytest.raises(UnexpectedAnswer):
        client.account()


@pytest.mark.parametrize("url", ["", "localhost:5000", "ftp://x", "http://", "http://x/?a=1", "http://x/#a"])
def test_an_address_that_can_be_none_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        Client("mk_1", "ms_1", base_url=url)
