"""One signal a market on a whole running instance, copied on every exchange at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mysignals.domain.reasons import DISPLAY_NAMES
from tests.journeys.cast import BINANCE, EVERY_DESK, MAGNR, SYMBOLS, Role
from tests.journeys.company import Company, gather
from tests.journeys.exchange import Row
from tests.journeys.fates import Fate, fates
from tests.journeys.instance import temporary_instance
from tests.journeys.signals import Posted, post, settled
from tests.journeys.verdict import judge
from tests.support.waiting import wait_until

COPYING = [
    Role(
        f"{desk.exchange}{desk.version}_{market}_{mode}",
        market,
        ("quote", "300"),
        targets,
        position_mode=mode,
        desk=desk,
    )
    for market, desks in EVERY_DESK.items()
    for desk in desks
    for mode, targets in (("one_way", "first"), ("hedge", "ladder"))
    if mode == "one_way" or (market == "futures")
]
NOT_LISTED = Role("magnr_futures", "futures", ("quote", "300"), refusal=("not_listed",), desk=MAGNR)
ROLES = [*COPYING, NOT_LISTED]


@dataclass(frozen=True)
class Everywhere:
    """Everything after the signals are settled."""

    company: Company
    signals: list[Posted]
    fates: list[Fate]
    ledger: list[Row]

    def fate(self, role: Role) -> Fate:
        return next(fate for fate in self.fates if fate.follower.role == role)

    def messages(self, role: Role) -> list[str]:
        told = self.company.of(role).person.get("/auth/notifications")["notifications"]
        return [notice["message"] for notice in told]


@pytest.fixture(scope="module")
def everywhere() -> Iterator[Everywhere]:
    with temporary_instance() as instance:
        company = gather(instance, ROLES)
        signals = [post(company.provider, market) for market in SYMBOLS]
        wait_until(lambda: sum(settled(company.provider, each) for each in signals) == len(ROLES), 30, "all signals")
        yield Everywhere(company, signals, fates(company.followers), instance.exchange.ledger())
        company.leave()


def test_every_follower_is_served_as_the_exchanges_have_it_in_their_books(everywhere):
    verdict = judge(everywhere.fates, everywhere.signals, everywhere.ledger)
    assert verdict.faults == []
    assert (verdict.delivered, verdict.refused, verdict.duplicate, verdict.lost) == (len(COPYING), 1, 0, 0)


def test_four_exchanges_copy_signals_at_once_and_each_market_reaches_all_that_have_it(everywhere):
    reached = {(fate.follower.role.market, fate.first["exchange"]) for fate in everywhere.fates if fate.is_delivered}
    assert reached == {(market, desk.exchange) for market, desks in EVERY_DESK.items() for desk in desks}
    assert {exchange for _, exchange in reached} == {"binance", "bitget", "phemex", "magnr"}


@pytest.mark.parametrize("role", COPYING, ids=lambda role: role.name)
def test_who_was_served_is_told_where_and_what_was_bought(everywhere, role):
    told = [message for message in everywhere.messages(role) if "BUY" in message]
    assert len(told) == 1
    assert told[0].startswith(f"Filled on {DISPLAY_NAMES[role.desk.exchange]}: BUY {role.symbol}")


@pytest.mark.parametrize("role", COPYING, ids=lambda role: role.name)
def test_stop_and_targets_are_in_place(everywhere, role):
    fate = everywhere.fate(role)
    # The answer to Binance's order list calls them pending even where its entry has filled at once (EXCHANGES 2.6).
    assert {order["state"] for order in fate.orders("stop", "target")} <= {"new", "pending"}
    assert role.desk is BINANCE or {order["state"] for order in fate.orders("stop", "target")} == {"new"}
    assert len(fate.orders("target")) == (3 if role.targets == "ladder" else 1)


def test_a_symbol_that_an_exchange_does_not_list_is_skipped_with_that_reason(everywhere):
    assert everywhere.fate(NOT_LISTED).first["state"] == "skipped"
    (told,) = [message for message in everywhere.messages(NOT_LISTED) if "BTCUSDT" in message]
    assert told.startswith("Not placed on Magnr: BUY BTCUSDT") and "does not trade on this exchange" in told


def test_what_an_exchange_cannot_do_was_told_before_the_first_signal(everywhere):
    told = [message for message in everywhere.messages(NOT_LISTED) if message.startswith("About Magnr:")]
    assert len(told) == 1 and "at the market only" in told[0]
