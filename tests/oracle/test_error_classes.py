"""One refusal and two readers: what ccxt calls an exchange's code, and what our dialects make of it.

`ccxt_error_classes.json` is how ccxt 4.5.90 classifies 260 answers of the exchanges.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
import orjson
import pytest

from mysignals.domain import market as domain
from mysignals.domain.intents import PlaceOrder
from mysignals.domain.outcomes import Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.wire import HttpResponse
from tests.support.simulator_process import SimulatorProcess

from . import test_binance_futures, test_binance_spot, test_bitget_spot
from .account import Account, Market
from .test_phemex_contracts import LINEAR

SPOT, FUTURES = domain.Market.SPOT, domain.Market.FUTURES
WORDS = {
    "-2010 balance": "Account has insufficient balance for requested action.",
    "-2010 duplicate": "Duplicate order sent.",
    "-2010 trigger": "Order would trigger immediately.",
    "-2010 maker": "Order would immediately match and take.",
    "-2010 closed": "Market is closed.",
    "-2010 oco prices": "The relationship of the prices for the orders is not correct.",
    "-1013 LOT_SIZE": "Filter failure: LOT_SIZE",
    "-1013 NOTIONAL": "Filter failure: NOTIONAL",
    "-1013 PRICE_FILTER": "Filter failure: PRICE_FILTER",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the table: what the exchange sends, and ccxt's class for it."""

    section: str
    label: str
    status: int
    body: dict[str, Any]
    error: str


def envelope(section: str, code: str, words: str) -> dict[str, Any]:
    if section == "bitget":
        return {"code": code, "msg": words, "requestTime": 1_700_000_000_000, "data": None}
    return {"code": int(code), "msg": words} | ({"data": None} if section == "phemex" else {})


def answers(section: str) -> list[Answer]:
    """Those with a code."""
    table = json.loads((Path(__file__).parent / "ccxt_error_classes.json").read_text())[section]
    found = []
    for label, row in table.items():
        code = re.match(r"-?\d+", label.strip())
        if code:
            words = WORDS.get(label, label.strip().partition(" ")[2])
            found.append(Answer(section, label, row["http"], envelope(section, code[0], words), row["ccxt"]))
    return found


SECTIONS: dict[str, tuple[Market[Any], str, tuple[domain.Market, ...]]] = {
    "binance spot": (test_binance_spot.MARKET, "binance", (SPOT,)),
    "binance usd-m": (test_binance_futures.MARKET, "binance", (FUTURES,)),
    "bitget": (test_bitget_spot.MARKET, "bitget", (SPOT, FUTURES)),
    "phemex": (LINEAR.market, "phemex", (SPOT, FUTURES)),
}
"""Section of the table -> the market that answers it here, and our dialects that must read it."""
OF_A_SETTING = "MarginModeAlreadySet"
"""A class that ccxt gives to an answer to setMarginMode alone (test_binance_futures.py)."""


@pytest.mark.parametrize("section", SECTIONS)
def test_the_simulator_can_send_every_refusal_and_ccxt_knows_it(simulator: SimulatorProcess, section: str) -> None:
    account = Account(simulator, SECTIONS[section][0])
    account.ccxt.load_markets()
    different = {}
    for answer in answers(section):
        account.fault("reject", on="order", status=answer.status, body=answer.body)
        with pytest.raises(ccxt.BaseError) as raised:
            account.place("limit", "buy", "0.01", "49000")
        if answer.error not in (raised.type.__name__, OF_A_SETTING):
            different[answer.label] = raised.type.__name__
    assert different == {}
    assert account.rows() == []


# What our dialects may say where ccxt says more than "something is wrong". None: nobody knows whether it happened.
SAYS: dict[str, set[Reason | None]] = {
    "AuthenticationError": {Reason.AUTH},
    "PermissionDenied": {Reason.PERMISSION, Reason.IP},
    "AccountSuspended": {Reason.PERMISSION},
    "InvalidNonce": {Reason.TIME},
    "DDoSProtection": {Reason.RATE},
    "RateLimitExceeded": {Reason.RATE},
    "InsufficientFunds": {Reason.FUNDS},
    "BadSymbol": {Reason.SYMBOL},
    "MarketClosed": {Reason.SYMBOL},
    "OrderNotFound": {Reason.NOT_FOUND, Reason.TOO_LATE},
    "OnMaintenance": {Reason.MAINTENANCE},
    "OrderImmediatelyFillable": {Reason.TRIGGER},
    "OrderNotFillable": {Reason.TRIGGER},
    "OperationRejected": {Reason.MODE, Reason.LEVERAGE, Reason.TOO_MANY, Reason.PARAMETER},
    "OperationFailed": {None, Reason.MAINTENANCE, Reason.RATE},
    "RequestTimeout": {None},
    "DuplicateOrderId": {None},
    "CancelPending": {None},
}
VAGUE = {"ExchangeError", "InvalidOrder", "BadRequest", "BadResponse", "MarginModeAlreadySet"}
CCXT_ERRS: dict[tuple[str, str], Reason | None] = {
    ("bitget", "40010"): None,  # "Request timed out" says nothing about the key
    ("bitget", "30032"): Reason.RETIRED,  # the version is gone, not the symbol
    ("binance usd-m", "-4059"): None,  # an answer to a setting, not to an order
}
"""What we say instead (EXCHANGES 10)."""


def said(outcome: Outcome) -> Reason | None:
    assert isinstance(outcome, Rejected | Unknown)
    return outcome.reason if isinstance(outcome, Rejected) else None


EVERY = [(section, market) for section, (_, _, markets) in SECTIONS.items() for market in markets]


@pytest.mark.parametrize(("section", "market"), EVERY)
def test_our_dialect_says_what_ccxt_says(section: str, market: domain.Market) -> None:
    dialect = dialect_for(SECTIONS[section][1], market)
    order = PlaceOrder(
        market, "BTCUSDT", domain.Side.BUY, domain.EntryType.LIMIT, Decimal("0.01"), Decimal(49000), "sig-42-e1"
    )
    different = {}
    for answer in answers(section):
        ours = said(dialect.decode(order, HttpResponse(answer.status, orjson.dumps(answer.body))))
        errs = (section, answer.label.split()[0])
        allowed = {CCXT_ERRS[errs]} if errs in CCXT_ERRS else SAYS.get(answer.error)
        if allowed is None:
            assert answer.error in VAGUE, answer.error
        elif ours not in allowed:
            different[answer.label] = (answer.error, ours)
    assert different == {}
