"""What must be asked before planning: balances, position modes, symbol settings, a price. Reads only."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from decimal import Decimal

from mysignals import clock
from mysignals.domain.intents import Intent, ReadBalances, ReadPositionMode, ReadSymbolSettings
from mysignals.domain.market import MarginMode, Market, PositionMode
from mysignals.domain.outcomes import Balances, ModeRead, NotSent, Outcome, PriceRead, SymbolSettings
from mysignals.domain.sizing import SizingMode
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import NOBODY, read_price
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Asking, Session
from mysignals.exchanges.wire import Credentials, Reply
from mysignals.models import Signal
from mysignals.services import keys
from mysignals.services.venues import loop

from .claim import Claimed

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Known:
    """What is known of an account before planning. `failed` holds the answer that stops it.

    `key` is None where it cannot be opened, or where the exchange has refused it before.
    """

    key: Credentials | None = None
    balances: Balances | None = None
    mode: PositionMode | None = None
    settings: SymbolSettings | None = None
    mode_is_new: bool = False
    failed: Outcome | None = None


def ask(rows: list[Claimed], signal: Signal) -> dict[int, Known]:
    """Known facts by delivery id; only accounts of which something is missing are asked."""
    known = {row.id: _remembered(row, signal) for row in rows}
    asking = [row for row in rows if known[row.id].key and any(_missing(row, signal, known[row.id]))]
    conversations = [_questions(_session(row, signal, known[row.id]), row, signal, known[row.id]) for row in asking]
    answers = loop().run_flows(conversations, keep_failures=True) if conversations else []
    for row, answer in zip(asking, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("questions for delivery %s ended in a bug of ours", row.id, exc_info=answer)
            known[row.id].failed = NotSent("an internal error")
    return known


def price_of(row: Claimed, signal: Signal) -> Decimal | None:
    """The last price at the exchange of `row`; None where it cannot be had."""
    market = Market(signal.market)
    (outcome,) = loop().run_flows(
        [read_price(dialect_for(row.exchange, market), market, signal.symbol, row.environment)]
    )
    return outcome.price if isinstance(outcome, PriceRead) else None


def _session(row: Claimed, signal: Signal, known: Known) -> Session:
    dialect = dialect_for(row.exchange, Market(signal.market))
    return Session(dialect, known.key or NOBODY, row.environment, row.client_id, clock.now_ms)


def _remembered(row: Claimed, signal: Signal) -> Known:
    settings = None
    if row.known_leverage is not None and row.known_margin_mode is not None:
        settings = SymbolSettings(signal.symbol, row.known_leverage, MarginMode(row.known_margin_mode))
    mode = PositionMode(row.position_mode) if row.position_mode else None
    key = None if row.status == "refused" else keys.open_or_none(row.sealed_credentials)
    return Known(key=key, mode=mode, settings=settings)


def _missing(row: Claimed, signal: Signal, known: Known) -> Iterable[Intent]:
    market = Market(signal.market)
    if row.sizing_mode in (SizingMode.PERCENT, SizingMode.RISK) and known.balances is None:
        yield ReadBalances(market)
    if market is Market.FUTURES and known.mode is None:
        yield ReadPositionMode()
    if market is Market.FUTURES and known.settings is None:
        yield ReadSymbolSettings(signal.symbol)


def _questions(session: Session, row: Claimed, signal: Signal, known: Known) -> Generator[Call, Reply, None]:
    for intent in list(_missing(row, signal, known)):
        outcome = yield from _ask_twice(session, intent)
        match outcome:
            case Balances():
                known.balances = outcome
            case ModeRead():
                known.mode, known.mode_is_new = outcome.mode, True
            case SymbolSettings():
                known.settings = outcome
            case _:
                known.failed = outcome
                return


def _ask_twice(session: Session, intent: Intent) -> Asking:
    """A read may be repeated freely, so a lost answer gets a second chance."""
    outcome = yield from session.ask(intent)
    if isinstance(outcome, (Balances, ModeRead, SymbolSettings)):
        return outcome
    again = yield from session.ask(intent)
    return again
