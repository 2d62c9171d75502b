"""What the owner of a trade by hand is told when it is cancelled: the fact, then what is left to do."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.money import plain
from mysignals.domain.outcomes import Rejected
from mysignals.domain.plan import Plan
from mysignals.domain.reasons import display_name
from mysignals.models import Signal


def _begin(word: str, signal: Signal, exchange: str) -> str:
    return f"{word} on {display_name(exchange)}: {signal.side} {signal.symbol} {signal.market} (signal {signal.id})."


def never_sent(signal: Signal, exchange: str) -> str:
    return f"{_begin('Cancelled', signal, exchange)} It had not been sent yet; nothing was placed."


def unfilled(signal: Signal, exchange: str) -> str:
    return f"{_begin('Cancelled', signal, exchange)} Nothing had filled, and nothing of it rests any more."


def kept(signal: Signal, exchange: str, plan: Plan, filled: Decimal, left: Decimal, price: Decimal | None) -> str:
    """`left` is what is open of `filled`; both as orders count."""
    unit = plan.rules.unit
    part = "" if left == filled else f", of which {plain(left)} {unit} is still open"
    return (
        f"{_begin('Cancelled', signal, exchange)} {plain(filled)} {unit} had filled{_at(price)}{part}. "
        "It is yours to look after from now on: it has no stop and no target any more. Place a stop, or close it."
    )


def closed(signal: Signal, exchange: str, plan: Plan, filled: Decimal, price: Decimal | None) -> str:
    return (
        f"{_begin('Closed', signal, exchange)} {plain(filled)} {plan.rules.unit} had filled{_at(price)}, and was "
        "closed. Nothing of it is open, and nothing of it rests any more."
    )


def too_little(signal: Signal, exchange: str, plan: Plan, filled: Decimal, price: Decimal | None) -> str:
    return (
        f"{_begin('Cancelled', signal, exchange)} {plain(filled)} {plan.rules.unit} had filled{_at(price)}; what is "
        "left of it is less than the exchange sells, and stays in your balance without a stop."
    )


def not_sold(signal: Signal, exchange: str, plan: Plan, left: Decimal, why: Rejected) -> str:
    return (
        f"{_begin('Cancelled', signal, exchange)} {plain(left)} {plan.rules.unit} could not be sold: {_said(why)}. "
        "It has no stop and no target any more. Sell it on the exchange, or place a stop there."
    )


def not_closed(signal: Signal, exchange: str, plan: Plan, left: Decimal, why: Rejected) -> str:
    return (
        f"{_begin('Not cancelled', signal, exchange)} {plain(left)} {plan.rules.unit} could not be closed: "
        f"{_said(why)}. Its stop and its target stay, and it is looked after as before."
    )


def _at(price: Decimal | None) -> str:
    return f" at {plain(price)}" if price else ""


def _said(why: Rejected) -> str:
    said = why.message[:120].rstrip(". ")
    return f"the exchange answered {why.code} {said}".rstrip() if why.code else said or "the exchange refused it"
