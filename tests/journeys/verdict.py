"""Whether what followers are told is what the exchanges have in their books, and what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.journeys.exchange import Row
from tests.journeys.fates import Fate
from tests.journeys.signals import Posted

RESTING = ("new", "live", "untriggered", "not_trigger")
"""What exchanges call an order that waits."""


@dataclass(slots=True)
class Verdict:
    followers: int
    delivered: int = 0
    refused: int = 0
    duplicate: int = 0
    lost: int = 0
    last_ack_ms: int = 0
    faults: list[str] = field(default_factory=list)
    """A sentence for each thing that is not as it must be."""

    def __str__(self) -> str:
        return (
            f"delivered {self.delivered}/{self.followers}, refused {self.refused} as expected, "
            f"{self.duplicate} duplicate, {self.lost} lost, last ack {self.last_ack_ms} ms"
        )


def judge(fates: Sequence[Fate], signals: Sequence[Posted], ledger: Sequence[Row]) -> Verdict:
    """Count, and compare every follower with the ledger's lines of their key."""
    verdict = Verdict(len(fates))
    for fate in fates:
        rows = [row for row in ledger if row["api_key"] == fate.follower.api_key]
        # Bitget's hedge mode calls the closing of a long a purchase too: there the side is the position's.
        entries = [row for row in rows if row["side"].upper() == "BUY" and not row["reduce_only"]]
        verdict.delivered += fate.is_delivered
        verdict.refused += fate.is_refused and bool(fate.follower.role.refusal)
        verdict.duplicate += max(0, len(entries) - 1)
        verdict.lost += sum(1 for _ in _lost(fate, rows))
        verdict.last_ack_ms = max(verdict.last_ack_ms, fate.milliseconds(signals) or 0)
        verdict.faults += [f"{fate.follower.role.name}: {fault}" for fault in _faults(fate, entries, rows)]
    known = {fate.follower.api_key for fate in fates}
    strangers = [row for row in ledger if row["api_key"] not in known]
    verdict.lost += len(strangers)
    verdict.faults += [f"the ledger has an order of nobody here: {_name(row)}" for row in strangers]
    return verdict


def _faults(fate: Fate, entries: list[Row], rows: list[Row]) -> Iterator[str]:
    role = fate.follower.role
    if len(fate.deliveries) != 1:
        yield f"has {len(fate.deliveries)} deliveries instead of 1"
        return
    if fate.first["symbol"] != role.symbol:
        yield f"got a signal of {fate.first['symbol']} and copies {role.symbol} alone"
    if role.refusal:
        yield from _faults_of_refused(fate, rows)
    else:
        yield from _faults_of_delivered(fate, entries)
        yield from _faults_of_exits(fate, rows)
    for lost in _lost(fate, rows):
        yield f"order {lost} is known on one side only"


def _faults_of_refused(fate: Fate, rows: list[Row]) -> Iterator[str]:
    first, expected = fate.first, fate.follower.role.refusal
    if not fate.is_refused or first["reason"] not in expected:
        yield f"is {first['state']} ({first['reason']}) instead of refused for {' or '.join(expected)}"
    if rows:
        yield f"is refused, and the ledger has {len(rows)} orders"


def _faults_of_delivered(fate: Fate, entries: list[Row]) -> Iterator[str]:
    if not fate.is_delivered:
        yield f"is {fate.first['state']}: {fate.first.get('message')}"
        return
    if len(entries) != 1:
        yield f"has {len(entries)} entries in the ledger instead of 1"
        return
    (ours,) = fate.orders("entry")
    row = entries[0]
    if _name(row) not in _names(ours):
        yield f"the ledger's entry is {_name(row)}, ours is {ours['client_order_id']}"
    if Decimal(row["quantity"]) != Decimal(str(ours["quantity"])):
        yield f"the ledger's entry is over {row['quantity']}, ours over {ours['quantity']}"


def _faults_of_exits(fate: Fate, rows: list[Row]) -> Iterator[str]:
    """Each stop and target of ours rests, and the stops cover what was bought, less a commission."""
    resting = {_name(row): Decimal(row["quantity"]) for row in rows if row["state"].lower() in RESTING}
    entry = sum(Decimal(str(order["quantity"])) for order in fate.orders("entry"))
    for leg in ("stop", "target"):
        covered = sum(_rests(order, resting, rows) for order in fate.orders(leg))
        if not entry * Decimal("0.99") <= covered <= entry:
            yield f"its {leg}s cover {covered} of {entry}"


def _rests(order: dict[str, Any], resting: dict[str, Decimal], rows: list[Row]) -> Decimal:
    """How much the order closes. One that the exchange made itself has a name there, and no line of its own."""
    if _is_made_there(order, rows):
        return Decimal(str(order["quantity"])) if order["state"] == "new" else Decimal(0)
    return next((resting[name] for name in _names(order) if name in resting), Decimal(0))


def _lost(fate: Fate, rows: list[Row]) -> Iterator[str]:
    """Names of orders that only we or only the exchange knows."""
    ours = {name for delivery in fate.deliveries for order in delivery["orders"] for name in _names(order)}
    there = {_name(row) for row in rows}
    yield from sorted(there - ours)
    for order in fate.first["orders"]:
        placed = order["state"] not in ("rejected", "unknown") and not _is_made_there(order, rows)
        if placed and not there & _names(order):
            yield order["client_order_id"]


def _is_made_there(order: dict[str, Any], rows: list[Row]) -> bool:
    """An exit that rode on the entry, or is inside the trade: the exchange told its own name for it."""
    known = {row["client_id"] for row in rows} | {""}
    return order["leg"] != "entry" and bool(order["exchange_order_id"]) and order["client_order_id"] not in known


def _name(row: Row) -> str:
    """Our own name of it, or theirs where the exchange knows none of ours."""
    return str(row["client_id"] or row["order_id"])


def _names(order: dict[str, Any]) -> set[str]:
    return {order["client_order_id"], order["exchange_order_id"] or order["client_order_id"]}
