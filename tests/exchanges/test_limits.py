"""What each call is charged, against what the simulated exchanges count for it: they share no code with ours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.intents import Intent, PlaceOco, PlaceProtectedEntry, QueryOrder, ReadPositions, ReadTime
from mysignals.domain.market import Market, Side
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.limits import Limits, Scope
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.exchanges.wire import Credentials, HttpResponse
from tests.exchanges import intents
from tests.support.simulator_process import SimulatorProcess

SPOT, FUTURES = Market.SPOT, Market.FUTURES
NOW_MS = 1_800_000_000_000
"""The clock stands, so that no window begins anew within the test."""
OCO = PlaceOco("BTCUSDT", Side.SELL, Decimal("0.002"), Decimal(60000), Decimal(40000), None, "l", "t", "s")
OTOCO = PlaceProtectedEntry(
    "BTCUSDT", Side.BUY, Decimal("0.002"), Decimal(45000), Decimal("0.001"), Decimal(60000), Decimal(40000), None,
    "l", "e", "t", "s",
)  # fmt: skip
PLACES = [("binance", SPOT, "binance"), ("binance", FUTURES, "binance-futures"), ("bitget", SPOT, "bitget"),
          ("bitget", FUTURES, "bitget"), ("phemex", SPOT, "phemex"), ("phemex", FUTURES, "phemex")]  # fmt: skip


def asked_of(exchange: str, market: Market) -> list[Intent]:
    asked = [*intents.of_a_market(market), *intents.of_our_own(market)]
    if exchange == "binance" and market is SPOT:
        asked += [OCO, OTOCO]
    if market is FUTURES:
        asked += [*intents.of_contracts(), *intents.of_the_position_mode("BTCUSDT"), ReadPositions("BTCUSDT")]
        asked += [QueryOrder(market, "BTCUSDT", "none", history=True)]
    return asked


@pytest.mark.parametrize(("exchange", "market", "venue"), PLACES)
def test_a_call_is_charged_what_the_venue_counts_for_it(
    exchange: str, market: Market, venue: str, simulator: SimulatorProcess
) -> None:
    """Each is asked of an account of its own, so that what the headers tell is of this call alone."""
    dialect: Dialect = dialect_for(exchange, market)
    limits: Limits = dialect.limits  # type: ignore[attr-defined]
    differing = []
    simulator.control("POST", "/_control/clock", {"now_ms": NOW_MS})
    loop = Loop(PooledTransport(simulator.url, clock_ms=lambda: NOW_MS))
    for intent in asked_of(exchange, market):
        key = simulator.open_account(venue)
        before = _weight(loop, dialect, intent) if exchange == "binance" else 0
        call = Call(dialect, intent, Credentials(key["api_key"], key["secret"], key["passphrase"] or ""), "paper")
        reply = _answer(loop, call)
        for charge in limits.charges(intent):
            used = limits.used(charge.budget, reply.headers)
            if used is None or (charge.budget.scope is Scope.ADDRESS and exchange != "binance"):
                continue
            counted = used - before if charge.budget.scope is Scope.ADDRESS else used
            is_less = counted < charge.amount and exchange != "bitget"  # Some calls there may be made more often.
            if counted > charge.amount or is_less:
                differing.append((type(intent).__name__, charge.budget.name, charge.amount, counted))
    loop.close()
    assert not differing


def _answer(loop: Loop, call: Call) -> HttpResponse:
    assert isinstance(loop.transport, PooledTransport)
    reply = loop.run(loop.transport.send(call))
    assert isinstance(reply, HttpResponse), (call.intent, reply)
    return reply


def _weight(loop: Loop, dialect: Dialect, intent: Intent) -> int:
    """What the host that will be asked has counted so far."""
    of_host = dialect_for("binance", dialect.venue(intent))
    reply = _answer(loop, Call(of_host, ReadTime(dialect.venue(intent)), Credentials("", ""), "paper"))
    limits: Limits = of_host.limits  # type: ignore[attr-defined]
    (charge,) = limits.charges(ReadTime(dialect.venue(intent)))
    return limits.used(charge.budget, reply.headers) or 0
