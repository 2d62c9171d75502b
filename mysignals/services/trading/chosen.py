"""What a buyer chose, checked: the target, the account, and an amount that its exchange takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from mysignals import clock
from mysignals.domain.abilities import Abilities
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.money import plain
from mysignals.domain.plan import Plan, Skip, SkipReason, make_plan
from mysignals.domain.reasons import display_name
from mysignals.domain.sizing import Sizing, SizingMode
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Signal, User
from mysignals.services import own_trades, rules
from mysignals.services.errors import Invalid
from mysignals.services.fan_out.planning import terms_of

CENT = Decimal("0.01")
NAMES = {1: ("first",), 2: ("first", "last"), 3: ("first", "second", "last")}
"""Of a signal's targets, by how many there are."""
FIELDS = {
    SkipReason.MINIMUM: "quoteQty",
    SkipReason.FUNDS: "quoteQty",
    SkipReason.NOT_LISTED: "account_id",
    SkipReason.NOT_OFFERED: "account_id",
    SkipReason.ACCOUNT: "account_id",
    SkipReason.MAX_OPEN: "account_id",
    SkipReason.OPPOSED: "account_id",
    SkipReason.TARGET: "tp",
}
"""Which field of the request a refusal is about; `signal_id` for the rest."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`plan` as it will be sent, but for what the worker learns of prices and the account's settings."""

    account_id: int
    exchange: str
    targets: str
    plan: Plan


def choose(user: User, signal: Signal, target: Decimal, quote: Decimal, account_id: int | None) -> Chosen:
    """Raises Invalid naming every field that cannot be accepted."""
    faults: dict[str, str] = {}
    targets = _named(signal, target, faults)
    account, listed = _account(user, signal, account_id, faults)
    if account is None or listed is None:
        raise Invalid(faults)
    plan = _planned(signal, targets or "first", quote, account, listed)
    if isinstance(plan, Skip):
        faults.setdefault(FIELDS.get(plan.reason, "signal_id"), plan.sentence)
    if faults or isinstance(plan, Skip):
        raise Invalid(faults)
    return Chosen(account.id, account.exchange, targets, plan)


def _named(signal: Signal, target: Decimal, faults: dict[str, str]) -> str:
    """`first`, `second` or `last`; empty, and a fault, where the signal has no such target."""
    found = dict(zip(signal.targets, NAMES[len(signal.targets)], strict=True)).get(target, "")
    if not found:
        listed = ", ".join(plain(price) for price in signal.targets)
        faults["tp"] = f"Must be one of the signal's targets: {listed}."
    return found


def _account(
    user: User, signal: Signal, account_id: int | None, faults: dict[str, str]
) -> tuple[ExchangeAccount | None, SymbolRules | None]:
    """The named account; else the oldest that is ready at an exchange that lists the symbol, Binance before others."""
    mine = _accounts(user, account_id)
    fitting = ((one, listed) for one in mine if one.status == "ready" and (listed := _rules(signal, one)) is not None)
    found = next(fitting, None)
    if found is not None:
        return found
    faults["account_id"] = _why_none(signal, mine, account_id)
    return None, None


def _accounts(user: User, account_id: int | None) -> Sequence[ExchangeAccount]:
    query = select(ExchangeAccount).where(ExchangeAccount.user_id == user.id)
    if account_id is not None:
        query = query.where(ExchangeAccount.id == account_id)
    first = ExchangeAccount.exchange != rules.PROVIDERS_EXCHANGE
    return db.session.scalars(query.order_by(first, ExchangeAccount.id)).all()


def _rules(signal: Signal, account: ExchangeAccount) -> SymbolRules | None:
    """None where the account's exchange does not trade the symbol."""
    market = Market(signal.market)
    if not is_offered(account.exchange, market, account.api_version):
        return None
    listed = rules.find(market, signal.symbol, account.exchange, account.environment)
    return listed if listed is not None and listed.trading else None


def _why_none(signal: Signal, mine: Sequence[ExchangeAccount], account_id: int | None) -> str:
    if not mine and account_id is not None:
        return "You have no such exchange account."
    if not mine:
        return "You have no exchange account yet: connect one under Accounts first."
    ready = [account for account in mine if account.status == "ready"]
    if not ready and account_id is not None:
        return f"This account is {mine[0].status}: {mine[0].status_reason or 'its keys have to be checked first.'}"
    if not ready:
        return "None of your accounts is ready: see under Accounts why, and save their keys again."
    where = ", ".join(sorted({display_name(account.exchange) for account in ready}))
    return f"{signal.symbol} does not trade on the {signal.market} market of {where}."


def _planned(
    signal: Signal, targets: str, quote: Decimal, account: ExchangeAccount, listed: SymbolRules
) -> Plan | Skip:
    abilities = dialect_for(account.exchange, Market(signal.market), account.api_version).abilities
    plan = planned_for(signal, targets, quote, listed, abilities)
    if not isinstance(plan, Skip) or plan.needed is None:
        return plan
    return Skip(plan.reason, f"Too little: send at least {smallest(signal, targets, plan.needed, listed, abilities)} "
                f"{listed.quote}. {plan.sentence}")  # fmt: skip


def planned_for(signal: Signal, targets: str, quote: Decimal, listed: SymbolRules, abilities: Abilities) -> Plan | Skip:
    """The plan over so much quote, by the rules that the worker plans by; the market's price is not looked at."""
    choices = own_trades.choices(Sizing(SizingMode.QUOTE, quote), targets)
    now = clock.now()
    # Whether it is too old the worker judges.
    return make_plan(terms_of(signal, now, 1, since=now), choices, listed, abilities=abilities)


def smallest(signal: Signal, targets: str, needed: Decimal, listed: SymbolRules, abilities: Abilities) -> Decimal:
    """`needed`, or a few cents more where dividing by the price would round it down below the minimum again."""
    for cents in range(5):
        plan = planned_for(signal, targets, needed + cents * CENT, listed, abilities)
        if not isinstance(plan, Skip) or plan.reason is not SkipReason.MINIMUM:
            return needed + cents * CENT
    return needed
