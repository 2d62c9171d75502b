"""What the owner of a delivery is told when it is ended for somebody who asked: the fact, then what is left to do."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.money import plain
from mysignals.domain.outcomes import Rejected
from mysignals.domain.plan import Plan
from mysignals.domain.reasons import display_name
from mysignals.models import Signal
from mysignals.services import wording

from .asker import Asker


def _begin(word: str, signal: Signal, exchange: str, asker: Asker) -> str:
    begun = f"{word} on {display_name(exchange)}: {wording.title(signal)}."
    return f"{begun} Its provider closed it." if asker is Asker.PROVIDER else begun


def never_sent(signal: Signal, exchange: str, asker: Asker = Asker.OWNER) -> str:
    return f"{_begin('Cancelled', signal, exchange, asker)} It had not been sent yet; nothing was placed."


def unfilled(signal: Signal, exchange: str, asker: Asker) -> str:
    return f"{_begin('Cancelled', signal, exchange, asker)} Nothing had filled, and nothing of it rests any more."


def kept(signal: Signal, exchange: str, plan: Plan, filled: Decimal, left: Decimal, price: Decimal | None) -> str:
    """`left` is what is open of `filled`; both as orders count. Only owners who cancel by hand keep what had filled."""
    unit = plan.rules.unit
    part = "" if left == filled else f", of which {plain(left)} {unit} is still open"
    return (
        f"{_begin('Cancelled', signal, exchange, Asker.OWNER)} {plain(filled)} {unit} had filled{_at(price)}{part}. "
        "It is yours to look after from now on: it has no stop and no target any more. Place a stop, or close it."
    )


def closed(
    signal: Signal, exchange: str, plan: Plan, filled: Decimal, price: Decimal | None, asker: Asker
) -> str:  # fmt: skip
    return (
        f"{_begin('Closed', signal, exchange, asker)} {plain(filled)} {plan.rules.unit} had filled{_at(price)}, and "
        "was closed. Nothing of it is open, and nothing of it rests any more."
    )


def reduced(
    signal: Signal, exchange: str, plan: Plan, sold: Decimal, left: Decimal, cancelled: Decimal
) -> str:  # fmt: skip
    """`sold` by the closes so far, `left` open, `cancelled` of an entry that had still rested; all as orders count."""
    unit = plan.rules.unit
    rest = f" {plain(cancelled)} {unit} of its entry had not filled, and was cancelled." if cancelled else ""
    return (
        f"{_begin('Reduced', signal, exchange, Asker.PROGRAM)} {plain(sold)} {unit} of it is closed, and {plain(left)} "
        f"{unit} is open.{rest} Its stop and its target stay over what is open."
    )


def too_little(
    signal: Signal, exchange: str, plan: Plan, filled: Decimal, price: Decimal | None, asker: Asker
) -> str:  # fmt: skip
    return (
        f"{_begin('Cancelled', signal, exchange, asker)} {plain(filled)} {plan.rules.unit} had filled{_at(price)}; "
        "what is left of it is less than the exchange sells, and stays in your balance without a stop."
    )


def not_sold(signal: Signal, exchange: str, plan: Plan, left: Decimal, why: Rejected, asker: Asker) -> str:
    return (
        f"{_begin('Cancelled', signal, exchange, asker)} {plain(left)} {plan.rules.unit} could not be sold: "
        f"{_said(why)}. It has no stop and no target any more. Sell it on the exchange, or place a stop there."
    )


def not_closed(signal: Signal, exchange: str, plan: Plan, left: Decimal, why: Rejected, asker: Asker) -> str:
    word = "Not cancelled" if asker is Asker.OWNER else "Not closed"
    return (
        f"{_begin(word, signal, exchange, asker)} {plain(left)} {plan.rules.unit} could not be closed: "
        f"{_said(why)}. Its stop and its target stay, and it is looked after as before."
    )


def _at(price: Decimal | None) -> str:
    return f" at {plain(price)}" if price else ""


def _said(why: Rejected) -> str:
    said = why.message[:120].rstrip(". ")
    return f"the exchange answered {why.code} {said}".rstrip() if why.code else said or "the exchange refused it"
