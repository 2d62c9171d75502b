"""What pays for a signal, decided without any chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mysignals.domain.payment import (
    ZERO_ADDRESS,
    Confirming,
    Differs,
    Event,
    Expected,
    Log,
    NotFound,
    NotPaid,
    Paid,
    Seen,
    Unreachable,
    WrongChain,
    judge,
    tx_hash,
)

OURS, PROVIDER, REFERRER, OTHER = ("0x" + letter * 40 for letter in "abcd")
HASH, BLOCK = "0x" + "1" * 64, "0x" + "2" * 64
EXPECTED = Expected(5, OURS, PROVIDER, REFERRER, signal_id=7, user_id=42, least_amount=100, confirmations=2)
EVENT = Event(PROVIDER, REFERRER, 100, 7, "42")


def seen(*events: Event, head: int = 12, address: str = OURS) -> Seen:
    logs = tuple(Log(address, place, event) for place, event in enumerate(events))
    return Seen(5, HASH, succeeded=True, payer=OTHER, block_number=10, block_hash=BLOCK, head_block=head, logs=logs)


def differs(verdict: object) -> tuple[Differs, ...]:
    assert isinstance(verdict, NotPaid)
    assert len(verdict.reasons) == len(verdict.differs)
    return verdict.differs


def test_a_payment_that_matches_and_is_deep_enough_pays():
    assert judge(EXPECTED, seen(EVENT)) == Paid(100, OTHER, 5, HASH, 0, 10, BLOCK, confirmations=2)


def test_addresses_are_compared_without_regard_to_case():
    upper = replace(EVENT, provider="0x" + "B" * 40, referrer="0x" + "C" * 40)
    assert isinstance(judge(EXPECTED, seen(upper, address="0x" + "A" * 40)), Paid)


@pytest.mark.parametrize(("head", "have"), [(9, 0), (10, 0), (11, 1)])
def test_with_too_few_blocks_on_top_it_is_confirming(head: int, have: int):
    verdict = judge(EXPECTED, seen(EVENT, head=head))
    assert isinstance(verdict, Confirming)
    assert (verdict.have, verdict.need, verdict.payment.log_index) == (have, 2, 0)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"provider": OTHER}, Differs.PROVIDER),
        ({"signal_id": 8}, Differs.SIGNAL),
        ({"user_id": "43"}, Differs.USER),
        ({"user_id": "042"}, Differs.USER),
        ({"user_id": "42 "}, Differs.USER),
        ({"referrer": OTHER}, Differs.REFERRER),
        ({"amount": 99}, Differs.AMOUNT),
    ],
)
def test_one_difference_is_enough_and_is_named(wrong: dict, what: Differs):
    assert differs(judge(EXPECTED, seen(replace(EVENT, **wrong)))) == (what,)


def test_all_differences_are_named_with_both_values():
    verdict = judge(EXPECTED, seen(Event(OTHER, OTHER, 1, 8, "43")))
    assert differs(verdict) == (Differs.PROVIDER, Differs.SIGNAL, Differs.USER, Differs.REFERRER, Differs.AMOUNT)
    assert isinstance(verdict, NotPaid)
    assert verdict.reasons[1] == "it is for the signal 8, not 7"
    assert verdict.reasons[4] == "it pays 1, less than the 100 that are due"


def test_of_several_payments_the_nearest_miss_is_explained():
    far, near = Event(OTHER, OTHER, 1, 8, "43"), replace(EVENT, signal_id=8)
    assert differs(judge(EXPECTED, seen(far, near, far))) == (Differs.SIGNAL,)


def test_no_referrer_is_right_for_everybody_and_somebody_for_those_only_whom_they_referred():
    assert isinstance(judge(EXPECTED, seen(replace(EVENT, referrer=ZERO_ADDRESS))), Paid)
    alone = replace(EXPECTED, referrer_wallet=None)
    assert isinstance(judge(alone, seen(replace(EVENT, referrer=ZERO_ADDRESS))), Paid)
    assert differs(judge(alone, seen(EVENT))) == (Differs.REFERRER,)


def test_a_transaction_that_failed_pays_nothing():
    assert differs(judge(EXPECTED, replace(seen(EVENT), succeeded=False))) == (Differs.FAILED,)


def test_the_same_event_of_another_contract_pays_nothing():
    assert differs(judge(EXPECTED, seen(EVENT, address=OTHER))) == (Differs.CONTRACT,)


def test_a_transaction_without_a_payment_pays_nothing():
    nothing = replace(seen(), logs=(Log(OURS, 0, None), Log(OTHER, 1, None)))
    assert differs(judge(EXPECTED, nothing)) == (Differs.NO_PAYMENT,)


def test_the_payment_that_matches_is_chosen_out_of_several():
    verdict = judge(EXPECTED, seen(replace(EVENT, signal_id=8), replace(EVENT, user_id="43"), EVENT))
    assert isinstance(verdict, Paid) and verdict.log_index == 2


def test_a_payment_counts_once():
    assert differs(judge(EXPECTED, seen(EVENT), used_log_indexes={0})) == (Differs.USED,)


def test_of_two_equal_payments_the_second_counts_when_the_first_is_used():
    verdict = judge(EXPECTED, seen(EVENT, EVENT), used_log_indexes={0})
    assert isinstance(verdict, Paid) and verdict.log_index == 1


def test_a_used_payment_does_not_hide_what_is_wrong_with_another():
    verdict = judge(EXPECTED, seen(replace(EVENT, signal_id=8)), used_log_indexes={0})
    assert differs(verdict) == (Differs.SIGNAL,)


@pytest.mark.parametrize(
    "look", [NotFound(pending=True), NotFound(pending=False), Unreachable("down"), WrongChain(5, 6)]
)
def test_a_look_that_found_nothing_is_its_own_verdict(look: NotFound | Unreachable | WrongChain):
    assert judge(EXPECTED, look) == look


def test_what_was_seen_on_another_chain_counts_for_nothing():
    assert judge(EXPECTED, replace(seen(EVENT), chain_id=6)) == WrongChain(5, 6)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0x" + "Ab" * 32, "0x" + "ab" * 32),
        ("0X" + "AB" * 32, "0x" + "ab" * 32),
        (" 0x" + "1" * 64 + "\n", "0x" + "1" * 64),
        ("0x" + "1" * 63, None),
        ("0x" + "1" * 65, None),
        ("1" * 64, None),
        ("0x" + "g" * 64, None),
        ("0x" + "\u0661" * 64, None),
        ("", None),
    ],
)
def test_a_hash_is_stored_in_one_form_only(text: str, stored: str | None):
    assert tx_hash(text) == stored
