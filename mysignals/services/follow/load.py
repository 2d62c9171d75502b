"""A turn's deliveries with all that following them needs, in a constant number of statements."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import Plan
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.moments import Moments
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.standing import Known, Legs
from mysignals.extensions import db
from mysignals.models import AccountSymbolSetting, Delivery, ExchangeAccount, Following, Order, Signal
from mysignals.services import rules
from mysignals.services.named_exits import named_exits
from mysignals.services.rebuilt import rebuilt

from .crowds import crowded
from .placed import Orders, as_placed

log = logging.getLogger(__name__)
Listing = tuple[str, str, str, str]
"""Exchange, environment, market, symbol."""
TARGETS_WITHOUT_A_FOLLOWING = "first"
"""Of a follower who has unfollowed: the nearest target ends the exposure soonest, and one exit over the whole
quantity cannot be refused in parts, as a ladder's can."""

BY_HARM = (
    Delivery.unprotected_since.is_(None),
    (Signal.market != "spot") | (Delivery.state == "filled"),
    Delivery.followed_at.asc().nulls_first(),
    Delivery.id,
)
"""Where an exchange has no room for all questions, first those of what is open without a stop, then of what would fill
without one, then of what has waited longest."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A live delivery with its rows, read and detached, and its plan as it was sent."""

    delivery: Delivery
    signal: Signal
    account: ExchangeAccount
    orders: Orders
    plan: Plan
    choice: Choice
    close_unprotected: bool
    position_mode: str | None
    settings_are_known: bool
    """Whether margin mode and position mode of the symbol are remembered."""
    taken: set[str]
    """The exchange's ids of the account's exits that have found their delivery; one set for all of the account."""
    is_crowded: bool = False
    """Whether another copy of the symbol is, or was of late, on the account: its exits may have closed this one."""
    moments: Moments = field(default_factory=Moments)
    """Of this turn's conversation."""
    is_touched: bool = False
    """Whether the price has just reached an order of it."""

    @property
    def exchange_ids(self) -> dict[Leg, str]:
        """What the exchange calls them, as far as it has told."""
        return {leg: order.exchange_order_id for leg, order in self.orders.items() if order.exchange_order_id}

    @property
    def client_ids(self) -> dict[Leg, str]:
        """Our own ids of them: an exit that was replaced has another than its first."""
        return {leg: order.client_order_id for leg, order in self.orders.items()}

    @property
    def legs(self) -> Legs:
        return {leg: _known(order) for leg, order in self.orders.items()}


def load(ids: Sequence[int], *, is_touched: bool = False) -> list[Followed]:
    """Those of `ids` whose entry and whose symbol's rules are known. `is_touched` holds for all of them."""
    if not ids:
        return []
    rows = db.session.execute(
        select(Delivery, Signal, ExchangeAccount, AccountSymbolSetting, Following.targets, Following.on_unprotected)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .outerjoin(Following, Following.id == Delivery.following_id)
        .outerjoin(
            AccountSymbolSetting,
            (AccountSymbolSetting.account_id == Delivery.account_id) & (AccountSymbolSetting.symbol == Signal.symbol),
        )
        .where(Delivery.id.in_(ids))
        .order_by(*BY_HARM)
    ).all()
    orders = _orders(ids)
    taken = named_exits({account.id: account.exchange for _, _, account, *_ in rows})
    kept = _rules({_market(signal, account) for _, signal, account, *_ in rows})
    crowds = crowded({account.id for _, _, account, *_ in rows})
    # Detached, because a rollback would forget what was read.
    db.session.expunge_all()
    found = []
    for delivery, signal, account, settings, *choices in rows:
        row = _Rows(delivery, signal, account, settings, orders[delivery.id], taken[account.id])
        try:
            followed = _followed(row, kept, *choices)
        except (ArithmeticError, LookupError, ValueError):
            # A bug of ours: one that cannot be followed must not cost all the others their turn.
            log.exception("delivery %s cannot be followed", delivery.id)
            continue
        if followed is not None:
            is_crowded = (account.id, signal.symbol) in crowds
            found.append(replace(followed, is_crowded=is_crowded, is_touched=is_touched))
    return found


def _orders(ids: Sequence[int]) -> defaultdict[int, Orders]:
    """By delivery; the entry comes first, because what the exits mean depends on it."""
    found: defaultdict[int, Orders] = defaultdict(dict)
    order_of = {leg.value: number for number, leg in enumerate(Leg)}
    rows = db.session.scalars(select(Order).where(Order.delivery_id.in_(ids))).all()
    for row in sorted(rows, key=lambda row: order_of[row.leg]):
        found[row.delivery_id][Leg(row.leg)] = row
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database holds of one delivery."""

    delivery: Delivery
    signal: Signal
    account: ExchangeAccount
    settings: AccountSymbolSetting | None
    orders: Orders
    taken: set[str]


def _market(signal: Signal, account: ExchangeAccount) -> Listing:
    return account.exchange, account.environment, signal.market, signal.symbol


def _rules(wanted: set[Listing]) -> dict[Listing, SymbolRules | None]:
    return {key: rules.find(Market(key[2]), key[3], key[0], key[1]) for key in wanted}


def _followed(
    rows: _Rows, kept: dict[Listing, SymbolRules | None], targets: str | None, on_unprotected: str | None
) -> Followed | None:
    symbol_rules = kept[_market(rows.signal, rows.account)]
    if Leg.ENTRY not in rows.orders or symbol_rules is None:
        return None
    exchange, market, version = rows.account.exchange, Market(rows.signal.market), rows.account.api_version
    if not is_offered(exchange, market, version):
        log.warning("delivery %s cannot be followed: %s %s is not offered here", rows.delivery.id, exchange, version)
        return None
    own_mode = None if dialect_for(exchange, market, version).abilities.mode_per_symbol else rows.account.position_mode
    choice = Choice(rows.signal.targets, rows.delivery.targets or targets or TARGETS_WITHOUT_A_FOLLOWING)
    return Followed(
        delivery=rows.delivery,
        signal=rows.signal,
        account=rows.account,
        orders=rows.orders,
        plan=as_placed(
            rebuilt(rows.signal, choice, rows.orders[Leg.ENTRY].quantity, symbol_rules, rows.settings), rows.orders
        ),
        choice=choice,
        # One who has unfollowed is told: nothing is sold without a choice that says so. A trade by hand has no such.
        close_unprotected=on_unprotected == "close" or rows.delivery.trade_sizing is not None,
        position_mode=(rows.settings and rows.settings.position_mode) or own_mode,
        settings_are_known=rows.settings is not None,
        taken=rows.taken,
    )


def _known(order: Order) -> Known:
    changed = order.updated_at or order.created_at
    since_ms = int(changed.timestamp() * 1000)
    return Known(OrderState(order.state), order.quantity, order.filled_quantity, since_ms, order.reason or "")
