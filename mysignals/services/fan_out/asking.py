"""What must be asked before planning: balances, position modes, symbol settings. Reads only."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mysignals import clock
from mysignals.domain.intents import Intent, ReadBalances, ReadPositionMode, ReadSymbolSettings
from mysignals.domain.market import MarginMode, Market, PositionMode, SymbolRules
from mysignals.domain.outcomes import Balances, ModeRead, Outcome, PriceRead, SymbolSettings
from mysignals.domain.sizing import SizingMode
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import NOBODY, read_price
from mysignals.exchanges.moments import Moments
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Asking, Session
from mysignals.exchanges.wire import Credentials, Reply
from mysignals.models import Signal
from mysignals.services import keys

from .claim import Claimed


@dataclass(slots=True)
class Known:
    """What is known of an account before planning. `failed` holds the answer that stops it.

    `key` is None where it cannot be opened, and where the account is not ready to trade.
    """

    key: Credentials | None = None
    balances: Balances | None = None
    mode: PositionMode | None = None
    settings: SymbolSettings | None = None
    mode_is_new: bool = False
    failed: Outcome | None = None
    taken: set[str] = field(default_factory=set)
    """The exchange's names of exits that have found their delivery."""
    moments: Moments = field(default_factory=Moments)
    """Of the conversation that sends."""


def remembered(row: Claimed, signal: Signal) -> Known:
    """What an earlier copy has left of the account, and its key."""
    settings = None
    if row.known_leverage is not None and row.known_margin_mode is not None:
        of_symbol = PositionMode(row.known_position_mode) if row.known_position_mode else None
        settings = SymbolSettings(signal.symbol, row.known_leverage, MarginMode(row.known_margin_mode), of_symbol)
    mode = PositionMode(row.position_mode) if row.position_mode else None
    if settings and settings.position_mode:
        mode = settings.position_mode
    key = keys.open_or_none(row.sealed_credentials) if row.status == "ready" else None
    return Known(key=key, mode=mode, settings=settings)


def missing(row: Claimed, signal: Signal, known: Known, rules: SymbolRules | None) -> list[Intent]:
    """What the exchange can tell and we do not know. Where it does not list the symbol nothing has to be known."""
    if known.key is None or rules is None:
        return []
    market = Market(signal.market)
    can = dialect_for(row.exchange, market, row.api_version).abilities
    by_balance = row.sizing_mode in (SizingMode.PERCENT, SizingMode.RISK)
    wanted: list[tuple[bool, Intent]] = [
        (by_balance and can.tells_balances and known.balances is None, ReadBalances(market, rules.settle)),
        (can.hedge_mode and not can.mode_per_symbol and known.mode is None, ReadPositionMode()),
        (can.leverage and known.settings is None, ReadSymbolSettings(signal.symbol)),
    ]
    return [intent for is_missing, intent in wanted if is_missing]


def asking(row: Claimed, signal: Signal, known: Known) -> Session:
    """In which questions are asked: they give way to whatever is about an order."""
    dialect = dialect_for(row.exchange, Market(signal.market), row.api_version)
    return Session(dialect, known.key or NOBODY, row.environment, row.client_id, clock.now_ms, is_tentative=True)


def ask(session: Session, intents: Sequence[Intent], known: Known) -> Generator[Call, Reply, None]:
    """What is told is `known` from now on; the first that is not answered ends it, as `known.failed`."""
    for intent in intents:
        outcome = yield from _ask_twice(session, intent)
        match outcome:
            case Balances():
                known.balances = outcome
            case ModeRead():
                known.mode, known.mode_is_new = outcome.mode, True
            case SymbolSettings():
                known.settings = outcome
                known.mode = outcome.position_mode or known.mode
            case _:
                known.failed = outcome
                return


def ask_price(session: Session, signal: Signal) -> Generator[Call, Reply, Decimal | None]:
    """In quote, where the batch's is too old by now; None where it is not told. One question for all who ask now."""
    for _ in range(2):
        outcome = yield from read_price(session.dialect, Market(signal.market), signal.symbol, session.environment)
        if isinstance(outcome, PriceRead):
            return outcome.price
    return None


def _ask_twice(session: Session, intent: Intent) -> Asking:
    """A read may be repeated freely, so a lost answer gets a second chance."""
    outcome = yield from session.ask(intent)
    if isinstance(outcome, (Balances, ModeRead, SymbolSettings)):
        return outcome
    again = yield from session.ask(intent)
    return again
