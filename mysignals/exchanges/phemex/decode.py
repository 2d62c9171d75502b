"""From Phemex's answer to an outcome, whatever the bytes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
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
from mysignals.domain.market import Market
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrders,
    OrderReport,
    Outcome,
    PriceRead,
    Reason,
    Rejected,
    TimeRead,
    Unknown,
)
from mysignals.exchanges.reading import Unreadable, document, mapping, number, whole
from mysignals.exchanges.wire import HttpResponse

from . import account
from .apis import Api, spelled
from .codes import NOTHING_FOUND
from .figures import Row
from .orders import ended_orders, found_in, open_orders, report, row_or_rows, rows, tells_no_client_id
from .refusals import Said, failure, refusal, refusal_of_status
from .rules import rules
from .scales import CONTRACT_PRICE, SPOT, told

SUCCESS = 2
"""The first digit of the status."""
ORDER_WRITES = (PlaceOrder, PlaceExit, CancelOrder)
NOT_THERE = Rejected(Reason.NOT_FOUND, "", "the order is not among those that the exchange told")


def outcome(intent: Intent, response: HttpResponse, api: Api) -> Outcome:
    market = Market.SPOT if api is Api.SPOT else Market.FUTURES
    is_write = isinstance(intent, WRITES)
    try:
        if response.status // 100 != SUCCESS:
            return refusal_of_status(response, market, is_write=is_write)
        answer = document(response.body)
        said = failure(answer, is_order=isinstance(intent, ORDER_WRITES))
        if said is not None:
            return _nothing_there(intent, said) or refusal(said, market, is_write=is_write)
        return READERS[type(intent)](intent, answer, api)
    except Unreadable as why:
        return Unknown(f"unreadable answer: {why}", f"HTTP {response.status}")


def _nothing_there(intent: Intent, said: Said) -> Outcome | None:
    """10002 instead of an empty list (EXCHANGES 6.6), and where all is cancelled already."""
    if said.codes != (NOTHING_FOUND,):
        return None
    if isinstance(intent, ReadOpenOrders):
        return OpenOrders(())
    return Accepted() if isinstance(intent, CancelAll) else None


def _data(answer: Any) -> Any:
    return mapping(answer).get("data")


def _placed(intent: PlaceOrder | PlaceExit, answer: Any, api: Api) -> Outcome:
    found = report(mapping(_data(answer)), api)
    if found.client_id != intent.client_id:
        raise Unreadable("the answer is about another order")
    return Accepted((found,))


def _queried(intent: QueryOrder, answer: Any, api: Api) -> Outcome:
    """Live futures are searched for in a list of all, the other questions are about the one order."""
    if api is not Api.SPOT and not intent.history:
        found = found_in(rows(_data(answer)), intent, api)
        return NOT_THERE if found is None else Accepted((found,))
    told_rows = row_or_rows(answer if isinstance(answer, list) else _data(answer))
    if not told_rows:
        return NOT_THERE
    return Accepted((_the_one(intent, told_rows, api),))


def _the_one(intent: QueryOrder, told_rows: list[Row], api: Api) -> OrderReport:
    found = found_in(told_rows, intent, api)
    if found is None and len(told_rows) == 1 and tells_no_client_id(told_rows[0], intent, api):
        found = report(told_rows[0], api, intent.client_id)
    if found is None:
        raise Unreadable("the answer is about another order")
    return found


def _cancelled(intent: CancelOrder, answer: Any, api: Api) -> Outcome:
    """The answer tells the state of before (EXCHANGES 6.6), so the order is what it says until it is asked for."""
    found = found_in([mapping(_data(answer))], intent, api)
    if found is None:
        raise Unreadable("the answer is about another order")
    return Accepted((found,))


def _done(_: Intent, answer: Any, __: Api) -> Accepted:
    """Code 0 is all there is to know: `data` is a word, a number of orders, or nothing."""
    mapping(answer)
    return Accepted()


def _open_orders(intent: ReadOpenOrders, answer: Any, api: Api) -> OpenOrders:
    if intent.history:
        return ended_orders(answer if isinstance(answer, list) else _data(answer), intent, api)
    return open_orders(_data(answer), intent, api)


def _balances(intent: ReadBalances, answer: Any, api: Api) -> Outcome:
    return account.wallets(_data(answer)) if api is Api.SPOT else account.balance(_data(answer), api)


def _price(intent: ReadPrice, answer: Any, api: Api) -> PriceRead:
    result = mapping(mapping(answer).get("result"))
    price = _last(result, api)
    if price <= 0 or result.get("symbol") != spelled(intent.symbol, api):
        raise Unreadable("not a price of the symbol")
    return PriceRead(price)


def _last(result: dict[str, Any], api: Api) -> Decimal:
    if api is Api.USDT_M:
        return number(result, "lastRp" if "lastRp" in result else "closeRp")
    return told(result, "lastEp", SPOT if api is Api.SPOT else CONTRACT_PRICE)


READERS: dict[type, Callable[[Any, Any, Api], Outcome]] = {
    PlaceOrder: _placed,
    PlaceExit: _placed,
    QueryOrder: _queried,
    CancelOrder: _cancelled,
    CancelAll: _done,
    ReadOpenOrders: _open_orders,
    ReadBalances: _balances,
    ReadPositions: lambda intent, answer, api: account.positions(_data(answer), api, intent.symbol),
    ReadPositionMode: lambda _, answer, __: account.position_mode(_data(answer)),
    ReadSymbolSettings: lambda intent, answer, api: account.symbol_settings(_data(answer), api, intent.symbol),
    SetPositionMode: _done,
    SetLeverage: _done,
    SetMarginMode: _done,
    ReadRules: lambda intent, answer, _: rules(_data(answer), intent.market),
    ReadPrice: _price,
    ReadTime: lambda _, answer, __: TimeRead(whole(mapping(_data(answer)), "serverTime")),
}
