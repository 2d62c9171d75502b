"""No golden vector is left out, and our signature of what each of them signs is the one that it has."""

import pytest

from mysignals.exchanges.binance import signing as binance
from mysignals.exchanges.bitget import signing as bitget
from mysignals.exchanges.magnr import signing as magnr
from mysignals.exchanges.phemex import signing as phemex

from .golden import FOLDER, Vector, vectors

COUNTED = {"binance": 16, "bitget": 22, "magnr": 3, "phemex": 14}
SIGNATURES = {
    "binance": binance.signature,
    "bitget": bitget.signature,
    "magnr": lambda secret, text: magnr.signature(secret, text.encode()),
    "phemex": phemex.signature,
}
WRONG = {"phemex-negative-base64-decoded-secret"}
"""Signed as Phemex does not sign; its own tests say why. What other negative ones sign is what is wrong with them."""
EVERY = [(exchange, vector) for exchange in COUNTED for vector in vectors(exchange).values()]


def test_no_vector_is_left_out_or_told_twice() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(COUNTED)
    assert {exchange: len(vectors(exchange)) for exchange in COUNTED} == COUNTED
    assert len({vector["id"] for _, vector in EVERY}) == sum(COUNTED.values())


@pytest.mark.parametrize(("exchange", "vector"), EVERY, ids=[vector["id"] for _, vector in EVERY])
def test_the_signature_of_a_vector_is_ours(exchange: str, vector: Vector) -> None:
    ours = SIGNATURES[exchange](vector["secret"], vector["prehash"])
    assert (ours == vector["signature"]) is (vector["id"] not in WRONG)
