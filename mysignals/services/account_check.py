"""Checking an account's key against its exchange, by a worker; the owner is told the result."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import current_app
from redis import Redis
from sqlalchemy import select, text

from mysignals import clock, dispatch
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason
from mysignals.domain.reasons import display_name
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.key_check import KeyCheck, check_key
from mysignals.exchanges.registry import NAMES, dialects_of, shortcomings_of, versions_of
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Notification

from . import key_proof, keys, live, turns
from .venues import blocking_transport

log = logging.getLogger(__name__)
ANOTHER_ACCOUNT = (
    "It opens another account of the exchange: none of your open copies is found with it. Save a key of their account. "
    "Until then nobody looks after them; their stops and targets rest on the exchange."
)
WAITING = text("""
    SELECT id FROM exchange_accounts
    WHERE (status = 'checking' OR (check_asked_at IS NOT NULL AND status <> 'disabled'))
      AND greatest(coalesce(checked_at, created_at), check_asked_at) < now() - interval '15 seconds'
    ORDER BY coalesce(checked_at, created_at), id LIMIT 200
""")


def check(account_id: int) -> None:
    """Ask the exchange whether the key may be used, and store the answer.

    Where the exchange cannot be reached `check_waiting` asks again: the account stays `checking`, or to be checked.
    """
    account = db.session.get(ExchangeAccount, account_id)
    if account is None or account.status == "disabled":
        return
    sealed = bytes(account.sealed_credentials)
    exchange, environment, version = account.exchange, account.environment, account.api_version
    is_unproven = account.unproven
    db.session.rollback()  # No transaction stays open while the exchange answers.
    found = _answer(exchange, environment, version, sealed)
    if found.ok and is_unproven:
        found = _proved(account_id, exchange, sealed, found)
    _store(account_id, sealed, found)


def _proved(account_id: int, exchange: str, sealed: bytes, found: KeyCheck) -> KeyCheck:
    """The same where the key finds what is open on the account; else why it may not be used."""
    same = key_proof.is_same_account(account_id, keys.open_key(sealed))
    if same is None:
        return KeyCheck(
            False, None, f"Whether it is the same {display_name(exchange)} account was not told.", is_final=False
        )
    if not same:
        return KeyCheck(False, Reason.NOT_FOUND, ANOTHER_ACCOUNT)
    return found


def _answer(exchange: str, environment: str, version: str, sealed: bytes) -> KeyCheck:
    """What becomes of the key; what cannot even be asked is refused with what to do about it."""
    key = keys.open_or_none(sealed)
    if key is None:
        return KeyCheck(False, Reason.AUTH, "This worker cannot open the key. Save it again under Accounts.")
    if exchange not in NAMES or version not in ("", *versions_of(exchange)):
        return KeyCheck(False, Reason.RETIRED, f"{display_name(exchange)} {version} is not offered here any more.")
    return _found(dialects_of(exchange, version), key, environment)


def _found(dialects: Mapping[Market, Dialect], credentials: Credentials, environment: str) -> KeyCheck:
    """What the exchange says of the key; where its requests must not overlap, when nobody else talks for it."""
    conversation = check_key(dialects, credentials, environment)
    if not any(dialect.abilities.one_at_a_time for dialect in dialects.values()):
        return blocking_transport().run(conversation)
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, [credentials.api_key]) as ours:
        if ours:
            return blocking_transport().run(conversation)
    return KeyCheck(False, None, "This key is just being used. It is asked again shortly.", is_final=False)


def check_waiting() -> None:
    """Hand over accounts that still wait for an answer: lost messages, and exchanges that were away."""
    ids = list(db.session.scalars(WAITING))
    db.session.rollback()
    for account_id in ids:
        dispatch.send("upkeep.check_account", account_id)


def _store(account_id: int, sealed: bytes, found: KeyCheck) -> None:
    account = db.session.scalar(select(ExchangeAccount).where(ExchangeAccount.id == account_id).with_for_update())
    if account is None or bytes(account.sealed_credentials) != sealed:
        db.session.rollback()  # Another key was saved meanwhile; its own check is on its way.
        return
    account.checked_at = clock.now()
    if found.ok or found.is_final:
        _decide(account, found)
    elif account.status == "checking":
        account.status_reason = found.message[:300]
    live.changed("accounts", [account.user_id])
    db.session.commit()
    log.info("account %s checked: %s %s", account_id, account.status, found.reason or "")


def _decide(account: ExchangeAccount, found: KeyCheck) -> None:
    account.unproven, account.check_asked_at = account.unproven and not found.ok, None
    before = (account.status, account.status_reason)
    account.status = "ready" if found.ok else "refused"
    account.status_reason = "" if found.ok else found.message[:300]
    account.position_mode = None if found.position_mode is None else found.position_mode.value
    if (account.status, account.status_reason) != before:
        kind = "account_ready" if found.ok else "account_refused"
        db.session.add(Notification(user_id=account.user_id, kind=kind, message=_sentence(account, found)[:600]))
        limits = shortcomings_of(account.exchange, account.api_version) if found.ok else ()
        if limits:
            words = f"About {display_name(account.exchange)}: {' '.join(limits)}"
            db.session.add(Notification(user_id=account.user_id, kind="account_limits", message=words[:600]))


def _sentence(account: ExchangeAccount, found: KeyCheck) -> str:
    name = f"{display_name(account.exchange)} ({account.environment}, key …{account.key_hint})"
    if not found.ok:
        return f"Your key for {name} was refused: {found.message}"
    mode = {"hedge": " in hedge mode", "one_way": " in one-way mode"}.get(account.position_mode or "", "")
    if found.may_withdraw is None:
        return f"Your key for {name} works{mode}. Whether it may withdraw is not told here: make sure that it may not."
    return f"Your key for {name} works{mode}: it may trade and may not withdraw."
