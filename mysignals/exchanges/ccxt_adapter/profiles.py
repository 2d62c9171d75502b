"""What is known of single exchanges beyond what ccxt tells of all: how an order of ours is found again, and how long
a request is good for.

An exchange that stands here was read in ccxt's source and in its own documents, and is tested with canned answers. Any
other gets `UNKNOWN`: no ids of ours, no leverage, and nothing is promised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mysignals.domain.intents import CancelOrder, QueryOrder, SetMarginMode
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason

Asked = QueryOrder | CancelOrder
Find = Callable[[Any, QueryOrder, str, str], Any]
"""(exchange, query, ccxt's symbol, our id as spelled there) -> one order or a list, by ccxt's own methods."""
Cancel = Callable[[Any, CancelOrder, str, str], Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """`options` are given to ccxt so that every call of ours is one request. Codes are the exchange's own, as text."""

    options: dict[str, Any]
    find: Find
    cancel: Cancel
    client_ids: bool = False
    """Whether orders carry ids of ours and are found by them, documented for placing and for looking up."""
    plain_ids: bool = False
    """Ids may hold letters and digits only."""
    hedge_mode: bool = False
    leverage: bool = False
    has_history: bool = False
    margin_with_orders: bool = False
    """Every order says `cross` or `isolated`; the setting is none of the symbol."""
    settings: Callable[[Any, str], Any] | None = None
    """(exchange, symbol) -> what fetch_leverage tells; None where that is right."""
    set_margin_mode: Callable[[Any, str, SetMarginMode], Any] | None = None
    """(exchange, symbol, setting); where it answers with a `marginMode`, that must be the wanted one. None where
    ccxt's own set_margin_mode is right."""
    conditional_id: str = ""
    """What the exchange calls our id of a conditional order, where ccxt does not know its name."""
    conditional_type: dict[Market, dict[str, Any]] = field(default_factory=dict)
    """What a list of conditional orders is asked with."""
    born: tuple[str, ...] = ()
    """Where a triggered order names the one that it has placed, where that is another one."""
    deadline_header: str = ""
    """A header with the moment (Unix ms) after which an ordinary order is refused."""
    window_ms: int | None = None
    """How long a request is good for where we cannot say it with the request; None where `recvWindow` says it."""
    duplicates: frozenset[str] = frozenset()
    """ccxt calls them InvalidOrder; they prove that an earlier send arrived."""
    ambiguous: frozenset[str] = frozenset()
    already_so: frozenset[str] = frozenset()
    """Errors that say that a setting is what we asked for."""
    reasons: dict[str, Reason] = field(default_factory=dict)
    """Where ccxt's class is too wide."""


def _okx_find(exchange: Any, query: QueryOrder, symbol: str, our_id: str) -> Any:
    trigger = {"trigger": True} if query.conditional else {}
    if query.exchange_id:
        return exchange.fetch_order(query.exchange_id, symbol, trigger)
    return exchange.fetch_order(None, symbol, {**trigger, "clientOrderId": our_id})


def _okx_cancel(exchange: Any, cancel: CancelOrder, symbol: str, our_id: str) -> Any:
    trigger = {"trigger": True} if cancel.conditional else {}
    if cancel.exchange_id:
        return exchange.cancel_order(cancel.exchange_id, symbol, trigger)
    return exchange.cancel_order(None, symbol, {**trigger, "clientOrderId": our_id})


OKX = Profile(
    options={"createOrder": "privatePostTradeOrder", "adjustForTimeDifference": False, "timeDifference": 0},
    find=_okx_find,
    cancel=_okx_cancel,
    client_ids=True,
    plain_ids=True,
    hedge_mode=True,
    leverage=True,
    margin_with_orders=True,
    conditional_id="algoClOrdId",
    conditional_type={Market.SPOT: {"ordType": "trigger"}, Market.FUTURES: {"ordType": "conditional"}},
    born=("ordIdList", "ordId"),
    deadline_header="expTime",
    window_ms=30_000,
    duplicates=frozenset({"51016", "51065"}),
    ambiguous=frozenset({"50004", "50013", "50026"}),
    reasons={
        "50110": Reason.IP,
        "51020": Reason.MINIMUM,
        "51121": Reason.PRECISION,
        "51169": Reason.REDUCE_ONLY,
        "51277": Reason.TRIGGER,
        "51278": Reason.TRIGGER,
        "51279": Reason.TRIGGER,
        "51280": Reason.TRIGGER,
        "59000": Reason.MODE,
        "59107": Reason.LEVERAGE,
        "59108": Reason.LEVERAGE,
    },
)
"""OKX, API v5. Ordinary orders carry `expTime`; conditional ones are good for 30 s after their timestamp."""


def _bybit_find(exchange: Any, query: QueryOrder, symbol: str, our_id: str) -> Any:
    """fetch_order wants the exchange's id; lists take either, and tell at most the one that is asked for."""
    by = {"orderId": query.exchange_id} if query.exchange_id else {"orderLinkId": our_id}
    listed = exchange.fetch_canceled_and_closed_orders if query.history else exchange.fetch_open_orders
    return listed(symbol, None, None, by)


def _bybit_cancel(exchange: Any, cancel: CancelOrder, symbol: str, our_id: str) -> Any:
    kept_apart = {"orderFilter": "StopOrder"} if cancel.conditional and cancel.market is Market.SPOT else {}
    if cancel.exchange_id:
        return exchange.cancel_order(cancel.exchange_id, symbol, kept_apart)
    return exchange.cancel_order(None, symbol, {**kept_apart, "orderLinkId": our_id})


BYBIT_MARGIN_MODES = {"REGULAR_MARGIN": "cross", "ISOLATED_MARGIN": "isolated", "PORTFOLIO_MARGIN": "cross"}
"""In portfolio margin too, positions answer for each other."""


def _bybit_settings(exchange: Any, symbol: str) -> Any:
    """The margin mode is the account's. The leverage would be another question: 0 says that it is not known."""
    told = exchange.safe_dict(exchange.privateGetV5AccountInfo({}), "result", {})
    mode = BYBIT_MARGIN_MODES.get(exchange.safe_string(told, "marginMode"))
    return {"symbol": symbol, "marginMode": mode, "longLeverage": 0, "shortLeverage": 0}


def _bybit_margin_mode(exchange: Any, symbol: str, _: SetMarginMode) -> Any:
    """Asked, not set: ccxt would set that of the whole account, with every position that it holds."""
    return _bybit_settings(exchange, symbol)


BYBIT = Profile(
    # Told in advance, else ccxt asks two questions more before the first order.
    options={"enableUnifiedMargin": False, "enableUnifiedAccount": True, "unifiedMarginStatus": 6, "timeDifference": 0},
    find=_bybit_find,
    cancel=_bybit_cancel,
    client_ids=True,
    leverage=True,
    has_history=True,
    settings=_bybit_settings,
    set_margin_mode=_bybit_margin_mode,
    duplicates=frozenset({"110072", "170141"}),
    ambiguous=frozenset({"10000", "10016", "170007"}),
    already_so=frozenset({"110043", "110025", "110026", "30084"}),
    reasons={
        "10010": Reason.IP,
        "10029": Reason.SYMBOL,
        "110008": Reason.TOO_LATE,
        "110009": Reason.TOO_MANY,
        "110010": Reason.TOO_LATE,
        "110013": Reason.LEVERAGE,
        "110017": Reason.REDUCE_ONLY,
        "110020": Reason.TOO_MANY,
        "110028": Reason.MODE,
        "110092": Reason.TRIGGER,
        "110093": Reason.TRIGGER,
        "110094": Reason.MINIMUM,
        "170124": Reason.PRECISION,
        "170136": Reason.MINIMUM,
        "170140": Reason.MINIMUM,
    },
)
"""Bybit, API v5, unified accounts. One-way mode: the position mode is told by no call of its own."""


def _find_by_its_id(exchange: Any, query: QueryOrder, symbol: str, _: str) -> Any:
    """Without the exchange's id nothing can be told, neither that an order is there nor that it is not."""
    if not query.exchange_id:
        return exchange.fetch_open_orders(symbol)
    return exchange.fetch_order(query.exchange_id, symbol)


def _cancel_by_its_id(exchange: Any, cancel: CancelOrder, symbol: str, _: str) -> Any:
    """As above: what cannot be named is not cancelled."""
    if not cancel.exchange_id:
        return exchange.fetch_open_orders(symbol)
    return exchange.cancel_order(cancel.exchange_id, symbol)


UNKNOWN = Profile(options={}, find=_find_by_its_id, cancel=_cancel_by_its_id, window_ms=300_000)
"""Of an exchange nobody has looked at. Five minutes are more than any we know allows a request."""

PROFILES = {"okx": OKX, "bybit": BYBIT}


def profile_of(name: str) -> Profile:
    return PROFILES.get(name, UNKNOWN)
