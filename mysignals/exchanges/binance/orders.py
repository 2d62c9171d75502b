"""Orders as Binance tells them, on both markets (Binance documentation, EXCHANGES 2.5, 2.6, 3.4, 3.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.outcomes import OrderReport, OrderState
from mysignals.exchanges.reading import Unreadable, identifier, items, mapping, moment, number, number_or_zero, text

STATES = {
    "NEW": OrderState.NEW,
    "PENDING_NEW": OrderState.PENDING,
    "PARTIALLY_FILLED": OrderState.PARTIALLY_FILLED,
    "FILLED": OrderState.FILLED,
    "CANCELED": OrderState.CANCELLED,
    "REJECTED": OrderState.REJECTED,
    "EXPIRED": OrderState.EXPIRED,
    "EXPIRED_IN_MATCH": OrderState.EXPIRED,
}
ALGO_STATES = {
    "NEW": OrderState.NEW,
    "TRIGGERING": OrderState.TRIGGERED,
    "TRIGGERED": OrderState.TRIGGERED,
    "CANCELED": OrderState.CANCELLED,
    "EXPIRED": OrderState.EXPIRED,
    "REJECTED": OrderState.REJECTED,
}
QUOTE = "USDT"
ZERO = Decimal(0)


def order(answer: Any) -> OrderReport:
    """One order of either market. An answer that only acknowledges has the state UNKNOWN."""
    found = mapping(answer)
    filled = number_or_zero(found, "executedQty")
    state = _state(found, "status", STATES)
    if filled < 0 or (state is OrderState.FILLED and not filled):
        raise Unreadable("status and executedQty contradict each other")
    return OrderReport(
        client_id=text(found, _client_id_key(found)),
        exchange_id=identifier(found, "orderId"),
        state=state,
        filled=filled,
        average_price=_average_price(found, filled),
        commission_in_base=_commission_in_base(found),
        quantity=number(found, "origQty") if "origQty" in found else None,
        changed_ms=moment(found, "updateTime"),
    )


def _client_id_key(found: dict[str, Any]) -> str:
    """The answer to a spot cancel calls the cancel itself clientOrderId."""
    return "origClientOrderId" if "origClientOrderId" in found else "clientOrderId"


def _state(found: dict[str, Any], key: str, states: dict[str, OrderState]) -> OrderState:
    return states.get(text(found, key), OrderState.UNKNOWN) if key in found else OrderState.UNKNOWN


def _average_price(found: dict[str, Any], filled: Decimal) -> Decimal | None:
    """Futures used to tell it; both markets tell what was paid in quote, except the futures placement answer."""
    told = number_or_zero(found, "avgPrice")
    if told > 0:
        return told
    paid = number_or_zero(found, "cummulativeQuoteQty") or number_or_zero(found, "cumQuote")
    return paid / filled if filled and paid > 0 else None


def _commission_in_base(found: dict[str, Any]) -> Decimal:
    """Spot takes its fee out of what was bought, unless the account pays in BNB."""
    if "fills" not in found:
        return ZERO
    base = text(found, "symbol").removesuffix(QUOTE)
    fills = [mapping(fill) for fill in items(found["fills"])]
    return sum((number(fill, "commission") for fill in fills if fill.get("commissionAsset") == base), ZERO)


def algo_order(answer: Any) -> OrderReport:
    """A conditional futures order."""
    found = mapping(answer)
    filled = _triggered_quantity(found)
    quantity = number(found, "quantity") if "quantity" in found else None
    price = number_or_zero(found, "actualPrice") if filled else ZERO
    return OrderReport(
        client_id=text(found, "clientAlgoId"),
        exchange_id=identifier(found, "algoId"),
        state=_algo_state(found, filled, quantity),
        filled=filled,
        average_price=price or None,
        quantity=quantity,
        became=_became(found),
        changed_ms=moment(found, "updateTime"),
    )


def _became(found: dict[str, Any]) -> str:
    """The order in the book after the trigger; empty text, 0 or absent before."""
    return "" if found.get("actualOrderId") in (None, "", 0, "0") else identifier(found, "actualOrderId")


def _triggered_quantity(found: dict[str, Any]) -> Decimal:
    """Empty text or absent before the trigger."""
    filled = ZERO if found.get("actualQty") in (None, "") else number(found, "actualQty")
    if filled < 0:
        raise Unreadable("actualQty is negative")
    return filled


def _algo_state(found: dict[str, Any], filled: Decimal, quantity: Decimal | None) -> OrderState:
    """FINISHED says that the order in the book is done, not whether it was filled or cancelled.

    Its quantity tells; where that is missing, the order in the book has to be asked.
    """
    if found.get("algoStatus") != "FINISHED":
        return _state(found, "algoStatus", ALGO_STATES)
    if _became(found) and found.get("actualQty") in (None, ""):
        return OrderState.TRIGGERED
    return OrderState.FILLED if filled and (quantity is None or filled >= quantity) else OrderState.CANCELLED


def cancelled_algo_order(answer: Any) -> OrderReport:
    found = mapping(answer)
    return OrderReport(text(found, "clientAlgoId"), identifier(found, "algoId"), OrderState.CANCELLED)


def order_list(answer: Any, first: tuple[str, ...]) -> tuple[OrderReport, ...]:
    """Every order of a list, those with the client ids `first` in front, in that order. All of them must be there."""
    found = mapping(answer)
    told = items(found.get("orderReports") or found.get("orders"))
    reports = {report.client_id: report for report in map(order, told)}
    if missing := [client_id for client_id in first if client_id not in reports]:
        raise Unreadable(f"the answer does not name {missing[0]}")
    asked = [reports.pop(client_id) for client_id in first]
    return (*asked, *reports.values())
