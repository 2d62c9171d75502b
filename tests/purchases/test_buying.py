"""`/signal/<id>`: who sees it whole, what a payment has to be, and what is answered where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import User
from tests.purchases.conftest import INVENTED, Shop
from tests.support.live_chain import ZERO, LiveChain
from tests.support.served import House

WHOLE = {
    "symbol": "BNBUSDT", "side": "BUY", "type": "LIMIT", "quantity": 0.5, "price": 336.1,
    "stops": {"sl": 320, "tp": 350},
}  # fmt: skip


def test_without_a_payment_one_reads_what_to_pay_and_how(shop: Shop) -> None:
    answer = shop.show()
    assert answer.status_code == 403 and answer.json["error"] == "Forbidden"
    arguments = {
        "provider": shop.paul.wallet, "referrer": shop.rita.wallet, "signalId": str(shop.signal.id),
        "userId": str(shop.ann.id),
    }  # fmt: skip
    symbol = shop.chain.token.functions.symbol().call()
    assert answer.json["payment"] == {
        "chain_id": 424242, "contract": shop.chain.contract.address, "function": "pay(address,address,uint256,string)",
        "arguments": arguments, "token": shop.chain.deployed.token, "token_symbol": symbol,
        "token_decimals": 6, "amount": "5000000", "fee": 5, "confirmations": 2,
    }  # fmt: skip
    for said in (shop.chain.contract.address, "chain 424242", "costs 5 ", *arguments.values()):
        assert said in answer.json["message"]
    assert "336.1" not in answer.text


def test_what_the_answer_says_can_be_paid_as_it_stands(shop: Shop) -> None:
    asked = shop.show().json["payment"]
    told = asked["arguments"]
    shop.chain.send(shop.chain.token.functions.approve(asked["contract"], int(asked["amount"])))
    call = shop.chain.ours(asked["contract"]).functions.pay(
        told["provider"], told["referrer"], int(told["signalId"]), told["userId"]
    )
    tx_hash = shop.chain.send(call)
    shop.chain.mine(asked["confirmations"])
    assert shop.show(tx_hash).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_payment_buys_the_signal(shop: Shop, method: str) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    answer = getattr(shop.client(), method)(f"/signal/{shop.signal.id}?tx_hash={tx_hash.upper().replace('X', 'x')}")
    assert answer.status_code == 200
    assert answer.json["message"] == "success" and answer.json["status"] is True
    signal = answer.json["signal"]
    assert signal.pop("date_created").endswith("GMT")
    assert signal == {
        "id": shop.signal.id, "signal": WHOLE, "short_text": "a secret hint", "status": True, "is_spot": True,
        "provider": "paul", "provider_wallet": shop.paul.wallet,
    }  # fmt: skip
    assert [(row.state, row.tx_hash, row.amount, row.payer) for row in shop.rows()] == [
        ("bought", tx_hash, 5_000_000, shop.chain.buyer)
    ]


def test_buyer_provider_and_referrer_are_told_once_and_nobody_learns_who_bought(shop: Shop) -> None:
    tx_hash = shop.buy()
    for _ in range(2):
        assert shop.show(tx_hash).status_code == 200
        shop.follow()
    told = [shop.told(person) for person in (shop.ann, shop.paul, shop.rita)]
    assert [len(each) for each in told] == [1, 1, 1]
    assert all(f"signal {shop.signal.id} (BUY BNBUSDT, spot)" in each[0] for each in told)
    assert "your share of the payment is booked" in told[2][0]
    assert not any("ann" in each[0].split() or "ann" in each[0] for each in told[1:])
    assert shop.told(shop.bob) == []


def test_a_referrer_whom_the_payment_left_out_is_not_told_of_a_share(shop: Shop) -> None:
    shop.buy(referrer=ZERO)
    (told,) = shop.told(shop.rita)
    assert "did not name your wallet" in told


def test_who_was_referred_by_nobody_buys_with_the_zero_address(shop: Shop) -> None:
    assert shop.show(user=shop.bob).json["payment"]["arguments"]["referrer"] == ZERO
    shop.buy(shop.bob, referrer=ZERO)
    assert shop.told(shop.rita) == []


def test_a_buyer_needs_the_hash_no_more_even_when_the_signal_is_over(shop: Shop) -> None:
    shop.buy()
    shop.client(shop.paul).post(f"/provider/deactivate/{shop.signal.id}")
    answer = shop.show()
    assert answer.status_code == 200 and answer.json["signal"]["status"] is False


def test_the_provider_sees_their_own_and_cannot_buy_it(shop: Shop) -> None:
    assert shop.show(user=shop.paul).json["signal"]["signal"] == WHOLE
    answer = shop.show(INVENTED, shop.paul)
    assert (answer.status_code, answer.json["error"]) == (409, "Conflict")
    assert shop.rows() == []


@pytest.mark.parametrize(
    "wrong", ["1", "0x", "0x" + "g" * 64, "0x" + "a" * 63, "0x" + "a" * 65, "ab" * 32, "%00", "0x" + "é" * 64]
)
def test_what_is_no_hash_is_told_by_field(shop: Shop, wrong: str) -> None:
    answer = shop.show(wrong)
    assert answer.status_code == 422 and list(answer.json["fields"]) == ["tx_hash"]
    assert shop.rows() == []


@pytest.mark.parametrize("number", ["999999", "9223372036854775807", "99999999999999999999", "0"])
def test_an_unknown_signal_is_not_there(shop: Shop, number: str) -> None:
    assert shop.client().get(f"/signal/{number}?tx_hash={INVENTED}").status_code == 404


def test_an_inactive_signal_is_not_offered_but_money_that_was_paid_counts(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    shop.client(shop.paul).post(f"/provider/deactivate/{shop.signal.id}")
    assert shop.show().status_code == 409 and "no longer active" in shop.show().json["message"]
    assert shop.show(tx_hash).status_code == 200


def wrong_payments(shop: Shop) -> dict[str, str]:
    other = shop.house.signal(shop.paul)
    forged = shop.chain.another(shop.chain.deployed.token)
    shop.chain.send(shop.chain.token.functions.approve(forged.address, 10**9))
    right = (shop.paul.wallet, shop.rita.wallet, shop.signal.id)
    poor = shop.chain.contract.functions.pay(*right, str(shop.ann.id))
    return {
        "provider": shop.pay(provider=shop.chain.stranger),
        "referrer": shop.pay(referrer=shop.chain.stranger),
        "signal": shop.pay(signal=other),
        "user": shop.pay(user=shop.bob),
        "contract": shop.chain.send(forged.functions.pay(*right, str(shop.ann.id))),
        "failed": shop.chain.send_in_vain(poor, by=shop.chain.stranger),
        "no_payment": shop.chain.send(shop.chain.token.functions.mint(shop.chain.buyer, 1)),
    }


def test_a_payment_that_differs_buys_nothing_and_says_what_differs(shop: Shop) -> None:
    paid = wrong_payments(shop)
    shop.chain.mine(2)
    for differs, tx_hash in sorted(paid.items()):
        answer = shop.show(tx_hash)
        assert (answer.status_code, answer.json["error"], answer.json["differs"]) == (403, "Forbidden", [differs])
        assert "336.1" not in answer.text
    assert shop.rows() == [] and shop.told(shop.ann) == []


@pytest.mark.parametrize("text", ["{id} ", " {id}", "0{id}", "{id}.0", "+{id}", "{id}\x00"])
def test_a_user_is_named_exactly(shop: Shop, text: str) -> None:
    tx_hash = shop.chain.pay(shop.signal.id, text.format(id=shop.ann.id), shop.paul.wallet, shop.rita.wallet)
    shop.chain.mine(2)
    assert shop.show(tx_hash).json["differs"] == ["user"]


def test_too_little_is_refused_and_is_not_offered_either(shop: Shop) -> None:
    dear = shop.with_chain(least_amount=5_000_001)
    tx_hash = dear.pay()
    dear.chain.mine(2)
    assert dear.show(tx_hash).json["differs"] == ["amount"]
    assert dear.show().status_code == 503 and "PAYMENT_MIN_AMOUNT" in dear.show().json["message"]


def test_a_payment_that_has_bought_for_somebody_else_is_a_conflict(shop: Shop) -> None:
    tx_hash = shop.buy()
    answer = shop.show(tx_hash, shop.bob)
    assert (answer.status_code, answer.json["error"]) == (409, "Conflict")
    answer = shop.show(tx_hash, signal=shop.house.signal(shop.paul))
    assert answer.status_code == 409
    assert shop.states() == ["bought"]


def test_two_payments_in_one_transaction_buy_for_two_people(shop: Shop, chain: LiveChain) -> None:
    bundler = chain.trial("Bundler")
    chain.send(chain.token.functions.mint(bundler.address, 10**9))
    chain.send(bundler.functions.approve(chain.token.address, chain.contract.address, 10**9))
    people = [str(shop.ann.id), str(shop.bob.id)]
    tx_hash = chain.send(
        bundler.functions.payAll(chain.contract.address, shop.paul.wallet, [shop.signal.id] * 2, people)
    )
    chain.mine(2)
    assert shop.show(tx_hash, shop.bob).status_code == 200
    assert shop.show(tx_hash, shop.rita).status_code == 409
    assert shop.show(tx_hash, shop.ann).status_code == 200
    assert [row.user_id for row in shop.rows()] == [shop.bob.id, shop.ann.id]
    assert len({row.log_index for row in shop.rows()}) == 2


def test_without_a_node_buying_says_so_and_the_rest_works(shop: Shop) -> None:
    shop.buy()
    bare = House(create_app(replace(shop.house.app.extensions["settings"], chain=None)))
    for query in ("", f"?tx_hash={INVENTED}"):
        answer = bare.client(shop.bob).get(f"/signal/{shop.signal.id}{query}")
        assert (answer.status_code, answer.json["error"]) == (503, "Service unavailable")
        assert "no payment node is configured" in answer.json["message"]
    for person, path in (
        (shop.ann, f"/signal/{shop.signal.id}"),
        (shop.paul, f"/signal/{shop.signal.id}"),
        (shop.bob, "/"),
    ):
        assert bare.client(person).get(path).status_code == 200


@pytest.mark.parametrize("who", ["paul", "rita"])
def test_a_wallet_that_is_changed_before_the_hash_is_shown_takes_no_payment(shop: Shop, who: str) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    person = getattr(shop, who)
    with shop.house.app.app_context():
        db.session.get_one(User, person.id).be_paid_on(shop.chain.owner)
        db.session.commit()
    assert shop.show(tx_hash).status_code == 200
    later = shop.pay(shop.bob, provider=shop.chain.buyer, referrer=ZERO)
    shop.chain.mine(2)
    assert shop.show(later, shop.bob).json["differs"] == ["provider"]


def test_a_signal_that_is_deleted_before_the_hash_is_shown_is_bought_all_the_same(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    assert shop.client(shop.paul).post(f"/provider/delete/{shop.signal.id}").status_code == 200
    assert shop.show().status_code == 404
    assert shop.show(tx_hash).status_code == 200 and shop.show().status_code == 200
    assert shop.client().get("/mytrades").json["total"] == 1
