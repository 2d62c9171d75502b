"""Payments that a reorg moves, changes or removes: the same questions, asked again, tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mysignals.chain import Node
from mysignals.domain.payment import Confirming, Differs, NotFound, NotPaid, Paid, Seen, judge
from simulator.chain.wallets import wallet
from tests.support.bent_node import node_that, result
from tests.support.live_chain import CHAIN_ID, PLENTY, ZERO, LiveChain


@pytest.fixture
def payment(chain: LiveChain) -> bytes:
    """Signed, so that it can be sent on either branch; nothing but the payment itself is missing."""
    payer = wallet(CHAIN_ID, "payer")
    chain.web3.eth.send_transaction({"from": chain.owner, "to": payer.address, "value": 10**19})
    chain.send(chain.token.functions.mint(payer.address, PLENTY))
    fields = {"from": payer.address, "gas": 500_000}
    approval = chain.token.functions.approve(chain.contract.address, PLENTY).build_transaction(fields | {"nonce": 0})
    chain.web3.eth.send_raw_transaction(payer.sign_transaction(approval).raw_transaction)
    call = chain.contract.functions.pay(chain.provider, ZERO, 7, "42").build_transaction(fields | {"nonce": 1})
    return payer.sign_transaction(call).raw_transaction


def sent(chain: LiveChain, payment: bytes) -> str:
    return chain.web3.eth.send_raw_transaction(payment).to_0x_hex()


@contextmanager
def a_branch_that_loses(chain: LiveChain) -> Iterator[None]:
    """What happens within never happened."""
    before = chain.evm.tester.take_snapshot()
    yield
    chain.evm.tester.revert_to_snapshot(before)


def test_a_payment_gathers_confirmations(chain: LiveChain, node: Node, payment: bytes):
    tx_hash = sent(chain, payment)
    for blocks in (0, 1, 4):
        look = node.look(tx_hash)
        assert isinstance(look, Seen) and look.confirmations == blocks
        chain.mine(1 if blocks == 0 else 3)


def test_a_payment_that_a_reorg_removed_is_not_found(chain: LiveChain, node: Node, payment: bytes):
    with a_branch_that_loses(chain):
        tx_hash = sent(chain, payment)
        chain.mine(2)
        assert isinstance(judge(chain.expected(), node.look(tx_hash)), Paid)
    chain.mine(5)
    assert node.look(tx_hash) == NotFound(pending=False)


def test_a_payment_that_a_reorg_moved_is_in_another_block_and_confirms_anew(
    chain: LiveChain, node: Node, payment: bytes
):
    with a_branch_that_loses(chain):
        before = node.look(sent(chain, payment))
    chain.mine(1)
    after = node.look(sent(chain, payment))
    assert isinstance(before, Seen) and isinstance(after, Seen)
    assert (before.tx_hash, before.logs) == (after.tx_hash, after.logs)
    assert before.block_hash != after.block_hash
    assert isinstance(judge(chain.expected(), after), Confirming)
    chain.mine(2)
    assert isinstance(judge(chain.expected(), node.look(after.tx_hash)), Paid)


def test_a_payment_that_fails_on_the_branch_that_won_pays_nothing(chain: LiveChain, node: Node, payment: bytes):
    with a_branch_that_loses(chain):
        tx_hash = sent(chain, payment)
    chain.send(chain.contract.functions.setFee(10 * PLENTY), by=chain.owner)
    assert sent(chain, payment) == tx_hash
    verdict = judge(chain.expected(), node.look(tx_hash))
    assert isinstance(verdict, NotPaid) and verdict.differs == (Differs.FAILED,)


def test_a_payment_that_waits_for_a_block_again_is_pending(chain: LiveChain, node: Node, payment: bytes):
    with a_branch_that_loses(chain):
        tx_hash = sent(chain, payment)
    chain.evm.tester.disable_auto_mine_transactions()
    try:
        sent(chain, payment)
        assert node.look(tx_hash) == NotFound(pending=True)
    finally:
        chain.evm.tester.enable_auto_mine_transactions()


def test_the_place_of_a_payment_in_its_transaction_counts_and_not_that_in_the_block(
    chain: LiveChain, node: Node, payment: bytes
):
    """A reorg that puts others before it changes the latter: a used payment would look new, and a new one used."""
    tx_hash = sent(chain, payment)

    def behind_others(asked: dict) -> tuple[int, bytes]:
        told = chain.evm.answer(asked["method"], asked["params"])
        if asked["method"] == "eth_getTransactionReceipt":
            told["logs"] = [log | {"logIndex": hex(place + 7)} for place, log in enumerate(told["logs"])]
        return result(told)

    with node_that(behind_others) as url:
        behind = judge(chain.expected(confirmations=0), Node(url, CHAIN_ID).look(tx_hash))
    alone = judge(chain.expected(confirmations=0), node.look(tx_hash))
    assert isinstance(alone, Paid) and isinstance(behind, Paid)
    assert alone.log_index == behind.log_index == 0
