"""The judge: our rows beside the exchanges' books. Pure, and strict: what it cannot explain is a fault.

duplicate    more than one order of a delivery's entry at the exchange
lost         an entry there that its delivery denies; a delivery that claims one which is not there, or that does
             not know what became of its entry; one that is missing; an opening order of nobody
orphan       an exit that rests though nothing of its delivery is open or can still open
unprotected  something open without a stop over all of it, and its owner has not chosen that
unsettled    still on its way after the calm
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.chaos.ours import Delivery, Ours
from tests.chaos.theirs import ENTRY, STOP, Books, Placed

KINDS = ("duplicate", "lost", "orphan", "unprotected", "unsettled")
FEE = Decimal("0.001")
"""What every spot book keeps of what was bought."""
LIVE = ("accepted", "partially_filled", "filled")
NEVER = ("queued", "rejected", "skipped", "expired", "cancelled")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Fault:
    """`delivery` is None where the fault is nobody's."""

    kind: str
    sentence: str
    delivery: Delivery | None = None
    api_key: str = ""


@dataclass(slots=True)
class Verdict:
    deliveries: int
    faults: list[Fault] = field(default_factory=list)

    def many(self, kind: str) -> int:
        return sum(fault.kind == kind for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Case:
    """One delivery with what the exchange has of it."""

    delivery: Delivery
    entries: list[Placed]
    exits: list[Placed]
    is_flat_there: bool
    """The position it belongs to is gone, whoever closed it."""

    @property
    def bought(self) -> Decimal:
        """Filled of the entry, after what the exchange has kept of it."""
        filled = sum((entry.filled for entry in self.entries), ZERO)
        return filled * (1 - FEE) if self.delivery.is_spot else filled

    @property
    def open(self) -> Decimal:
        """How much of it is open by its own orders; dust that no order can be placed over counts as nothing."""
        if self.is_flat_there:
            return ZERO
        left = self.bought - sum((order.filled for order in self.exits), ZERO)
        return left if left > (self.delivery.least if self.delivery.is_spot else ZERO) else ZERO

    @property
    def can_open(self) -> bool:
        return any(entry.resting for entry in self.entries)


def judge(ours: Ours, theirs: Books, unsettled: Sequence[int] = ()) -> Verdict:
    verdict = Verdict(len(ours.deliveries))
    cases = _cases(ours.deliveries, theirs)
    for case in cases:
        verdict.faults += _of_entry(case)
        verdict.faults += _orphans(case)
        if case.delivery.is_spot:
            verdict.faults += _unprotected_spot(case)
    verdict.faults += _of_magnr(ours.deliveries, theirs)
    verdict.faults += _unprotected_positions(cases, theirs)
    verdict.faults += _nobodys(ours.deliveries, theirs)
    for signal_id, account_id in ours.missing:
        verdict.faults.append(Fault("lost", f"signal {signal_id} has no delivery for account {account_id}"))
    late = set(unsettled)
    verdict.faults += [
        Fault("unsettled", f"is still {case.delivery.state}", case.delivery)
        for case in cases
        if case.delivery.id in late
    ]
    return verdict


def line(verdict: Verdict, seed: int, settled_s: float) -> str:
    """The last line of a storm."""
    counts = ", ".join(f"{verdict.many(kind)} {kind}" for kind in KINDS[:4])
    return f"chaos seed {seed}: {verdict.deliveries} deliveries, {counts}, settled in {settled_s:.0f} s"


def _cases(deliveries: Sequence[Delivery], theirs: Books) -> list[Case]:
    by_account: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for order in theirs.orders:
        by_account[order.book, order.api_key].append(order)
    held = {(at.book, at.api_key, at.symbol, at.amount > 0) for at in theirs.positions}
    return [_case(delivery, by_account[delivery.book, delivery.api_key], held) for delivery in deliveries]


def _case(delivery: Delivery, orders: list[Placed], held: set[tuple[str, str, str, bool]]) -> Case:
    own = [order for order in orders if _is_of(order, delivery)]
    where = (delivery.book, delivery.api_key, delivery.symbol, delivery.signal["side"] == "BUY")
    if delivery.book == "magnr":
        is_flat = all(trade.state not in ("pending", "open") for trade in own)
    else:
        is_flat = not delivery.is_spot and where not in held
    entries = [order for order in own if order.kind == ENTRY]
    return Case(delivery, entries, [order for order in own if order.kind != ENTRY], is_flat)


def _is_of(order: Placed, delivery: Delivery) -> bool:
    """By our id on it; those that carry none, by the exchange's name of it in our rows."""
    if delivery.root and order.client_id.startswith(f"{delivery.root}-"):
        return True
    return (not order.sent or not order.client_id) and order.id in delivery.names


def _of_entry(case: Case) -> Iterator[Fault]:
    delivery, state, entries = case.delivery, case.delivery.state, case.entries
    for entry in entries[1:]:
        yield Fault("duplicate", f"{entry.client_id} is there again as {entry.id}, {entry.state}", delivery)
    live = case.can_open or case.open
    if state in LIVE and not entries:
        yield Fault("lost", f"is {state}, and the exchange has no entry of it", delivery)
    elif state == "closed" and not entries:
        yield Fault("lost", "is closed, and the exchange never had an entry of it", delivery)
    elif state == "closed" and live:
        yield Fault("lost", f"is closed, and {case.open} of it is open there", delivery)
    elif state in NEVER and (live or _filled_unknown_to_us(case)):
        yield Fault("lost", f"is {state}, and its entry there is {_told(entries)}, {case.open} open", delivery)
    elif state == "unknown" and entries:
        yield Fault("lost", f"is unknown, and its entry is there: {_told(entries)}", delivery)
    elif state in LIVE and (why := _misjudged(case)):
        yield Fault("lost", f"is {state}, and {why}: {_told(entries)}", delivery)


def _filled_unknown_to_us(case: Case) -> bool:
    order = case.delivery.orders.get("entry")
    return bool(case.bought) and (order is None or not order["filled_quantity"])


def _misjudged(case: Case) -> str:
    """What a live delivery does not know of its entry; empty where it is right."""
    filled = any(entry.filled for entry in case.entries)
    if case.delivery.state == "accepted" and filled:
        return "some of it has filled"
    if case.delivery.state != "accepted" and not filled:
        return "nothing of it has filled"
    if case.delivery.state == "filled" and case.can_open:
        return "it still rests"
    if case.delivery.state == "accepted" and not case.can_open:
        return "it is over there"
    return ""


def _orphans(case: Case) -> Iterator[Fault]:
    if case.can_open or case.open:
        return
    for order in case.exits:
        if order.resting:
            what = f"{order.kind} {order.client_id or order.id} over {order.left} rests"
            yield Fault("orphan", f"{what}, and nothing of the delivery is open", case.delivery)


def _unprotected_spot(case: Case) -> Iterator[Fault]:
    covered = sum((order.left for order in case.exits if order.kind == STOP and order.resting), ZERO)
    if case.open - covered > case.delivery.least and not _chosen(case):
        yield Fault("unprotected", f"{case.open} is open, stops rest over {covered}", case.delivery)


Place = tuple[str, str, str, bool]
"""Book, key, symbol, and whether it is long."""


def _unprotected_positions(cases: Sequence[Case], theirs: Books) -> Iterator[Fault]:
    """By position, since that is what an exchange knows; told of the deliveries whose own stops fall short."""
    stops: defaultdict[Place, list[Placed]] = defaultdict(list)
    for order in theirs.orders:
        if order.kind == STOP and order.resting:
            stops[order.book, order.api_key, order.symbol, order.sign < 0].append(order)
    at: defaultdict[Place, list[Case]] = defaultdict(list)
    for case in cases:
        delivery = case.delivery
        at[delivery.book, delivery.api_key, delivery.symbol, delivery.signal["side"] == "BUY"].append(case)
    for holding in theirs.positions:
        place = (holding.book, holding.api_key, holding.symbol, holding.amount > 0)
        covered = sum((order.left for order in stops[place]), ZERO)
        if abs(holding.amount) <= covered or any(order.whole for order in stops[place]):
            continue
        told = f"{holding.amount} {holding.symbol} is open, stops rest over {covered}"
        concerned = [case for case in at[place] if case.open > _own_stops(case)] or [c for c in at[place] if c.open]
        if not concerned:
            yield Fault("unprotected", f"{told}, and no delivery explains the position", api_key=holding.api_key)
        yield from (Fault("unprotected", told, case.delivery) for case in concerned if not _chosen(case))


def _own_stops(case: Case) -> Decimal:
    return sum((order.left for order in case.exits if order.kind == STOP and order.resting), ZERO)


def _chosen(case: Case) -> bool:
    """The owner wanted to be told and no more, was told, and it was the exchange that refused the stop."""
    delivery = case.delivery
    refused = any(order["state"] == "rejected" for leg, order in delivery.orders.items() if leg.startswith("stop"))
    told = any(notice["kind"] == "unprotected" for notice in delivery.notices)
    return delivery.on_unprotected == "notify" and told and refused


def _of_magnr(deliveries: Sequence[Delivery], theirs: Books) -> Iterator[Fault]:
    """No ids of ours there: an account's trades are counted against the deliveries that claim one, or may have one."""
    trades: defaultdict[str, list[Placed]] = defaultdict(list)
    for order in theirs.orders:
        if order.book == "magnr":
            trades[order.api_key].append(order)
    for api_key in sorted(trades):
        own = [delivery for delivery in deliveries if delivery.book == "magnr" and delivery.api_key == api_key]
        claims = Counter(name for delivery in own for name in delivery.names)
        doubtful = [delivery for delivery in own if delivery.state == "unknown"]
        strange = [trade for trade in trades[api_key] if not claims[trade.id]]
        for trade in strange[len(doubtful) :]:
            sent = [delivery for delivery in own if delivery.row["attempts"]]
            kind = "duplicate" if len(trades[api_key]) > len(sent) else "lost"
            yield Fault(kind, f"trade {trade.id} ({trade.state}) is claimed by no delivery", api_key=api_key)
        for name in sorted(name for name, many in claims.items() if many > 1):
            yield Fault("lost", f"trade {name} is claimed by {claims[name]} deliveries", api_key=api_key)
        for trade in trades[api_key]:
            if trade.state in ("pending", "open") and not trade.trigger:
                yield Fault("unprotected", f"trade {trade.id} is open without a stop", api_key=api_key)


def _nobodys(deliveries: Sequence[Delivery], theirs: Books) -> Iterator[Fault]:
    """Opening orders, and resting exits, that no delivery of the account can be the reason of."""
    roots: defaultdict[str, set[str]] = defaultdict(set)
    for delivery in deliveries:
        roots[delivery.api_key].add(delivery.root)
    held = {(at.book, at.api_key, at.symbol, at.amount > 0) for at in theirs.positions}
    for order in theirs.orders:
        if order.book == "magnr" or order.client_id.partition("-")[0] in roots[order.api_key]:
            continue
        where = (order.book, order.api_key, order.symbol, order.sign < 0)
        if order.kind == ENTRY and order.sent:
            yield Fault("lost", f"entry {order.client_id or order.id} is of no delivery", api_key=order.api_key)
        elif order.kind != ENTRY and order.resting and order.book not in SPOT_BOOKS and where not in held:
            yield Fault("orphan", f"{order.kind} {order.id} rests, and there is no position", api_key=order.api_key)


SPOT_BOOKS = ("binance", "bitget-spot", "phemex-spot")


def _told(entries: Sequence[Placed]) -> str:
    return ", ".join(f"{entry.id} {entry.state} {entry.filled} of {entry.quantity}" for entry in entries) or "nowhere"
