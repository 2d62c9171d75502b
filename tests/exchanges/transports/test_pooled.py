"""The pool: slots, the fence, warm connections, its loop and thread."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadOpenOrders,
    ReadPrice,
)
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import TimeRead
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import Flow, read_time
from mysignals.exchanges.sharing import Board
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.exchanges.wire import Credentials, HttpResponse, NoReply, Reply
from tests.support.waiting import wait_until

from .canned import CannedServer, answer

NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret")
ONE = Decimal(1)
ORDER = PlaceOrder(Market.SPOT, "BTCUSDT", Side.BUY, EntryType.MARKET, ONE, None, "id-1")
FUTURES_ORDER = replace(ORDER, market=Market.FUTURES)


def clock_ms() -> int:
    return NOW_MS


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with CannedServer() as running:
        yield running


@pytest.fixture
def transport(server: CannedServer) -> PooledTransport:
    return PooledTransport(server.url, connections=4, clock_ms=clock_ms)


@pytest.fixture
def loop(transport: PooledTransport) -> Iterator[Loop]:
    running = Loop(transport)
    yield running
    running.close()


def send(
    loop: Loop, transport: PooledTransport, intent: Intent, fence_ms: int | None, dialect: BinanceDialect = SPOT
) -> Reply:
    return loop.run(transport.send(Call(dialect, intent, KEY, "paper", 5000), fence_ms))


def test_a_price_that_many_wait_for_is_asked_once_and_anew_by_who_comes_later(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    asked = Call(SPOT, ReadPrice(Market.SPOT, "BTCUSDT"), KEY, "paper", 5000)

    async def many() -> list[Reply]:
        return await asyncio.gather(*(transport.send(replace(asked, credentials=KEY)) for _ in range(20)))

    replies = loop.run(many())
    assert len(server.requests) == 1 and all(isinstance(reply, HttpResponse) for reply in replies)
    loop.run(many())
    assert len(server.requests) == 2


def test_prices_of_two_symbols_are_two_questions(loop: Loop, transport: PooledTransport, server: CannedServer) -> None:
    async def both() -> None:
        await asyncio.gather(
            *(
                transport.send(Call(SPOT, ReadPrice(Market.SPOT, symbol), KEY, "paper", 5000))
                for symbol in ("BTCUSDT", "ETHUSDT")
            )
        )

    loop.run(both())
    assert len(server.requests) == 2


def test_what_copies_share_is_asked_once_also_by_who_comes_later(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    asked = Call(SPOT, ReadOpenOrders(Market.SPOT, "BTCUSDT"), KEY, "paper", 5000, shared=Board())

    async def many() -> list[Reply]:
        return await asyncio.gather(*(transport.send(replace(asked, credentials=KEY)) for _ in range(20)))

    assert len({id(reply) for reply in loop.run(many()) + loop.run(many())}) == 1
    assert len(server.requests) == 1
    loop.run(transport.send(replace(asked, shared=Board())))
    assert len(server.requests) == 2


def test_what_was_refused_for_its_time_is_asked_once_more_by_all_who_share_it(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    asked = Call(SPOT, ReadOpenOrders(Market.SPOT, "BTCUSDT"), KEY, "paper", 5000, shared=Board())
    refused = loop.run(transport.send(asked))
    anew = [loop.run(transport.send(replace(asked, resync=True))) for _ in range(2)]
    assert anew[0] is anew[1] and anew[0] is not refused
    assert len(server.requests) == 2


def test_an_order_whose_deadline_is_the_fence_is_sent(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    assert isinstance(send(loop, transport, ORDER, NOW_MS + 5000), HttpResponse)
    assert len(server.requests) == 1


def test_an_order_that_could_be_executed_after_the_fence_is_not_sent(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    assert send(loop, transport, ORDER, NOW_MS + 4999) == NoReply(sent=False, cause="fence")
    assert server.requests == []


def test_the_fence_is_told_in_our_clock_whatever_the_exchange_says(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    transport.offsets[f"{server.url}/binance"] = 60_000
    assert isinstance(send(loop, transport, ORDER, NOW_MS + 5000), HttpResponse)
    assert b"timestamp=%d&" % (NOW_MS + 60_000) in server.requests[0]
    assert isinstance(send(loop, transport, ORDER, NOW_MS + 4999), NoReply)


@pytest.mark.parametrize(
    ("dialect", "intent"),
    [
        (SPOT, QueryOrder(Market.SPOT, "BTCUSDT", "id-1")),
        (SPOT, CancelOrder(Market.SPOT, "BTCUSDT", "id-1")),
        (SPOT, PlaceOco("BTCUSDT", Side.SELL, ONE, ONE, ONE, None, "l", "t", "s")),
        (FUTURES, PlaceExit(Market.FUTURES, "BTCUSDT", Side.SELL, ExitKind.STOP, ONE, ONE, "s")),
        (FUTURES, replace(FUTURES_ORDER, reduce_only=True)),
    ],
    ids=["query", "cancel", "oco", "stop", "close"],
)
def test_the_fence_never_holds_back_a_question_a_cancel_or_an_exit(
    loop: Loop, transport: PooledTransport, dialect: BinanceDialect, intent: Intent
) -> None:
    assert isinstance(send(loop, transport, intent, NOW_MS, dialect), HttpResponse)


@pytest.mark.parametrize(
    ("dialect", "intent"),
    [(SPOT, replace(ORDER, reduce_only=True, side=Side.SELL)), (FUTURES, FUTURES_ORDER)],
    ids=["spot sale", "futures entry"],
)
def test_the_fence_holds_back_what_opens_or_spends(
    loop: Loop, transport: PooledTransport, dialect: BinanceDialect, intent: Intent
) -> None:
    assert send(loop, transport, intent, NOW_MS, dialect) == NoReply(sent=False, cause="fence")


def test_a_price_does_not_wait_behind_the_orders_of_other_batches() -> None:
    asked = threading.Event()
    with CannedServer() as server:
        server.deeds = [
            lambda it: asked.set() or server.keep_silent(it),
            answer(b'{"symbol":"BTCUSDT","price":"50000"}'),
        ]
        transport = PooledTransport(server.url, connections=1, clock_ms=clock_ms)
        loop = Loop(transport)

        async def price_behind_an_order() -> Reply:
            order = asyncio.create_task(transport.send(Call(SPOT, ORDER, KEY, "paper")))
            await asyncio.to_thread(asked.wait, 5)
            told = await transport.send(Call(SPOT, ReadPrice(Market.SPOT, "BTCUSDT"), KEY, "paper"))
            assert not order.done()
            server.silence.set()
            await order
            return told

        assert isinstance(loop.run(asyncio.wait_for(price_behind_an_order(), 5)), HttpResponse)
        loop.close()


def test_a_request_is_signed_only_when_it_holds_a_slot(server: CannedServer) -> None:
    ticks = iter(range(NOW_MS, NOW_MS + 1000))
    signed: list[int] = []
    done: list[int] = []

    def clock() -> int:
        signed.append(len(done))
        return next(ticks)

    transport = PooledTransport(server.url, connections=1, clock_ms=clock)
    loop = Loop(transport)

    async def one() -> None:
        await transport.send(Call(SPOT, ORDER, KEY, "paper"))
        done.append(1)

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(5)))

    loop.run(all_of_them())
    loop.close()
    assert signed == [0, 1, 2, 3, 4]


def test_no_more_calls_than_connections_are_in_flight(server: CannedServer) -> None:
    transport = PooledTransport(server.url, connections=3, clock_ms=clock_ms)
    loop = Loop(transport)
    results = loop.run_flows([read_time(SPOT, Market.SPOT, "paper") for _ in range(60)])
    loop.close()
    assert results == [TimeRead(NOW_MS)] * 60
    assert server.connections <= 3


def test_spot_and_futures_of_one_host_share_its_slots(server: CannedServer) -> None:
    transport = PooledTransport(server.url, connections=2, clock_ms=clock_ms)
    loop = Loop(transport)
    flows = [read_time(d, d.market, "paper") for d in (SPOT, FUTURES) for _ in range(20)]
    assert loop.run_flows(flows) == [TimeRead(NOW_MS)] * 40
    loop.close()
    assert server.connections <= 2


def test_warming_opens_connections_and_learns_the_offset(
    loop: Loop, transport: PooledTransport, server: CannedServer
) -> None:
    server.deeds = [answer(b'{"serverTime":%d}' % (NOW_MS - 300))]
    assert loop.run(transport.warm(SPOT, Market.SPOT, "paper", connections=4)) == 4
    assert transport.offsets == {f"{server.url}/binance": -300}
    opened = server.connections
    send(loop, transport, ORDER, None)
    assert server.connections == opened


def test_warming_a_host_that_is_down_says_so(loop: Loop, transport: PooledTransport, server: CannedServer) -> None:
    server.deeds = [answer(b"", 503)]
    assert loop.run(transport.warm(SPOT, Market.SPOT, "paper", connections=2)) == 0
    assert transport.offsets == {}


def test_results_come_in_the_order_of_the_flows(loop: Loop, server: CannedServer) -> None:
    def numbered(number: int) -> Flow[int]:
        yield from read_time(SPOT, Market.SPOT, "paper")
        return number

    assert loop.run_flows([numbered(n) for n in range(30)]) == list(range(30))


def test_a_flow_without_a_call_returns_at_once(loop: Loop) -> None:
    def silent() -> Flow[str]:
        yield from ()
        return "done"

    assert loop.run_flows([silent()]) == ["done"]


def test_a_bug_in_one_flow_does_not_stop_the_others(loop: Loop, server: CannedServer) -> None:
    def broken() -> Flow[TimeRead]:
        yield from read_time(SPOT, Market.SPOT, "paper")
        raise RuntimeError("a bug of ours")

    flows = [broken(), *(read_time(SPOT, Market.SPOT, "paper") for _ in range(5))]
    results = loop.run_flows(flows, keep_failures=True)
    assert isinstance(results[0], RuntimeError)
    assert results[1:] == [TimeRead(NOW_MS)] * 5
    with pytest.raises(RuntimeError, match="a bug of ours"):
        loop.run_flows([broken()])
    assert len(server.requests) == 7


def test_many_threads_may_use_one_loop(loop: Loop, server: CannedServer) -> None:
    found: list[list[object]] = []
    threads = [
        threading.Thread(target=lambda: found.append(list(loop.run_flows([read_time(SPOT, Market.SPOT, "paper")] * 1))))
        for _ in range(8)
    ]
    others = _loops()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [[TimeRead(NOW_MS)]] * 8
    assert _loops() - others == 1


def _loops() -> int:
    """Threads of loops that run in this process; other tests may have left one of the process's own."""
    return sum(thread.name == "exchanges" for thread in threading.enumerate())


def test_what_is_under_way_when_a_loop_is_closed_ends_with_it(server: CannedServer) -> None:
    """Whoever waits for it would wait for ever, and its connections would keep the loop from being closed."""
    server.deeds = [server.keep_silent]
    loop = Loop(PooledTransport(server.url, connections=2, clock_ms=clock_ms))
    begun = [loop.begin(read_time(SPOT, Market.SPOT, "paper")) for _ in range(3)]
    wait_until(lambda: len(server.requests) == 2, seconds=5)
    loop.close()
    for one in begun:
        with pytest.raises(CancelledError):
            one.result(5)


def test_a_closed_loop_begins_anew(loop: Loop) -> None:
    assert loop.run_flows([read_time(SPOT, Market.SPOT, "paper")]) == [TimeRead(NOW_MS)]
    loop.close()
    loop.close()
    assert loop.run_flows([read_time(SPOT, Market.SPOT, "paper")]) == [TimeRead(NOW_MS)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_has_connections_of_its_own(loop: Loop, server: CannedServer) -> None:
    loop.run_flows([read_time(SPOT, Market.SPOT, "paper")])
    child = os.fork()
    if child == 0:
        found = loop.run_flows([read_time(SPOT, Market.SPOT, "paper")])
        os._exit(0 if found == [TimeRead(NOW_MS)] else 1)
    assert ended_well(child)
    assert loop.run_flows([read_time(SPOT, Market.SPOT, "paper")]) == [TimeRead(NOW_MS)]
    assert server.connections == 2


def ended_well(child: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        threading.Event().wait(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False
