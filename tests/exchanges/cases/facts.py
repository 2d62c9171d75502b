"""What a market is, and what it therefore cannot be asked: the only excuses for leaving a case out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import Reason
from mysignals.exchanges.binance import codes as binance
from mysignals.exchanges.bitget import codes as bitget
from mysignals.exchanges.magnr import codes as magnr
from mysignals.exchanges.phemex import codes as phemex
from mysignals.exchanges.registry import known_rules, needs_passphrase
from tests.exchanges.trading import Place


def applies(words: str, place: Place) -> bool:
    """Such as `binance spot` or `bitget v1 futures hedge`."""
    return set(words.split()) <= {place.exchange, place.version, place.market, place.symbol, place.mode}


def best(entries: Iterable[str], place: Place) -> str:
    """The one of those that apply that says the most; raises ValueError where none applies."""
    return max((words for words in entries if applies(words, place)), key=lambda words: len(words.split()))


def is_inverse(place: Place) -> bool:
    """Contracts of a fixed worth in dollars, settled in base; Magnr's pair of the same name is none."""
    return place.exchange == "phemex" and place.symbol.endswith("USD")


def cancels_conditional_singly(place: Place) -> bool:
    """Bitget has such a call for the plan orders of v2 spot alone (EXCHANGES 4.3, 5.3, 5.6)."""
    return applies("bitget futures", place) or applies("bitget v1", place)


def reasons(place: Place) -> frozenset[Reason]:
    """Those that stand in its tables of codes."""
    tables: dict[str, Any] = {
        "binance": (binance.REASONS[place.market], binance.FILTERS, binance.MESSAGES),
        "bitget": (bitget.REASONS,),
        "phemex": (phemex.REASONS[place.market], phemex.WORDS),
        "magnr": (*magnr.REASONS.values(), *magnr.WORDS.values()),
    }
    return frozenset(reason for table in tables[place.exchange] for reason in table.values())


OF_THE_MARKET: dict[str, Callable[[Place], Any]] = {
    "market": lambda place: place.market,
    "mode": lambda place: place.mode,
    "inverse": is_inverse,
    "passphrase": lambda place: needs_passphrase(place.exchange),
    "tells_rules": lambda place: not known_rules(place.exchange, place.market),
    "one_pair": lambda place: len(known_rules(place.exchange, place.market)) == 1,
    "reasons": reasons,
}


def fact(place: Place, name: str) -> Any:
    """Raises KeyError for what is neither an ability nor a fact of the market."""
    if name in {field.name for field in fields(Abilities)}:
        return getattr(place.abilities, name)
    return OF_THE_MARKET[name](place)


@dataclass(frozen=True)
class Lack:
    """Why a case does not concern a market: the `fact`, in words, and for which value of it."""

    fact: str
    words: str
    excuses: Callable[[Any], bool]

    def excused(self, place: Place) -> bool:
        return self.excuses(fact(place, self.fact))


def without(name: str, words: str) -> Lack:
    return Lack(name, words, lambda value: not value)


def no_code_for(reason: Reason) -> Lack:
    return Lack("reasons", f"none of its codes means {reason}", lambda told: reason not in told)


NO_LIMITS = without("limit_entries", "it opens at the market only")
NO_IDS = without("client_ids", "orders carry no id of ours")
NO_HISTORY = without("has_history", "orders that are over are asked for like live ones")
NO_LEVERAGE = without("leverage", "no leverage is set")
NO_HEDGE_MODE = without("hedge_mode", "there is one position mode")
NO_BALANCES = without("tells_balances", "it tells no balance")
NO_PRICES = without("tells_prices", "it tells no price")
NO_TIME = without("tells_time", "it tells no time")
NO_RULES = without("tells_rules", "it tells no rules: step and minimum are ours, and it knows none")
ONE_PAIR = Lack("one_pair", "it trades one pair: no other can be named", bool)
NO_PERMISSIONS = without("tells_permissions", "no question tells what a key may do")
NO_PASSPHRASE = without("passphrase", "a key has no passphrase")
WITHIN_TRADE = Lack("exits", "a trade holds its exits, and no order rests", lambda it: it is ExitStyle.WITHIN_TRADE)
SPOT = Lack("market", "spot has no positions", lambda it: it is Market.SPOT)
FUTURES = Lack("market", "only spot sells what was bought", lambda it: it is Market.FUTURES)
HEDGE = Lack("mode", "in hedge mode a sale opens a position of its own", lambda it: it is PositionMode.HEDGE)
ONE_WAY = Lack("mode", "in one-way mode there is one position", lambda it: it is PositionMode.ONE_WAY)
INVERSE = Lack("inverse", "inverse contracts know one-way mode only", bool)
WHOLE = Lack("inverse", "contracts are whole: what is off the step cannot be said", bool)
