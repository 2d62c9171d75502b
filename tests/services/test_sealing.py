"""What is sealed with SECRET_KEY: opened again for its own purpose, under its own key, unchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

from mysignals.services import sealing
from tests.support.served import House


def test_what_is_sealed_opens_again_and_is_not_readable_meanwhile(house: House) -> None:
    with house.app.app_context():
        sealed = sealing.seal("tests", b"my secret")
        assert b"my secret" not in sealed and sealed != sealing.seal("tests", b"my secret")
        assert sealing.open_sealed("tests", sealed) == b"my secret"


def test_it_opens_for_no_other_purpose(house: House) -> None:
    with house.app.app_context():
        sealed = sealing.seal("tests", b"my secret")
        with pytest.raises(sealing.CannotOpen):
            sealing.open_sealed("other tests", sealed)


def test_it_opens_under_no_other_secret_key_and_the_error_names_neither(house: House) -> None:
    other = Flask("other")
    other.extensions["settings"] = replace(house.app.extensions["settings"], secret_key="ab" * 32)
    with house.app.app_context():
        sealed = sealing.seal("tests", b"my secret")
    with other.app_context(), pytest.raises(sealing.CannotOpen) as told:
        sealing.open_sealed("tests", sealed)
    assert "SECRET_KEY" in str(told.value) and "abab" not in str(told.value)


@pytest.mark.parametrize("at", [0, 30, -1])
def test_a_flipped_bit_is_noticed(house: House, at: int) -> None:
    with house.app.app_context():
        changed = bytearray(sealing.seal("tests", b"my secret"))
        changed[at] ^= 1
        with pytest.raises(sealing.CannotOpen):
            sealing.open_sealed("tests", bytes(changed))


@pytest.mark.parametrize("sealed", [b"", b"x", b"x" * 23, b"x" * 24])
def test_what_is_too_short_to_be_sealed_does_not_open(house: House, sealed: bytes) -> None:
    with house.app.app_context(), pytest.raises(sealing.CannotOpen):
        sealing.open_sealed("tests", sealed)


def test_the_key_is_the_one_of_rfc_5869() -> None:
    by_another_hand = HKDF(SHA256(), 32, salt=b"mysignals sealing 1", info=b"tests").derive(b"secret key")
    assert sealing.derived(b"secret key", b"tests") == by_another_hand
