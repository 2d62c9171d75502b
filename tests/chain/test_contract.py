"""The contract itself: who gets what, who may do what, and tokens that misbehave."""

from __future__ import annotations

import pytest
from web3.exceptions import ContractCustomError
from web3.logs import DISCARD

from simulator.chain.compiled import compiled
from simulator.chain.deployed import put
from tests.support.live_chain import PLENTY, ZERO, LiveChain


def reverts(name: str):
    """A context that wants that custom error."""
    errors = [part for part in compiled("MySignalsPayments")["abi"] if part["type"] == "error" and part["name"] == name]
    assert errors
    from eth_utils.abi import function_abi_to_4byte_selector

    return pytest.raises(ContractCustomError, match="0x" + function_abi_to_4byte_selector(errors[0]).hex())


def books(chain: LiveChain, ours) -> list[int]:
    """What is booked for provider, referrer and platform."""
    of = [ours.functions.balanceOf(each).call() for each in (chain.provider, chain.referrer)]
    return [*of, ours.functions.platformBalance().call()]


def test_a_fee_is_taken_once_and_shared_among_provider_referrer_and_platform(chain: LiveChain):
    before = chain.token.functions.balanceOf(chain.buyer).call()
    chain.pay(referrer=chain.referrer)
    assert books(chain, chain.contract) == [4_000_000, 500_000, 500_000]
    assert before - chain.token.functions.balanceOf(chain.buyer).call() == 5_000_000


def test_without_a_referrer_their_share_is_the_platforms(chain: LiveChain):
    chain.pay()
    assert books(chain, chain.contract) == [4_000_000, 0, 1_000_000]


def test_the_event_names_the_whole_fee_and_what_it_is_for(chain: LiveChain):
    tx_hash = chain.pay(signal=9, user="8", referrer=chain.referrer)
    receipt = chain.web3.eth.get_transaction_receipt(tx_hash)
    (event,) = chain.contract.events.CompensateProvider().process_receipt(receipt, errors=DISCARD)
    assert event["args"] == {
        "provider": chain.provider,
        "referrer": chain.referrer,
        "amount": 5_000_000,
        "signalId": 9,
        "userId": "8",
    }
    topic = chain.web3.keccak(text="CompensateProvider(address,address,uint256,uint256,string)")
    assert receipt["logs"][0]["topics"][0] == topic and len(receipt["logs"][0]["topics"]) == 4


@pytest.mark.parametrize(
    ("fee", "shares"),
    [(1, (8000, 1000)), (7, (5000, 5000)), (9999, (3333 + 5000, 333)), (10**18 + 1, (5001, 4999)), (3, (10000, 0))],
)
def test_whatever_the_rounding_the_shares_are_the_fee_and_all_of_it_can_be_withdrawn(
    chain: LiveChain, fee: int, shares: tuple[int, int]
):
    ours = chain.another(chain.token.address, fee, shares)
    chain.send(chain.token.functions.approve(ours.address, PLENTY))
    chain.send(ours.functions.pay(chain.provider, chain.referrer, 1, "1"))
    booked = books(chain, ours)
    assert sum(booked) == fee == chain.token.functions.balanceOf(ours.address).call()
    assert booked[:2] == [fee * shares[0] // 10_000, fee * shares[1] // 10_000]
    for amount, who in zip(booked[:2], (chain.provider, chain.referrer), strict=True):
        if amount:
            chain.send(ours.functions.withdraw(), by=who)
    if booked[2]:
        chain.send(ours.functions.withdrawPlatform(chain.stranger), by=chain.owner)
    assert chain.token.functions.balanceOf(ours.address).call() == 0


def test_each_withdraws_what_is_booked_for_them_and_only_once(chain: LiveChain):
    chain.pay(referrer=chain.referrer)
    for who, due in ((chain.provider, 4_000_000), (chain.referrer, 500_000)):
        chain.send(chain.contract.functions.withdraw(), by=who)
        assert chain.token.functions.balanceOf(who).call() == due
        with reverts("NothingToWithdraw"):
            chain.send(chain.contract.functions.withdraw(), by=who)
    assert books(chain, chain.contract) == [0, 0, 500_000]


def test_who_is_owed_nothing_withdraws_nothing(chain: LiveChain):
    chain.pay()
    with reverts("NothingToWithdraw"):
        chain.send(chain.contract.functions.withdraw(), by=chain.stranger)


def test_the_platforms_part_goes_where_the_owner_says_and_to_nobody_elses_order(chain: LiveChain):
    chain.pay()
    with reverts("NotOwner"):
        chain.send(chain.contract.functions.withdrawPlatform(chain.stranger), by=chain.stranger)
    with reverts("ZeroAddress"):
        chain.send(chain.contract.functions.withdrawPlatform(ZERO), by=chain.owner)
    chain.send(chain.contract.functions.withdrawPlatform(chain.stranger), by=chain.owner)
    assert chain.token.functions.balanceOf(chain.stranger).call() == 1_000_000
    with reverts("NothingToWithdraw"):
        chain.send(chain.contract.functions.withdrawPlatform(chain.stranger), by=chain.owner)


def test_the_owner_sets_the_fee_and_the_next_payment_takes_it(chain: LiveChain):
    tx_hash = chain.send(chain.contract.functions.setFee(2_000_000), by=chain.owner)
    (event,) = chain.contract.events.FeeChanged().process_receipt(chain.web3.eth.get_transaction_receipt(tx_hash))
    assert event["args"]["fee"] == 2_000_000
    chain.pay()
    assert sum(books(chain, chain.contract)) == 2_000_000


def test_the_owner_sets_the_shares_and_the_next_payment_is_shared_so(chain: LiveChain):
    chain.send(chain.contract.functions.setShares(6000, 4000), by=chain.owner)
    chain.pay(referrer=chain.referrer)
    assert books(chain, chain.contract) == [3_000_000, 2_000_000, 0]


@pytest.mark.parametrize("shares", [(4999, 0), (9000, 1001), (10001, 0), (65535, 65535)])
def test_shares_out_of_bounds_are_refused_by_setter_and_constructor(chain: LiveChain, shares: tuple[int, int]):
    with reverts("SharesOutOfBounds"):
        chain.send(chain.contract.functions.setShares(*shares), by=chain.owner)
    with reverts("SharesOutOfBounds"):
        chain.another(chain.token.address, 1, shares)


def test_nothing_is_sold_for_nothing(chain: LiveChain):
    with reverts("ZeroFee"):
        chain.send(chain.contract.functions.setFee(0), by=chain.owner)
    with reverts("ZeroFee"):
        chain.another(chain.token.address, 0)


def test_a_contract_without_owner_or_token_is_refused(chain: LiveChain):
    with reverts("ZeroAddress"):
        put(chain.web3, compiled("MySignalsPayments"), chain.token.address, 1, 8000, 0, ZERO)
    with reverts("NotAContract"):
        chain.another(chain.stranger)


@pytest.mark.parametrize(
    ("call", "arguments"), [("setFee", (1,)), ("setShares", (8000, 0)), ("offerOwnership", (ZERO,))]
)
def test_nobody_but_the_owner_may(chain: LiveChain, call: str, arguments: tuple):
    with reverts("NotOwner"):
        chain.send(chain.contract.functions[call](*arguments), by=chain.stranger)


def test_ownership_passes_in_two_steps_and_takes_the_platforms_part_along(chain: LiveChain):
    chain.pay()
    chain.send(chain.contract.functions.offerOwnership(chain.stranger), by=chain.owner)
    assert chain.contract.functions.owner().call() == chain.owner
    with reverts("NotHeir"):
        chain.send(chain.contract.functions.takeOwnership(), by=chain.referrer)
    chain.send(chain.contract.functions.takeOwnership(), by=chain.stranger)
    with reverts("NotOwner"):
        chain.send(chain.contract.functions.withdrawPlatform(chain.owner), by=chain.owner)
    with reverts("NotHeir"):
        chain.send(chain.contract.functions.takeOwnership(), by=chain.stranger)
    chain.send(chain.contract.functions.withdrawPlatform(chain.stranger), by=chain.stranger)


def test_an_offer_of_the_ownership_can_be_taken_back(chain: LiveChain):
    chain.send(chain.contract.functions.offerOwnership(chain.stranger), by=chain.owner)
    chain.send(chain.contract.functions.offerOwnership(ZERO), by=chain.owner)
    with reverts("NotHeir"):
        chain.send(chain.contract.functions.takeOwnership(), by=chain.stranger)


@pytest.mark.parametrize("user", ["", "u" * 65])
def test_a_payment_for_no_user_is_refused(chain: LiveChain, user: str):
    with reverts("UserIdOutOfBounds"):
        chain.pay(user=user)


def test_a_payment_to_no_provider_is_refused(chain: LiveChain):
    with reverts("ZeroAddress"):
        chain.pay(provider=ZERO)


def test_who_has_not_approved_the_fee_or_has_too_little_pays_nothing(chain: LiveChain):
    call = chain.contract.functions.pay(chain.provider, ZERO, 7, "42")
    with reverts("TransferFailed"):
        chain.send(call, by=chain.buyer)
    chain.send(chain.token.functions.approve(chain.contract.address, PLENTY), by=chain.stranger)
    with reverts("TransferFailed"):
        chain.send(call, by=chain.stranger)
    assert books(chain, chain.contract) == [0, 0, 0]


@pytest.mark.parametrize(
    ("token", "error"), [("RefusingToken", "TransferFailed"), ("TaxingToken", "WrongAmountReceived")]
)
def test_a_token_that_does_not_bring_the_whole_fee_is_refused(chain: LiveChain, token: str, error: str):
    bad = chain.trial(token)
    chain.send(bad.functions.mint(chain.buyer, 10**6))
    ours = chain.another(bad.address)
    with reverts(error):
        chain.send(ours.functions.pay(chain.provider, ZERO, 7, "42"))


def test_a_token_that_answers_nothing_is_as_good_as_one_that_says_yes(chain: LiveChain):
    silent = chain.trial("SilentToken")
    chain.send(silent.functions.mint(chain.buyer, 10**6))
    ours = chain.another(silent.address)
    chain.send(ours.functions.pay(chain.provider, ZERO, 7, "42"))
    chain.send(ours.functions.withdraw(), by=chain.provider)
    assert silent.functions.balanceOf(chain.provider).call() == 800


@pytest.mark.parametrize("inner", ["pay", "withdraw"])
@pytest.mark.parametrize("outer", ["pay", "withdraw"])
def test_a_token_that_calls_back_gets_nothing_and_nobody_is_booked_twice(chain: LiveChain, outer: str, inner: str):
    calling = chain.trial("CallingToken")
    ours = chain.another(calling.address)
    for rich in (chain.buyer, calling.address):
        chain.send(calling.functions.mint(rich, 10**6))
    # The token itself is owed something, so that its call from within would find something to take.
    for owed in (calling.address, chain.provider):
        chain.send(ours.functions.pay(owed, ZERO, 7, "42"))
    deeds = {
        "pay": ours.functions.pay(calling.address, ZERO, 8, "43"),
        "withdraw": ours.functions.withdraw(),
    }
    chain.send(calling.functions.callBack(ours.address, deeds[inner]._encode_transaction_data()))
    before = calling.functions.balanceOf(ours.address).call()
    with reverts("TransferFailed"):
        chain.send(deeds[outer], by=chain.buyer if outer == "pay" else chain.provider)
    assert calling.functions.balanceOf(ours.address).call() == before
    assert ours.functions.balanceOf(calling.address).call() == 800
