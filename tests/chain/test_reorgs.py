"""Payments that a reorg moves, changes or removes."""

from __future__ import annotations

from mysignals.chain import Gone, Moved, Node, Stands, Watched, watch
from mysignals.domain.payment import Differs, NotPaid, Paid, Seen, judge
from tests.support.live_chain import PLENTY, ZERO, LiveChain


def watched(node: Node, tx_hash: str) -> Watched:
    look = node.look(tx_hash)
    assert isinstance(look, Seen)
    return Watched(tx_hash, look.block_hash)


def standing(node: Node, payment: Watched):
    ((_, found),) = watch(node, [payment])
    return found


def raw_payment(chain: LiveChain) -> tuple[str, bytes]:
    """A signed payment that can be sent again after a reorg: its hash and itself."""
    from simulator.chain.wallets import wallet

    account = wallet(chain.evm.chain_id, "of a test")
    chain.web3.eth.send_transaction({"from": chain.owner, "to": account.address, "value": 10**18})
    chain.send(chain.token.functions.mint(account.address, PLENTY))
    last = b""
    for number, call in enumerate(
        (
            chain.token.functions.approve(chain.contract.address, PLENTY),
            chain.contract.functions.pay(chain.provider, ZERO, 7, "42"),
        )
    ):
        fields = {"from": account.address, "nonce": number, "gas": 500_000}
        signed = account.sign_transaction(call.build_transaction(fields))
        if number == 0:
            chain.web3.eth.send_raw_transaction(signed.raw_transaction)
        last = signed.raw_transaction
    return signed.hash.to_0x_hex(), last


def test_a_payment_gathers_confirmations(chain: LiveChain, node: Node):
    payment = watched(node, chain.pay())
    assert standing(node, payment) == Stands(0)
    chain.mine(5)
    assert standing(node, payment) == Stands(5)


def test_a_payment_that_a_reorg_removed_is_gone(chain: LiveChain, node: Node):
    before = chain.evm.tester.take_snapshot()
    payment = watched(node, chain.pay())
    chain.evm.tester.revert_to_snapshot(before)
    chain.mine(5)
    assert standing(node, payment) == Gone(pending=False)


def test_a_payment_that_comes_again_in_another_block_has_moved_and_still_pays(chain: LiveChain, node: Node):
    tx_hash, raw = raw_payment(chain)
    before = chain.evm.tester.take_snapshot()
    chain.web3.eth.send_raw_transaction(raw)
    payment = watched(node, tx_hash)
    chain.evm.tester.revert_to_snapshot(before)
    chain.mine(1)
    chain.web3.eth.send_raw_transaction(raw)
    chain.mine(2)
    moved = standing(node, payment)
    assert isinstance(moved, Moved)
    assert moved.seen.block_hash != payment.block_hash
    assert isinstance(judge(chain.expected(), moved.seen), Paid)


def test_a_payment_that_comes_again_and_then_fails_pays_no_more(chain: LiveChain, node: Node):
    tx_hash, raw = raw_payment(chain)
    before = chain.evm.tester.take_snapshot()
    chain.web3.eth.send_raw_transaction(raw)
    payment = watched(node, tx_hash)
    chain.evm.tester.revert_to_snapshot(before)
    # On the new branch the fee is more than the payer has.
    chain.send(chain.contract.functions.setFee(10 * PLENTY), by=chain.owner)
    chain.web3.eth.send_raw_transaction(raw)
    chain.mine(2)
    moved = standing(node, payment)
    assert isinstance(moved, Moved)
    verdict = judge(chain.expected(), moved.seen)
    assert isinstance(verdict, NotPaid) and verdict.differs == (Differs.FAILED,)


def test_a_payment_that_waits_for_a_block_again_is_gone_and_pending(chain: LiveChain, node: Node):
    tx_hash, raw = raw_payment(chain)
    before = chain.evm.tester.take_snapshot()
    chain.web3.eth.send_raw_transaction(raw)
    payment = watched(node, tx_hash)
    chain.evm.tester.revert_to_snapshot(before)
    chain.evm.tester.disable_auto_mine_transactions()
    try:
        chain.web3.eth.send_raw_transaction(raw)
        assert standing(node, payment) == Gone(pending=True)
    finally:
        chain.evm.tester.enable_auto_mine_transactions()


def test_each_of_many_is_told_apart(chain: LiveChain, node: Node):
    stays = watched(node, chain.pay(signal=1))
    before = chain.evm.tester.take_snapshot()
    goes = watched(node, chain.pay(signal=2))
    chain.evm.tester.revert_to_snapshot(before)
    chain.mine(1)
    assert list(watch(node, [goes, stays])) == [(goes, Gone(pending=False)), (stays, Stands(1))]
