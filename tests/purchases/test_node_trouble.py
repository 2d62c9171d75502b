"""A node that is away, slow, of another chain: nothing changes, and it is said within seconds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.purchases.conftest import INVENTED, Shop

SECRET = "secret-key-of-the-operator"


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("query", ["", f"?tx_hash={INVENTED}"])
def test_a_node_that_is_away_is_a_502_that_changes_nothing(
    shop: Shop, closed_port: int, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    away = shop.with_chain(rpc_url=f"http://127.0.0.1:{closed_port}/{SECRET}")
    answer = away.client().get(f"/signal/{shop.signal.id}{query}")
    assert answer.status_code == 502 and answer.json["status"] is False
    assert "cannot be reached" in answer.json["message"]
    assert SECRET not in answer.text + caplog.text
    assert shop.rows() == []


def test_a_node_that_never_answers_is_given_up_in_time(shop: Shop, silent_port: int) -> None:
    slow = shop.with_chain(rpc_url=f"http://127.0.0.1:{silent_port}")
    began = time.monotonic()
    assert slow.show(INVENTED).status_code == 502
    assert time.monotonic() - began < 7
    assert shop.rows() == []


class SilentNode:
    """Takes connections and never answers; `most` is how many were there at once."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._lock, self._there, self.most = threading.Lock(), 0, 0
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # Closed.
            while True:
                threading.Thread(target=self._hold, args=(self._server.accept()[0],), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        with self._lock:
            self._there += 1
            self.most = max(self.most, self._there)
        with connection, suppress(OSError):
            while connection.recv(65536):
                pass
        with self._lock:
            self._there -= 1

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def silent_node() -> Iterator[SilentNode]:
    node = SilentNode()
    yield node
    node.close()


@pytest.mark.parametrize("tx_hash", [None, INVENTED])
def test_a_node_that_never_answers_does_not_hold_everybody_who_asks(
    shop: Shop, silent_node: SilentNode, tx_hash: str | None
) -> None:
    """A process has sixteen threads for all requests, those that buy nothing included."""
    slow = shop.with_chain(rpc_url=f"http://127.0.0.1:{silent_node.port}")
    together = threading.Barrier(12)

    def asked(_: int) -> tuple[int, str]:
        together.wait(60)
        answer = slow.show(tx_hash)
        return answer.status_code, answer.json["message"]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(asked, range(12)))
    assert {status for status, _ in answers} == {502}
    assert 0 < silent_node.most <= 4
    assert any("too many payments are being checked" in message for _, message in answers)
    assert shop.rows() == []


@pytest.mark.parametrize("tx_hash", [None, INVENTED])
def test_a_node_of_another_chain_is_a_502_that_changes_nothing(shop: Shop, tx_hash: str | None) -> None:
    answer = shop.with_chain(chain_id=1).show(tx_hash)
    assert answer.status_code == 502
    assert "chain 424242" in answer.json["message"] and "chain 1" in answer.json["message"]
    assert shop.rows() == []


def test_a_purchase_outlives_a_node_that_is_away(shop: Shop, closed_port: int) -> None:
    shop.buy()
    away = shop.with_chain(rpc_url=f"http://127.0.0.1:{closed_port}")
    away.follow()
    assert shop.states() == ["bought"] and away.show().status_code == 200


def test_what_waits_is_finished_once_the_node_is_back(
    shop: Shop, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    shop.show(shop.pay())
    shop.chain.mine(2)
    away = shop.with_chain(rpc_url=f"http://127.0.0.1:{closed_port}")
    with caplog.at_level("WARNING"):
        away.follow()
        away.follow()
    (line,) = [line for line in caplog.messages if "not followed" in line]
    assert "cannot be reached" in line
    assert shop.states() == ["confirming"] and away.show().status_code == 502
    shop.follow()
    assert shop.states() == ["bought"]


def test_payments_on_another_chain_are_left_alone(shop: Shop) -> None:
    shop.show(INVENTED)
    shop.change("chain_id = 5, created_at = now() - interval '25 hours'")
    shop.follow()
    assert shop.states() == ["confirming"]
    assert shop.show().status_code == 403
