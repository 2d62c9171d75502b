"""Wallet addresses, against the examples of EIP-55."""

import pytest

from mysignals.services.wallets import checksummed

EXAMPLES = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("address", EXAMPLES)
def test_a_right_checksum_stays_and_a_lower_case_address_gets_one(address: str) -> None:
    assert checksummed(address) == checksummed(address.lower()) == address


@pytest.mark.parametrize("wrong", [EXAMPLES[4].swapcase(), EXAMPLES[4].replace("B", "b"), "0x12", "", "0x" + "g" * 40])
def test_a_wrong_one_is_none(wrong: str) -> None:
    assert checksummed(wrong) is None
