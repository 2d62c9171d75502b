"""A provider's draft, and the rules it must satisfy before it becomes a signal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from .market import EntryType, Market, Side, SymbolRules
from .money import is_multiple, plain

NAMES: Mapping[str, str] = {}
"""Of stop and targets where they are called `sl` and `tp1`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A signal before it is stored. Prices in quote, quantity in base; 1 to 3 targets, nearest first."""

    market: Market
    symbol: str
    side: Side
    entry_type: EntryType
    quantity: Decimal
    price: Decimal
    stop: Decimal
    targets: tuple[Decimal, ...]
    leverage: int | None
    short_text: str = ""


def faults(draft: Draft, rules: SymbolRules | None, names: Mapping[str, str] = NAMES) -> dict[str, str]:
    """Every rule the draft breaks, by field (CONTRACT section 1); empty when it may be published.

    `names` are what stop and targets are called by who sent them.
    """
    found: dict[str, str] = {}
    for field, sentence in _faults(draft, rules, names):
        found.setdefault(field, sentence)
    return found


def _faults(draft: Draft, rules: SymbolRules | None, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from _wrong_sides(draft, names)
    if rules is None or not rules.trading:
        yield "symbol", f"{draft.symbol} is not a {draft.market} pair that trades on any exchange here."
        return
    yield from _off_the_grid(draft, rules, names)
    yield from _out_of_bounds(draft, rules)


def _prices(draft: Draft, names: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    return [(names.get(f"tp{number}", f"tp{number}"), price) for number, price in enumerate(draft.targets, 1)]


def _wrong_sides(draft: Draft, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    above, word = (1, "above") if draft.side is Side.BUY else (-1, "below")
    other = "below" if draft.side is Side.BUY else "above"
    if (draft.price - draft.stop) * above <= 0:
        yield names.get("sl", "sl"), f"The stop of a {draft.side} must be {other} the price {plain(draft.price)}."
    for (name, before), (field, price) in pairwise([("price", draft.price), *_prices(draft, names)]):
        if (price - before) * above <= 0:
            yield field, f"{field} of a {draft.side} must be {word} {name} ({plain(before)})."


def _off_the_grid(draft: Draft, rules: SymbolRules, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, price in [("price", draft.price), (names.get("sl", "sl"), draft.stop), *_prices(draft, names)]:
        if not is_multiple(price, rules.tick):
            yield field, f"{plain(price)} is not a multiple of the tick {plain(rules.tick)} of {draft.symbol}."
    if not rules.is_inverse and not is_multiple(draft.quantity, rules.step):
        yield (
            "quantity",
            f"{plain(draft.quantity)} is not a multiple of the step {plain(rules.step)} of {draft.symbol}.",
        )


def _out_of_bounds(draft: Draft, rules: SymbolRules) -> Iterator[tuple[str, str]]:
    """A draft's quantity is in base, also where orders are counted in contracts."""
    quantity = rules.quantity_of(draft.quantity, draft.price)
    if quantity < rules.min_quantity:
        yield "quantity", f"The smallest quantity of {draft.symbol} is {plain(rules.min_quantity)} {rules.unit}."
    if rules.max_quantity and quantity > rules.max_quantity:
        yield "quantity", f"The largest quantity of {draft.symbol} is {plain(rules.max_quantity)} {rules.unit}."
    if draft.quantity * draft.price < rules.min_notional:
        yield (
            "quantity",
            (
                f"quantity x price is {plain(draft.quantity * draft.price)} {rules.quote}; "
                f"the smallest order of {draft.symbol} is {plain(rules.min_notional)} {rules.quote}."
            ),
        )
    if draft.leverage is not None and draft.leverage > rules.max_leverage:
        yield "leverage", f"The largest leverage of {draft.symbol} is {rules.max_leverage}."
