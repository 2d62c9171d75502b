"""What Bitget says to a cancel: of one order, of a list of one, of all (EXCHANGES 4.3, 5.6, 5.7)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import CancelAll, CancelOrder
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Rejected, Unknown, is_gone
from mysignals.exchanges.reading import Unreadable, items, mapping, printable

from .fields import identifier_or_empty, text_or_empty
from .refusals import by_code, code_of
from .spelling import Spelling

SUCCESSES, FAILURES = ("successList",), ("failureList", "fail_infos")
CODES, WORDS = ("errorCode", "err_code"), ("errorMsg", "err_msg")
CLIENT_IDS = ("clientOid", "clientOrderId")


def cancelled(intent: CancelOrder, data: Any, _: Spelling) -> Outcome:
    """An ordinary order's cancel is only received; what the order had filled until then has to be asked for.

    A conditional one has filled nothing, and its cancel names it in a list, or says no more than `success`.
    """
    if isinstance(data, dict) and any(name in data for name in (*SUCCESSES, *FAILURES)):
        return _listed_cancelled(intent, data)
    if not intent.conditional:
        return Accepted((_named(intent, data, OrderState.NEW),))
    if isinstance(data, dict) and "result" in data:
        if data["result"] != "success":
            raise Unreadable("neither success nor an error")
        data = None
    return Accepted((_named(intent, data, OrderState.CANCELLED),))


def _named(intent: CancelOrder, data: Any, state: OrderState) -> OrderReport:
    """The order by its ids as told; v1 answers with the exchange's id alone, or names nothing."""
    told = data if isinstance(data, dict) else {"orderId": data}
    exchange_id, client_id = identifier_or_empty(told, "orderId"), _client_id(told)
    if not (exchange_id or client_id or intent.conditional):
        raise Unreadable("no order in the answer")
    asked_for_another = intent.exchange_id and exchange_id not in ("", intent.exchange_id)
    if asked_for_another or (not intent.exchange_id and client_id not in ("", intent.client_id)):
        raise Unreadable("the answer is about another order")
    return OrderReport(client_id or intent.client_id, exchange_id or intent.exchange_id, state)


def _client_id(told: dict[str, Any]) -> str:
    return next((text_or_empty(told, name) for name in CLIENT_IDS if told.get(name)), "")


def _listed_cancelled(intent: CancelOrder, data: dict[str, Any]) -> Outcome:
    """The envelope says 00000 although the order may be among those that failed."""
    for told in _listed(data, FAILURES):
        if _is_asked(intent, told):
            return _failure(told)
    for told in _listed(data, SUCCESSES):
        if _is_asked(intent, told):
            return Accepted((_report(told),))
    raise Unreadable("the answer is about another order")


def all_cancelled(_: CancelAll, data: Any, names: Spelling) -> Outcome:
    """One order that could not be cancelled, and is not gone otherwise, makes the whole a failure.

    Spot may only say that the cancelling has begun.
    """
    if not isinstance(data, dict) or not any(name in data for name in FAILURES):
        if names.market is Market.SPOT:
            return Accepted()
        raise Unreadable("the answer does not say whether any order failed")
    for told in _listed(data, FAILURES):
        failure = _failure(told)
        if not is_gone(failure):
            return failure
    return Accepted(tuple(_report(told) for told in _listed(data, SUCCESSES)))


def _listed(data: dict[str, Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    lists = (data[name] for name in names if data.get(name) is not None)
    return [mapping(row) for rows in lists for row in items(rows)]


def _is_asked(intent: CancelOrder, told: dict[str, Any]) -> bool:
    if intent.exchange_id:
        return identifier_or_empty(told, "orderId") == intent.exchange_id
    return _client_id(told) == intent.client_id


def _failure(told: dict[str, Any]) -> Rejected | Unknown:
    """Where the list tells words and no code, nobody knows."""
    code = next((code_of({"code": told[name]}) for name in CODES if told.get(name)), "")
    message = next((printable(told[name]) for name in WORDS if isinstance(told.get(name), str)), "")
    return by_code(code, message, is_write=True) if code else Unknown(f"an order was not cancelled: {message}")


def _report(told: dict[str, Any]) -> OrderReport:
    return OrderReport(_client_id(told), identifier_or_empty(told, "orderId"), OrderState.CANCELLED)
