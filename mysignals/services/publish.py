"""Publishing: the signal and its queued deliveries, stored in one transaction."""

from __future__ import annotations

import logging

from sqlalchemy import text

from mysignals import dispatch
from mysignals.domain.signal import Draft, faults
from mysignals.extensions import db
from mysignals.models import Signal, User

from . import opens_and_closes, rules
from .errors import Invalid, NotAllowed

log = logging.getLogger(__name__)

ENTITLED = """
        FROM followings f
        JOIN exchange_accounts a ON a.id = f.account_id AND a.status <> 'disabled'
        JOIN users u ON u.id = f.user_id AND u.is_activated AND u.blocked_at IS NULL
             AND u.plan = 'pro' AND u.plan_until > now()
        WHERE f.provider_id = :provider_id AND NOT f.paused
          AND (f.symbols = '{}' OR :symbol = ANY (f.symbols))
"""
QUEUE = text(f"""
    WITH queued AS (
        INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange, targets, created_at)
        SELECT :signal_id, a.id, f.user_id, f.id, a.exchange, f.targets, :published_at
        {ENTITLED}
        -- One that is just being paused or ended is waited for, and looked at again: nothing is copied behind a stop of
        -- everything. Accounts first, as who removes one locks them.
        FOR KEY SHARE OF a, f
        ON CONFLICT (signal_id, account_id) WHERE retry_of IS NULL DO NOTHING
        RETURNING user_id
    )
    SELECT count(*), count(DISTINCT user_id), EXISTS (
        SELECT FROM users WHERE id = :provider_id AND role = 'Provider' AND is_activated AND blocked_at IS NULL)
    FROM queued
""")  # noqa: S608 - nothing but our own words
"""How many deliveries, of how many people; and whether it is a provider still, behind whoever has just blocked them, or
taken the role, and ended their signals.
"""
REACH = text(f"SELECT count(*), count(DISTINCT f.user_id) {ENTITLED}")


def publish(provider: User, draft: Draft) -> Signal:
    """Store the signal and one queued delivery per entitled account; the fan-out starts after the commit.

    Raises NotAllowed without a wallet to be paid on, or for who is no provider any more, and Invalid naming every field
    that breaks a rule.
    """
    check(provider, draft)
    signal, _ = announce(provider, draft)
    db.session.commit()
    return signal


def check(provider: User, draft: Draft) -> None:
    """Raises what `publish` would refuse `draft` with."""
    _expect_wallet(provider)
    listed = rules.for_draft(draft.market, draft.symbol)
    found = [faults(draft, symbol_rules) for symbol_rules in listed] or [faults(draft, None)]
    if all(found):
        raise Invalid(found[0])


def reach(provider: User, symbol: str) -> tuple[int, int]:
    """To how many accounts a signal would go at this moment, and of how many people."""
    accounts, people = db.session.execute(REACH, {"provider_id": provider.id, "symbol": symbol}).one()
    return accounts, people


def announce(provider: User, draft: Draft) -> tuple[Signal, int]:
    """The same for a draft that has been checked, within the caller's transaction; and how many people it goes to."""
    _expect_wallet(provider)
    published_at = opens_and_closes.opens(provider.id)
    signal = signal_of(provider, draft)
    signal.created_at = published_at
    db.session.add(signal)
    db.session.flush()
    values = {"signal_id": signal.id, "provider_id": provider.id, "symbol": signal.symbol}
    queued, people, is_provider = db.session.execute(QUEUE, values | {"published_at": published_at}).one()
    if not is_provider:
        db.session.rollback()
        raise NotAllowed("You are no provider any more.")
    if queued:
        dispatch.after_commit(db.session, "fan_out.split", signal.id)
    log.info("signal %s of user %s, %s deliveries queued", signal.id, provider.id, queued)
    return signal, people


def signal_of(provider: User, draft: Draft) -> Signal:
    """Not stored yet."""
    second, third = (*draft.targets[1:], None, None)[:2]
    return Signal(
        provider=provider,
        market=draft.market.value,
        symbol=draft.symbol,
        side=draft.side.value,
        entry_type=draft.entry_type.value,
        quantity=draft.quantity,
        price=draft.price,
        stop=draft.stop,
        target1=draft.targets[0],
        target2=second,
        target3=third,
        leverage=draft.leverage,
        short_text=draft.short_text,
    )


def _expect_wallet(provider: User) -> None:
    if not provider.wallet:
        raise NotAllowed("A provider needs a wallet to be paid on. Set one first: POST /provider/update_wallet.")
