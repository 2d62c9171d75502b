"""Payments on their way: finished without their buyer, taken back by a reorg, given up, and never told twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mysignals.domain.payment import Differs, NotFound, NotPaid
from mysignals.extensions import db
from mysignals.models import User
from mysignals.services.purchases import following, sale, storing
from simulator.chain.wallets import wallet
from tests.purchases.conftest import FINALITY, INVENTED, Shop
from tests.support.live_chain import CHAIN_ID, ZERO


class Payer:
    """Pays with a transaction that is signed once, so that it can come again with the same hash after a reorg."""

    def __init__(self, shop: Shop, user: User, nonce: int = 0) -> None:
        chain, account = shop.chain, wallet(CHAIN_ID, "payer")
        self.chain = chain
        web3 = chain.web3
        if not nonce:
            web3.eth.send_transaction({"from": chain.owner, "to": account.address, "value": 10**18})
            chain.send(chain.token.functions.mint(account.address, 10**9))
            self._send(self._signed(chain.token.functions.approve(chain.contract.address, 10**9), account, 0))
            nonce = 1
        call = chain.contract.functions.pay(shop.paul.wallet, ZERO, shop.signal.id, str(user.id))
        self._raw = self._signed(call, account, nonce)
        self.before = chain.evm.tester.take_snapshot()

    def pay(self) -> str:
        return self._send(self._raw)

    def reorganize(self, blocks: int = 1) -> None:
        """The chain is another from before the payment on, without it."""
        self.chain.evm.tester.revert_to_snapshot(self.before)
        # Another block of that number, and with it another hash of every later one.
        self.chain.evm.tester.time_travel(self.chain.evm.tester.get_block_by_number("latest")["timestamp"] + 1000)
        self.chain.mine(blocks)

    def _signed(self, call: Any, account: Any, nonce: int) -> bytes:
        price = {"gas": 400_000, "maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9}
        built = call.build_transaction({"from": account.address, "nonce": nonce, "chainId": CHAIN_ID, **price})
        return bytes(account.sign_transaction(built).raw_transaction)

    def _send(self, raw: bytes) -> str:
        return str(self.chain.web3.eth.send_raw_transaction(raw).to_0x_hex())


@pytest.fixture
def payer(shop: Shop) -> Payer:
    return Payer(shop, shop.ann)


def test_a_young_payment_waits_and_is_finished_without_its_buyer(shop: Shop) -> None:
    tx_hash = shop.pay()
    answer = shop.show(tx_hash)
    assert answer.status_code == 202 and answer.json["status"] is True
    assert {name: answer.json[name] for name in ("state", "confirmations", "needed", "tx_hash")} == {
        "state": "confirming", "confirmations": 0, "needed": 2, "tx_hash": tx_hash,
    }  # fmt: skip
    assert answer.json["in_block"] is True and "Your payment has 0 of 2 confirmations" in answer.json["message"]
    assert "336.1" not in answer.text and shop.told(shop.ann) == []
    shop.chain.mine(1)
    shop.follow()
    assert shop.states() == ["confirming"]
    # Who asks without the hash is not asked to pay again.
    assert shop.show().json["confirmations"] == 1
    shop.chain.mine(1)
    shop.follow()
    assert shop.states() == ["bought"] and shop.show().status_code == 200
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]


def test_a_hash_that_no_block_holds_is_waited_for(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    payer.reorganize(0)
    answer = shop.show(tx_hash)
    assert (answer.status_code, answer.json["state"], answer.json["confirmations"]) == (202, "confirming", 0)
    # It may as well be mistyped: that it pays is not said.
    assert answer.json["in_block"] is False and f"No block holds the transaction {tx_hash}" in answer.json["message"]
    payer.pay()
    shop.chain.mine(2)
    shop.follow()
    assert shop.states() == ["bought"]


def test_what_no_block_has_held_for_a_day_is_given_up_and_told(shop: Shop) -> None:
    assert shop.show(INVENTED).status_code == 202
    shop.change("created_at = now() - interval '23 hours'")
    shop.follow()
    assert shop.states() == ["confirming"]
    shop.change("created_at = now() - interval '25 hours'")
    shop.follow()
    assert shop.states() == ["failed"]
    assert ["24 hours" in told for told in shop.told(shop.ann)] == [True]
    assert shop.show().status_code == 403
    shop.follow()
    assert len(shop.told(shop.ann)) == 1


def test_what_was_given_up_is_taken_up_when_it_is_shown_again(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    payer.reorganize(0)
    shop.show(tx_hash)
    shop.change("created_at = now() - interval '25 hours'")
    shop.follow()
    assert shop.show(tx_hash).status_code == 202 and shop.states() == ["confirming"]
    payer.pay()
    shop.chain.mine(2)
    assert shop.show(tx_hash).status_code == 200 and shop.states() == ["bought"]


def test_a_payment_that_turns_out_to_be_another_fails_and_is_told(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    payer.reorganize(0)
    assert shop.show(tx_hash, shop.bob).status_code == 202
    payer.pay()
    shop.follow()
    assert shop.states() == ["failed"]
    (told,) = shop.told(shop.bob)
    assert "bought nothing" in told and "it is for the user" in told


def test_nobody_makes_us_wait_for_many_invented_hashes(shop: Shop) -> None:
    for number in range(storing.MOST_UNSEEN):
        assert shop.show(f"0x{number:064x}").status_code == 202
    answer = shop.show(f"0x{99:064x}")
    assert answer.status_code == 409 and "wait" in answer.json["message"]
    assert len(shop.rows()) == storing.MOST_UNSEEN
    tx_hash = shop.pay()
    shop.chain.mine(2)
    assert shop.show(tx_hash).status_code == 200


def test_a_reorg_takes_the_purchase_back_and_says_so(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(2)
    assert shop.show(tx_hash).status_code == 200
    payer.reorganize(5)
    for _ in range(2):
        shop.follow()
    assert shop.states() == ["taken_back"]
    for person in (shop.ann, shop.paul):
        assert "taken back" in shop.told(person)[1] and len(shop.told(person)) == 2
    assert shop.show().status_code == 202
    assert shop.client().get("/mytrades").json["total"] == 0
    assert shop.client().post(f"/signal/rate/{shop.signal.id}", json={"rate": 5}).status_code == 404


def test_what_comes_back_in_another_block_is_bought_again_in_the_same_row(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(2)
    shop.show(tx_hash)
    (first,) = shop.rows()
    payer.reorganize(3)
    shop.follow()
    assert payer.pay() == tx_hash
    shop.follow()
    assert shop.states() == ["confirming"]
    shop.chain.mine(2)
    shop.follow()
    (again,) = shop.rows()
    assert (again.id, again.state) == (first.id, "bought") and again.block_hash != first.block_hash
    assert "yours again" in shop.told(shop.ann)[2] and "counts" in shop.told(shop.paul)[2]
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [3, 3, 1]
    assert shop.show().status_code == 200


def test_a_payment_that_only_moves_stays_bought_and_nobody_is_told(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(2)
    shop.show(tx_hash)
    (first,) = shop.rows()
    payer.reorganize(3)
    payer.pay()
    shop.follow()
    (moved,) = shop.rows()
    assert moved.state == "bought" and moved.block_hash != first.block_hash
    assert len(shop.told(shop.ann)) == 1


def test_a_node_that_is_of_another_branch_once_takes_nothing_back(shop: Shop) -> None:
    shop.buy()
    real, looks = shop.chain.evm.answer, list[str]()

    def astray(method: str, params: Any) -> Any:
        looks.extend([method] * (method == "eth_blockNumber"))
        if len(looks) == 1 and method in ("eth_getTransactionReceipt", "eth_getTransactionByHash"):
            return None
        if len(looks) == 1 and method == "eth_getBlockByNumber":
            return real(method, params) | {"hash": INVENTED}
        return real(method, params)

    shop.chain.evm.answer = astray  # type: ignore[method-assign]
    try:
        shop.follow()
    finally:
        del shop.chain.evm.answer
    assert len(looks) == 2 and shop.states() == ["bought"]


@pytest.mark.parametrize("is_behind", [True, False], ids=["its head is behind", "its receipts are"])
def test_a_node_that_is_late_takes_nothing_back(shop: Shop, is_behind: bool) -> None:
    """However often it is asked: no other block has taken the place of the payment's."""
    shop.buy()
    (row,) = shop.rows()
    assert row.block_number is not None
    real, number = shop.chain.evm.answer, row.block_number

    def late(method: str, params: Any) -> Any:
        if method in ("eth_getTransactionReceipt", "eth_getTransactionByHash"):
            return None
        if is_behind and method == "eth_blockNumber":
            return hex(number - 1)
        if is_behind and method == "eth_getBlockByNumber" and int(params[0], 16) >= number:
            return None
        return real(method, params)

    shop.chain.evm.answer = late  # type: ignore[method-assign]
    try:
        for _ in range(3):
            shop.follow()
    finally:
        del shop.chain.evm.answer
    assert shop.states() == ["bought"] and len(shop.told(shop.ann)) == 1


@pytest.mark.parametrize("is_noticed", [False, True])
def test_a_wallet_that_changes_before_a_payment_moves_to_another_block_takes_nothing_back(
    shop: Shop, payer: Payer, is_noticed: bool
) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(2)
    assert shop.show(tx_hash).status_code == 200
    assert (
        shop.client(shop.paul).post("/provider/update_wallet", json={"wallet": shop.chain.stranger}).status_code == 200
    )
    payer.reorganize(3)
    if is_noticed:
        shop.follow()
        assert shop.states() == ["taken_back"]
    payer.pay()
    shop.chain.mine(2)
    shop.follow()
    assert shop.states() == ["bought"] and shop.show().status_code == 200


@pytest.mark.parametrize("verdict", [NotFound(pending=False), NotPaid((Differs.FAILED,), ("it failed",))])
def test_what_was_seen_before_something_else_happened_changes_nothing(shop: Shop, verdict: Any) -> None:
    shop.show(tx_hash := shop.pay())
    with shop.house.app.app_context():
        (before,) = sale.payments(shop.ann.id, shop.signal.id)
        what = sale.of(shop.ann.id, shop.signal.id)
        sale.let_go()
    assert what is not None
    shop.chain.mine(2)
    shop.follow()
    with shop.house.app.app_context():
        after = storing.store(what, storing.Finding(CHAIN_ID, tx_hash, before, verdict))
    assert after.state == "bought" and shop.states() == ["bought"]
    assert len(shop.told(shop.ann)) == 1


def test_what_is_final_is_asked_about_no_more(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(FINALITY - 1)
    shop.show(tx_hash)
    shop.follow()
    assert shop.rows()[0].final_at is None
    shop.chain.mine(1)
    shop.follow()
    assert shop.rows()[0].final_at is not None
    payer.reorganize(20)
    shop.follow()
    assert shop.states() == ["bought"]


def test_what_a_reorg_removed_is_looked_for_a_day(shop: Shop, payer: Payer) -> None:
    tx_hash = payer.pay()
    shop.chain.mine(2)
    shop.show(tx_hash)
    payer.reorganize(3)
    shop.follow()
    shop.change("bought_at = now() - interval '25 hours'")
    shop.follow()
    assert shop.rows()[0].final_at is not None
    assert shop.show().status_code == 403, "it may be paid for again"
    payer.pay()
    shop.chain.mine(2)
    assert shop.show(tx_hash).status_code == 200, "and the first payment still counts when it is shown"
    assert shop.rows()[0].final_at is None, "a reorg may remove it again"


def test_a_wallet_that_changes_while_a_payment_is_confirmed_changes_nothing(shop: Shop) -> None:
    tx_hash = shop.pay()
    assert shop.show(tx_hash).status_code == 202
    changed = shop.client(shop.paul).post("/provider/update_wallet", json={"wallet": shop.chain.stranger})
    assert changed.status_code == 200
    shop.chain.mine(2)
    shop.follow()
    assert shop.states() == ["bought"]


def test_of_two_payments_for_one_signal_one_buys_and_the_other_is_told(shop: Shop) -> None:
    assert [shop.show(shop.pay()).status_code for _ in range(2)] == [202, 202]
    shop.chain.mine(2)
    shop.follow()
    assert sorted(shop.states()) == ["bought", "failed"]
    assert any("yours already" in told for told in shop.told(shop.ann))
    assert len(shop.told(shop.paul)) == 1


Broken = Callable[..., Any]


class Killed(BaseException):
    """What no code of ours catches, as a kill."""


def killed(*args: Any, **kwargs: Any) -> Any:
    raise Killed


@pytest.mark.parametrize(
    ("where", "name"),
    [(following, "_looked_at"), (following.deciding, "verdict"), (storing, "_bought"), (storing.telling, "bought")],
    ids=["after the claim", "after the look", "while it is stored", "while people are told"],
)
def test_a_turn_that_dies_leaves_the_payment_to_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    shop.show(shop.pay())
    shop.chain.mine(2)
    with monkeypatch.context() as dying:
        dying.setattr(where, name, killed)
        with pytest.raises(Killed):
            shop.follow()
    with shop.house.app.app_context():
        db.session.remove()
    assert shop.states() == ["confirming"] and shop.told(shop.ann) == []
    shop.follow()
    assert shop.states() == ["bought"]
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]


def test_a_claimed_payment_has_its_next_turn_a_little_later(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.show(INVENTED)
    asked: list[str] = []
    real = following._looked_at
    monkeypatch.setattr(
        following, "_looked_at", lambda chain, what: asked.append(what.row.tx_hash) or real(chain, what)
    )
    shop.follow()
    with shop.house.app.app_context():
        following.follow()
    assert asked == [INVENTED]
    shop.change("created_at = now() - interval '10 hours', checked_at = now() - interval '100 seconds'")
    with shop.house.app.app_context():
        following.follow()
    assert asked == [INVENTED], "the longer it takes the less often it is asked about"
    shop.change("checked_at = now() - interval '130 seconds'")
    with shop.house.app.app_context():
        following.follow()
    assert asked == [INVENTED] * 2
