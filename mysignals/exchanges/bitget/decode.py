"""From Bitget's answer to an outcome, whatever the bytes and whichever of the four APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    WRITES,
    CancelAll,
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPermissions,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.outcomes import Accepted, Outcome, Unknown, is_gone
from mysignals.exchanges.reading import Unreadable, document, mapping
from mysignals.exchanges.wire import HttpResponse

from . import account, settings
from .cancelled import all_cancelled, cancelled
from .codes import SUCCESS
from .market_data import price, time
from .orders import acknowledged
from .refusals import code_of, refusal
from .rules import rules
from .searching import open_orders, queried
from .spelling import Spelling

GOOD = 2
"""The first digit of the status."""


def outcome(intent: Intent, response: HttpResponse, names: Spelling) -> Outcome:
    """Success is a good status and the code 00000; every refusal has a code of its own."""
    try:
        if response.status // 100 != GOOD:
            return _refused(intent, response)
        answer = mapping(document(response.body))
        if code_of(answer) != SUCCESS:
            return _refused(intent, response)
        return READERS[type(intent)](intent, answer.get("data"), names)
    except Unreadable as why:
        return Unknown(f"unreadable answer: {why}", f"HTTP {response.status}")


def _refused(intent: Intent, response: HttpResponse) -> Outcome:
    found = refusal(response, is_write=isinstance(intent, WRITES))
    nothing_rests = isinstance(intent, CancelAll) and is_gone(found)
    return Accepted() if nothing_rests else found


def _placed(intent: PlaceOrder, data: Any, _: Spelling) -> Accepted:
    return Accepted((acknowledged(data, intent.client_id, may_lack_id=intent.reduce_only),))


def _exit_placed(intent: PlaceExit, data: Any, _: Spelling) -> Accepted:
    return Accepted((acknowledged(data, intent.client_id),))


READERS: dict[type, Callable[[Any, Any, Spelling], Outcome]] = {
    PlaceOrder: _placed,
    PlaceExit: _exit_placed,
    QueryOrder: queried,
    CancelOrder: cancelled,
    CancelAll: all_cancelled,
    ReadOpenOrders: open_orders,
    ReadBalances: lambda _, data, names: account.balances(data, names),
    ReadPositions: lambda _, data, names: account.positions(data, names),
    ReadPositionMode: lambda _, data, names: settings.position_mode(data, names),
    SetPositionMode: settings.position_mode_set,
    ReadSymbolSettings: settings.symbol_settings,
    SetLeverage: settings.leverage_set,
    SetMarginMode: settings.margin_mode_set,
    ReadPermissions: lambda _, data, __: account.permissions(data),
    ReadRules: lambda _, data, names: rules(data, names),
    ReadPrice: price,
    ReadTime: lambda _, data, __: time(data),
}
