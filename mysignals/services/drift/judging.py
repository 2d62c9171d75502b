"""Comparing what an exchange told with our books: positions that do not fit, and orders that nobody waits for. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from mysignals.domain.drift import Cause, Repair, position_cause, position_repair
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market, PositionMode, Side
from mysignals.domain.outcomes import Position
from mysignals.exchanges.auditing import Resting, Stray, Told
from mysignals.exchanges.look_up import KINDS
from mysignals.exchanges.session import SUFFIX

from .books import OVER, Copy, Line, Root

OURS = re.compile(r"(?P<root>ms[1-9][0-9]{0,18}x[0-9a-f]{6})(?P<suffix>-[a-z0-9]{1,3}?)(?:r[2-9]?)?")
"""A client id of a copy: the root that the claim stores, the leg, and which of its orders it is (generations)."""
LEGS = {suffix: leg for leg, suffix in SUFFIX.items()}
NEVER = datetime.min.replace(tzinfo=UTC)
TINY = Decimal("1E-12")
"""Less than any step; where the step is not known every difference counts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A position that does not fit. Negative when short."""

    symbol: str
    side: str
    expected: Decimal
    actual: Decimal
    cause: Cause
    repair: Repair
    followed_since: datetime | None
    """The moment since which every copy that counts was looked up; None where none counts."""

    @property
    def amount(self) -> Decimal:
        return self.actual - self.expected


@dataclass(frozen=True, slots=True)
class StrayOrder:
    """An order that nobody waits for, and what makes it one. `stray` is None of one that is not ours to touch."""

    resting: Resting
    cause: Cause
    stray: Stray | None


@dataclass(slots=True)
class Findings:
    """One market of one account. `compared` and `listed` are the symbols whose positions and whose orders were told
    and could be compared: a drift of another symbol is neither confirmed nor refuted.
    """

    differences: list[Difference] = field(default_factory=list)
    strays: list[StrayOrder] = field(default_factory=list)
    compared: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)


def judge(
    market: Market,
    told: Told,
    copies: Sequence[Copy],
    roots: Mapping[str, Root],
    mode_of: Callable[[str], PositionMode | None],
    step_of: Callable[[str], Decimal],
) -> Findings:
    """`copies` are those of the account, `roots` what is known of older ones; `mode_of` and `step_of` by symbol."""
    found = Findings()
    mine = [copy for copy in copies if copy.market is market]
    for symbol, positions in told.positions.items():
        of_symbol = [copy for copy in mine if copy.symbol == symbol]
        if any(copy.is_unsettled for copy in of_symbol):
            continue
        found.compared.add(symbol)
        found.differences += _differences(symbol, positions, of_symbol, mode_of(symbol), step_of(symbol))
    for symbol, orders in told.orders.items():
        found.listed.add(symbol)
        found.strays += _strays(market, orders, mine, roots)
    return found


def _differences(
    symbol: str, positions: Sequence[Position], copies: Sequence[Copy], mode: PositionMode | None, step: Decimal
) -> Iterator[Difference]:
    """Less than a step is the dust that rounding leaves."""
    for side in _sides(positions, copies, mode):
        counted = [copy for copy in copies if _is_of(side, copy)]
        live = [copy for copy in counted if copy.is_live]
        expected = sum((copy.open for copy in live), Decimal(0))
        actual = sum((position.amount for position in positions if position.side == side), Decimal(0))
        if abs(actual - _nearest(expected, counted, actual)) < (step or TINY):
            continue
        leftovers = any(copy.open * actual > 0 for copy in counted if copy.state in OVER)
        cause = position_cause(expected, actual, has_leftovers=leftovers)
        yield Difference(symbol, side, expected, actual, cause, position_repair(expected, actual), _followed(live))


def _nearest(expected: Decimal, copies: Sequence[Copy], actual: Decimal) -> Decimal:
    """What is expected, and as much more as owners have taken over and not closed yet: that is theirs to close."""
    # One that has sold more than it bought has closed what others had: nothing of it is kept.
    kept = [copy.open for copy in copies if copy.state in OVER and copy.is_taken_over and _is_of_its_side(copy)]
    least = expected + sum((one for one in kept if one < 0), Decimal(0))
    most = expected + sum((one for one in kept if one > 0), Decimal(0))
    return min(max(actual, least), most)


def _is_of_its_side(copy: Copy) -> bool:
    return copy.open > 0 if copy.side is Side.BUY else copy.open < 0


def _sides(positions: Sequence[Position], copies: Sequence[Copy], mode: PositionMode | None) -> tuple[str, ...]:
    """As the exchange tells them; where it has none as the account was set, or as only hedge mode allows it."""
    told = {position.side for position in positions}
    if told:
        return ("both",) if told == {"both"} else ("long", "short")
    both_ways = len({copy.side for copy in copies if copy.is_live}) > 1
    return ("long", "short") if mode is PositionMode.HEDGE or (mode is None and both_ways) else ("both",)


def _is_of(side: str, copy: Copy) -> bool:
    return side == "both" or (side == "long") is (copy.side is Side.BUY)


def _followed(live: Sequence[Copy]) -> datetime | None:
    return min((copy.followed_at or NEVER for copy in live if copy.open), default=None)


def _strays(
    market: Market, orders: Sequence[Resting], copies: Sequence[Copy], roots: Mapping[str, Root]
) -> Iterator[StrayOrder]:
    by_root = {copy.client_id: copy for copy in copies if copy.client_id}
    for resting in orders:
        met = _ours(resting)
        if met is not None:
            root, leg = met
            if root in by_root:
                yield from _of_a_copy(market, resting, by_root[root], leg)
            elif root not in roots:
                yield StrayOrder(resting, Cause.FOREIGN_ORDER, None)
            elif roots[root].is_here and roots[root].state in OVER:
                yield _ended(market, resting, roots[root].side, leg)
        elif resting.conditional:
            named = [(copy, line.leg) for copy in copies for line in copy.lines if _is_exit(resting, copy, line)]
            for copy, known_leg in named[:1]:
                yield from _of_a_copy(market, resting, copy, known_leg)


def _is_exit(resting: Resting, copy: Copy, line: Line) -> bool:
    """Whether it is an exit that the exchange has made itself, which carries no id of ours: we know its name for it."""
    order = resting.order
    return (
        copy.names_exits
        and line.leg in KINDS
        and (order.report.exchange_id, order.symbol, order.side) == (line.exchange_id, copy.symbol, copy.side.opposite)
    )


def _of_a_copy(market: Market, resting: Resting, copy: Copy, leg: Leg | None) -> Iterator[StrayOrder]:
    """Of one that is over and at rest; those of live copies are looked after by the turns that follow them."""
    if copy.state in OVER and not copy.is_unsettled:
        yield _ended(market, resting, copy.side, leg)


def _ended(market: Market, resting: Resting, position: Side, leg: Leg | None) -> StrayOrder:
    cause = Cause.UNKNOWN_ENTRY if leg is Leg.ENTRY else Cause.ORPHAN_EXIT
    kind = resting.order.kind or (KINDS.get(leg) if leg is not None else None)
    return StrayOrder(resting, cause, Stray(market, resting, position, kind))


def _ours(resting: Resting) -> tuple[str, Leg | None] | None:
    """Root and leg of an id of our form; the leg is None where the suffix is of no leg that we know."""
    found = OURS.fullmatch(resting.order.report.client_id)
    if found is None:
        return None
    return found["root"], LEGS.get(found["suffix"])


def roots_in(told: Told) -> set[str]:
    """The roots that the orders speak of."""
    met = (_ours(resting) for orders in told.orders.values() for resting in orders)
    return {found[0] for found in met if found is not None}
