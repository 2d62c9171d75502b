"""What an owner is told of a drift: first the fact, then the likely cause, then what can be done (PAGES, Words)."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.drift import Cause, Repair
from mysignals.domain.money import plain
from mysignals.domain.outcomes import OpenOrder
from mysignals.domain.reasons import display_name

from .judging import Difference

CAUSES = {
    Cause.CLOSED_BY_HAND: "It seems to have been closed by hand, or for want of margin.",
    Cause.OPENED_BY_HAND: "The rest seems to have been opened by hand.",
    Cause.UNEXPLAINED: "It may be left over from a copy that is over here.",
}
REPAIRS = {
    Repair.ADOPT: "Approve to end the copies here and cancel their stops and targets, or dismiss it.",
    Repair.CLOSE: "Approve to close {amount} at the market, or dismiss it if it is yours.",
    Repair.NONE: (
        "Nothing is done by itself: close what is left on the exchange and the copies can be ended here, or dismiss it."
    ),
}
DID = {
    Cause.ORPHAN_EXIT: "a stop or target of a copy that is over",
    Cause.UNKNOWN_ENTRY: "the entry of a copy that is over",
}


def differs(exchange: str, found: Difference, unit: str) -> str:
    where = f"{found.symbol} futures{'' if found.side == 'both' else ' ' + found.side}"
    fact = (
        f"Drift on {display_name(exchange)}: {where} is {_amount(found.actual, unit)} there, "
        f"our copies come to {_amount(found.expected, unit)}."
    )
    repair = REPAIRS[found.repair].format(amount=f"{plain(abs(found.amount))} {unit}".rstrip())
    return f"{fact} {CAUSES[found.cause]} {repair}"


def _amount(amount: Decimal, unit: str) -> str:
    return f"{plain(amount.normalize())} {unit}".rstrip() if amount else "nothing"


def cancelled(exchange: str, order: OpenOrder, cause: Cause) -> str:
    return (
        f"Cancelled on {display_name(exchange)}: {order.side} {plain(order.quantity)} {order.symbol}, {DID[cause]}. "
        "It could have met another position. Nothing is to be done."
    )


def foreign(exchange: str, order: OpenOrder) -> str:
    return (
        f"Drift on {display_name(exchange)}: an order {order.side} {plain(order.quantity)} {order.symbol} rests with "
        "an id like ours, and no copy of ours has it. Another installation may use this key. It is left alone: cancel "
        "it on the exchange if it is not yours, or dismiss it."
    )


def closed(exchange: str, symbol: str, amount: Decimal) -> str:
    return (
        f"Repaired on {display_name(exchange)}: {plain(abs(amount))} {symbol} closed at the market, as you approved. "
        "The position is as our copies have it."
    )


def adopted(exchange: str, symbol: str) -> str:
    return (
        f"Repaired on {display_name(exchange)}: the copies of {symbol} are ended here, and their stops and targets are "
        "cancelled, as you approved."
    )


def settled_itself(exchange: str, symbol: str) -> str:
    return (
        f"Nothing was to be repaired on {display_name(exchange)} any more: {symbol} is as our copies have it. "
        "Nothing was sent."
    )


def changed(exchange: str, symbol: str) -> str:
    return (
        f"Not repaired on {display_name(exchange)}: {symbol} has changed since you approved. Nothing was sent. "
        "What is there now is looked at again, and told if it still does not fit."
    )


def refused(exchange: str, symbol: str, why: str, advice: str = "") -> str:
    return (
        f"Not repaired on {display_name(exchange)}: {symbol}: {why}. "
        f"{advice or 'Look at your positions on the exchange, and approve again if it still does not fit.'}"
    )


def too_late(exchange: str, symbol: str, minutes: int) -> str:
    return (
        f"Not repaired on {display_name(exchange)}: {symbol} could not be repaired within {minutes} minutes, because "
        "the exchange did not answer clearly or a copy was on its way. Look at your positions on the exchange."
    )
