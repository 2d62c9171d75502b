"""What a person has open by this platform: how much, protected by what, and what it is worth now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from mysignals.domain.lifecycle import LIVE, State
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import STOPS, TARGETS
from mysignals.domain.results import FEES
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Order, Signal, SymbolRule, User

from . import paging, prices
from .errors import NotFound

OPEN = (State.SENDING, State.UNKNOWN, *LIVE)
_STANDS = (OrderState.NEW, OrderState.PENDING, OrderState.PARTIALLY_FILLED, OrderState.TRIGGERED)
_WAIT_S = 2.0
"""How long a page waits for prices; they were all asked for at once."""
_FRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Position:
    """One copy or trade. Prices in quote; quantities in base, on inverse contracts in contracts."""

    delivery_id: int
    state: str
    opened_at: datetime
    symbol: str
    side: str
    market: str
    leverage: int | None
    provider: str
    account_id: int
    exchange: str
    environment: str
    api_version: str
    label: str
    bought: Decimal
    sold: Decimal
    paid: Decimal | None
    """The entry's average price; where the exchange never tells it, its limit. None where there is neither."""
    stops: tuple[Decimal, ...]
    """Of stop orders that stand at the exchange."""
    targets: tuple[Decimal, ...]
    unprotected_since: datetime | None
    is_closing: bool
    tick: Decimal | None
    base: str
    quote: str
    contract_value: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.bought - self.sold, Decimal(0))

    @property
    def unit(self) -> str:
        return "contracts" if self.contract_value else self.base

    @property
    def priced(self) -> prices.Quote:
        return prices.Quote(self.exchange, self.environment, self.api_version, Market(self.market), self.symbol)


@dataclass(frozen=True, slots=True)
class Worth:
    """What is still open. Amounts in quote, None of inverse contracts; `percent` of what was put in, without leverage.

    `profit` and `percent` are net of `fees`: what the entry of that part has cost, without any discount.
    """

    price: Decimal
    profit: Decimal | None
    percent: Decimal | None
    fees: Decimal | None = None

    @property
    def before_fees(self) -> Decimal | None:
        return None if self.profit is None or self.fees is None else self.profit + self.fees


def open_of(user: User, page: int) -> paging.Page[Position]:
    """One page, newest first, in a constant number of statements."""
    found = paging.of_rows(_rows(user, OPEN), page)
    return paging.Page(_positions(found.items), found.total)


def everything_of(user: User, most: int = 200) -> paging.Page[Position]:
    """What stopping everything would end: also what waits to be sent. The first `most`, and how many there are."""
    query = _rows(user, (State.QUEUED, *OPEN))
    return paging.Page(_positions(db.session.execute(query.limit(most)).all()), paging.count(query))


def one_of(user: User, delivery_id: int) -> Position:
    """Raises NotFound for what is over, and for another's."""
    rows = db.session.execute(_rows(user, (State.QUEUED, *OPEN)).where(Delivery.id == delivery_id)).all()
    if not rows:
        raise NotFound("You have no such position: it is over, or it never was yours.")
    return _positions(rows)[0]


def worth(open_now: Sequence[Position]) -> dict[int, Worth]:
    """By delivery, of those whose exchange tells a price in time. No transaction is open meanwhile."""
    db.session.rollback()
    held = [one for one in open_now if one.left]
    board = prices.board()
    for quote in {one.priced for one in held}:
        board.expect(quote, _FRESH_S)
    found = {quote: board.of(quote, _FRESH_S, _WAIT_S) for quote in {one.priced for one in held}}
    return {one.delivery_id: _worth(one, price) for one in held if (price := found[one.priced]) is not None}


def _worth(one: Position, price: Decimal) -> Worth:
    if not one.paid:
        return Worth(price, None, None)
    up, rate = 1 if one.side == "BUY" else -1, FEES[one.market]
    percent = (price / one.paid - 1) * up * 100 - rate
    if one.contract_value:
        return Worth(price, None, percent)
    put_in = one.paid * one.left
    return Worth(price, put_in * percent / 100, percent, put_in * rate / 100)


def _rows(user: User, states: Sequence[State]) -> Select[Delivery, Signal, ExchangeAccount, str, SymbolRule]:
    return (
        select(Delivery, Signal, ExchangeAccount, User.user_name, SymbolRule)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .join(User, User.id == Signal.provider_id)
        .outerjoin(
            SymbolRule,
            (SymbolRule.exchange == ExchangeAccount.exchange)
            & (SymbolRule.environment == ExchangeAccount.environment)
            & (SymbolRule.market == Signal.market)
            & (SymbolRule.symbol == Signal.symbol),
        )
        .where(Delivery.user_id == user.id, Delivery.state.in_([state.value for state in states]))
        .order_by(Delivery.id.desc())
    )


def _positions(rows: Sequence[Any]) -> list[Position]:
    orders: defaultdict[int, list[Order]] = defaultdict(list)
    ids = [row[0].id for row in rows]
    for order in db.session.scalars(select(Order).where(Order.delivery_id.in_(ids)).order_by(Order.id)) if ids else ():
        orders[order.delivery_id].append(order)
    return [_position(row, orders[row[0].id]) for row in rows]


def _position(row: Any, orders: Sequence[Order]) -> Position:
    delivery, signal, account, provider, rule = row
    entry = next((order for order in orders if order.leg == "entry"), None)
    return Position(
        delivery_id=delivery.id,
        state=delivery.state,
        opened_at=delivery.created_at,
        symbol=signal.symbol,
        side=signal.side,
        market=signal.market,
        leverage=signal.leverage,
        provider=provider,
        account_id=account.id,
        exchange=account.exchange,
        environment=account.environment,
        api_version=account.api_version,
        label=account.label,
        bought=entry.filled_quantity if entry else Decimal(0),
        sold=sum((order.filled_quantity for order in orders if order.leg != "entry"), Decimal(0)),
        paid=(entry.average_price or entry.price) if entry else None,
        stops=_standing(orders, STOPS),
        targets=_standing(orders, TARGETS),
        unprotected_since=delivery.unprotected_since,
        is_closing=delivery.cancel_asked_at is not None and delivery.close_quantity is None,
        tick=rule.tick if rule else None,
        base=rule.base if rule else "",
        quote=rule.quote if rule else "",
        contract_value=rule.contract_value if rule else Decimal(0),
    )


def _standing(orders: Sequence[Order], legs: Sequence[str]) -> tuple[Decimal, ...]:
    """Prices of those that the exchange has, each once, in the order of the legs."""
    stand = [order for order in orders if order.leg in legs and order.state in _STANDS]
    found = [order.trigger_price or order.price for order in sorted(stand, key=lambda order: order.leg)]
    return tuple(dict.fromkeys(price for price in found if price is not None))
