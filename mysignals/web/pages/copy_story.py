"""What became of one copy, step by step, in the words of people: when, what, and at which price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from mysignals.domain.outcomes import OrderState, Reason
from mysignals.domain.reasons import advice, cause, display_name
from mysignals.models import Delivery, Notification, Order, Signal

from .formats import number

LEGS = {
    "entry": "Entry", "stop": "Stop", "stop2": "Second stop", "stop3": "Third stop", "target1": "Target",
    "target2": "Second target", "target3": "Third target", "close": "Close at market",
}  # fmt: skip
_NOTHING_SENT = ("skipped", "expired", "rejected", "cancelled")
_UNSETTLED = ("sending", "unknown")


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    what: str
    more: str = ""


def steps(
    delivery: Delivery, signal: Signal, orders: Sequence[Order], notes: Sequence[Notification], provider: str
) -> list[Step]:
    """Oldest first; those of one moment in the order in which they come about."""
    where = display_name(delivery.exchange)
    told = [*_times(delivery, signal, where, provider), *_orders(orders, where)]
    told += [Step(note.created_at, "You were told", note.message) for note in notes]
    return sorted(told, key=lambda step: step.at)


def cause_and_cure(delivery: Delivery) -> tuple[str, str] | None:
    """None where it was not an exchange that said no: then the message says it all."""
    if delivery.reason not in {reason.value for reason in Reason}:
        return None
    reason = Reason(delivery.reason)
    return cause(reason, delivery.exchange), advice(reason, delivery.exchange)


def never_twice(delivery: Delivery, orders: Sequence[Order], *, knows_our_ids: bool) -> str:
    """Why nothing was placed twice, as far as that is certain."""
    if delivery.state == "queued":
        return "Nothing was sent yet."
    if not orders and delivery.sent_at is None and delivery.state in _NOTHING_SENT:
        return "Nothing was placed: no order of this copy was ever sent."
    if delivery.state == "rejected" and orders and all(_is_refused(order) for order in orders):
        return "Nothing was placed: the exchange refused it, and what is refused is not sent again by itself."
    if delivery.state in _UNSETTLED:
        return "It is looked for, and is not sent again unless it is certain that it never arrived."
    if not knows_our_ids:
        return (
            "Nothing was placed twice: the exchange knows no ids of ours, so what may have arrived is looked for, "
            "and never sent again."
        )
    tries = f" It was tried {delivery.attempts} times, always with the same ids." if delivery.attempts > 1 else ""
    return (
        "Nothing was placed twice: every order has an id of its own, stored before it was sent. Where an answer is "
        f"lost, it is looked for by that id, and sent again only when it certainly never arrived.{tries}"
    )


def _is_refused(order: Order) -> bool:
    return order.state == OrderState.REJECTED and not order.filled_quantity


def _times(delivery: Delivery, signal: Signal, where: str, provider: str) -> Iterator[Step]:
    begun = "Your program asked for it" if signal.is_private else f"{provider} published the signal"
    yield Step(signal.created_at, begun)
    asked = "You asked for it once more" if delivery.retry_of is not None else "Queued for your account"
    yield Step(delivery.created_at, asked)
    if delivery.claimed_at:
        yield Step(
            delivery.claimed_at, "Taken by a worker", "The ids of its orders were stored before anything was sent."
        )
    if delivery.sent_at:
        yield Step(delivery.sent_at, f"Entry sent to {where}")
    if delivery.acknowledged_at:
        is_own = delivery.is_asked_for_itself
        since = delivery.created_at if is_own else signal.created_at
        took_ms = round((delivery.acknowledged_at - since).total_seconds() * 1000)
        yield Step(
            delivery.acknowledged_at,
            f"{where} answered",
            f"{took_ms:,} ms after {'it was asked' if is_own else 'the signal'}.",
        )
    if delivery.cancel_asked_at:
        yield Step(delivery.cancel_asked_at, "It was asked to be closed")


def _orders(orders: Sequence[Order], where: str) -> Iterator[Step]:
    for order in orders:
        name = LEGS.get(order.leg, order.leg)
        if order.leg != "entry":
            yield Step(order.created_at, f"{name} sent to {where}", _priced(order.trigger_price or order.price))
        if order.filled_quantity and order.updated_at:
            more = f"{number(order.filled_quantity)} {_priced(order.average_price)}".strip()
            yield Step(order.updated_at, f"{name} filled", f"{more}.")
        elif order.state == OrderState.REJECTED:
            yield Step(order.updated_at or order.created_at, f"{name} refused", order.raw_code or "")
        elif order.state in (OrderState.CANCELLED, OrderState.EXPIRED) and order.updated_at:
            yield Step(order.updated_at, f"{name} {order.state}")


def _priced(price: Decimal | None) -> str:
    return f"at {number(price)}" if price else ""
