"""On which of their owner's accounts something is opened: those that are ready, of one environment, and list it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from mysignals.domain.abilities import Abilities
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.reasons import display_name
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.models import ExchangeAccount
from mysignals.models.exchange_account import ENVIRONMENTS
from mysignals.services import rules
from mysignals.services.errors import Invalid, NoExchange


@dataclass(frozen=True, slots=True)
class Place:
    """A ready account whose exchange trades the symbol now."""

    account_id: int
    exchange: str
    environment: str
    api_version: str
    rules: SymbolRules
    abilities: Abilities


def places(user_id: int, market: Market, symbol: str, account_id: int | None = None) -> list[Place]:
    """The named account, else all ready ones of the first of live, testnet and paper in which there is one.

    Raises NoExchange without a connected account, and Invalid where the named one, or none of them, can.
    """
    ready = _ready(_mine(user_id, account_id), account_id)
    found = _listing(ready, market, symbol)
    if not found:
        where = ", ".join(sorted({display_name(account.exchange) for account in ready}))
        raise Invalid({"symbol": f"{symbol} does not trade on the {market} market of {where}."})
    return found


def places_of_provider(user_id: int, market: Market, symbol: str) -> list[Place]:
    """The same; none is no fault, for a provider's signal goes to the followers."""
    mine = _mine(user_id, None)
    return _listing(_of_one_environment([one for one in mine if one.status == "ready"]), market, symbol)


def expect_account(user_id: int, account_id: int | None) -> None:
    """Raises NoExchange where the user has connected none, and Invalid where the named one is not theirs."""
    _mine(user_id, account_id, must_be=True)


def _mine(user_id: int, account_id: int | None, *, must_be: bool = False) -> Sequence[ExchangeAccount]:
    mine = select(ExchangeAccount).where(ExchangeAccount.user_id == user_id).order_by(ExchangeAccount.id)
    found = db.session.scalars(mine).all()
    if account_id is None:
        if must_be and not found:
            raise NoExchange("You have no exchange account yet: connect one under Accounts first.")
        return found
    named = [account for account in found if account.id == account_id]
    if not found:
        raise NoExchange("You have no exchange account yet: connect one under Accounts first.")
    if not named:
        raise Invalid({"exchange_account_id": "You have no such exchange account."})
    return named


def _ready(mine: Sequence[ExchangeAccount], account_id: int | None) -> Sequence[ExchangeAccount]:
    if not mine:
        raise NoExchange("You have no exchange account yet: connect one under Accounts first.")
    ready = [account for account in mine if account.status == "ready"]
    if ready:
        return _of_one_environment(ready)
    if account_id is not None:
        why = mine[0].status_reason or "its keys have to be checked first."
        raise Invalid({"exchange_account_id": f"This account is {mine[0].status}: {why}"})
    raise NoExchange("None of your accounts is ready: see under Accounts why, and save their keys again.")


def _of_one_environment(ready: Sequence[ExchangeAccount]) -> list[ExchangeAccount]:
    """Paper money and real money are never moved by one instruction."""
    chosen = next((one for one in ENVIRONMENTS if any(account.environment == one for account in ready)), None)
    return [account for account in ready if account.environment == chosen]


def _listing(accounts: Sequence[ExchangeAccount], market: Market, symbol: str) -> list[Place]:
    found = []
    for one in accounts:
        if not is_offered(one.exchange, market, one.api_version):
            continue
        listed = rules.find(market, symbol, one.exchange, one.environment)
        if listed is None or not listed.trading:
            continue
        abilities = dialect_for(one.exchange, market, one.api_version).abilities
        found.append(Place(one.id, one.exchange, one.environment, one.api_version, listed, abilities))
    return found
