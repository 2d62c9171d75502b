"""Purchases as they are stored, for tests that are not about paying."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from mysignals.models import Purchase, Signal, User
from tests.support.served import House

_numbers = itertools.count(1)


def purchase(house: House, buyer: User, signal: Signal, **columns: Any) -> Purchase:
    """One that is bought, unless `columns` say otherwise."""
    given = {
        "user_id": buyer.id, "signal_id": signal.id, "state": "bought", "chain_id": 1,
        "tx_hash": f"0x{next(_numbers):064x}", "log_index": 0, "block_number": 5, "block_hash": "0x" + "cd" * 32,
        "amount": Decimal(5), "payer": buyer.wallet, "bought_at": datetime.now(UTC), "final_at": datetime.now(UTC),
    }  # fmt: skip
    found: Purchase = house.add(Purchase(**given | columns))
    return found


def unpaid(house: House, buyer: User, signal: Signal, state: str) -> Purchase:
    """One that no block holds."""
    nowhere = dict.fromkeys(("log_index", "block_number", "block_hash", "amount", "payer", "bought_at", "final_at"))
    return purchase(house, buyer, signal, state=state, **nowhere)
