"""What is true of both transports: what was sent, what was not, and what nobody knows."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from mysignals.domain.intents import CancelOrder, Intent, PlaceOrder, ReadTime
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import NotSent, Outcome, Rejected, TimeRead, Unknown
from mysignals.exchanges.binance import SPOT
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import ask, read_price, read_time
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.exchanges.wire import Credentials, HttpResponse, NoReply, Reply

from .canned import OK, CannedServer, Deed, answer, hang_up, raw, reset, unused_port

NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret")
ORDER = PlaceOrder(Market.SPOT, "BTCUSDT", Side.BUY, EntryType.MARKET, 1, None, "id-1")  # type: ignore[arg-type]
CANCEL = CancelOrder(Market.SPOT, "BTCUSDT", "id-1")
TIME = ReadTime(Market.SPOT)
TOO_LATE = b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'

Send = Callable[[Intent], Reply]
SendTo = Callable[..., Send]


def clock_ms() -> int:
    return NOW_MS


@pytest.fixture(params=["blocking", "pooled"])
def send_to(request: pytest.FixtureRequest) -> Iterator[SendTo]:
    """`send_to(url)` gives a function that sends an intent there over one transport."""
    closing: list[Callable[[], None]] = []

    def make(url: str | None, timeout_s: float = 5.0, credentials: Credentials = KEY) -> Send:
        if request.param == "blocking":
            blocking = BlockingTransport(url, clock_ms, connect_timeout_s=timeout_s, timeout_s=timeout_s)
            closing.append(blocking.close)
            return lambda intent: blocking.send(Call(SPOT, intent, credentials, "paper"))
        transport = PooledTransport(url, connections=4, timeout_s=timeout_s, clock_ms=clock_ms)
        loop = Loop(transport)
        closing.append(loop.close)
        return lambda intent: loop.run(transport.send(Call(SPOT, intent, credentials, "paper")))

    yield make
    for close in closing:
        close()


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with CannedServer() as running:
        yield running


def test_a_form_arrives_byte_for_byte(send_to: SendTo, server: CannedServer) -> None:
    send_to(server.url)(ORDER)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    request = SPOT.encode(ORDER, KEY, NOW_MS, 5000)
    assert head.startswith(b"POST /binance/api/v3/order HTTP/1.1\r\n")
    assert body == request.body
    assert b"\r\nX-MBX-APIKEY: the-key" in head
    assert b"\r\nContent-Type: application/x-www-form-urlencoded" in head


@pytest.mark.parametrize("symbol", ["BTCUSDT", "币安人生USDT", "a b&c=d+e%2f~"])
def test_a_query_arrives_byte_for_byte(send_to: SendTo, server: CannedServer, symbol: str) -> None:
    intent = CancelOrder(Market.SPOT, symbol, "id-1")
    send_to(server.url)(intent)
    expected = SPOT.encode(intent, KEY, NOW_MS, 5000).query
    assert server.requests[0].split(b"\r\n")[0] == f"DELETE /binance/api/v3/order?{expected} HTTP/1.1".encode()


def test_an_answer_arrives_with_status_body_and_headers(send_to: SendTo, server: CannedServer) -> None:
    server.deeds = [answer(b'{"code":-1003}', 429, b"Retry-After: 7\r\n")]
    reply = send_to(server.url)(ORDER)
    assert isinstance(reply, HttpResponse)
    assert (reply.status, reply.body) == (429, b'{"code":-1003}')
    assert ("Retry-After", "7") in reply.headers


def test_a_refused_connection_was_not_sent(send_to: SendTo) -> None:
    reply = send_to(f"http://127.0.0.1:{unused_port()}")(ORDER)
    assert isinstance(reply, NoReply)
    assert not reply.sent


def test_a_host_without_a_name_was_not_sent(send_to: SendTo) -> None:
    reply = send_to("http://nowhere.invalid")(ORDER)
    assert isinstance(reply, NoReply)
    assert not reply.sent


def test_a_failed_handshake_with_a_host_that_speaks_no_tls_executed_nothing(
    send_to: SendTo, server: CannedServer
) -> None:
    reply = send_to(server.url.replace("http:", "https:"), timeout_s=1.0)(ORDER)
    assert isinstance(reply, NoReply)
    assert not any(b"POST" in request for request in server.requests)


@pytest.mark.parametrize(
    "deed",
    [
        hang_up, reset, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), raw(b"HTTP/1.1 200"),
        raw(b"garbage\r\n\r\n"), raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    ],
    ids=["hang up", "reset", "short body", "short head", "garbage", "short chunk", "not gzip"],
)  # fmt: skip
@pytest.mark.parametrize("intent", [ORDER, CANCEL], ids=["order", "cancel"])
def test_an_answer_that_breaks_off_is_unknown_and_nothing_is_sent_again(
    send_to: SendTo, server: CannedServer, deed: Deed, intent: Intent
) -> None:
    server.deeds = [deed]
    reply = send_to(server.url)(intent)
    assert isinstance(Call(SPOT, intent, KEY, "paper").decode(reply), Unknown)
    assert len(server.requests) == 1


@pytest.mark.parametrize("intent", [ORDER, CANCEL], ids=["order", "cancel"])
@pytest.mark.parametrize("deed", [hang_up, reset], ids=["hang up", "reset"])
def test_nothing_is_sent_again_over_a_new_connection_when_a_kept_one_fails(
    send_to: SendTo, server: CannedServer, intent: Intent, deed: Deed
) -> None:
    server.deeds = [answer(), deed, answer()]
    send = send_to(server.url)
    assert isinstance(send(TIME), HttpResponse)
    reply = send(intent)
    assert isinstance(reply, NoReply)
    assert reply.sent
    assert len(server.requests) == 2


def test_an_answer_that_never_comes_is_unknown(send_to: SendTo, server: CannedServer) -> None:
    server.deeds = [server.keep_silent]
    reply = send_to(server.url, timeout_s=0.3)(ORDER)
    assert isinstance(reply, NoReply)
    assert reply.sent
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed(send_to: SendTo, server: CannedServer) -> None:
    server.deeds = [answer(b"", 307, b"Location: /elsewhere\r\n")]
    reply = send_to(server.url)(ORDER)
    assert isinstance(reply, HttpResponse)
    assert reply.status == 307
    assert len(server.requests) == 1


def test_cookies_are_not_kept(send_to: SendTo, server: CannedServer) -> None:
    server.deeds = [answer(OK, 200, b"Set-Cookie: a=b\r\n")]
    send = send_to(server.url)
    send(TIME)
    send(TIME)
    assert b"cookie" not in server.requests[1].lower()


def test_connections_are_kept(send_to: SendTo, server: CannedServer) -> None:
    send = send_to(server.url)
    for _ in range(5):
        send(ORDER)
    assert server.connections == 1


def test_a_proxy_of_the_environment_is_ignored(
    send_to: SendTo, server: CannedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    assert isinstance(send_to(server.url)(ORDER), HttpResponse)


@pytest.mark.parametrize("key", ["line\r\nInjected: 1", "ключ"])
def test_a_key_that_no_header_can_carry_is_not_sent(send_to: SendTo, server: CannedServer, key: str) -> None:
    reply = send_to(server.url, credentials=Credentials(key, "s"))(ORDER)
    injected = b"\r\nInjected: 1" in b"".join(server.requests)
    assert not injected
    if isinstance(reply, NoReply):
        assert not reply.sent


def test_paper_without_a_simulator_is_not_sent(send_to: SendTo) -> None:
    reply = send_to(None)(ORDER)
    assert isinstance(reply, NoReply)
    assert not reply.sent


def test_what_was_not_sent_and_what_is_unknown_are_two_outcomes(send_to: SendTo, server: CannedServer) -> None:
    call = Call(SPOT, ORDER, KEY, "paper")
    server.deeds = [hang_up]
    assert isinstance(call.decode(send_to(f"http://127.0.0.1:{unused_port()}")(ORDER)), NotSent)
    assert isinstance(call.decode(send_to(server.url)(ORDER)), Unknown)


def test_a_flow_gives_the_same_over_both(server: CannedServer) -> None:
    loop = Loop(PooledTransport(server.url, clock_ms=clock_ms))
    flows = (read_time(SPOT, Market.SPOT, "paper") for _ in range(2))
    blocking = BlockingTransport(server.url, clock_ms)
    assert blocking.run(next(flows)) == TimeRead(NOW_MS) == loop.run_flows([next(flows)])[0]
    blocking.close()
    loop.close()


def test_the_offset_of_an_exchange_clock_is_learned_and_used(server: CannedServer) -> None:
    server.deeds = [answer(TOO_LATE, 400), answer(b'{"serverTime":%d}' % (NOW_MS + 2500)), answer()]
    blocking = BlockingTransport(server.url, clock_ms)
    blocking.run(ask(SPOT, ORDER, KEY, "paper"))
    assert blocking.offsets == {f"{server.url}/binance": 2500}
    assert b"timestamp=%d&" % (NOW_MS + 2500) in server.requests[-1]
    blocking.close()


def test_a_broken_time_leaves_the_offset_alone(server: CannedServer) -> None:
    server.deeds = [answer(TOO_LATE, 400), answer(b"no", 500)]
    blocking = BlockingTransport(server.url, clock_ms)
    blocking.run(ask(SPOT, ORDER, KEY, "paper"))
    assert blocking.offsets == {}
    blocking.close()


def test_a_price_that_is_refused_is_told(server: CannedServer) -> None:
    server.deeds = [answer(b'{"code":-1121,"msg":"Invalid symbol."}', 400)]
    blocking = BlockingTransport(server.url, clock_ms)
    outcome: Outcome = blocking.run(read_price(SPOT, Market.SPOT, "NOPE", "paper"))
    assert isinstance(outcome, Rejected)
    assert isinstance(blocking.run(ask(SPOT, TIME, KEY, "paper")), Rejected | Unknown)
    blocking.close()


@pytest.mark.parametrize("more", ["whole", "begun"])
def test_bytes_that_nobody_asked_for_are_never_the_next_answer(
    send_to: SendTo, server: CannedServer, more: str
) -> None:
    stray = b'{"serverTime":666}'
    length = len(stray) if more == "whole" else 200
    tail = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (length, stray)

    def two_at_once(connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s" % (len(OK), OK, tail))
        return True

    server.deeds = [two_at_once, answer()]
    send = send_to(server.url)
    for _ in range(2):
        reply = send(TIME)
        assert isinstance(reply, NoReply) or reply.body == OK
