"""What we tell a follower: first the fact, then the cause, then what to do (PAGES, Words)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mysignals.domain.lifecycle import State
from mysignals.domain.market import EntryType
from mysignals.domain.money import plain
from mysignals.domain.outcomes import Accepted, OrderReport
from mysignals.domain.plan import STOPS, TARGETS, Plan
from mysignals.domain.reasons import display_name
from mysignals.exchanges.session import LegReport
from mysignals.models import Delivery, Notification, Signal

LEFTOVERS = "Whether all of its exits are cancelled was not confirmed yet; they are cancelled again until it is."


def _title(signal: Signal) -> str:
    return f"{signal.side} {signal.symbol} {signal.market} (signal {signal.id})"


def placed(
    signal: Signal,
    exchange: str,
    plan: Plan,
    entry: OrderReport | None,
    state: State,
    legs: Sequence[LegReport] | None = None,
) -> str:
    """`legs` are those of the answer; without them the plan's exits are taken as placed."""
    filled = entry.filled if entry else Decimal(0)
    base, wanted, where = plan.rules.unit, plain(plan.quantity), display_name(exchange)
    if state is State.FILLED:
        fact = f"Filled on {where}: {_title(signal)}, {plain(filled or plan.quantity)} {base} at {_paid(plan, entry)}."
    elif filled:
        fact = f"Partly filled on {where}: {_title(signal)}, {plain(filled)} of {wanted} {base}."
    else:
        fact = f"Placed on {where}: {_title(signal)}, {wanted} {base} at {_asked(plan)}, waiting to fill."
    return f"{fact} {_exits(plan, legs)}"


def _exits(plan: Plan, legs: Sequence[LegReport] | None) -> str:
    """Only what the exchange has; what it refused is named as such."""
    if legs is not None and not any(leg.leg in STOPS for leg in legs):
        return f"Its stop {plain(plan.stop)} and its target follow as soon as it has filled."
    missing = {leg.leg for leg in legs or () if leg.leg in TARGETS and not isinstance(leg.outcome, Accepted)}
    there = ", ".join(plain(rung.price) for rung in plan.exits if rung.leg not in missing)
    gone = ", ".join(plain(rung.price) for rung in plan.exits if rung.leg in missing)
    text = f"Stop {plain(plan.stop)}" + (f", target {there}." if there else ".")
    return text + (f" The target {gone} was not taken by the exchange; the stop is in place." if gone else "")


def _paid(plan: Plan, entry: OrderReport | None) -> str:
    """Binance futures answers a filled order without its price; the signal's would be a guess."""
    if entry and entry.average_price:
        return plain(entry.average_price)
    return _asked(plan) if plan.entry_type is EntryType.MARKET else f"{plain(plan.price)} or better"


def _asked(plan: Plan) -> str:
    return "the market price" if plan.entry_type is EntryType.MARKET else plain(plan.price)


def not_placed(signal: Signal, exchange: str, sentence: str) -> str:
    return f"Not placed on {display_name(exchange)}: {_title(signal)}. {sentence}"


def in_doubt(signal: Signal, exchange: str, why: str) -> str:
    return (
        f"Unknown on {display_name(exchange)}: {_title(signal)}. Whether the order arrived is not known: {why}. "
        "It will not be sent again. Look at your open orders and positions on the exchange."
    )


def unprotected(signal: Signal, exchange: str, plan: Plan, why: str) -> str:
    return (
        f"Without a stop on {display_name(exchange)}: {_title(signal)}, {plain(plan.quantity)} "
        f"{plan.rules.unit}: {why}. "
        f"Place a stop at {plain(plan.stop)} on the exchange now, or close the position."
    )


def taken_back(signal: Signal, exchange: str, why: str) -> str:
    return (
        f"Closed on {display_name(exchange)}: {_title(signal)}. The entry had been placed but {why}, and you "
        f"chose to close "
        "a position that cannot be protected. Nothing is open from this signal."
    )


def notice(delivery: Delivery, kind: str) -> Notification:
    """The delivery's own message, as a notification to its owner."""
    return Notification(user_id=delivery.user_id, delivery_id=delivery.id, kind=kind, message=delivery.message)


def closed(signal: Signal, exchange: str) -> str:
    return f"Closed on {display_name(exchange)}: {_title(signal)}. Its stop or its targets have filled; nothing rests."


def closed_there(signal: Signal, exchange: str) -> str:
    return (
        f"Closed on {display_name(exchange)}: {_title(signal)}. The exchange closed it otherwise than by its stop or "
        "target: by hand, or because the margin was used up. Nothing is open from this signal."
    )


def abandoned(signal: Signal, exchange: str) -> str:
    return (
        f"No longer followed on {display_name(exchange)}: {_title(signal)}. Its stop and targets are gone from "
        f"the exchange and "
        "none has filled. If the position is still open, it has no stop: place one, or close it."
    )


def entry_gone(signal: Signal, exchange: str) -> str:
    return (
        f"Cancelled on {display_name(exchange)}: {_title(signal)}. The entry was cancelled or expired there "
        f"before it filled. "
        "Nothing is open from this signal."
    )
