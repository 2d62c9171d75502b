"""Refusals of OKX and Bybit through ccxt's classes: did not happen, or nobody knows."""

from typing import Any

import ccxt
import orjson
import pytest

from mysignals.domain.intents import (
    WRITES,
    CancelOrder,
    Intent,
    QueryOrder,
    ReadBalances,
    SetLeverage,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.ccxt_adapter.codes import ALREADY_SO, AMBIGUOUS, DUPLICATES, REASONS
from mysignals.exchanges.ccxt_adapter.dialect import CcxtDialect
from mysignals.exchanges.ccxt_adapter.profiles import OKX, PROFILES, UNKNOWN
from mysignals.exchanges.ccxt_adapter.refusals import refusal
from mysignals.exchanges.ccxt_adapter.socketless import Socketless
from mysignals.exchanges.ccxt_adapter.stored import read
from mysignals.exchanges.wire import HttpResponse

from . import bybit_answers as bybit
from . import okx_answers as okx
from .asking import EVERY_INTENT, MARKETS, NAMES, OFFERED, F, decoded, entry, exit_order

SAID = {"okx": okx.refused, "bybit": bybit.refused}
NOTHING = HttpResponse(200, b"{}")


def _codes(table: str) -> list[tuple[str, str]]:
    return [(name, code) for name in NAMES for code in sorted(getattr(PROFILES[name], table))]


def placed(name: str, code: str, words: str = "Its words.", status: int = 200) -> Outcome:
    return decoded(name, entry(), SAID[name](code, words), status=status)


def by_class(kind: str, intent: Intent | None = None) -> Outcome:
    return refusal(getattr(ccxt, kind)("words"), intent or entry(), NOTHING, UNKNOWN)


@pytest.mark.parametrize(("kind", "reason"), REASONS.items())
def test_every_class_of_the_table_is_a_refusal_with_its_reason(kind: str, reason: Reason) -> None:
    outcome = by_class(kind)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason


# Written down a second time, from ccxt's manual, so that a slip in the table shows.
DOCUMENTED = {
    "AuthenticationError": Reason.AUTH, "PermissionDenied": Reason.PERMISSION, "AccountSuspended": Reason.PERMISSION,
    "AccountNotEnabled": Reason.PERMISSION, "InsufficientFunds": Reason.FUNDS, "InvalidOrder": Reason.PARAMETER,
    "BadRequest": Reason.PARAMETER, "BadSymbol": Reason.SYMBOL, "OrderNotFound": Reason.NOT_FOUND,
    "RateLimitExceeded": Reason.RATE, "DDoSProtection": Reason.RATE, "OnMaintenance": Reason.MAINTENANCE,
    "InvalidNonce": Reason.TIME, "MarketClosed": Reason.SYMBOL, "OrderImmediatelyFillable": Reason.TRIGGER,
}  # fmt: skip


def test_the_table_says_what_the_manual_says() -> None:
    assert {kind: REASONS[kind] for kind in DOCUMENTED} == DOCUMENTED


@pytest.mark.parametrize("kind", sorted(AMBIGUOUS))
@pytest.mark.parametrize("intent", [entry(), ReadBalances(F)])
def test_a_class_that_may_have_happened_is_unknown(kind: str, intent: Intent) -> None:
    outcome = by_class(kind, intent)
    assert isinstance(outcome, Unknown)
    assert not outcome.unmapped


def test_every_class_of_ccxt_is_a_refusal_or_unknown_and_none_is_forgotten() -> None:
    mapped = {*REASONS, *AMBIGUOUS, *DUPLICATES, *ALREADY_SO}
    unspecific = {"BaseError", "ExchangeError"}
    # Of deposits, of proxies and sockets that are never used here, and of what only streams say.
    elsewhere = {
        "InvalidAddress", "AddressPending", "InvalidProxySettings", "ExchangeClosedByUser", "ChecksumError",
        "UnsubscribeError",
    }  # fmt: skip
    assert {kind.__name__ for kind in _all_below(ccxt.BaseError)} == mapped | elsewhere | (unspecific - {"BaseError"})


def _all_below(kind: type) -> set[type]:
    return {below for child in kind.__subclasses__() for below in (child, *_all_below(child))}


CODED = HttpResponse(200, b'{"code":"X1","msg":"new"}')


@pytest.mark.parametrize("kind", ["ExchangeError", "BaseError"])
def test_an_unspecific_error_is_unknown_on_a_write_and_counted_and_a_refusal_on_a_read(kind: str) -> None:
    error = getattr(ccxt, kind)("words")
    assert refusal(error, entry(), CODED, UNKNOWN) == Unknown(f"{kind}: new", "X1", unmapped=True)
    assert refusal(error, ReadBalances(F), CODED, UNKNOWN) == Rejected(Reason.UNKNOWN, "X1", "new")


@pytest.mark.parametrize("intent", [entry(), ReadBalances(F)])
def test_an_unspecific_error_without_a_code_is_no_answer(intent: Intent) -> None:
    outcome = by_class("ExchangeError", intent)
    assert isinstance(outcome, Unknown)
    assert not outcome.unmapped


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("okx", "50111", Reason.AUTH), ("okx", "50113", Reason.AUTH), ("okx", "50110", Reason.IP),
        ("okx", "50102", Reason.TIME), ("okx", "50011", Reason.RATE), ("okx", "51008", Reason.FUNDS),
        ("okx", "51001", Reason.SYMBOL), ("okx", "51000", Reason.PARAMETER), ("okx", "51020", Reason.MINIMUM),
        ("okx", "51121", Reason.PRECISION), ("okx", "51278", Reason.TRIGGER), ("okx", "51169", Reason.REDUCE_ONLY),
        ("okx", "51010", Reason.PERMISSION), ("okx", "59000", Reason.MODE), ("okx", "59107", Reason.LEVERAGE),
        ("bybit", "10003", Reason.AUTH), ("bybit", "10004", Reason.AUTH), ("bybit", "10005", Reason.PERMISSION),
        ("bybit", "10010", Reason.IP), ("bybit", "10002", Reason.TIME), ("bybit", "10006", Reason.RATE),
        ("bybit", "10001", Reason.PARAMETER), ("bybit", "110007", Reason.FUNDS),
        ("bybit", "110017", Reason.REDUCE_ONLY),
        ("bybit", "110092", Reason.TRIGGER), ("bybit", "110094", Reason.MINIMUM), ("bybit", "110013", Reason.LEVERAGE),
        ("bybit", "170131", Reason.FUNDS),
    ],
)  # fmt: skip
def test_an_exchanges_own_code_has_its_reason_and_its_words(name: str, code: str, reason: Reason) -> None:
    assert placed(name, code) == Rejected(reason, code, "Its words.")


@pytest.mark.parametrize(("name", "code"), _codes("reasons"))
def test_every_code_of_a_profile_is_a_refusal_with_its_reason(name: str, code: str) -> None:
    assert placed(name, code) == Rejected(PROFILES[name].reasons[code], code, "Its words.")


@pytest.mark.parametrize(("name", "code"), _codes("duplicates"))
@pytest.mark.parametrize("intent", [entry(), exit_order()])
def test_a_duplicate_is_never_a_refusal_though_ccxt_calls_it_an_invalid_order(
    name: str, code: str, intent: Intent
) -> None:
    outcome = decoded(name, intent, SAID[name](code, "Its words."))
    assert isinstance(outcome, Unknown)
    assert "duplicate" in outcome.cause


def test_a_duplicate_of_an_exchange_nobody_has_looked_at_is_told_by_its_words() -> None:
    body = b'{"error":"x","message":"Duplicate client order id"}'
    outcome = refusal(ccxt.InvalidOrder("x"), entry(), HttpResponse(400, body), UNKNOWN)
    assert isinstance(outcome, Unknown)
    assert isinstance(by_class("DuplicateOrderId"), Unknown)


@pytest.mark.parametrize(("name", "code"), _codes("ambiguous"))
def test_an_ambiguous_code_is_unknown(name: str, code: str) -> None:
    assert isinstance(placed(name, code), Unknown)


BROKEN = [b"", b"<html>", b'{"code":"50001","msg":"x","data":[]}', b'{"retCode":110007}']


@pytest.mark.parametrize(("name", "market", "intent"), EVERY_INTENT)
def test_a_server_error_proves_nothing(name: str, market: Market, intent: Intent) -> None:
    replies = [HttpResponse(status, body) for status in (500, 502, 503, 504, 599, 408) for body in BROKEN]
    outcomes = [OFFERED[name].dialects[market].decode(intent, reply) for reply in replies]
    assert [outcome for outcome in outcomes if not isinstance(outcome, Unknown)] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"50011","msg":"Too many","data":[]}'])
def test_too_many_requests_is_a_rate_refusal_whatever_the_body(name: str, body: bytes) -> None:
    outcome = OFFERED[name].dialects[F].decode(entry(), HttpResponse(429, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [301, 302, 400, 404, 405])
def test_a_status_without_an_error_of_the_exchange_proves_nothing(name: str, status: int) -> None:
    assert isinstance(OFFERED[name].dialects[F].decode(entry(), HttpResponse(status, b"<html>")), Unknown)


def test_bybit_shuts_the_door_with_403_on_an_address_that_asks_too_often() -> None:
    outcome = OFFERED["bybit"].dialects[F].decode(entry(), HttpResponse(403, b"access too frequent"))
    assert outcome == Rejected(Reason.RATE, "HTTP 403", "access too frequent")


@pytest.mark.parametrize("name", NAMES)
def test_a_code_we_do_not_know_is_unknown_on_a_write_and_a_refusal_on_a_read(name: str) -> None:
    strange = SAID[name]("987654", "Something new.")
    for write in (entry(), exit_order(), SetLeverage("BTCUSDT", 3), CancelOrder(F, "BTCUSDT", "x")):
        outcome = decoded(name, write, strange)
        assert isinstance(write, WRITES)
        assert isinstance(outcome, Unknown)
        assert (outcome.unmapped, outcome.code) == (True, "987654")
    assert decoded(name, ReadBalances(F), strange) == Rejected(Reason.UNKNOWN, "987654", "Something new.")


@pytest.mark.parametrize(
    ("name", "answer"),
    [("okx", {"code": "51603", "data": [], "msg": "Order does not exist"}),
     ("bybit", bybit.refused("110001", "Order does not exist"))],
)  # fmt: skip
def test_an_order_that_is_not_there_and_a_cancel_that_comes_too_late(name: str, answer: dict[str, Any]) -> None:
    missing = decoded(name, QueryOrder(F, "BTCUSDT", "ms7xab-e"), answer)
    late = decoded(name, CancelOrder(F, "BTCUSDT", "ms7xab-e"), answer)
    assert isinstance(missing, Rejected)
    assert isinstance(late, Rejected)
    assert (missing.reason, late.reason) == (Reason.NOT_FOUND, Reason.TOO_LATE)


@pytest.mark.parametrize("code", ["110008", "110010"])
def test_an_order_of_bybit_that_has_ended_cannot_be_cancelled_any_more(code: str) -> None:
    outcome = decoded("bybit", CancelOrder(F, "BTCUSDT", "ms7xab-e"), bybit.refused(code, "finished"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.TOO_LATE


@pytest.mark.parametrize("kind", sorted(ALREADY_SO))
def test_a_setting_that_is_already_so_is_success_and_an_order_never(kind: str) -> None:
    assert by_class(kind, SetLeverage("BTCUSDT", 7)) == Accepted()
    assert isinstance(by_class(kind), Rejected)


def test_what_ccxt_cannot_read_in_a_good_answer_is_no_refusal() -> None:
    """It raises its own errors then too, of classes that would mean a refusal."""
    misread = Socketless("okx", OKX.options, read(MARKETS, "okx"))
    dialect = OFFERED["okx"].dialects[F]

    def complain(*_: object, **__: object) -> None:
        raise ccxt.InsufficientFunds("made up while reading")

    misread.exchange.parse_order = complain
    misreading = CcxtDialect("okx", dialect._at, misread)
    assert isinstance(dialect.decode(entry(), answer(okx.PLACED)), Accepted)
    assert isinstance(misreading.decode(entry(), answer(okx.PLACED)), Unknown)
    assert isinstance(misreading.decode(entry(), answer(okx.refused("51008", "No funds."))), Rejected)


def answer(document: Any) -> HttpResponse:
    return HttpResponse(200, orjson.dumps(document))


def test_the_words_are_cut_and_cleaned() -> None:
    outcome = placed("okx", "51008", "a\x00b\n" + "x" * 1000)
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("abx")
    assert len(outcome.message) <= 300


def test_no_key_is_in_a_refusal() -> None:
    assert "the-" not in repr(placed("okx", "50111")) + repr(placed("bybit", "10003"))
