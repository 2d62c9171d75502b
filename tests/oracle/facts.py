"""One order, told three times: by ccxt, by the simulator's ledger, by the exchange's own answer. They must be equal."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.support.simulator_process import SimulatorProcess

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """`price` is 0 for orders at the market, `trigger` where there is none; `state` in ccxt's words."""

    id: str
    client_id: str
    side: str
    quantity: Decimal
    price: Decimal
    trigger: Decimal
    filled: Decimal
    state: str
    reduce_only: bool


def by_ccxt(order: dict[str, Any]) -> Facts:
    """An order at the market has no price; ccxt puts its average there."""
    has_limit = "limit" in (order["type"] or "").lower()
    return Facts(
        order["id"], order["clientOrderId"] or "", order["side"], dec(order["amount"]),
        dec(order["price"]) if has_limit else ZERO, dec(order["triggerPrice"]), dec(order["filled"]),
        order["status"], bool(order["reduceOnly"]),
    )  # fmt: skip


def by_ledger(row: dict[str, Any], states: dict[str, str]) -> Facts:
    return Facts(
        row["order_id"], row["client_id"], row["side"].lower(), dec(row["quantity"]), dec(row["price"]),
        dec(row.get("stop_price")), dec(row.get("filled")), states[row["state"]], row["reduce_only"],
    )  # fmt: skip


def dec(told: Any) -> Decimal:
    """Numbers come as text; what is not told is 0."""
    assert told is None or isinstance(told, str | int), f"a float has lost its digits: {told!r}"
    return Decimal(told or 0)


def ledger(simulator: SimulatorProcess, venue: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = simulator.control("GET", f"ledger?venue={venue}")
    return rows
