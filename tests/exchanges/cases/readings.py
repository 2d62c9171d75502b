"""What the cases read and set: lists of orders, balances, positions, settings, prices, time, rules and keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mysignals.domain.intents import (
    ReadBalances,
    ReadOpenOrders,
    ReadPermissions,
    ReadPositionMode,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    ModeRead,
    OpenOrders,
    Outcome,
    Permissions,
    Reason,
    RulesRead,
    SymbolSettings,
    TimeRead,
)
from mysignals.exchanges.key_check import check_key
from mysignals.exchanges.registry import dialects_of

from .facts import is_inverse
from .trial import Trial, first

Checked = Callable[[Trial], tuple[bool, Reason | None]]


def listed(trial: Trial) -> tuple[bool, bool]:
    """Whether exactly the resting order, and exactly the stop, are told as open."""
    first(trial.ask(trial.entry()))
    order, stop = trial.limit(), trial.stop()
    first(trial.ask(order))
    first(trial.ask(stop))
    # Spot markets do not say what an order is for; what waits has a price that it waits for.
    plain = [told for told in trial.resting(conditional=False).items if told.trigger_price is None]
    waiting = [told for told in trial.resting(conditional=True).items if told.trigger_price is not None]
    # On a market that knows stops in pairs only, the target beside it is an ordinary order.
    names = {told.report.client_id for told in plain} - {stop_name(stop) + "t"}
    stops = [(told.report.client_id, told.trigger_price, told.quantity) for told in waiting]
    return names == {order.client_id}, stops == [(stop_name(stop), Decimal(45_000), trial.size)]


def stop_name(stop: Any) -> str:
    return getattr(stop, "stop_id", "") or stop.client_id


def all_cancelled(trial: Trial) -> set[str]:
    first(trial.ask(trial.entry()))
    for order in (trial.limit(), trial.limit(41_000), trial.stop()):
        first(trial.ask(order))
    assert len(trial.everything_resting()) >= 3
    outcome = trial.cancel_all()
    assert isinstance(outcome, Accepted), outcome
    return trial.everything_resting()


def others_left(trial: Trial) -> tuple[set[str], int]:
    """What rests on the symbol when all of it was cancelled, and how much on another one."""
    other = trial.place.symbol.replace("BTC", "ETH")
    size = trial.size if is_inverse(trial.place) else Decimal("0.1")
    for order in (trial.limit(), replace(trial.limit(2_000, quantity=size), symbol=other)):
        first(trial.ask(order))
    assert isinstance(trial.cancel_all(), Accepted)
    told = trial.ask(ReadOpenOrders(trial.place.market, other))
    assert isinstance(told, OpenOrders), told
    return trial.everything_resting(), len(told.items)


def none_cancelled(trial: Trial) -> Outcome:
    return trial.cancel_all()


def balance(trial: Trial) -> Decimal:
    """Of what orders are paid with; the account was given as much of everything."""
    asset = trial.rules.settle
    told = trial.ask(ReadBalances(trial.place.market, asset))
    assert isinstance(told, Balances), told
    return told.available(asset)


def position(trial: Trial) -> list[Decimal]:
    first(trial.ask(trial.entry()))
    return [amount / trial.size for amount in trial.held()]


def leverage_and_margin(trial: Trial) -> list[tuple[int, MarginMode]]:
    """Set as a conversation does it before its first order, margin mode first, and read back."""
    found, symbol = [], trial.place.symbol
    for leverage, mode in ((7, MarginMode.ISOLATED), (3, MarginMode.CROSS)):
        for setting in (
            SetMarginMode(symbol, mode, leverage, trial.is_hedged),
            SetLeverage(symbol, leverage, mode, trial.is_hedged, Side.BUY),
        ):
            outcome = trial.ask(setting)
            assert isinstance(outcome, Accepted | SymbolSettings), outcome
        told = trial.ask(ReadSymbolSettings(symbol))
        assert isinstance(told, SymbolSettings), told
        found.append((told.leverage, told.margin_mode))
    return found


def position_mode(trial: Trial) -> list[bool]:
    """Whether the other mode is what is read after it was set, and the former one after it was set back, twice."""
    of_symbol = trial.place.abilities.mode_per_symbol
    found = []
    other = PositionMode.ONE_WAY if trial.is_hedged else PositionMode.HEDGE
    for mode in (other, trial.place.mode, trial.place.mode):
        outcome = trial.ask(SetPositionMode(mode, trial.place.symbol if of_symbol else None))
        assert isinstance(outcome, Accepted), outcome
        told = trial.ask(ReadSymbolSettings(trial.place.symbol) if of_symbol else ReadPositionMode())
        assert isinstance(told, SymbolSettings if of_symbol else ModeRead), told
        found.append((told.position_mode if of_symbol else told.mode) is mode)  # type: ignore[union-attr]
    return found


def price(trial: Trial) -> Outcome:
    trial.move_price("50123")
    return trial.ask(ReadPrice(trial.place.market, trial.place.symbol))


def clock(trial: Trial) -> bool:
    """Whether it is ours, within a minute."""
    told = trial.ask(ReadTime(trial.place.market))
    assert isinstance(told, TimeRead), told
    return abs(told.now_ms - time.time() * 1000) < 60_000


def rules(trial: Trial) -> tuple[bool, bool, bool]:
    """Whether the symbol is traded, by steps that mean something, and inverse exactly where we think so."""
    told = trial.ask(ReadRules(trial.place.market))
    assert isinstance(told, RulesRead), told
    (ours,) = (rules for rules in told.rules if rules.symbol == trial.place.symbol)
    is_of_market = ours.market is trial.place.market and ours.max_leverage >= (
        1 if trial.place.market is Market.SPOT else 20
    )
    return ours.trading and is_of_market, 0 < ours.step <= 1 and 0 < ours.tick <= 1, ours.is_inverse


def permissions(trial: Trial) -> tuple[bool, bool, bool]:
    """May it read, trade here, and withdraw?"""
    told = trial.ask(ReadPermissions())
    assert isinstance(told, Permissions), told
    may_trade = told.may_trade_spot if trial.place.market is Market.SPOT else told.may_trade_futures
    return told.may_read, may_trade, told.may_withdraw


def key_checked(**changes: str) -> Checked:
    """Whether the key is found fit to trade with, and why not; with another secret or passphrase than its own."""

    def deed(trial: Trial) -> tuple[bool, Reason | None]:
        key = replace(trial.credentials, **changes)
        # The one market alone: a simulated key may be for one of an exchange's markets.
        dialects = {trial.place.market: dialects_of(trial.place.exchange, trial.place.version)[trial.place.market]}
        found = trial.run(check_key(dialects, key, "paper"))
        return found.ok, found.reason

    return deed
