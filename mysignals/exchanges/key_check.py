"""Is an exchange key fit to trade with? Asked when it is saved, before it is ever used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mysignals.domain.intents import Intent, ReadBalances, ReadPermissions, ReadPositionMode, ReadTrades
from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import Balances, ModeRead, Outcome, Permissions, Reason, Rejected, Trades, Unknown
from mysignals.domain.reasons import DISPLAY_NAMES, advice, cause

from .dialect import Call, Dialect
from .market_data import Flow, ask
from .wire import Credentials, HttpResponse

NO_SUCH_PATH = 404
MOST_WORDS = 100


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """`reason` and `message` say why a key is not `ok`. A field is None where the exchange did not tell."""

    ok: bool
    reason: Reason | None = None
    message: str = ""
    may_withdraw: bool | None = None
    position_mode: PositionMode | None = None
    permissions: Permissions | None = None
    is_final: bool = True
    """False when the exchange could not be reached or was busy: the key may be good, ask again."""


def check_key(dialects: Mapping[Market, Dialect], credentials: Credentials, environment: str) -> Flow[KeyCheck]:
    """`dialects` are the exchange's own, a market each. A key that may withdraw is refused."""
    exchange = next(iter(dialects.values()))
    if not _can_be_sent(credentials):
        return _refused(Reason.AUTH, exchange.name, "the key holds characters that no key has")
    told: Outcome | None = None
    if exchange.abilities.tells_permissions:
        told = yield from _permissions(exchange, credentials, environment)
    if told is None:
        return (yield from _by_reading(dialects, credentials, environment))
    if not isinstance(told, Permissions):
        return _not_ok(told, exchange.name)
    harmful = _harm(told, exchange.name)
    if harmful is not None:
        return harmful
    mode = yield from _mode(dialects, credentials, environment) if told.may_trade_futures else _no_mode()
    return KeyCheck(ok=True, may_withdraw=False, position_mode=mode, permissions=told)


def _can_be_sent(credentials: Credentials) -> bool:
    """What was pasted may hold blanks, line ends or letters of any script."""
    texts = (credentials.api_key, credentials.secret)
    return all(text.isascii() and text.isprintable() and text and " " not in text for text in texts)


def _permissions(dialect: Dialect, credentials: Credentials, environment: str) -> Flow[Outcome | None]:
    """None where a testnet does not offer the question or has a key for futures alone. A live exchange must answer."""
    call = Call(dialect, ReadPermissions(), credentials, environment)
    reply = yield call
    told = call.decode(reply)
    if environment == "live":
        return told
    not_offered = isinstance(reply, HttpResponse) and reply.status == NO_SUCH_PATH
    not_known_here = isinstance(told, Rejected) and told.reason is Reason.AUTH
    return None if not_offered or not_known_here else told


def _by_reading(dialects: Mapping[Market, Dialect], credentials: Credentials, environment: str) -> Flow[KeyCheck]:
    """The next best proof of a key: it may read a balance, or its trades, on one market at least."""
    outcome: Outcome = Unknown("no market to ask")
    for market, dialect in dialects.items():
        asked: Intent = ReadBalances(market) if dialect.abilities.tells_balances else ReadTrades()
        outcome = yield from ask(dialect, asked, credentials, environment)
        if not isinstance(outcome, Rejected):
            break
    if not isinstance(outcome, Balances | Trades):
        return _not_ok(outcome, next(iter(dialects.values())).name)
    mode = yield from _mode(dialects, credentials, environment)
    return KeyCheck(ok=True, position_mode=mode)


def _mode(dialects: Mapping[Market, Dialect], credentials: Credentials, environment: str) -> Flow[PositionMode | None]:
    dialect = dialects.get(Market.FUTURES)
    if dialect is None or not dialect.abilities.hedge_mode or dialect.abilities.mode_per_symbol:
        return None
    outcome = yield from ask(dialect, ReadPositionMode(), credentials, environment)
    return outcome.mode if isinstance(outcome, ModeRead) else None


def _no_mode() -> Flow[PositionMode | None]:
    return None
    yield  # a conversation without a call


def _harm(told: Permissions, exchange: str) -> KeyCheck | None:
    name = DISPLAY_NAMES.get(exchange, exchange)
    if told.may_withdraw:
        message = f"This key may withdraw money from {name}. Create a key that may only read and trade, and save that."
    elif not told.may_read:
        message = f"This key may not read the account at {name}. Allow reading for it on the exchange."
    elif not (told.may_trade_spot or told.may_trade_futures):
        message = f"This key may not trade at {name}. Allow spot or futures trading for it on the exchange."
    else:
        return None
    return KeyCheck(False, Reason.PERMISSION, message, may_withdraw=told.may_withdraw, permissions=told)


PASSING = (Reason.RATE, Reason.MAINTENANCE, Reason.TIME)


def _not_ok(outcome: Outcome, exchange: str) -> KeyCheck:
    if isinstance(outcome, Rejected):
        return _refused(outcome.reason, exchange, outcome.message, is_final=outcome.reason not in PASSING)
    name = DISPLAY_NAMES.get(exchange, exchange)
    message = f"{name} did not answer, so the key could not be checked. It is asked again shortly."
    return KeyCheck(False, None, message, is_final=False)


def _refused(reason: Reason, exchange: str, words: str, *, is_final: bool = True) -> KeyCheck:
    # The advice comes after it, and must not be cut off.
    said = f" ({words[:MOST_WORDS].rstrip('. ')})" if words else ""
    message = f"{cause(reason, exchange).rstrip('.')}{said}. {advice(reason, exchange)}"
    return KeyCheck(False, reason, message, is_final=is_final)
