"""The worker's half: all accounts that wait are asked at once, and each is told as soon as its exchange answered."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import current_app
from redis import Redis
from sqlalchemy import select, text

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.holdings import Holdings, read_holdings
from mysignals.exchanges.registry import NAMES, dialects_of, versions_of
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.models import ExchangeAccount
from mysignals.services import keys, turns
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop

from . import kept, worth
from .worth import Asset

log = logging.getLogger(__name__)
AT_ONCE, PER_TURN, MOST_TURNS = 3, 100, 50
"""Batches of this process at a time: fewer than it has threads, for trades by hand go through the same worker."""
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_SYMBOLS = text("""
    SELECT DISTINCT d.account_id, s.symbol, coalesce(r.contract_value, 0) > 0 AS is_inverse, r.base, r.quote
    FROM deliveries d JOIN signals s ON s.id = d.signal_id JOIN exchange_accounts a ON a.id = d.account_id
    LEFT JOIN symbol_rules r ON r.exchange = a.exchange AND r.environment = a.environment
         AND r.market = s.market AND r.symbol = s.symbol
    WHERE d.account_id = ANY (:ids) AND s.market = 'futures' AND s.symbol NOT LIKE '%USDT'
      AND d.state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
    ORDER BY 1, 2
""")


@dataclass(slots=True)
class Asked:
    """One account on its way. `others` as in read_holdings."""

    id: int
    exchange: str
    environment: str
    version: str
    key: Credentials
    others: list[tuple[str, str]]
    at_ms: int
    left: int
    told: dict[Market, Holdings] = field(default_factory=dict)

    @property
    def dialects(self) -> dict[Market, Dialect]:
        return dict(dialects_of(self.exchange, self.version))

    @property
    def careful_key(self) -> str:
        """Empty where conversations of the key may overlap."""
        return self.key.api_key if any(one.abilities.one_at_a_time for one in self.dialects.values()) else ""


def read_waiting() -> None:
    """Until nobody waits. Where enough batches are under way, those take what waits next."""
    if not _PLACES.acquire(blocking=False):
        return
    try:
        for _ in range(MOST_TURNS):
            ids = kept.take(PER_TURN)
            if not ids:
                return
            _read(ids)
    finally:
        _PLACES.release()


def _read(ids: Sequence[int]) -> None:
    redis: Redis = current_app.extensions["redis"]
    asked = _load(ids)
    for account_id in sorted(set(ids) - {one.id for one in asked}):
        _tell_silent(account_id, "it is not ready, or this worker cannot open its key.")
    for together in turns.rounds(asked, lambda one: one.careful_key):
        with turns.held(redis, sorted({one.careful_key for one in together} - {""})) as ours:
            for one in together:
                if one.careful_key not in ("", *ours):
                    _tell_silent(one.id, "its key is just being used; ask again.")
            _ask([one for one in together if one.careful_key in ("", *ours)])


def _ask(asked: Sequence[Asked]) -> None:
    with counting() as count:
        wanted = [(one, market) for one in asked for market in one.dialects]
        flows = [
            read_holdings(_session(one, market, count), market, one.others if market is Market.FUTURES else ())
            for one, market in wanted
        ]
        with loop().begin_flows(flows) as under_way:
            for portion in under_way.portions():
                _tell([wanted[number][0] for number, answer in portion if _has_ended(*wanted[number], answer)])


def _has_ended(one: Asked, market: Market, answer: Holdings | BaseException) -> bool:
    """Whether that was the last of its markets."""
    if isinstance(answer, BaseException):
        log.error("reading account %s ended in a bug of ours", one.id, exc_info=answer)
        one.told[market] = Holdings()
    else:
        one.told[market] = answer
    one.left -= 1
    return not one.left


def _tell(ended: Sequence[Asked]) -> None:
    if not ended:
        return
    assets = {
        one.id: [
            Asset(one.exchange, one.environment, one.version, asset) for asset in worth.assets(one.told, one.others)
        ]
        for one in ended
    }
    prices = worth.in_usdt([asset for found in assets.values() for asset in found])
    for one in ended:
        mine = {asset.name: prices[asset] for asset in assets[one.id] if asset in prices}
        figures, is_whole = worth.figures(one.id, one.at_ms, one.told, dict(one.others), mine, one.dialects)
        kept.keep(figures, is_whole=is_whole)


def _tell_silent(account_id: int, why: str) -> None:
    kept.keep(worth.silent(account_id, clock.now_ms(), why), is_whole=False)


def _session(one: Asked, market: Market, count: Counting) -> Session:
    return Session(one.dialects[market], one.key, one.environment, "", clock.now_ms, on_unmapped=count)


def _load(ids: Sequence[int]) -> list[Asked]:
    """Those that are ready and whose key this worker can open."""
    rows = db.session.scalars(
        select(ExchangeAccount)
        .where(ExchangeAccount.id.in_(ids), ExchangeAccount.status == "ready")
        .order_by(ExchangeAccount.id)
    ).all()
    others: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for traded in db.session.execute(_SYMBOLS, {"ids": list(ids)}):
        settles = traded.base if traded.is_inverse else traded.quote
        if settles:
            others[traded.account_id].append((traded.symbol, settles))
    found, now = [], clock.now_ms()
    for row in rows:
        key = keys.open_or_none(row.sealed_credentials)
        if key is None or not _is_offered(row.exchange, row.api_version):
            continue
        found.append(Asked(row.id, row.exchange, row.environment, row.api_version, key, others[row.id], now, 0))
    db.session.rollback()  # No transaction stays open while the exchanges answer.
    for one in found:
        one.left = len(one.dialects)
    return found


def _is_offered(exchange: str, version: str) -> bool:
    return exchange in NAMES and version in ("", *versions_of(exchange))
