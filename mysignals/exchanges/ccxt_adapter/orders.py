"""Orders as ccxt's unified structure tells them, into our words and units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.intents import CancelOrder, ExitKind, PlaceExit, PlaceOrder, QueryOrder, ReadOpenOrders
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
    Reason,
    Rejected,
)
from mysignals.exchanges.reading import Unreadable, identifier, items, mapping, moment, number, text

from .calls import Speaker
from .client_ids import spelled_back
from .markets import Listed

STATES = {
    "open": OrderState.NEW,
    "closed": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REJECTED,
}
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
ZERO = Decimal(0)
NOT_THERE = Rejected(Reason.NOT_FOUND, "", "the exchange lists no such order")


def placed(at: Speaker, intent: PlaceOrder | PlaceExit, told: Any) -> Outcome:
    """An acknowledgement: what has filled is asked for."""
    return _acknowledged(at, intent, mapping(told))


def cancelled(at: Speaker, intent: CancelOrder, told: Any) -> Outcome:
    """The order is on its way out; what it had filled until then is asked for."""
    _findable(at, intent)
    first = told[0] if isinstance(told, list) and told else told
    found = mapping(first)
    if intent.exchange_id and identifier(found, "id") != intent.exchange_id:
        raise Unreadable("the answer is about another order")
    return _acknowledged(at, intent, found)


def _acknowledged(at: Speaker, intent: PlaceOrder | PlaceExit | CancelOrder, found: dict[str, Any]) -> Accepted:
    if found.get("status") == "rejected":
        raise Unreadable("an order that was refused in a good answer")
    told_id = _client_id(at, found)
    if intent.client_id and told_id and told_id != intent.client_id:
        raise Unreadable("the answer is about another order")
    return Accepted((OrderReport(intent.client_id, identifier(found, "id"), OrderState.NEW),))


def queried(at: Speaker, intent: QueryOrder, told: Any) -> Outcome:
    """One order, or a list that is searched for it; a list without it says that it is not there."""
    _findable(at, intent)
    if isinstance(told, list):
        found = next((entry for entry in map(mapping, told) if _is_asked(at, intent, entry)), None)
        if found is None:
            return NOT_THERE
    else:
        found = mapping(told)
        if not _is_asked(at, intent, found):
            raise Unreadable("the answer is about another order")
    return Accepted((report(at, found, at.symbols[intent.symbol], conditional=intent.conditional),))


def _findable(at: Speaker, intent: QueryOrder | CancelOrder) -> None:
    """An order that could not be named in the question is neither there nor not there."""
    if not (at.profile.client_ids or intent.exchange_id):
        raise Unreadable("orders are found there by the exchange's own ids only")


def _is_asked(at: Speaker, intent: QueryOrder, found: dict[str, Any]) -> bool:
    if intent.exchange_id:
        return identifier(found, "id") == intent.exchange_id
    return _client_id(at, found) == intent.client_id


def report(at: Speaker, found: dict[str, Any], listed: Listed, *, conditional: bool) -> OrderReport:
    """Quantities in base. `conditional` orders of some exchanges are over when they have placed another one."""
    filled = _amount(found, "filled", listed) or ZERO
    quantity = _amount(found, "amount", listed)
    state = STATES.get(text(found, "status"), OrderState.UNKNOWN)
    became = ""
    if conditional and at.profile.born and state is OrderState.FILLED:
        # ccxt takes what is over for filled; what was filled tells the order that this one has placed.
        state, filled, became = OrderState.TRIGGERED, ZERO, _born(at, found)
    elif state is OrderState.NEW and filled:
        state = OrderState.PARTIALLY_FILLED
    elif state is OrderState.FILLED and quantity is not None and 0 < filled < quantity:
        state = OrderState.CANCELLED  # ccxt calls closed what is over, whether all of it was filled or a part.
    if filled < 0 or (state is OrderState.FILLED and not filled):
        raise Unreadable("status and filled quantity contradict each other")
    return OrderReport(
        client_id=_client_id(at, found),
        exchange_id=identifier(found, "id"),
        state=state,
        filled=filled,
        average_price=_average(found) if filled else None,
        commission_in_base=_commission(at, found, listed),
        quantity=quantity,
        became=became,
        changed_ms=moment(found, "lastUpdateTimestamp") or moment(found, "lastTradeTimestamp"),
    )


def _client_id(at: Speaker, found: dict[str, Any]) -> str:
    """Empty where the answer does not tell it."""
    info = found.get("info")
    theirs = found.get("clientOrderId")
    if at.profile.conditional_id and isinstance(info, dict):
        theirs = info.get(at.profile.conditional_id) or theirs
    if not isinstance(theirs, str) or not theirs.isprintable():
        return ""
    return spelled_back(theirs) if at.profile.plain_ids else theirs


def _born(at: Speaker, found: dict[str, Any]) -> str:
    info = mapping(found.get("info"))
    for key in at.profile.born:
        told = info.get(key)
        first = told[0] if isinstance(told, list) and told else told
        if isinstance(first, str) and first.isalnum() and first.isascii():
            return first
    return ""


def _amount(found: dict[str, Any], key: str, listed: Listed) -> Decimal | None:
    return None if found.get(key) is None else number(found, key) * listed.unit


def _average(found: dict[str, Any]) -> Decimal | None:
    told = ZERO if found.get("average") is None else number(found, "average")
    return told if told > 0 else None


def _commission(at: Speaker, found: dict[str, Any], listed: Listed) -> Decimal:
    """Spot takes its fee out of what was bought. An answer may tell several fees, in several coins."""
    if at.market is not Market.SPOT:
        return ZERO
    fees = [fee for fee in items(found.get("fees") or []) if isinstance(fee, dict)]
    ours = [fee for fee in fees if fee.get("currency") == listed.rules.base and fee.get("cost") is not None]
    return max(sum((number(fee, "cost") for fee in ours), ZERO), ZERO)


def open_orders(at: Speaker, intent: ReadOpenOrders, told: Any) -> Outcome:
    """All or nothing: an order left out would be taken for one that is gone."""
    listed = at.symbols[intent.symbol]
    resting = [_open_order(at, found, listed) for found in map(mapping, items(told))]
    return OpenOrders(tuple(order for order in resting if (order.trigger_price is not None) is intent.conditional))


def _open_order(at: Speaker, found: dict[str, Any], listed: Listed) -> OpenOrder:
    side = SIDES.get(text(found, "side"))
    quantity = _amount(found, "amount", listed)
    if side is None or quantity is None:
        raise Unreadable("an order without side or quantity")
    stop, target = _price(found, "stopLossPrice"), _price(found, "takeProfitPrice")
    kind = ExitKind.STOP if stop is not None else ExitKind.TARGET if target is not None else None
    created = found.get("timestamp")
    return OpenOrder(
        report=report(at, found, listed, conditional=False),
        symbol=listed.rules.symbol,
        side=side,
        quantity=quantity,
        kind=kind,
        trigger_price=stop or target or _price(found, "triggerPrice"),
        created_ms=created if isinstance(created, int) and created > 0 else 0,
    )


def _price(found: dict[str, Any], key: str) -> Decimal | None:
    told = None if found.get(key) is None else number(found, key)
    return told if told is not None and told > 0 else None
