"""Finding the order that was asked for, alone or in a list, and telling what rests (EXCHANGES 1.2, 5.3)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import QueryOrder, ReadOpenOrders
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderReport, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.reading import Unreadable

from .fields import LISTS, identifier_or_empty, rows
from .orders import open_order, order
from .plan_orders import open_plan_order, plan_order
from .spelling import Spelling

PAGE = 100
"""The most rows that a list holds. What is not in a full one may be on the next."""


def queried(intent: QueryOrder, data: Any, names: Spelling) -> Outcome:
    """A list is searched; a single order has to be the asked one."""
    read = plan_order if intent.conditional else order
    if isinstance(data, dict) and not any(name in data for name in LISTS):
        return Accepted((_asked(intent, read(data, names)),))
    listed = rows(data)
    found = [told for told in listed if _is_asked(intent, told, names)]
    if found:
        return Accepted((read(found[0], names),))
    if _goes_on(data, listed):
        return Unknown(f"not among the newest {PAGE} orders")
    return Rejected(Reason.NOT_FOUND, "", "the order is not in the exchange's list")


def _goes_on(data: Any, listed: list[dict[str, Any]]) -> bool:
    return len(listed) >= PAGE or (isinstance(data, dict) and data.get("nextFlag") is True)


def _is_asked(intent: QueryOrder, told: dict[str, Any], names: Spelling) -> bool:
    """A client id may be taken again once its order is done: the newest comes first."""
    if intent.exchange_id:
        return identifier_or_empty(told, "orderId") == intent.exchange_id
    return told.get("clientOid" if intent.conditional else names.client_id) == intent.client_id


def _asked(intent: QueryOrder, report: OrderReport) -> OrderReport:
    if (report.exchange_id != intent.exchange_id) if intent.exchange_id else (report.client_id != intent.client_id):
        raise Unreadable("the answer is about another order")
    return report


def open_orders(intent: ReadOpenOrders, data: Any, names: Spelling) -> OpenOrders:
    """A row that cannot be read spoils the list: what rests must not be overlooked."""
    read = open_plan_order if intent.conditional else open_order
    told = rows(data)
    if _goes_on(data, told):
        raise Unreadable("more orders rest than one answer holds")
    items = (read(row, names) for row in told)
    return OpenOrders(tuple(item for item in items if item.symbol == intent.symbol))
