"""Exchange accounts: sealed keys in, never out; a worker checks each with its exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from sqlalchemy import and_, delete, or_, select, update

from mysignals import clock, dispatch
from mysignals.domain.doubt import IN_DOUBT
from mysignals.domain.lifecycle import LIVE
from mysignals.domain.reasons import DISPLAY_NAMES, display_name
from mysignals.exchanges.registry import NAMES, environments_of, needs_passphrase, shortcomings_of, versions_of
from mysignals.extensions import db
from mysignals.models import AccountSymbolSetting, Delivery, ExchangeAccount, User
from mysignals.settings import Settings

from . import keys, live, mails, paging, people
from .constraints import conflicts
from .errors import Conflict, Invalid, NotFound

_SHORTEST_HINTED = 8
_UNSETTLED = ("queued", "sending", "unknown", *LIVE)
LOOKED_FOR = timedelta(minutes=10)
"""An exchange that does not tell for so long may not accept the key any more: then it may be replaced."""
_TAKEN = {
    "uq_exchange_accounts_user_id_exchange_environment_label": (
        "You have an account of this exchange, environment and label already; choose another label."
    )
}


@dataclass(frozen=True, slots=True)
class Keys:
    """An exchange account and the key to it. `label` None leaves the choice to us."""

    exchange: str
    environment: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    passphrase: str = field(default="", repr=False)
    label: str | None = None
    api_version: str = ""


def add(user: User, given: Keys) -> ExchangeAccount:
    """A new account whose key is being checked; raises Invalid, Conflict."""
    _refuse_unavailable(given)
    account = _new(user, given)
    _store(account, given)
    return account


def replace_keys(user: User, given: Keys) -> ExchangeAccount:
    """Replace the key of that exchange and environment, or add the account; raises Invalid, Conflict.

    Where several accounts match and no label says which, the oldest one is meant. While copies are open the new key
    has to be one of the same account at the exchange: the check finds out.
    """
    _refuse_unavailable(given)
    mine = select(ExchangeAccount).where(
        ExchangeAccount.user_id == user.id,
        ExchangeAccount.exchange == given.exchange,
        ExchangeAccount.environment == given.environment,
    )
    if given.label is not None:
        mine = mine.where(ExchangeAccount.label == given.label)
    account = db.session.scalar(mine.order_by(ExchangeAccount.id).limit(1).with_for_update()) or _new(user, given)
    if account.id is not None:
        _refuse_in_flight(account)
        account.unproven = _has(account, LIVE)
    account.api_version = given.api_version or account.api_version
    _store(account, given)
    return account


def check(user: User, account_id: int) -> ExchangeAccount:
    """Ask the exchange once more whether the key is good; raises NotFound, and Conflict where it is switched off."""
    account = _mine(user, account_id)
    if account.status == "disabled":
        raise Conflict("This account is switched off.")
    if account.status != "ready":  # One that works goes on working until the exchange has answered.
        account.status, account.status_reason = "checking", ""
    account.check_asked_at = clock.now()
    dispatch.after_commit(db.session, "upkeep.check_account", account.id)
    live.changed("accounts", [account.user_id])
    db.session.commit()
    return account


def remove(user: User, account_id: int) -> None:
    """Forget the account, its key and its history; raises NotFound, and Conflict while orders are open."""
    account = _mine(user, account_id)
    if _has(account, _UNSETTLED):
        raise Conflict(
            "Orders or positions of this account are still open or unclear; close them, or wait until they are."
        )
    db.session.delete(account)
    _mail_owner(account, "was removed")
    live.changed("accounts", [account.user_id])
    db.session.commit()


def listed(user: User, page: int) -> paging.Page[ExchangeAccount]:
    """One page, oldest first."""
    return paging.of_values(
        select(ExchangeAccount).where(ExchangeAccount.user_id == user.id).order_by(ExchangeAccount.id), page
    )


def one(user: User, account_id: int) -> ExchangeAccount:
    """Raises NotFound."""
    mine = select(ExchangeAccount).where(ExchangeAccount.id == account_id, ExchangeAccount.user_id == user.id)
    account = db.session.scalar(mine)
    if account is None:
        raise NotFound("You have no such exchange account.")
    return account


def limits(account: ExchangeAccount) -> tuple[str, ...]:
    """What its exchange cannot do, a sentence each."""
    return shortcomings_of(account.exchange, account.api_version) if account.exchange in NAMES else ()


def _mine(user: User, account_id: int) -> ExchangeAccount:
    mine = select(ExchangeAccount).where(ExchangeAccount.id == account_id, ExchangeAccount.user_id == user.id)
    account = db.session.scalar(mine.with_for_update())
    if account is None:
        raise NotFound("You have no such exchange account.")
    return account


def _has(account: ExchangeAccount, states: tuple[str, ...]) -> bool:
    found = select(Delivery.id).where(Delivery.account_id == account.id, Delivery.state.in_(states))
    return db.session.scalar(found.limit(1)) is not None


def _refuse_in_flight(account: ExchangeAccount) -> None:
    """What was sent with one key is looked for with the same; with another it would seem never to have arrived."""
    in_flight = select(Delivery.id).where(
        Delivery.account_id == account.id,
        or_(
            Delivery.state == "sending",
            and_(
                Delivery.state == "unknown",
                Delivery.reason != IN_DOUBT,
                Delivery.claimed_at > clock.now() - LOOKED_FOR,
            ),
        ),
    )
    if db.session.scalar(in_flight.limit(1)) is not None:
        raise Conflict("A signal is just being sent with the present key, or is being looked for. Try in a minute.")
    # What was not found until now could only seem never to have arrived: from here on its owner settles it.
    db.session.execute(
        update(Delivery).where(Delivery.account_id == account.id, Delivery.state == "unknown").values(reason=IN_DOUBT)
    )


def _refuse_unavailable(given: Keys) -> None:
    settings: Settings = current_app.extensions["settings"]
    faults = {}
    if given.exchange not in NAMES:
        faults["exchange"] = f"{given.exchange} is not available here; choose one of {', '.join(NAMES)}."
    else:
        faults |= _unfit(given)
    if given.environment == "paper" and settings.simulator_url is None:
        faults["environment"] = "There is no paper trading here; choose one of live, testnet."
    if faults:
        raise Invalid(faults)


def _unfit(given: Keys) -> dict[str, str]:
    """What the exchange's keys and its API ask for."""
    name, versions = DISPLAY_NAMES.get(given.exchange, given.exchange), versions_of(given.exchange)
    faults = {}
    if given.api_version and given.api_version not in versions:
        offered = " or ".join(version for version in versions if version)
        choice = f"choose {offered}, or leave it out" if offered else "leave it out"
        faults["api_version"] = f"{name} has no API version {given.api_version} here; {choice}."
    if given.environment not in environments_of(given.exchange):
        offered = ", ".join(environments_of(given.exchange))
        faults["environment"] = f"{name} has no {given.environment} accounts here; choose one of {offered}."
    if needs_passphrase(given.exchange) and not given.passphrase:
        faults["passphrase"] = f"A key of {name} has a passphrase: the one you chose when you created it."
    return faults


def _new(user: User, given: Keys) -> ExchangeAccount:
    people.locked_to_add(user.id)
    return ExchangeAccount(
        user_id=user.id,
        exchange=given.exchange,
        environment=given.environment,
        label=given.label or "",
        api_version=given.api_version,
    )


def _store(account: ExchangeAccount, given: Keys) -> None:
    account.sealed_credentials = keys.seal(given.api_key, given.api_secret, given.passphrase)
    # Of a key this short the last four characters would be nearly all.
    account.key_hint = given.api_key[-4:] if len(given.api_key) >= _SHORTEST_HINTED else ""
    account.status, account.status_reason = "checking", ""
    # Another key may belong to another account, with other settings.
    account.position_mode = account.checked_at = None
    if account.id is not None:
        db.session.execute(delete(AccountSymbolSetting).where(AccountSymbolSetting.account_id == account.id))
    deed = "was added" if account.id is None else "has a new key"
    with conflicts(_TAKEN):
        db.session.add(account)
        db.session.flush()
        _mail_owner(account, deed)
        dispatch.after_commit(db.session, "upkeep.check_account", account.id)
        live.changed("accounts", [account.user_id])
        db.session.commit()


def _mail_owner(account: ExchangeAccount, deed: str) -> None:
    """In the caller's transaction: whoever holds a session of theirs cannot do it unseen."""
    label = f" “{account.label}”" if account.label else ""
    event = f"Your {display_name(account.exchange)} account{label} ({account.environment}) {deed}."
    mails.queue(account.user_id, "keys_changed", {"event": event})
