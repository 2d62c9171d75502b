"""A signal as somebody types it: what is there already, drawn and counted, and what would be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask import request

from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.signal import Draft
from mysignals.domain.stake import Stake, stake
from mysignals.models import User
from mysignals.services import market_look, price_history, publish
from mysignals.services.errors import Invalid, ServiceError
from mysignals.services.price_history import Stretch
from mysignals.web import parsing
from mysignals.web.forms.provider import SpotDraft
from mysignals.web.forms.signal_page import Aimed, FuturesSignal, HalfTyped, SpotSignal

from .ladder import Ladder, ladder

_TARGETS = ("tp1", "tp2", "tp3")


@dataclass(frozen=True, slots=True)
class Preview:
    """`faults` are of what was typed; `missing` says that something is not typed yet. `reach` is accounts, people."""

    market: Market
    symbol: str
    look: market_look.Look | None
    stake: Stake | None
    ladder: Ladder | None
    reach: tuple[int, int]
    faults: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    missing: bool = False

    @property
    def is_ready(self) -> bool:
        return not (self.faults or self.problem or self.missing)


def as_sent() -> Draft:
    """The posted form as a draft; raises Invalid."""
    if _market() is Market.FUTURES:
        futures = parsing.html_form(FuturesSignal)
        return _draft(Market.FUTURES, futures, futures.leverage)
    return _draft(Market.SPOT, parsing.html_form(SpotSignal), None)


def preview(provider: User) -> Preview:
    """Of what the form holds so far. Changes nothing."""
    market, symbol = _market(), request.form.get("symbol", "").strip().upper()[:32]
    faults, problem, missing = _refusals(provider)
    reach = publish.reach(provider, symbol)
    seen = market_look.look(market, symbol) if symbol else None
    typed = _stake(market)
    past = price_history.of(market, symbol, Stretch.DAY).candles if seen and typed else ()
    drawn = ladder(typed, seen.price if seen else None, past)
    return Preview(market, symbol, seen, typed, drawn, reach, faults, problem, missing)


def _refusals(provider: User) -> tuple[dict[str, str], str, bool]:
    """What publishing would say to the fields that are filled in, to the whole, and whether fields are empty."""
    try:
        publish.check(provider, as_sent())
    except Invalid as why:
        typed = {name: words for name, words in why.fields.items() if request.form.get(name, "").strip()}
        return typed, "", len(typed) < len(why.fields)
    except ServiceError as why:
        return {}, str(why), False
    return {}, "", False


def _stake(market: Market) -> Stake | None:
    entry = _number("price")
    side = request.form.get("side")
    if entry is None or side not in ("BUY", "SELL"):
        return None
    targets = [(name, price) for name in _TARGETS if (price := _number(name)) is not None]
    leverage = _number("leverage") if market is Market.FUTURES else None
    whole = int(leverage) if leverage is not None and 1 <= leverage <= 125 else None
    return stake(Side(side), entry, _number("sl"), targets, _number("quantity"), whole)


def _number(name: str) -> Decimal | None:
    try:
        return HalfTyped.model_validate({"number": request.form.get(name, "").strip()}).number
    except ValueError:
        return None


def _market() -> Market:
    """Spot where the form says nothing; raises Invalid for what is no market."""
    return Market(parsing.html_form(Aimed).market)


def _draft(market: Market, form: SpotDraft, leverage: int | None) -> Draft:
    return Draft(
        market=market,
        symbol=form.symbol,
        side=Side(form.side),
        entry_type=EntryType(form.type),
        quantity=form.quantity,
        price=form.price,
        stop=form.sl,
        targets=tuple(target for target in (form.tp1, form.tp2, form.tp3) if target is not None),
        leverage=leverage,
        short_text=form.short_text,
    )
