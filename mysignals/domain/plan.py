"""From a signal and a follower's choices to sized legs, or to the reason why not. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal
from enum import StrEnum

from .intents import Leg
from .market import EntryType, MarginMode, Market, Side, SymbolRules
from .money import ceil_to, floor_to, nearest, plain
from .sizing import TAKER_FEE, Sizing, raw_quantity, split

STOPS = (Leg.STOP, Leg.STOP2, Leg.STOP3)
TARGETS = (Leg.TARGET1, Leg.TARGET2, Leg.TARGET3)


class SkipReason(StrEnum):
    TOO_OLD = "too_old"
    NOT_LISTED = "not_listed"
    MINIMUM = "minimum"
    FUNDS = "funds"
    MAX_OPEN = "max_open"
    PRICE_MOVED = "price_moved"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Terms:
    """The signal as a follower's plan needs it. `age_seconds` is its age now."""

    market: Market
    symbol: str
    side: Side
    entry_type: EntryType
    quantity: Decimal
    price: Decimal
    stop: Decimal
    targets: tuple[Decimal, ...]
    leverage: int
    age_seconds: float
    max_age_seconds: int

    @property
    def is_too_old(self) -> bool:
        return self.age_seconds > self.max_age_seconds


@dataclass(frozen=True, slots=True)
class Choices:
    """What a follower chose, and what is known of the account."""

    sizing: Sizing
    max_leverage: int
    max_open: int
    open_now: int
    max_deviation_bps: int
    targets: str
    margin_mode: MarginMode
    available: Decimal | None = None
    """Spendable balance in quote, where the sizing needs it."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One target with its share of the quantity."""

    leg: Leg
    stop_leg: Leg
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """Sized and rounded legs, ready to be sent."""

    market: Market
    symbol: str
    side: Side
    entry_type: EntryType
    quantity: Decimal
    price: Decimal
    stop: Decimal
    exits: tuple[Exit, ...]
    leverage: int
    margin_mode: MarginMode
    rules: SymbolRules


@dataclass(frozen=True, slots=True)
class Skip:
    """Why nothing is sent, for a person: fact, cause, what to do."""

    reason: SkipReason
    sentence: str


def make_plan(
    terms: Terms, choices: Choices, rules: SymbolRules | None, market_price: Decimal | None = None
) -> Plan | Skip:
    """The plan for one follower. `market_price` is needed for market entries only."""
    if terms.is_too_old:
        return too_old(terms)
    if rules is None or not rules.trading:
        return Skip(SkipReason.NOT_LISTED, f"{terms.symbol} does not trade on this exchange's {terms.market} market.")
    if choices.open_now >= choices.max_open:
        return _too_many(choices)
    moved = _moved_too_far(terms, choices, market_price)
    return moved or _sized(terms, choices, rules, market_price or terms.price)


def _sized(terms: Terms, choices: Choices, rules: SymbolRules, price: Decimal) -> Plan | Skip:
    leverage = min(terms.leverage, choices.max_leverage, rules.max_leverage)
    if choices.available is not None and choices.available <= 0:
        return Skip(
            SkipReason.FUNDS,
            f"The available balance is 0 {rules.quote}. Add funds, or size by a fixed amount.",
        )
    reference = terms.price if terms.entry_type is EntryType.LIMIT else price
    wanted = raw_quantity(
        choices.sizing,
        price=reference,
        stop=terms.stop,
        leverage=leverage,
        signal_quantity=terms.quantity,
        available=choices.available,
    )
    quantity = floor_to(min(wanted, rules.max_quantity or wanted), rules.step)
    held = protected_quantity(terms.market, terms.side, quantity, rules)
    # On spot an exit has a minimum too, and a stop may be the cheapest of all; reduce-only orders have none.
    cheapest = min(reference, terms.stop, *terms.targets) if terms.market is Market.SPOT else reference
    if held < least_quantity(rules, cheapest):
        return _under_minimum(terms, wanted, reference, cheapest, leverage, rules)
    return Plan(
        market=terms.market,
        symbol=terms.symbol,
        side=terms.side,
        entry_type=terms.entry_type,
        quantity=quantity,
        price=nearest(terms.price, rules.tick),
        stop=nearest(terms.stop, rules.tick),
        exits=exits_for(terms.targets, choices.targets, held, rules, terms.stop),
        leverage=leverage,
        margin_mode=choices.margin_mode,
        rules=rules,
    )


def protected_quantity(market: Market, side: Side, quantity: Decimal, rules: SymbolRules) -> Decimal:
    """What the exits may close: on spot a buy's commission is taken from the base (EXCHANGES 2.5)."""
    if market is Market.SPOT and side is Side.BUY:
        return floor_to(quantity * (1 - TAKER_FEE), rules.step)
    return quantity


def resized(plan: Plan, quantity: Decimal) -> Plan:
    """The same plan over what was filled: an exit never closes more than there is."""
    if quantity >= plan.quantity:
        return plan
    prices = tuple(rung.price for rung in plan.exits)
    held = protected_quantity(plan.market, plan.side, quantity, plan.rules)
    return replace(plan, quantity=quantity, exits=exits_for(prices, "ladder", held, plan.rules, plan.stop))


def exits_for(
    targets: tuple[Decimal, ...], choice: str, quantity: Decimal, rules: SymbolRules, stop: Decimal | None = None
) -> tuple[Exit, ...]:
    """The targets a follower takes: the first, the last, or all of them in near-equal parts.

    No part is under the exchange's minimum at the lowest price it may be closed at, the `stop` among them.
    """
    wanted = {"first": targets[:1], "last": targets[-1:], "ladder": targets}[choice]
    least = least_quantity(rules, min(*wanted, stop or wanted[0]))
    parts = split(quantity, len(wanted), rules.step, least)
    return tuple(
        Exit(leg, stop_leg, nearest(price, rules.tick), part)
        for leg, stop_leg, price, part in zip(TARGETS, STOPS, wanted, parts, strict=False)
    )


def too_old(terms: Terms) -> Skip:
    """Expired: its turn came after its age limit."""
    return Skip(
        SkipReason.TOO_OLD,
        f"The signal was {terms.age_seconds:.0f} s old when its turn came; the limit is {terms.max_age_seconds} s. "
        "Nothing was sent; nothing is to be done.",
    )


def _too_many(choices: Choices) -> Skip:
    return Skip(
        SkipReason.MAX_OPEN,
        f"{choices.open_now} copied positions are open and your limit is {choices.max_open}. "
        "Close one, or raise the limit of this following.",
    )


def _moved_too_far(terms: Terms, choices: Choices, market_price: Decimal | None) -> Skip | None:
    """Market entries only: a limit entry cannot fill worse than its price."""
    if terms.entry_type is not EntryType.MARKET or market_price is None:
        return None
    moved = abs(market_price - terms.price) / terms.price * 10_000
    if moved <= choices.max_deviation_bps:
        return None
    return Skip(
        SkipReason.PRICE_MOVED,
        f"The price is {plain(market_price)}, {moved:.0f} bps away from the signal's {plain(terms.price)}; "
        f"your limit is {choices.max_deviation_bps} bps. Raise the limit if you want such entries.",
    )


def least_quantity(rules: SymbolRules, price: Decimal) -> Decimal:
    """The smallest order at `price`, in base."""
    return ceil_to(max(rules.min_quantity, rules.min_notional / price), rules.step)


def _under_minimum(
    terms: Terms, wanted: Decimal, price: Decimal, cheapest: Decimal, leverage: int, rules: SymbolRules
) -> Skip:
    least = least_quantity(rules, cheapest)
    if terms.market is Market.SPOT and terms.side is Side.BUY:
        least = ceil_to(least / (1 - TAKER_FEE), rules.step)  # The commission is taken from what was bought.
    needed = (least * price / leverage).quantize(Decimal("0.01"), ROUND_UP)
    return Skip(
        SkipReason.MINIMUM,
        f"Your size comes to {wanted * price:.2f} {rules.quote} of {rules.symbol}; the smallest order with its stop is "
        f"{plain(least)} {rules.base} ({least * price:.2f} {rules.quote}). "
        f"Raise the size of this following to at least {needed} {rules.quote} a signal.",
    )
