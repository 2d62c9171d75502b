"""What the server says about transactions of a real EVM, asked over HTTP."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from mysignals.chain import Node, Terms
from mysignals.domain.payment import Confirming, Differs, NotFound, NotPaid, Paid, Seen, WrongChain, judge
from tests.support.live_chain import CHAIN_ID, PLENTY, ZERO, LiveChain


def refused(chain: LiveChain, node: Node, tx_hash: str, **changed) -> tuple[Differs, ...]:
    """Why it does not pay, however deep."""
    chain.mine(3)
    verdict = judge(chain.expected(**changed), node.look(tx_hash))
    assert isinstance(verdict, NotPaid), verdict
    return verdict.differs


def test_a_payment_two_blocks_deep_pays(chain: LiveChain, node: Node):
    tx_hash = chain.pay()
    receipt = chain.web3.eth.get_transaction_receipt(tx_hash)
    chain.mine(2)
    assert judge(chain.expected(), node.look(tx_hash)) == Paid(
        amount=5_000_000,
        payer=chain.buyer,
        chain_id=CHAIN_ID,
        tx_hash=tx_hash,
        log_index=0,
        block_number=receipt["blockNumber"],
        block_hash=receipt["blockHash"].to_0x_hex(),
        confirmations=2,
    )


def test_a_hash_is_looked_up_in_any_case(chain: LiveChain, node: Node):
    look = node.look("0x" + chain.pay()[2:].upper())
    assert isinstance(look, Seen) and look.tx_hash == look.tx_hash.lower()


def test_it_is_confirming_until_enough_blocks_are_on_top(chain: LiveChain, node: Node):
    tx_hash, have = chain.pay(), []
    for _ in range(3):
        verdict = judge(chain.expected(), node.look(tx_hash))
        have.append(verdict.have if isinstance(verdict, Confirming) else type(verdict).__name__)
        chain.mine(1)
    assert have == [0, 1, "Paid"]


def test_a_payment_with_the_buyers_referrer_pays(chain: LiveChain, node: Node):
    tx_hash = chain.pay(referrer=chain.referrer)
    chain.mine(2)
    assert isinstance(judge(chain.expected(referrer_wallet=chain.referrer), node.look(tx_hash)), Paid)


def test_another_provider_is_not_paid_for(chain: LiveChain, node: Node):
    assert refused(chain, node, chain.pay(provider=chain.stranger)) == (Differs.PROVIDER,)


def test_another_signal_is_not_paid_for(chain: LiveChain, node: Node):
    assert refused(chain, node, chain.pay(signal=8)) == (Differs.SIGNAL,)


def test_another_user_has_not_paid(chain: LiveChain, node: Node):
    assert refused(chain, node, chain.pay(user="43")) == (Differs.USER,)


def test_a_referrer_who_referred_nobody_is_refused(chain: LiveChain, node: Node):
    tx_hash = chain.pay(referrer=chain.stranger)
    assert refused(chain, node, tx_hash) == (Differs.REFERRER,)
    assert refused(chain, node, tx_hash, referrer_wallet=chain.referrer) == (Differs.REFERRER,)


def test_too_little_is_refused(chain: LiveChain, node: Node):
    assert refused(chain, node, chain.pay(), least_amount=5_000_001) == (Differs.AMOUNT,)


def test_a_payment_through_another_contract_of_ours_is_refused(chain: LiveChain, node: Node):
    other = chain.another(chain.token.address)
    chain.send(chain.token.functions.approve(other.address, PLENTY))
    tx_hash = chain.send(other.functions.pay(chain.provider, ZERO, 7, "42"))
    assert refused(chain, node, tx_hash) == (Differs.CONTRACT,)


def test_a_forged_event_of_another_contract_is_refused(chain: LiveChain, node: Node):
    tx_hash = chain.send(chain.trial("Forger").functions.pay(chain.provider, ZERO, 7, "42"))
    assert refused(chain, node, tx_hash) == (Differs.CONTRACT,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 31,
        b"\xff" * 64,
        encode(["uint256", "bytes"], [1, b"\xff\xfe"]),
        encode(["uint256", "string"], [1, "42"])[:-32],
    ],
    ids=["nothing", "a part", "a place far away", "no text", "cut off"],
)
def test_an_event_that_cannot_be_read_is_none_of_ours(chain: LiveChain, node: Node, data: bytes):
    tx_hash = chain.send(chain.trial("Forger").functions.garble(chain.provider, 7, data))
    assert refused(chain, node, tx_hash) == (Differs.NO_PAYMENT,)


def test_a_user_that_is_no_text_hides_no_other_payment_in_the_transaction(chain: LiveChain, node: Node):
    """The contract takes any bytes for a user: it is paid for them, and nobody is meant."""
    pay = chain.contract.functions.pay(chain.provider, ZERO, 7, "42")._encode_transaction_data()
    assert pay.count("3432" + "0" * 60) == 1
    chain.send(chain.token.functions.approve(chain.contract.address, PLENTY))
    garbled = {
        "from": chain.buyer,
        "to": chain.contract.address,
        "data": pay.replace("3432" + "0" * 60, "fffe" + "0" * 60),
    }
    tx_hash = chain.web3.eth.send_transaction(garbled).to_0x_hex()
    assert chain.web3.eth.get_transaction_receipt(tx_hash)["status"] == 1
    assert refused(chain, node, tx_hash) == (Differs.NO_PAYMENT,)


def test_a_transaction_that_failed_is_refused(chain: LiveChain, node: Node):
    tx_hash = chain.send_in_vain(chain.contract.functions.pay(chain.provider, ZERO, 7, "42"), by=chain.stranger)
    assert refused(chain, node, tx_hash) == (Differs.FAILED,)


def test_a_payment_that_failed_inside_a_transaction_that_did_not_is_refused(chain: LiveChain, node: Node):
    pay = chain.contract.functions.pay(chain.provider, ZERO, 7, "42")._encode_transaction_data()
    tx_hash = chain.send(chain.trial("Bundler").functions.forward(chain.contract.address, pay))
    assert refused(chain, node, tx_hash) == (Differs.NO_PAYMENT,)


def test_a_transaction_that_only_moves_tokens_is_refused(chain: LiveChain, node: Node):
    tx_hash = chain.send(chain.token.functions.transfer(chain.contract.address, 5_000_000))
    assert refused(chain, node, tx_hash) == (Differs.NO_PAYMENT,)


def bundle(chain: LiveChain, signals: list[int], users: list[str]) -> str:
    """Several payments in one transaction."""
    bundler = chain.trial("Bundler")
    chain.send(chain.token.functions.mint(bundler.address, PLENTY))
    chain.send(bundler.functions.approve(chain.token.address, chain.contract.address, PLENTY))
    return chain.send(bundler.functions.payAll(chain.contract.address, chain.provider, signals, users))


def test_two_payments_in_one_transaction_buy_each_their_own(chain: LiveChain, node: Node):
    tx_hash = bundle(chain, [6, 7], ["42", "42"])
    chain.mine(2)
    look = node.look(tx_hash)
    # Each payment is followed by the token's own log of its transfer.
    paid = [judge(chain.expected(signal_id=signal), look) for signal in (6, 7)]
    assert [verdict.log_index for verdict in paid if isinstance(verdict, Paid)] == [0, 2]


def test_a_payment_that_was_used_counts_no_more_and_its_twin_does(chain: LiveChain, node: Node):
    tx_hash = bundle(chain, [7, 7], ["42", "42"])
    chain.mine(2)
    look = node.look(tx_hash)
    first, second = judge(chain.expected(), look), judge(chain.expected(), look, {0})
    assert isinstance(first, Paid) and isinstance(second, Paid)
    assert (first.log_index, second.log_index) == (0, 2)
    used_up = judge(chain.expected(), look, {0, 2})
    assert isinstance(used_up, NotPaid) and used_up.differs == (Differs.USED,)


def test_an_invented_hash_is_not_found(chain: LiveChain, node: Node):
    assert node.look("0x" + "ab" * 32) == NotFound(pending=False)


def test_a_transaction_in_no_block_yet_is_pending(chain: LiveChain, node: Node):
    chain.send(chain.token.functions.approve(chain.contract.address, PLENTY))
    chain.evm.tester.disable_auto_mine_transactions()
    try:
        call = chain.contract.functions.pay(chain.provider, ZERO, 7, "42")
        tx_hash = call.transact({"from": chain.buyer}).to_0x_hex()
        assert node.look(tx_hash) == NotFound(pending=True)
    finally:
        chain.evm.tester.enable_auto_mine_transactions()
    assert isinstance(node.look(tx_hash), Seen)


def test_a_node_of_another_chain_is_not_believed(chain: LiveChain):
    assert Node(chain.url, CHAIN_ID + 1).look(chain.pay()) == WrongChain(CHAIN_ID + 1, CHAIN_ID)


def test_the_terms_are_the_contracts(chain: LiveChain, node: Node):
    told = Terms(token=chain.token.address, symbol="DEMO", decimals=6, fee=5_000_000)
    assert node.terms(chain.contract.address) == told
    assert node.terms(chain.contract.address.lower()) == told
