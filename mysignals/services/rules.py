"""Symbol rules: fetched from the exchange by a worker, kept in the database, read by everybody."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select, text, tuple_

from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import Outcome, RulesRead
from mysignals.exchanges.market_data import read_rules
from mysignals.exchanges.registry import NAMES, dialect_for, known_rules, markets_of
from mysignals.extensions import db
from mysignals.models import SymbolRule
from mysignals.settings import Settings

from .errors import ExchangeUnavailable
from .venues import blocking_transport

log = logging.getLogger(__name__)
PROVIDERS_EXCHANGE = "binance"
"""Drafts are checked against Binance's rules (CONTRACT section 1), where Binance lists the symbol."""

LARGEST, DECIMALS = Decimal(10) ** 16, 12
"""Of numeric(28, 12), in which rules are kept."""
LONGEST_SYMBOL, LONGEST_ASSET = 32, 16
KEEP = text("""
    INSERT INTO symbol_rules (exchange, environment, market, symbol, base, quote, tick, step, min_quantity,
                              max_quantity, min_notional, max_leverage, trading, contract_value, fetched_at)
    SELECT :exchange, :environment, :market, v.*, now() FROM unnest(
        CAST(:symbols AS text[]), CAST(:bases AS text[]), CAST(:quotes AS text[]), CAST(:ticks AS numeric[]),
        CAST(:steps AS numeric[]), CAST(:least AS numeric[]), CAST(:most AS numeric[]), CAST(:notionals AS numeric[]),
        CAST(:leverages AS int[]), CAST(:trading AS boolean[]), CAST(:contracts AS numeric[])) AS v
    ON CONFLICT (exchange, environment, market, symbol) DO UPDATE SET
        base = excluded.base, quote = excluded.quote, tick = excluded.tick, step = excluded.step,
        min_quantity = excluded.min_quantity, max_quantity = excluded.max_quantity,
        min_notional = excluded.min_notional, max_leverage = excluded.max_leverage,
        trading = excluded.trading, contract_value = excluded.contract_value, fetched_at = now()
""")
DELIST = text("""
    UPDATE symbol_rules SET trading = false
    WHERE exchange = :exchange AND environment = :environment AND market = :market
      AND symbol <> ALL (CAST(:symbols AS text[]))
""")


def find(
    market: Market, symbol: str, exchange: str = PROVIDERS_EXCHANGE, environment: str | None = None
) -> SymbolRules | None:
    """The kept rules of one symbol; None where the exchange does not list it."""
    row = db.session.get(SymbolRule, (exchange, environment or environment_of_drafts(), market.value, symbol))
    return None if row is None else _value(row)


def find_all(
    exchange: str, environment: str, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], SymbolRules]:
    """The kept rules of several, by market and symbol; one statement. What is not listed is left out."""
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(SymbolRule).where(
            SymbolRule.exchange == exchange,
            SymbolRule.environment == environment,
            tuple_(SymbolRule.market, SymbolRule.symbol).in_(sorted(set(wanted))),
        )
    )
    return {(row.market, row.symbol): _value(row) for row in rows}


def for_draft(market: Market, symbol: str) -> list[SymbolRules]:
    """The rules that a provider's draft is checked against: Binance's, where Binance lists the symbol; else those of
    every exchange that does, the ones that tell their rules themselves first.
    """
    return [listed for _, listed in listed_for_drafts(market, symbol)]


def listed_for_drafts(market: Market, symbol: str) -> list[tuple[str, SymbolRules]]:
    """The same, each with its exchange."""
    own = find(market, symbol)
    if own is not None and own.trading:
        return [(PROVIDERS_EXCHANGE, own)]
    others = sorted(
        (name for name in NAMES if name != PROVIDERS_EXCHANGE), key=lambda name: bool(known_rules(name, market))
    )
    found = [(exchange, find(market, symbol, exchange)) for exchange in others]
    return [(exchange, rules) for exchange, rules in found if rules is not None and rules.trading]


def pairs(market: Market) -> list[str]:
    """Symbols that trade on Binance now, or did when it was last reached; raises ExchangeUnavailable if never."""
    rows = db.session.scalars(
        select(SymbolRule.symbol)
        .where(
            SymbolRule.exchange == PROVIDERS_EXCHANGE,
            SymbolRule.environment == environment_of_drafts(),
            SymbolRule.market == market.value,
            SymbolRule.trading,
        )
        .order_by(SymbolRule.symbol)
    ).all()
    if not rows:
        raise ExchangeUnavailable(
            "Binance has not been reached yet, so its pairs are not known. Try again in a minute."
        )
    return list(rows)


def fetch_all() -> None:
    """Fetch and keep the rules of every venue that accounts or providers need; a venue that is away is logged."""
    for exchange, environment in _venues():
        for market in markets_of(exchange):
            _fetch(exchange, environment, market)


def _fetch(exchange: str, environment: str, market: Market) -> None:
    outcome = _ask(exchange, environment, market)
    if not isinstance(outcome, RulesRead) or not outcome.rules:
        log.warning(
            "rules of %s %s (%s) not fetched, the last good ones stay: %s", exchange, market, environment, outcome
        )
        return
    kept = [rule for told in outcome.rules if (rule := _storable(told)) is not None]
    if not kept:
        log.warning("rules of %s %s (%s): none can be kept, the last good ones stay", exchange, market, environment)
        return
    key = {"exchange": exchange, "environment": environment, "market": market.value}
    db.session.execute(KEEP, key | _columns(kept))
    db.session.execute(DELIST, key | {"symbols": [rule.symbol for rule in kept]})
    db.session.commit()
    left_out = len(outcome.rules) - len(kept)
    log.info("rules of %s %s (%s): %s symbols, %s left out", exchange, market, environment, len(kept), left_out)


def _storable(rule: SymbolRules) -> SymbolRules | None:
    """None for a symbol that our columns cannot hold exactly. A maximum that nobody reaches is none."""
    if rule.max_quantity >= LARGEST:
        rule = replace(rule, max_quantity=Decimal(0))
    numbers = (rule.tick, rule.step, rule.min_quantity, rule.max_quantity, rule.min_notional, rule.contract_value)
    exact = all(0 <= number < LARGEST and number == round(number, DECIMALS) for number in numbers)
    short = len(rule.symbol) <= LONGEST_SYMBOL and max(len(rule.base), len(rule.quote)) <= LONGEST_ASSET
    return rule if exact and short and rule.tick > 0 and rule.step > 0 else None


def _ask(exchange: str, environment: str, market: Market) -> Outcome:
    """An exchange that tells no rules has those that we know of it."""
    known = known_rules(exchange, market)
    if known:
        return RulesRead(known)
    return blocking_transport().run(read_rules(dialect_for(exchange, market), market, environment))


def _columns(rules: Sequence[SymbolRules]) -> dict[str, list[Any]]:
    return {
        "symbols": [r.symbol for r in rules],
        "bases": [r.base for r in rules],
        "quotes": [r.quote for r in rules],
        "ticks": [r.tick for r in rules],
        "steps": [r.step for r in rules],
        "least": [r.min_quantity for r in rules],
        "most": [r.max_quantity for r in rules],
        "notionals": [r.min_notional for r in rules],
        "leverages": [r.max_leverage for r in rules],
        "trading": [r.trading for r in rules],
        "contracts": [r.contract_value for r in rules],
    }


def _value(row: SymbolRule) -> SymbolRules:
    return SymbolRules(
        symbol=row.symbol,
        market=Market(row.market),
        base=row.base,
        quote=row.quote,
        tick=row.tick,
        step=row.step,
        min_quantity=row.min_quantity,
        max_quantity=row.max_quantity,
        min_notional=row.min_notional,
        max_leverage=row.max_leverage,
        trading=row.trading,
        contract_value=row.contract_value,
    )


def environment_of_drafts() -> str:
    """Whose rules drafts are checked by: live, testnet or paper."""
    settings: Settings = current_app.extensions["settings"]
    return settings.rules_environment


def _venues() -> list[tuple[str, str]]:
    """Exchange and environment: all exchanges where drafts are checked, and every one that has an account."""
    used = db.session.execute(text("SELECT DISTINCT exchange, environment FROM exchange_accounts")).all()
    checked = {(exchange, environment_of_drafts()) for exchange in NAMES}
    return sorted(checked | {(exchange, environment) for exchange, environment in used if exchange in NAMES})
