"""A follower's account at a simulated exchange, and our books about it: what whole conversations are tried on."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Protocol, TypeVar

from mysignals.domain.abilities import Abilities
from mysignals.domain.intents import Intent, Leg, ReadPrice, ReadRules, ReadSymbolSettings
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderState,
    Outcome,
    PriceRead,
    Rejected,
    RulesRead,
    SymbolSettings,
)
from mysignals.domain.plan import Choices, Plan, Terms, make_plan
from mysignals.domain.sizing import Sizing, SizingMode
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.following_up import FollowUp, look_after
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.registry import dialect_for, known_rules
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.session import LegReport, Report, Session
from mysignals.exchanges.standing import Known, Legs
from mysignals.exchanges.transports.pooled import system_clock_ms
from mysignals.exchanges.wire import Credentials, Reply
from tests.support.simulator_process import SimulatorProcess

End = TypeVar("End")
NUMBERS = count(1)
RICH = {"USDT": "100000", "BTC": "10"}


@dataclass(frozen=True)
class Place:
    """One market of one exchange, as an account has it. `moved` is what the simulator calls what we trade there."""

    exchange: str
    market: Market
    venue: str
    version: str = ""
    symbol: str = "BTCUSDT"
    mode: PositionMode = PositionMode.ONE_WAY
    moved: str = ""

    @property
    def dialect(self) -> Dialect:
        return dialect_for(self.exchange, self.market, self.version)

    @property
    def abilities(self) -> Abilities:
        return self.dialect.abilities

    def __str__(self) -> str:
        mode = "-hedge" if self.mode is PositionMode.HEDGE else ""
        return f"{self.exchange}{self.version}-{self.market}-{self.symbol}{mode}"


SPOT, FUTURES, HEDGE = Market.SPOT, Market.FUTURES, PositionMode.HEDGE
PLACES = (
    Place("binance", SPOT, "binance"),
    Place("binance", FUTURES, "binance-futures"),
    Place("binance", FUTURES, "binance-futures", mode=HEDGE),
    Place("bitget", SPOT, "bitget", "v2"),
    Place("bitget", FUTURES, "bitget", "v2"),
    Place("bitget", FUTURES, "bitget", "v2", mode=HEDGE),
    Place("bitget", SPOT, "bitget", "v1"),
    Place("bitget", FUTURES, "bitget", "v1"),
    Place("bitget", FUTURES, "bitget", "v1", mode=HEDGE),
    Place("phemex", SPOT, "phemex", moved="sBTCUSDT"),
    Place("phemex", FUTURES, "phemex"),
    Place("phemex", FUTURES, "phemex", mode=HEDGE),
    Place("phemex", FUTURES, "phemex", symbol="BTCUSD"),
    Place("magnr", FUTURES, "magnr", symbol="BTCUSD"),
)


class Runner(Protocol):
    """What runs conversations, over whichever transport."""

    def run_flows(self, flows: Sequence[Generator[Call, Reply, End]]) -> list[End]: ...


@dataclass
class Trader:
    """An account of its own, and what our books would hold of its one delivery."""

    place: Place
    simulator: SimulatorProcess
    loop: Runner
    account: dict[str, str]
    root: str = field(default_factory=lambda: f"ms{next(NUMBERS)}xtest")
    legs: Legs = field(default_factory=dict)
    names: dict[Leg, str] = field(default_factory=dict)
    ids: dict[Leg, str] = field(default_factory=dict)

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.account["api_key"], self.account["secret"], self.account.get("passphrase") or "")

    def ask(self, intent: Intent) -> Outcome:
        return self.run(ask(self.place.dialect, intent, self.credentials, "paper"))

    def run(self, conversation: Generator[Call, Reply, End]) -> End:
        return self.loop.run_flows([conversation])[0]

    def move_price(self, price: str) -> None:
        symbol = self.place.moved or self.place.symbol
        self.simulator.control(
            "POST", "/_control/prices", {"venue": self.place.venue, "symbol": symbol, "price": price}
        )

    def fault(self, **fault: object) -> None:
        self.simulator.control("POST", "/_control/faults", {"venue": self.place.venue} | fault)

    @property
    def rules(self) -> SymbolRules:
        market = self.place.market
        told = known_rules(self.place.exchange, market) or _rules(self.ask(ReadRules(market)))
        return next(rules for rules in told if rules.symbol == self.place.symbol)

    def plan(self, entry: EntryType = EntryType.MARKET, targets: str = "first", side: Side = Side.BUY) -> Plan:
        """From 50,000 with the stop a thousand behind and targets a thousand apart."""
        away = 1000 if side is Side.BUY else -1000
        price = Decimal(50000)
        terms = Terms(
            self.place.market, self.place.symbol, side, entry, Decimal("0.01"), price, price - away,
            tuple(price + away * number for number in (1, 2, 3)), 10, 1, 60,
        )  # fmt: skip
        choices = Choices(Sizing(SizingMode.QUOTE, Decimal(1000)), 10, 10, 0, 1000, targets, MarginMode.CROSS)
        made = make_plan(terms, choices, self.rules, self._price(), self.place.abilities)
        assert isinstance(made, Plan), made
        return made

    def _price(self) -> Decimal | None:
        if not self.place.abilities.tells_prices:
            return None
        told = self.ask(ReadPrice(self.place.market, self.place.symbol))
        assert isinstance(told, PriceRead), told
        return told.price

    def session(self, **changes: object) -> Session:
        made = Session(
            self.place.dialect, self.credentials, "paper", self.root, system_clock_ms, mode=self.place.mode,
            settings=self._settings(), exchange_ids=dict(self.names), client_ids=dict(self.ids),
        )  # fmt: skip
        return replace(made, **changes)  # type: ignore[arg-type]

    def _settings(self) -> SymbolSettings | None:
        if not self.place.abilities.leverage:
            return None
        told = self.ask(ReadSymbolSettings(self.place.symbol))
        assert isinstance(told, SymbolSettings), told
        return told

    def open(self, plan: Plan, **changes: object) -> Report:
        report = self.run(open_position(self.session(**changes), plan))
        self._note(report)
        return report

    def follow(self, plan: Plan, **changes: object) -> Seen:
        """One turn, with what it tells noted in our books."""
        seen = self.run(self.turn(plan, **changes))
        self.note(seen)
        return seen

    def turn(self, plan: Plan, **changes: object) -> FollowUp:
        """The conversation of one turn, by our books."""
        choice = Choice(tuple(rung.price for rung in plan.exits), "ladder" if len(plan.exits) > 1 else "first")
        return look_after(self.session(**changes), plan, choice, dict(self.legs))

    def note(self, seen: Seen) -> None:
        """As services/follow stores it: what was asked for, then what was placed."""
        for leg, told in seen.for_the_books.items():
            before = self.legs[leg]
            since_ms = before.since_ms if told.state is before.state else system_clock_ms()
            self.legs[leg] = replace(before, state=told.state, filled=told.filled, since_ms=since_ms)
            if told.exchange_id:
                self.names[leg] = told.exchange_id
        if seen.exits is not None:
            self._note(seen.exits)

    def _note(self, report: Report) -> None:
        for leg in report.legs:
            if isinstance(leg.outcome, NotSent):
                continue
            if self.ids.get(leg.leg) != leg.client_id:
                self.names.pop(leg.leg, None)
            self.ids[leg.leg] = leg.client_id
            self.legs[leg.leg] = _recorded(leg)
            if leg.order is not None and leg.order.exchange_id:
                self.names[leg.leg] = leg.order.exchange_id

    def ledger(self) -> list[dict[str, str]]:
        rows = self.simulator.control("GET", f"/_control/ledger?venue={self.place.venue}")
        orders = rows["orders"] if isinstance(rows, dict) else rows
        return [row for row in orders if row["api_key"] == self.account["api_key"]]


def _recorded(leg: LegReport) -> Known:
    """As services/fan_out stores it."""
    if isinstance(leg.outcome, Rejected):
        return Known(OrderState.REJECTED, leg.quantity, Decimal(0), system_clock_ms(), leg.outcome.reason.value)
    if leg.order is None:
        state = OrderState.NEW if isinstance(leg.outcome, Accepted) else OrderState.UNKNOWN
        return Known(state, leg.quantity, Decimal(0), system_clock_ms())
    return Known(leg.order.state, leg.quantity, leg.order.filled, system_clock_ms())


def _rules(told: Outcome) -> tuple[SymbolRules, ...]:
    assert isinstance(told, RulesRead), told
    return told.rules


def new_trader(place: Place, simulator: SimulatorProcess, loop: Runner) -> Trader:
    """With money, in the place's position mode, at 50,000."""
    opened = simulator.open_account(place.venue, balances=RICH, position_mode=place.mode.value)
    trader = Trader(place, simulator, loop, opened)
    trader.move_price("50000")
    return trader
