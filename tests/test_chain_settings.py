"""Where signals are paid: all three settings or none, and never a word of the node's address."""

from __future__ import annotations

import pytest

from mysignals.settings import Settings, SettingsError
from tests.support.environment import environment_for_tests

CHAIN = {
    "CHAIN_RPC_URL": "https://host/hush-key",
    "CHAIN_ID": "137",
    "PAYMENT_CONTRACT": "0x" + "Ab" * 20,
}
GIVEN = environment_for_tests("postgresql://user:hush@host/database", "redis://:hush@host/0")


def test_without_a_chain_nothing_can_be_bought():
    assert Settings.from_environment(GIVEN).chain is None


def test_a_chain_has_two_confirmations_and_is_final_after_64_unless_told_otherwise():
    chain = Settings.from_environment(GIVEN | CHAIN).chain
    assert chain is not None
    assert (chain.rpc_url, chain.chain_id, chain.contract) == (CHAIN["CHAIN_RPC_URL"], 137, "0x" + "Ab" * 20)
    assert (chain.confirmations, chain.least_amount, chain.finality) == (2, 0, 64)


def test_the_least_amount_may_be_as_large_as_a_tokens():
    most = 2**256 - 1
    chain = Settings.from_environment(GIVEN | CHAIN | {"PAYMENT_MIN_AMOUNT": str(most)}).chain
    assert chain is not None and chain.least_amount == most


@pytest.mark.parametrize("missing", sorted(CHAIN))
def test_a_part_of_a_chain_is_none_and_what_is_missing_is_named(missing: str):
    with pytest.raises(SettingsError, match=f"^{missing} is not set; set CHAIN_RPC_URL, CHAIN_ID, PAYMENT_CONTRACT"):
        Settings.from_environment(GIVEN | CHAIN | {missing: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAIN_RPC_URL", "ftp://host/hush-key"),
        ("CHAIN_RPC_URL", "hush-key"),
        ("CHAIN_ID", "0"),
        ("CHAIN_ID", "mainnet"),
        ("PAYMENT_CONTRACT", "0x12"),
        ("PAYMENT_CONTRACT", "0x" + "g" * 40),
        ("PAYMENT_CONFIRMATIONS", "-1"),
        ("PAYMENT_MIN_AMOUNT", "0.5"),
        ("PAYMENT_FINALITY", "0"),
    ],
)
def test_what_is_unusable_is_named_and_the_nodes_address_is_not_shown(name: str, value: str):
    with pytest.raises(SettingsError, match=f"^{name} is ") as error:
        Settings.from_environment(GIVEN | CHAIN | {name: value})
    assert "hush" not in str(error.value)


def test_the_nodes_address_does_not_show():
    assert "hush" not in repr(Settings.from_environment(GIVEN | CHAIN))
