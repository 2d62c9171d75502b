"""A turn's deliveries with all that looking for them needs, in a constant number of statements."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import current_app
from sqlalchemy import func, select, text

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.doubt import IN_DOUBT, Doubt, margin_ms
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import Reason
from mysignals.domain.plan import Plan
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.models import AccountSymbolSetting, Delivery, ExchangeAccount, Following, Notification, Order, Signal
from mysignals.services import clocks, keys, rules
from mysignals.services.follow.load import TARGETS_WITHOUT_A_FOLLOWING
from mysignals.services.holds import Hold
from mysignals.services.rebuilt import rebuilt
from mysignals.settings import Settings

log = logging.getLogger(__name__)
UNMEASURED_MS = 3000
"""How far a clock may be that nobody has measured of late."""
NAMED = text("""
    SELECT d.account_id, o.exchange_order_id FROM orders o JOIN deliveries d ON d.id = o.delivery_id
    WHERE d.account_id = ANY (:accounts) AND o.leg = 'entry' AND o.exchange_order_id IS NOT NULL
""")
SENDING = text("""
    SELECT id, account_id FROM deliveries
    WHERE account_id = ANY (:accounts)
      AND (state = 'sending' OR (state = 'unknown' AND held_by <> :token AND held_until > now()))
""")


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A delivery with its rows, read and detached. `dialect`, `key` and `rules` are None where there is none."""

    delivery: Delivery
    signal: Signal
    account: ExchangeAccount
    settings: AccountSymbolSetting | None
    entry: Order | None
    choice: Choice
    was_told: bool
    """Whether the owner knows that this claim of it is in doubt."""
    dialect: Dialect | None
    key: Credentials | None
    rules: SymbolRules | None
    doubt: Doubt

    @property
    def abilities(self) -> Abilities:
        return self.dialect.abilities if self.dialect is not None else Abilities()

    @property
    def is_a_trade(self) -> bool:
        return self.abilities.exits is ExitStyle.WITHIN_TRADE

    @property
    def careful_key(self) -> str:
        """Empty where conversations of the key may overlap."""
        return self.key.api_key if self.key is not None and self.abilities.one_at_a_time else ""

    @property
    def planned(self) -> Decimal:
        """The entry's quantity where it was stored, else the provider's, which only stands for it."""
        return self.entry.quantity if self.entry is not None else self.signal.quantity

    def plan_over(self, quantity: Decimal) -> Plan:
        """Needs `rules`."""
        assert self.rules is not None
        return rebuilt(self.signal, self.choice, quantity, self.rules, self.settings)


def load(ids: Sequence[int]) -> list[InDoubt]:
    """Those of `ids` that can be read; a bug of ours about one costs no other its turn."""
    is_told = (
        select(Notification.id)
        .where(
            Notification.delivery_id == Delivery.id,
            Notification.kind == "unknown",
            Notification.created_at >= Delivery.claimed_at,
        )
        .exists()
    )
    rows = db.session.execute(
        select(Delivery, Signal, ExchangeAccount, AccountSymbolSetting, Order, Following.targets, is_told, func.now())
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .outerjoin(Following, Following.id == Delivery.following_id)
        .outerjoin(Order, (Order.delivery_id == Delivery.id) & (Order.leg == Leg.ENTRY.value))
        .outerjoin(
            AccountSymbolSetting,
            (AccountSymbolSetting.account_id == Delivery.account_id) & (AccountSymbolSetting.symbol == Signal.symbol),
        )
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    ).all()
    listed = _rules({_listing(signal, account) for _, signal, account, *_ in rows})
    db.session.expunge_all()  # Detached, because a rollback would forget what was read.
    db.session.rollback()  # No transaction stays open while Redis and exchanges answer.
    offsets, found = clocks.farthest(), []
    for row in rows:
        try:
            found.append(_in_doubt(*row, listed=listed, offsets=offsets))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("delivery %s cannot be looked for", row[0].id)
    return found


Listing = tuple[str, str, str, str]
"""Exchange, environment, market, symbol."""


def _listing(signal: Signal, account: ExchangeAccount) -> Listing:
    return account.exchange, account.environment, signal.market, signal.symbol


def _rules(wanted: set[Listing]) -> dict[Listing, SymbolRules | None]:
    markets = {market.value for market in Market}
    return {key: rules.find(Market(key[2]), key[3], key[0], key[1]) for key in sorted(wanted) if key[2] in markets}


def _in_doubt(
    delivery: Delivery,
    signal: Signal,
    account: ExchangeAccount,
    settings: AccountSymbolSetting | None,
    entry: Order | None,
    targets: str | None,
    was_told: bool,
    now: datetime,
    *,
    listed: dict[Listing, SymbolRules | None],
    offsets: dict[tuple[str, str, str], int],
) -> InDoubt:
    market = Market(signal.market)
    offered = is_offered(account.exchange, market, account.api_version)
    dialect = dialect_for(account.exchange, market, account.api_version) if offered else None
    offset_ms = offsets.get((account.exchange, market.value, account.environment), UNMEASURED_MS)
    return InDoubt(
        delivery=delivery,
        signal=signal,
        account=account,
        settings=settings,
        entry=entry,
        choice=Choice(signal.targets, delivery.targets or targets or TARGETS_WITHOUT_A_FOLLOWING),
        was_told=was_told,
        dialect=dialect,
        key=keys.open_or_none(account.sealed_credentials) if dialect is not None else None,
        rules=listed[_listing(signal, account)],
        doubt=_doubt(delivery, signal, dialect, offset_ms, now),
    )


def _doubt(delivery: Delivery, signal: Signal, dialect: Dialect | None, offset_ms: int, now: datetime) -> Doubt:
    """Told by the database's clock alone, as the fence is."""
    can = dialect.abilities if dialect is not None else Abilities()
    app_settings: Settings = current_app.extensions["settings"]
    age_s = (now - (delivery.created_at if delivery.is_asked_for_itself else signal.created_at)).total_seconds()
    return Doubt(
        asked_ms=_ms(now),
        fence_ms=_ms(delivery.fence_at) if delivery.fence_at is not None else None,
        margin_ms=margin_ms(offset_ms, can.look_up_delay_ms),
        looks=delivery.looks,
        is_fresh=age_s <= app_settings.signal_max_age_seconds,
        may_resend=can.client_ids,
        may_expire=delivery.reason not in (IN_DOUBT, Reason.DUPLICATE.value),
        is_scarce=can.is_scarce,
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def names_taken(accounts: Collection[int]) -> defaultdict[int, set[str]]:
    """What the exchange calls the entries of an account that have found their delivery, by account."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for account_id, name in db.session.execute(NAMED, {"accounts": sorted(accounts)}):
        found[account_id].add(name)
    return found


def being_sent(accounts: Collection[int], hold: Hold) -> defaultdict[int, set[int]]:
    """Deliveries of an account whose entry may be there already and not in our books yet, by account.

    Also those that another turn than `hold`'s looks for: it may have found one and not stored that yet.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    for delivery_id, account_id in db.session.execute(SENDING, {"accounts": sorted(accounts), "token": hold.token}):
        found[account_id].add(delivery_id)
    return found
