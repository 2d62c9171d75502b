"""How far a quantity reaches over what is live: whole deliveries, oldest first, and a part of one at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, groupby

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.money import floor_to, plain
from mysignals.domain.reasons import display_name
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.models import Instruction
from mysignals.services import rules
from mysignals.services.errors import Invalid

from .live import Live

LOCKED = "on spot its stop locks what was bought, and selling a part would take the stop away"
AS_A_WHOLE = "a trade there ends as a whole, or not at all"
COUNTED = "it is counted in contracts there"
MOST_PARTS = 5
"""Of one delivery: every close, and every exit that takes the place of another, needs an id of its own."""


@dataclass(frozen=True, slots=True)
class Portion:
    """One delivery; `sold_by_closes` is what its closes together are to have sold at the end, None all of it."""

    row: Live
    sold_by_closes: Decimal | None = None


def portions(rows: Sequence[Live], instruction: Instruction) -> list[Portion]:
    """Of every account as much as `instruction.quantity`, or all; raises Invalid for a part that cannot be closed."""
    wanted = instruction.quantity
    if wanted is None:
        return [Portion(row) for row in rows]
    by_account = groupby(sorted(rows, key=lambda row: row.account_id), key=lambda row: row.account_id)
    taken = [portion for _, mine in by_account for portion in _of_account(list(mine), wanted)]
    if rows and not taken:
        raise Invalid({"quantity": f"{plain(wanted)} would close, or leave of a trade, less than the smallest order."})
    return taken


def _of_account(rows: Sequence[Live], wanted: Decimal) -> Iterator[Portion]:
    """What has nothing open yet goes with a close of everything alone."""
    filled = [row for row in rows if row.open]
    if sum((row.open for row in filled), Decimal(0)) <= wanted:
        yield from map(Portion, rows)
        return
    left = wanted
    for row in filled:
        if row.open <= left:
            yield Portion(row)
        elif left:
            yield from _part(row, left, filled)
        left = max(left - row.open, Decimal(0))


def _part(row: Live, wanted: Decimal, filled: Sequence[Live]) -> Iterator[Portion]:
    """Rounded down to the step; nothing where that is less than the exchange takes."""
    listed = rules.find(Market(row.signal.market), row.signal.symbol, row.exchange, row.environment)
    why = _why_not(row, listed)
    if why or listed is None:
        raise Invalid({"quantity": _accepted(row, why or "its rules are not known here", filled)})
    part = floor_to(wanted, listed.step)
    if part >= listed.min_quantity and row.open - part >= listed.min_quantity:
        yield Portion(row, row.closed + row.under_way + part)


def _why_not(row: Live, listed: SymbolRules | None) -> str:
    market = Market(row.signal.market)
    if market is Market.SPOT:
        return LOCKED
    if listed is not None and listed.is_inverse:
        return COUNTED
    offered = is_offered(row.exchange, market, row.api_version)
    inside = offered and dialect_for(row.exchange, market, row.api_version).abilities.exits is ExitStyle.WITHIN_TRADE
    if inside:
        return AS_A_WHOLE
    return f"this one was closed in {MOST_PARTS} parts already" if row.closes >= MOST_PARTS else ""


def _accepted(row: Live, why: str, filled: Sequence[Live]) -> str:
    """What is open, and the quantities that close whole trades, oldest first."""
    sums = [plain(total) for total in accumulate(one.open for one in filled)]
    return (
        f"Must not be a part of a trade on {display_name(row.exchange)}: {why}. Of {row.signal.symbol} "
        f"{sums[-1]} is open on account {row.account_id}; send {' or '.join(sums)}, or leave quantity out to close all."
    )
