"""Which exits of an account have found their delivery, where an exchange makes them itself and names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, or_, select, text

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.plan import STOPS, TARGETS
from mysignals.exchanges.registry import NAMES, dialect_for, markets_of
from mysignals.extensions import db
from mysignals.models import Delivery, Order

RESTING = ("new", "pending", "partially_filled", "triggered")
WITH_RIDING_EXITS = frozenset(
    name
    for name in NAMES
    for market in markets_of(name)
    if dialect_for(name, market).abilities.exits is ExitStyle.ATTACHED
)


def named_exits(exchange_of: Mapping[int, str]) -> defaultdict[int, set[str]]:
    """The exchange's names by account, of those whose exchange makes exits itself: one statement, or none.

    `exchange_of` are the accounts with their exchanges. What is long over is left out: nobody looks for it any more.
    """
    found: defaultdict[int, set[str]] = defaultdict(set)
    accounts = [account_id for account_id, exchange in exchange_of.items() if exchange in WITH_RIDING_EXITS]
    if not accounts:
        return found
    changed = func.coalesce(Order.updated_at, Order.created_at)
    rows = db.session.execute(
        select(Delivery.account_id, Order.exchange_order_id)
        .join(Order, Order.delivery_id == Delivery.id)
        .where(
            Delivery.account_id.in_(accounts),
            Order.exchange_order_id.is_not(None),
            Order.leg.in_([leg.value for leg in (*STOPS, *TARGETS)]),
            or_(Order.state.in_(RESTING), changed > func.now() - text("interval '1 day'")),
        )
    )
    for account_id, name in rows:
        found[account_id].add(name or "")
    return found
