"""Does a replaced key open the account that the open copies are on? One of their entries has to be found with it."""

from __future__ import annotations

from collections.abc import Generator

from sqlalchemy import text

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg, ReadTrade
from mysignals.domain.outcomes import Accepted, Outcome, Trade
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.look_up import is_absent, looked_up
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials, Reply
from mysignals.extensions import db

from .follow.load import Followed, load
from .follow.session import session_of
from .unmapped import counting
from .venues import blocking_transport

OPEN = text("""
    SELECT id FROM deliveries WHERE account_id = :account AND state IN ('accepted', 'partially_filled', 'filled')
    ORDER BY id DESC LIMIT 3
""")
"""The newest: an exchange forgets old orders."""


def is_same_account(account_id: int, key: Credentials) -> bool | None:
    """False where none of the open copies is found with the key; None where the exchange did not tell."""
    followed = load(list(db.session.scalars(OPEN, {"account": account_id})))
    db.session.rollback()  # No transaction stays open while the exchange answers.
    if not followed:
        return True
    with counting() as count:
        transport = blocking_transport()
        found = [transport.run(_found(session_of(item, key, count), item)) for item in followed]
    if any(isinstance(outcome, Accepted | Trade) for outcome in found):
        return True
    return False if all(is_absent(outcome) for outcome in found) else None


def _found(session: Session, item: Followed) -> Generator[Call, Reply, Outcome]:
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        return (yield from session.ask(ReadTrade(session.exchange_ids.get(Leg.ENTRY, ""))))
    return (yield from looked_up(session, item.plan, Leg.ENTRY))
