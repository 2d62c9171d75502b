"""Wallets of the test chain. Their keys follow from their names: worth nothing, and the same after a crash."""

from __future__ import annotations

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak


def wallet(chain_id: int, name: str) -> LocalAccount:
    """The wallet of that name on that chain."""
    made: LocalAccount = Account.from_key(keccak(text=f"MySignals test chain {chain_id}: {name}"))
    return made
