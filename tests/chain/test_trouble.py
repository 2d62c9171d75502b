"""Nodes that are down, slow, broken or of two minds: nothing is believed, nothing is shown, nothing takes long."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time

import pytest

from mysignals.chain import Node
from mysignals.domain.payment import Seen, Unreachable
from mysignals.embedded.redis import free_port
from tests.support.bent_node import KEY, Answer, node_that, result
from tests.support.live_chain import CHAIN_ID, LiveChain
from tests.support.waiting import wait_until

HASH = "0x" + "ab" * 32
SECONDS = 0.6


def chain_id_then(answer: Answer) -> Answer:
    return lambda asked: result(hex(CHAIN_ID)) if asked["method"] == "eth_chainId" else answer(asked)


def refuse(asked: dict) -> tuple[int, bytes]:
    return 200, json.dumps(
        {"jsonrpc": "2.0", "id": 0, "error": {"code": -32005, "message": f"{KEY} is spent"}}
    ).encode()


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (lambda _: (401, KEY.encode()), "the node answered with HTTP status 401"),
        (lambda _: (503, b""), "the node answered with HTTP status 503"),
        (lambda _: (302, b""), "the node answered with HTTP status 302"),
        (lambda _: (200, b"<html>" + KEY.encode()), "the node's answer is not JSON"),
        (lambda _: (200, b"\xff\xfe"), "the node's answer is not JSON"),
        (lambda _: (200, b"[]"), "the node's answer is not JSON-RPC"),
        (lambda _: (200, b"{}"), "the node's answer is not JSON-RPC"),
        (lambda _: result("nonsense"), "the node's answer is not what was asked for"),
        (lambda _: result(None), "the node's answer is not what was asked for"),
        (refuse, "the node refused to answer (code -32005)"),
        (chain_id_then(refuse), "the node refused to answer (code -32005)"),
        (chain_id_then(lambda _: result({"status": "0x1"})), "the node's answer is not what was asked for"),
        (chain_id_then(lambda _: result("0x10")), "the node's answer is not what was asked for"),
        (chain_id_then(lambda _: result([1])), "the node's answer is not what was asked for"),
        (lambda _: (200, b'"' + b"x" * (9 * 1024 * 1024)), "the node's answer is too long or too slow"),
    ],
)
def test_an_answer_that_is_none_is_trouble_with_a_plain_cause(answer: Answer, cause: str):
    with node_that(answer) as url:
        look = Node(url, CHAIN_ID, 5).look(HASH)
    assert isinstance(look, Unreachable) and look.cause == cause


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/{key}", "http://nowhere.invalid/{key}", "http://:{key}@/{key}"]
)
def test_a_node_that_is_down_is_unreachable_at_once(url: str):
    began = time.monotonic()
    look = Node(url.format(port=free_port("127.0.0.1"), key=KEY), CHAIN_ID).look(HASH)
    assert isinstance(look, Unreachable) and KEY not in repr(look)
    assert time.monotonic() - began < 3


def test_a_node_that_never_answers_costs_its_bound_and_no_more():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        look = Node(f"http://127.0.0.1:{silent.getsockname()[1]}/{KEY}", CHAIN_ID, SECONDS).look(HASH)
        took = time.monotonic() - began
        # Nor is anybody left waiting for it.
        wait_until(lambda: not [each for each in threading.enumerate() if each.name.startswith("node")], 1)
    assert look == Unreachable("the node did not answer in time")
    assert SECONDS <= took < SECONDS + 1


def test_a_node_that_answers_a_byte_at_a_time_costs_its_bound_and_no_more():
    """Each byte comes in time for a read timeout: only the whole answer never does."""
    with socket.create_server(("127.0.0.1", 0)) as dripping:
        over = threading.Event()

        def drip() -> None:
            connection, _ = dripping.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.1):
                    try:
                        connection.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        look = Node(f"http://127.0.0.1:{dripping.getsockname()[1]}/", CHAIN_ID, SECONDS).look(HASH)
        took = time.monotonic() - began
        over.set()
        thread.join()
    assert look == Unreachable("the node did not answer in time")
    assert took < SECONDS + 1


def test_the_bound_is_for_all_questions_together(chain: LiveChain):
    tx_hash = chain.pay()

    def slow(asked: dict) -> tuple[int, bytes]:
        time.sleep(0.25)
        return result(chain.evm.answer(asked["method"], asked["params"]))

    with node_that(slow) as url:
        assert isinstance(Node(url, CHAIN_ID, 5).look(tx_hash), Seen)
        assert Node(url, CHAIN_ID, SECONDS).look(tx_hash) == Unreachable("the node did not answer in time")


def test_two_nodes_behind_one_address_that_disagree_about_a_block_are_not_believed(chain: LiveChain):
    tx_hash = chain.pay()

    def torn(asked: dict) -> tuple[int, bytes]:
        told = chain.evm.answer(asked["method"], asked["params"])
        return result(told | {"hash": HASH} if asked["method"] == "eth_getBlockByNumber" else told)

    with node_that(torn) as url:
        look = Node(url, CHAIN_ID).look(tx_hash)
    assert look == Unreachable("the node contradicts itself about the block of the transaction")


def test_no_word_of_the_nodes_address_is_logged_or_shown(caplog: pytest.LogCaptureFixture):
    with node_that(refuse) as url, caplog.at_level(logging.DEBUG):
        node = Node(url, CHAIN_ID)
        shown = repr(node) + repr(node.look(HASH)) + repr(node.terms("0x" + "1" * 40))
    assert KEY not in shown + caplog.text


def test_no_contract_of_ours_at_the_address_is_told_as_such(chain: LiveChain, node: Node):
    told = node.terms(chain.stranger)
    assert told == Unreachable("the node's answer is not what was asked for")
