"""Which exits of a filled spot entry are still to be placed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import STOPS, TARGETS, Exit, Plan, exits_for, least_quantity, protected_quantity

from .closes import sold_by_closes
from .missing_stops import may_pass
from .sold_out import is_sold_out, taken_by
from .standing import GONE, ZERO, Legs, bought, covered, ended_short, is_closing, still_open, was_never_placed

AGAIN_MS = 20_000
"""The first wait behind a sale that was refused for good."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The signal's targets, and which of them the follower takes: `first`, `last` or `ladder`."""

    targets: tuple[Decimal, ...]
    taken: str


def missing_exits(plan: Plan, choice: Choice, legs: Legs, *, close_unprotected: bool, now_ms: int) -> tuple[Exit, ...]:
    """All exits of the entry, where at least one of them was certainly never placed; else nothing.

    What was sold at market instead needs none. The placed ones stay in their places, because the number of an exit
    is a part of its list's id. What was refused for good is not tried again for one who chose to be told; for one
    who chose to be out, where its sale was refused for good as well, ever more rarely. `now_ms` is Unix ms.
    """
    filled = Leg.ENTRY in legs and legs[Leg.ENTRY].has_ended and bought(legs) > 0
    if plan.market is not Market.SPOT or not filled or is_closing(legs):
        return ()
    if is_sold_out(plan, legs) or (Leg.CLOSE in legs and not sellable(plan, legs)):
        return ()
    exits = _all_exits(plan, choice, legs)
    missing = [exit_ for exit_ in exits if is_missing(exit_, legs)]
    hopeful = any(may_pass(leg, legs) for exit_ in missing for leg in (exit_.leg, exit_.stop_leg))
    sells = may_pass(Leg.CLOSE, legs) or not was_never_placed(Leg.CLOSE, legs) or _is_time_again(legs, now_ms)
    return exits if missing and (hopeful or (close_unprotected and sells)) else ()


def _is_time_again(legs: Legs, now_ms: int) -> bool:
    """Whether a sale that was refused for good is tried again: a refusal may pass that no table knows as passing, and
    whoever chose to be out has neither stop nor close. Each wait is a quarter of the time since the fill, or longer.
    """
    waited_ms, open_ms = now_ms - legs[Leg.CLOSE].since_ms, now_ms - legs[Leg.ENTRY].since_ms
    return waited_ms >= max(AGAIN_MS, open_ms // 4)


def sellable(plan: Plan, legs: Legs) -> Decimal:
    """What a spot copy has open without a stop, in base; 0 where it is less than the exchange sells."""
    held = protected_quantity(plan.market, plan.side, bought(legs), plan.rules)
    left = held - (bought(legs) - still_open(legs)) - covered(legs, STOPS)
    return left if left >= least_quantity(plan.rules, plan.stop) else ZERO


def is_missing(exit_: Exit, legs: Legs) -> bool:
    """Neither half is there. A stop whose target was refused protects its part, and is not placed again."""
    return was_never_placed(exit_.leg, legs) and was_never_placed(exit_.stop_leg, legs)


def died_with_entry(plan: Plan, legs: Legs) -> list[Leg]:
    """Exits that rode on a spot entry which ended half-filled: over more than was bought, and over themselves.

    They wait for the whole fill, and go where that cannot come any more (EXCHANGES 2.6). By their size: rounded down,
    the exits of an entry that lacked a single step may be over as much.
    """
    if plan.market is not Market.SPOT or not ended_short(plan.quantity, legs):
        return []
    held, whole = (
        protected_quantity(plan.market, plan.side, size, plan.rules) for size in (bought(legs), plan.quantity)
    )
    ended = [leg for leg in (*TARGETS, *STOPS) if leg in legs and legs[leg].has_ended]
    over = [leg for leg in ended if legs[leg].quantity > held or legs[leg].quantity == whole]
    return [] if any(legs[leg].filled for leg in over) else over


def as_gone(dead: list[Leg], legs: Legs) -> Legs:
    """They may be placed anew, under other ids, for theirs are used up."""
    return legs | {leg: replace(legs[leg], state=OrderState.REJECTED, reason=GONE) for leg in dead}


def _all_exits(plan: Plan, choice: Choice, legs: Legs) -> tuple[Exit, ...]:
    """Those in our books as they are; more by the follower's choice where these leave something without an exit."""
    held = protected_quantity(plan.market, plan.side, bought(legs), plan.rules)
    known = {exit_.leg: exit_ for exit_ in plan.exits if exit_.leg in legs}
    left = held - sum((taken_by(exit_, legs) for exit_ in known.values()), sold_by_closes(legs))
    if known and left < plan.rules.min_quantity:
        return tuple(known.values())
    planned = {exit_.leg: exit_ for exit_ in exits_for(choice.targets, choice.taken, held, plan.rules, plan.stop)}
    both = planned | known
    return tuple(both[leg] for leg in TARGETS if leg in both)
