"""From a signal and a follower's choices to sized legs, or to the reason why not. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_UP, Decimal
from enum import StrEnum

from .abilities import Abilities, ExitStyle
from .intents import Leg
from .legal_exits import misplaced_stop, misplaced_target, most_leverage, stop_reached, target_reached
from .market import EntryType, MarginMode, Market, Side, SymbolRules
from .money import ceil_to, floor_to, nearest, plain
from .sizing import TAKER_FEE, Sizing, SizingMode, raw_quantity, split
from .value import value

STOPS = (Leg.STOP, Leg.STOP2, Leg.STOP3)
TARGETS = (Leg.TARGET1, Leg.TARGET2, Leg.TARGET3)


class SkipReason(StrEnum):
    TOO_OLD = "too_old"
    NOT_LISTED = "not_listed"
    MINIMUM = "minimum"
    FUNDS = "funds"
    MAX_OPEN = "max_open"
    NOT_OFFERED = "not_offered"
    OPPOSED = "opposed"
    PRICE_MOVED = "price_moved"
    STOP = "stop"
    """It would trigger at once, or comes behind the liquidation."""
    TARGET = "target"
    """It would trigger at once."""
    ACCOUNT = "account"
    ENDED = "ended"
    """By its provider."""


@value
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
    noun: str = "signal"
    """What is so old: the signal, or a trade of it by hand."""

    @property
    def is_too_old(self) -> bool:
        return self.age_seconds > self.max_age_seconds


@value
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
    is_opposed: bool = False
    """A copy of the other side is open where the account has one position a symbol: one would close the other."""
    is_by_hand: bool = False
    """Its owner trades it, by hand or by a program, and follows nobody whose limits could be changed."""


@value
class Exit:
    """One target with its share of the quantity."""

    leg: Leg
    stop_leg: Leg
    price: Decimal
    quantity: Decimal


@value
class Plan:
    """Sized and rounded legs, ready to be sent. Quantities in base, on inverse contracts in contracts."""

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
    reference: Decimal
    """The price by which it was sized, in quote."""


@value
class Skip:
    """Why nothing is sent, for a person: fact, cause, what to do."""

    reason: SkipReason
    sentence: str
    needed: Decimal | None = None
    """Of MINIMUM alone: the smallest amount of quote (as margin on futures) that is enough, in cents."""


ANYTHING = Abilities()


def make_plan(
    terms: Terms,
    choices: Choices,
    rules: SymbolRules | None,
    market_price: Decimal | None = None,
    abilities: Abilities = ANYTHING,
) -> Plan | Skip:
    """The plan for one follower. Without a `market_price`, where the exchange tells none, what it would show is not
    checked.
    """
    if terms.is_too_old:
        return too_old(terms)
    if rules is None or not rules.trading:
        return Skip(SkipReason.NOT_LISTED, f"{terms.symbol} does not trade on this exchange's {terms.market} market.")
    if choices.open_now >= choices.max_open:
        return _too_many(choices)
    if choices.is_opposed:
        return _opposed(terms)
    leverage = _offered(min(terms.leverage, choices.max_leverage, rules.max_leverage), abilities)
    refused = (
        _not_offered(terms, choices, leverage, abilities)
        or _already_reached(terms, choices, rules, market_price)
        or _moved_too_far(terms, choices, market_price)
    )
    if refused:
        return refused
    reference = terms.price if terms.entry_type is EntryType.LIMIT else market_price or terms.price
    stopped_first = _stopped_first(terms, choices, rules, abilities, reference, leverage)
    if not stopped_first:
        return _liquidated_first(terms, reference)
    return _sized(terms, _fitted(choices, abilities), rules, reference, stopped_first)


def _offered(most: int, abilities: Abilities) -> int:
    """The largest leverage that is not above `most`; 0 where the exchange has none that is small enough."""
    if not abilities.leverages:
        return most
    return max((offered for offered in abilities.leverages if offered <= most), default=0)


def _already_reached(terms: Terms, choices: Choices, rules: SymbolRules, price: Decimal | None) -> Skip | None:
    """A limit entry fills at once behind a market that has reached its stop; its targets may come to it later."""
    if price is None:
        return None
    sentence = stop_reached(terms.side, price, nearest(terms.stop, rules.tick))
    if sentence:
        return Skip(SkipReason.STOP, sentence)
    wanted = [nearest(target, rules.tick) for target in chosen(terms.targets, choices.targets)]
    sentence = target_reached(terms.side, price, wanted) if terms.entry_type is EntryType.MARKET else ""
    return Skip(SkipReason.TARGET, sentence) if sentence else None


def _stopped_first(
    terms: Terms, choices: Choices, rules: SymbolRules, abilities: Abilities, price: Decimal, leverage: int
) -> int:
    """`leverage`, or the largest below it at which the stop comes before the liquidation; 0 where none does.

    On cross margin the liquidation depends on the whole wallet, and a trade that holds its exits has its own deposit.
    """
    own_margin = choices.margin_mode is MarginMode.ISOLATED or abilities.exits is ExitStyle.WITHIN_TRADE
    if terms.market is Market.SPOT or not own_margin:
        return leverage
    most = most_leverage(price, nearest(terms.stop, rules.tick), inverse=rules.is_inverse)
    return _offered(min(leverage, most), abilities)


def _liquidated_first(terms: Terms, price: Decimal) -> Skip:
    return Skip(
        SkipReason.STOP,
        f"The stop {plain(terms.stop)} is so far from {plain(price)} that a position with a margin of its own would be "
        "liquidated before it, whatever leverage this exchange offers. Follow with cross margin if you want such "
        "signals.",
    )


def _not_offered(terms: Terms, choices: Choices, leverage: int, abilities: Abilities) -> Skip | None:
    """What the exchange cannot do at all."""
    if terms.entry_type is EntryType.LIMIT and not abilities.limit_entries:
        why = "This exchange opens positions at the market only, and the signal waits for a price."
    elif choices.sizing.needs_balance and not abilities.tells_balances:
        cure = "Name a quantity." if choices.is_by_hand else (
            "Size this following by a fixed amount or by the signal's quantity."
        )  # fmt: skip
        why = f"This exchange tells no balance. {cure}"
    elif not leverage:
        offered = ", ".join(str(one) for one in abilities.leverages)
        why = f"This exchange offers leverage {offered} only, and the signal's and your limit allow none of them."
    else:
        return None
    return Skip(SkipReason.NOT_OFFERED, why)


def _fitted(choices: Choices, abilities: Abilities) -> Choices:
    """One target at most where the trade holds one: the nearest of a ladder."""
    one_only = abilities.exits is ExitStyle.WITHIN_TRADE and choices.targets == "ladder"
    return replace(choices, targets="first") if one_only else choices


def _sized(terms: Terms, choices: Choices, rules: SymbolRules, reference: Decimal, leverage: int) -> Plan | Skip:
    """`reference` is the price at which the entry is expected to fill, in quote."""
    if choices.available is not None and choices.available <= 0:
        return Skip(
            SkipReason.FUNDS,
            f"The available balance is 0 {rules.settle}. Add funds"
            + ("." if choices.is_by_hand else ", or size by a fixed amount."),
        )
    wanted = rules.quantity_of(_wanted(terms, choices, reference, leverage), reference)
    quantity = floor_to(min(wanted, rules.max_quantity or wanted), rules.step)
    held = protected_quantity(terms.market, terms.side, quantity, rules)
    # On spot an exit has a minimum too, and a stop may be the cheapest of all; reduce-only orders have none.
    cheapest = min(reference, terms.stop, *terms.targets) if terms.market is Market.SPOT else reference
    if held < least_quantity(rules, cheapest):
        return _under_minimum(terms, choices, wanted, reference, cheapest, leverage, rules)
    plan = Plan(
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
        reference=reference,
    )
    return _misplaced(plan) or plan


def _misplaced(plan: Plan) -> Skip | None:
    """What the tick of this exchange, which may be coarser than the signal's, has made of stop and targets."""
    sentence = misplaced_stop(plan.side, plan.price, plan.stop, plan.rules.tick)
    if sentence:
        return Skip(SkipReason.STOP, sentence)
    sentence = misplaced_target(plan.side, plan.price, [rung.price for rung in plan.exits], plan.rules.tick)
    return Skip(SkipReason.TARGET, sentence) if sentence else None


def _wanted(terms: Terms, choices: Choices, reference: Decimal, leverage: int) -> Decimal:
    """In base, before rounding."""
    return raw_quantity(
        choices.sizing,
        price=reference,
        stop=terms.stop,
        leverage=leverage,
        signal_quantity=terms.quantity,
        available=choices.available,
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
    """The targets a follower takes: the first, the last, or all of them in near-equal parts; by hand also the second.

    No part is under the exchange's minimum at the lowest price it may be closed at, the `stop` among them.
    """
    wanted = chosen(targets, choice)
    least = least_quantity(rules, min(*wanted, stop or wanted[0]))
    parts = split(quantity, len(wanted), rules.step, least)
    return tuple(
        Exit(leg, stop_leg, nearest(price, rules.tick), part)
        for leg, stop_leg, price, part in zip(TARGETS, STOPS, wanted, parts, strict=False)
    )


def chosen(targets: tuple[Decimal, ...], choice: str) -> tuple[Decimal, ...]:
    """Of a signal's targets those that `choice` takes: `first`, `second`, `last` or `ladder`."""
    second = targets[1:2] or targets[-1:]
    return {"first": targets[:1], "second": second, "last": targets[-1:], "ladder": targets}[choice]


def too_old(terms: Terms, why: str = "") -> Skip:
    """Expired: its turn came after its age limit. `why` is a sentence with a space behind it, or empty."""
    return Skip(
        SkipReason.TOO_OLD,
        f"The {terms.noun} was {terms.age_seconds:.0f} s old when its turn came; the limit is "
        f"{terms.max_age_seconds} s. {why}Nothing was sent; nothing is to be done.",
    )


def _too_many(choices: Choices) -> Skip:
    return Skip(
        SkipReason.MAX_OPEN,
        f"{choices.open_now} positions of signals are open on this account, and {choices.max_open} is the most. "
        "Close one first."
        if choices.is_by_hand
        else f"{choices.open_now} copied positions are open and your limit is {choices.max_open}. "
        "Close one, or raise the limit of this following.",
    )


def _opposed(terms: Terms) -> Skip:
    return Skip(
        SkipReason.OPPOSED,
        f"A copy of the other side of {terms.symbol} is open on this account, which has one position a symbol: this "
        "one would have closed it. Close it first, or switch the account to hedge mode on the exchange.",
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
        + (
            f"trades of one's own are sent up to {choices.max_deviation_bps} bps."
            if choices.is_by_hand
            else f"your limit is {choices.max_deviation_bps} bps. Raise the limit if you want such entries."
        ),
    )


def least_quantity(rules: SymbolRules, price: Decimal) -> Decimal:
    """The smallest order at `price`, as an order's quantity."""
    return ceil_to(max(rules.min_quantity, rules.quantity_of(rules.min_notional / price, price)), rules.step)


def _under_minimum(
    terms: Terms,
    choices: Choices,
    wanted: Decimal,
    price: Decimal,
    cheapest: Decimal,
    leverage: int,
    rules: SymbolRules,
) -> Skip:
    least = least_quantity(rules, cheapest)
    if terms.market is Market.SPOT and terms.side is Side.BUY:
        least = ceil_to(least / (1 - TAKER_FEE), rules.step)  # The commission is taken from what was bought.
    needed = (rules.notional(least, price) / leverage).quantize(Decimal("0.01"), ROUND_UP)
    cure = _larger(choices, needed, least, rules)
    return Skip(
        SkipReason.MINIMUM,
        f"Your size comes to {rules.notional(wanted, price):.2f} {rules.quote} of {rules.symbol}; the smallest order "
        f"with its stop is {plain(least)} {rules.unit} ({rules.notional(least, price):.2f} {rules.quote}). "
        f"{cure}",
        needed,
    )


def _larger(choices: Choices, needed: Decimal, least: Decimal, rules: SymbolRules) -> str:
    """What to do for a size that is enough, in the measure that it was given in."""
    if not choices.is_by_hand:
        return f"Raise the size of this following to at least {needed} {rules.quote} a signal."
    match choices.sizing.mode:
        case SizingMode.MULTIPLIER:
            return f"Send a quantity of at least {plain(least)} {rules.unit}."
        case SizingMode.PERCENT:
            return f"Send a larger share of the balance: it must come to at least {needed} {rules.quote} of margin."
        case _:
            return f"Send at least {needed} {rules.quote}."
