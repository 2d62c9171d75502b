"""What every WebSocket does, whatever it talks about: upgrade, close, pings, limits, faults, counts."""

import json
import socket
import time

import pytest
import websocket
from websocket import ABNF

from tests.simulator.client import MARKET_BUY, Client
from tests.simulator.streams.binance import SUBSCRIBE, call, heard_until_quiet, subscribe
from tests.simulator.streams.client import Ear
from tests.simulator.streams.conftest import Connect
from tests.support.simulator_process import SimulatorProcess

PATH, ORDER = "/binance/ws-api/v3", "/api/v3/order"


def fault(spot: Client, kind: str, **wanted: object) -> None:
    spot.simulator.fault("binance", kind, **wanted)


def sockets(spot: Client) -> int:
    many: int = spot.simulator.control("GET", "requests?venue=binance")["sockets"]
    return many


def handshake(simulator: SimulatorProcess, path: str, **headers: str) -> int:
    """The status that an upgrade is answered with."""
    wanted = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers,
    }  # fmt: skip
    return simulator.session.get(simulator.url + path, headers=wanted, timeout=5).status_code


def test_only_the_paths_of_conversations_are_upgraded(simulator: SimulatorProcess) -> None:
    assert handshake(simulator, "/binance/api/v3/ping") == 404
    assert handshake(simulator, "/nowhere") == 404
    assert handshake(simulator, PATH, **{"Sec-WebSocket-Version": "12"}) == 400
    assert handshake(simulator, PATH, **{"Sec-WebSocket-Key": "short"}) == 400


def test_frames_that_come_with_the_handshake_are_not_lost(simulator: SimulatorProcess) -> None:
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        request += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        frame = ABNF.create_frame('{"id":1,"method":"ping"}', ABNF.OPCODE_TEXT).format()
        raw.sendall(request.encode() + frame)
        received = b""
        while b'"status":200' not in received:
            received += raw.recv(4096)
    assert received.startswith(b"HTTP/1.1 101 ") and b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in received


def test_a_message_in_pieces_is_one_message(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    text = json.dumps({"id": 5, "method": "ping"})
    ear.socket.send_frame(ABNF.create_frame(text[:9], ABNF.OPCODE_TEXT, fin=0))
    ear.socket.send_frame(ABNF.create_frame(text[9:], ABNF.OPCODE_CONT, fin=1))
    assert ear.hear()["id"] == 5


def test_a_client_is_answered_its_pings_and_its_farewell(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    ear.socket.ping("are you there")
    assert ear.next_frame() == (ABNF.OPCODE_PONG, b"are you there")
    ear.socket.send_close(1000)
    assert ear.close_code() == 1000
    assert sockets(spot) == 0


def test_a_message_that_is_too_long_ends_the_connection(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    ear.say("x" * 70_000)
    assert ear.close_code() == 1009


def test_who_does_not_read_is_dropped(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    ear.socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with pytest.raises(OSError, match=r".+"):
        talk_on(ear)
    rows = spot.simulator.control("GET", "requests?venue=binance")["requests"]
    assert [row["reason"] for row in rows if row["path"] == PATH and row["status"] == 0] == ["does not read"]


def talk_on(ear: Ear) -> None:
    request = json.dumps({"id": "x" * 60_000, "method": "ping"})
    for _ in range(500):
        ear.say(request)


def test_the_venue_pings_and_drops_who_does_not_answer(simulator: SimulatorProcess, connect: Connect) -> None:
    simulator.control("POST", "clock", {"now_ms": int(time.time() * 1000)})
    ear = connect(PATH)
    simulator.control("POST", "clock", {"advance_ms": 20_000})
    assert ear.socket.recv_frame().opcode == ABNF.OPCODE_PING
    ear.socket.pong("not the payload of the ping")
    assert call(ear, "ping")["status"] == 200
    simulator.control("POST", "clock", {"advance_ms": 60_001})
    assert ear.close_code() == 1008


def test_who_answers_the_pings_stays_for_a_day(simulator: SimulatorProcess, connect: Connect) -> None:
    simulator.control("POST", "clock", {"now_ms": int(time.time() * 1000)})
    ear = connect(PATH)
    for _ in range(3):
        simulator.control("POST", "clock", {"advance_ms": 20_000})
        assert ear.next_frame()[0] == ABNF.OPCODE_PING
        assert call(ear, "ping")["status"] == 200
    simulator.control("POST", "clock", {"advance_ms": 86_400_000})
    assert ear.close_code() == 1001


def test_upgrades_and_messages_are_counted(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    subscribe(ear, spot.account)
    call(ear, "nothing")
    report = spot.simulator.control("GET", "requests?venue=binance")
    counted = {
        (row["path"].removeprefix(PATH), row["status"], row["reason"], row["count"]) for row in report["requests"]
    }
    assert counted == {("", 101, "", 1), (f" {SUBSCRIBE}", 200, "", 1), (" nothing", 400, "-1020", 1)}
    assert (report["sockets"], report["in_flight"]) == (1, 0)


def test_a_drop_closes_all_sockets_of_the_venue_without_a_farewell(spot: Client, connect: Connect) -> None:
    ears = [connect(PATH), connect(PATH)]
    fault(spot, "drop_ws", count=2)
    assert [ear.close_code() for ear in ears] == [1006, 1006]
    assert (sockets(spot), spot.simulator.control("GET", "faults")) == (0, [])


def test_a_drop_is_aimed_by_key_and_count(spot: Client, connect: Connect) -> None:
    other = spot.simulator.open_account()
    stays, goes = connect(PATH), connect(PATH)
    subscribe(stays, other)
    subscribe(goes, spot.account)
    fault(spot, "drop_ws", api_key=spot.account["api_key"], count=1)
    assert goes.close_code() == 1006
    assert heard_until_quiet(stays) == []


def test_what_is_left_of_a_drop_strikes_at_the_next_push(spot: Client, connect: Connect) -> None:
    fault(spot, "drop_ws", api_key=spot.account["api_key"], count=1)
    ear = connect(PATH)
    assert call(ear, "ping")["status"] == 200
    with pytest.raises((ConnectionError, websocket.WebSocketException)):
        subscribe(ear, spot.account)  # the answer is the first push that the fault's key explains
    again = connect(PATH)
    assert subscribe(again, spot.account) == 0


def test_a_silent_socket_stays_open_and_says_nothing_until_faults_are_cleared(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    subscribe(ear, spot.account)
    fault(spot, "silent_ws", count=1)
    spot.ok("POST", ORDER, **MARKET_BUY)
    ear.say({"id": 1, "method": "ping"})
    ear.socket.ping("hello")
    assert sockets(spot) == 1
    spot.simulator.control("DELETE", "faults")
    assert call(ear, "time")["result"]["serverTime"] > 0  # the next thing heard: all before it is lost


def test_a_silent_socket_stays_open_however_long_it_lasts(spot: Client, connect: Connect) -> None:
    spot.simulator.control("POST", "clock", {"now_ms": int(time.time() * 1000)})
    ear = connect(PATH)
    fault(spot, "silent_ws", count=1)
    for _ in range(6):
        spot.simulator.control("POST", "clock", {"advance_ms": 20_000})
    assert sockets(spot) == 1
    spot.simulator.control("DELETE", "faults")
    assert call(ear, "ping")["status"] == 200


def test_a_maintained_venue_refuses_upgrades(spot: Client) -> None:
    fault(spot, "maintenance", count=1)
    assert handshake(spot.simulator, PATH) == 503
    fault(spot, "refuse", count=1)
    with pytest.raises((ConnectionError, websocket.WebSocketException, OSError)):
        Ear(spot.simulator, PATH)


def test_too_many_connects_are_refused_where_limits_are_enforced(spot: Client) -> None:
    now_ms = int(time.time() * 1000)
    spot.simulator.control("POST", "clock", {"now_ms": now_ms})
    spot.simulator.control("POST", "limits", {"venue": "phemex", "enforce": True})
    for _ in range(200):
        Ear(spot.simulator, "/phemex/ws").socket.shutdown()
    assert handshake(spot.simulator, "/phemex/ws") == 429
    spot.simulator.control("POST", "clock", {"advance_ms": 300_000})
    Ear(spot.simulator, "/phemex/ws").socket.shutdown()


def test_a_reset_forgets_the_connects(simulator: SimulatorProcess) -> None:
    for _ in range(2):
        simulator.reset()
        simulator.control("POST", "limits", {"venue": "phemex", "enforce": True})
        for _ in range(101):
            Ear(simulator, "/phemex/ws").socket.shutdown()


def test_a_reset_ends_every_conversation(spot: Client, connect: Connect) -> None:
    ear = connect(PATH)
    spot.simulator.reset()
    assert ear.close_code() == 1006


def test_a_stopping_simulator_says_that_it_goes(simulator: SimulatorProcess) -> None:
    with SimulatorProcess() as other, Ear(other, PATH) as ear:
        assert other.process is not None
        other.process.terminate()
        assert ear.hear()["event"]["e"] == "serverShutdown"
        assert ear.close_code() == 1001


def test_what_was_told_is_in_the_books_after_a_crash(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state") / "paper.db"
    with SimulatorProcess(state=state) as first:
        spot = Client(first, "/binance", first.open_account(balances={"USDT": "10000"}))
        with Ear(first, PATH) as ear:
            subscribe(ear, spot.account)
            spot.fault("lost_answer")
            with pytest.raises(OSError, match=r".+"):
                spot.send("POST", ORDER, **MARKET_BUY)
            order_id = ear.hear()["event"]["i"]
            first.kill()
    with SimulatorProcess(state=state) as second:
        spot.simulator = second
        assert spot.ok("GET", ORDER, symbol="BTCUSDT", orderId=order_id)["status"] == "FILLED"
