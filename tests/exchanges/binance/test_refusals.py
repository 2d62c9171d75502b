"""Binance's refusals: did not happen, or nobody knows. Every line of every table."""

import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    Intent,
    QueryOrder,
    ReadBalances,
    ReadPermissions,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import MarginMode, Market, PositionMode
from mysignals.domain.outcomes import Accepted, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.binance import FUTURES, SPOT
from mysignals.exchanges.binance.codes import (
    AMBIGUOUS,
    DUPLICATES,
    FAILED_FILTER,
    FAILED_IN_5XX,
    FILTERS,
    MESSAGES,
    NO_OTHER_MARGIN_TYPE,
    NO_OTHER_POSITION_SIDE,
    REASONS,
    REJECTED_BY_MESSAGE,
)
from mysignals.exchanges.wire import HttpResponse

from .asking import DIALECTS, EVERY_INTENT, answer, entry, error, exit_order

F, S = Market.FUTURES, Market.SPOT
EVERY_LINE = [(market, code, reason) for market, table in REASONS.items() for code, reason in table.items()]


def placed(market: Market, response: HttpResponse) -> Outcome:
    return DIALECTS[market].decode(entry(market), response)


@pytest.mark.parametrize(("market", "code", "reason"), EVERY_LINE)
def test_every_code_of_the_table_is_a_refusal_with_its_reason(market: Market, code: int, reason: Reason) -> None:
    assert placed(market, error(code, "Its words.")) == Rejected(reason, str(code), "Its words.")


# Written down a second time, from the documents, so that a slip in the table shows.
DOCUMENTED = [
    (S, -2014, Reason.AUTH), (S, -2015, Reason.AUTH), (S, -1022, Reason.AUTH), (S, -1002, Reason.AUTH),
    (S, -1021, Reason.TIME), (S, -1003, Reason.RATE), (S, -1015, Reason.RATE), (S, -1111, Reason.PRECISION),
    (S, -1100, Reason.PARAMETER), (S, -1102, Reason.PARAMETER), (S, -1121, Reason.SYMBOL),
    (S, -1158, Reason.TRIGGER), (S, -1196, Reason.TRIGGER), (S, -2013, Reason.NOT_FOUND),
    (S, -2011, Reason.TOO_LATE), (S, -2026, Reason.NOT_FOUND), (S, -1001, Reason.MAINTENANCE),
    (S, -1008, Reason.RATE), (S, -1016, Reason.MAINTENANCE),
    (F, -4109, Reason.PERMISSION), (F, -4400, Reason.PERMISSION), (F, -4402, Reason.PERMISSION),
    (F, -5028, Reason.TIME), (F, -2018, Reason.FUNDS), (F, -2019, Reason.FUNDS), (F, -4050, Reason.FUNDS),
    (F, -4003, Reason.MINIMUM), (F, -4004, Reason.MINIMUM), (F, -4164, Reason.MINIMUM), (F, -4005, Reason.PRECISION),
    (F, -4014, Reason.PRECISION), (F, -4023, Reason.PRECISION), (F, -4028, Reason.LEVERAGE),
    (F, -2027, Reason.LEVERAGE), (F, -2028, Reason.LEVERAGE), (F, -4047, Reason.MODE), (F, -4067, Reason.MODE),
    (F, -4168, Reason.MODE), (F, -4061, Reason.MODE), (F, -4015, Reason.PARAMETER), (F, -2021, Reason.TRIGGER),
    (F, -2025, Reason.TOO_MANY), (F, -4045, Reason.TOO_MANY),
    (F, -4120, Reason.RETIRED), (F, -2022, Reason.REDUCE_ONLY), (F, -4118, Reason.REDUCE_ONLY),
    (F, -5022, Reason.TRIGGER), (F, -2013, Reason.NOT_FOUND), (F, -2011, Reason.TOO_LATE),
]  # fmt: skip


@pytest.mark.parametrize(("market", "code", "reason"), DOCUMENTED)
def test_the_table_says_what_the_documents_say(market: Market, code: int, reason: Reason) -> None:
    assert REASONS[market][code] is reason


# Every number that EXCHANGES 2.7 and 3.6 name, in their order. Not -2021 and -2022 of spot: they answer a call that
# we never make (cancel-replace).
NAMED = {
    S: [
        -2014, -2015, -1022, -1002, -1021, -1003, -1015, -2010, -1013, -1111, -1100, -1102, -1105, -1106, -1121,
        -1158, -1165, -1166, -1196, -1197, -1198, -1199, -2013, -2011, -2026, -1006, -1007, -1000, -1001, -1008, -1016,
    ],
    F: [
        -1001, -1008, -1007, -1022, -2014, -2015, -1002, -4109, -4400, -4402, -1021, -5028, -1003, -1015, -2018, -2019,
        -4050, -4051, -1111, -4003, -4004, -4005, -4013, -4014, -4023, -4164, -4131, -4028, -2027, -2028, -4046, -4059,
        -4047, -4048, -4067, -4068, -4168, -4060, -4061, -4062, -4015, -4116, -2021, -4117, -4137, -4120, -2022, -4118,
        -5021, -5022, -5041, -2013, -2011, -2025, -4045,
    ],
}  # fmt: skip
BY_WORDS = {REJECTED_BY_MESSAGE, FAILED_FILTER}
NOTHING_TO_DO = {NO_OTHER_MARGIN_TYPE, NO_OTHER_POSITION_SIDE}


@pytest.mark.parametrize("market", Market)
def test_every_documented_code_stands_in_exactly_one_table(market: Market) -> None:
    tables = [set(REASONS[market]), AMBIGUOUS, DUPLICATES, BY_WORDS, NOTHING_TO_DO]
    counts = {code: sum(code in table for table in tables) for code in NAMED[market]}
    assert {code: count for code, count in counts.items() if count != 1} == {}


@pytest.mark.parametrize("code", [-2021, -2022])
def test_a_number_that_means_something_on_futures_alone_proves_nothing_on_spot(code: int) -> None:
    assert isinstance(placed(F, error(code)), Rejected)
    assert isinstance(placed(S, error(code)), Unknown)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Account has insufficient balance for requested action.", Reason.FUNDS),
        ("Market is closed.", Reason.SYMBOL),
        ("This symbol is not permitted for this account.", Reason.SYMBOL),
        ("This action is disabled on this account.", Reason.PERMISSION),
        ("Order would trigger immediately.", Reason.TRIGGER),
        ("Order would immediately match and take.", Reason.TRIGGER),
        ("The relationship of the prices for the orders is not correct.", Reason.TRIGGER),
    ],
)
def test_a_rejected_order_is_told_apart_by_its_words(message: str, reason: Reason) -> None:
    assert placed(S, error(-2010, message)) == Rejected(reason, "-2010", message)


@pytest.mark.parametrize("message", ["NEW_ORDER_REJECTED", ""])
def test_an_order_rejected_in_new_words_is_looked_up_and_counted(message: str) -> None:
    outcome = placed(S, error(-2010, message))
    assert isinstance(outcome, Unknown) and outcome.unmapped


@pytest.mark.parametrize("part", MESSAGES)
def test_every_line_of_the_words_is_found_whatever_its_case(part: str) -> None:
    outcome = placed(S, error(-2010, part.upper()))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is MESSAGES[part]


@pytest.mark.parametrize(("name", "reason"), FILTERS.items())
def test_a_failed_filter_is_told_apart_by_its_name(name: str, reason: Reason) -> None:
    outcome = placed(S, error(-1013, f"Filter failure: {name}"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason


def test_a_notional_too_small_is_a_minimum() -> None:
    assert FILTERS["NOTIONAL"] is FILTERS["MIN_NOTIONAL"] is Reason.MINIMUM


@pytest.mark.parametrize(
    ("market", "response"),
    [(S, error(-2010, "Duplicate order sent.")), (F, error(-4116, "ClientOrderId is duplicated."))],
)
def test_a_duplicate_is_never_a_refusal(market: Market, response: HttpResponse) -> None:
    outcome = placed(market, response)
    assert isinstance(outcome, Unknown)
    assert "duplicate" in outcome.cause


def test_a_duplicate_exit_is_never_a_refusal() -> None:
    assert isinstance(FUTURES.decode(exit_order(), error(-4116)), Unknown)


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("code", sorted(AMBIGUOUS))
@pytest.mark.parametrize("status", [200, 400, 500, 503, 504])
def test_an_ambiguous_code_is_unknown_whatever_the_status(market: Market, code: int, status: int) -> None:
    assert isinstance(placed(market, error(code, "Execution status unknown.", status)), Unknown)


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 408])
@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b'{"code":-2019,"msg":"Margin is insufficient."}'])
def test_a_server_error_proves_nothing(market: Market, status: int, body: bytes) -> None:
    assert isinstance(placed(market, HttpResponse(status, body)), Unknown)


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("code", sorted(FAILED_IN_5XX))
def test_a_documented_failure_is_a_refusal_even_with_a_server_error(market: Market, code: int) -> None:
    outcome = placed(market, error(code, "", 503))
    assert isinstance(outcome, Rejected)
    assert outcome.reason in (Reason.MAINTENANCE, Reason.RATE)


FOUR_MEANINGS = [
    (b'{"code":-1000,"msg":"Unknown error, please check your request or try again later."}', None),
    (b"Unknown error, please check your request or try again later.", None),
    (b"Service Unavailable.", Reason.MAINTENANCE),
    (b'{"code":-1,"msg":"Service Unavailable."}', Reason.MAINTENANCE),
    (
        b'{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}',
        Reason.MAINTENANCE,
    ),
    (b'{"code":-1008,"msg":"Request throttled by system-level protection."}', Reason.RATE),
]


@pytest.mark.parametrize(("body", "reason"), FOUR_MEANINGS)
def test_503_on_futures_is_decided_by_its_body(body: bytes, reason: Reason | None) -> None:
    outcome = placed(F, HttpResponse(503, body))
    assert isinstance(outcome, Unknown) if reason is None else isinstance(outcome, Rejected)
    assert getattr(outcome, "reason", None) is reason


def test_service_unavailable_on_spot_is_not_documented_as_failed() -> None:
    assert isinstance(placed(S, HttpResponse(503, b"Service Unavailable.")), Unknown)


@pytest.mark.parametrize("status", [429, 418])
@pytest.mark.parametrize("body", [b"", b'{"code":-1003,"msg":"Too many requests."}', b"<html>"])
def test_too_many_requests_is_a_rate_refusal_whatever_the_body(status: int, body: bytes) -> None:
    outcome = placed(S, HttpResponse(status, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


def test_a_firewall_shuts_our_address_out_for_a_time_and_says_nothing_of_the_key() -> None:
    outcome = placed(S, HttpResponse(403, b"<html><h1>403 Forbidden</h1></html>"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


def test_403_with_a_code_goes_by_the_code() -> None:
    assert placed(S, error(-2015, "No.", 403)) == Rejected(Reason.AUTH, "-2015", "No.")


@pytest.mark.parametrize("status", [301, 302, 304, 404, 409])
def test_a_status_without_a_code_proves_nothing(status: int) -> None:
    assert isinstance(placed(S, HttpResponse(status, b"<html>")), Unknown)


def test_a_code_we_do_not_know_is_unknown_on_a_write_and_a_refusal_on_a_read() -> None:
    strange = error(-9876, "Something new.")
    for write in (entry(F), exit_order(), SetLeverage("BTCUSDT", 3), CancelOrder(F, "BTCUSDT", "x")):
        outcome = FUTURES.decode(write, strange)
        assert isinstance(outcome, Unknown)
        assert outcome.unmapped
    assert FUTURES.decode(ReadBalances(F), strange) == Rejected(Reason.UNKNOWN, "-9876", "Something new.")


def test_an_error_in_a_good_status_is_still_an_error() -> None:
    assert isinstance(placed(S, answer({"code": -2015, "msg": "No."})), Rejected)


@pytest.mark.parametrize("market", Market)
def test_a_cancel_that_comes_too_late_and_an_order_that_is_not_there(market: Market) -> None:
    dialect = DIALECTS[market]
    late = dialect.decode(CancelOrder(market, "BTCUSDT", "x"), error(-2011, "Unknown order sent."))
    missing = dialect.decode(QueryOrder(market, "BTCUSDT", "x"), error(-2013, "Order does not exist."))
    assert isinstance(late, Rejected)
    assert isinstance(missing, Rejected)
    assert (late.reason, missing.reason) == (Reason.TOO_LATE, Reason.NOT_FOUND)


def test_a_margin_mode_that_is_already_set_is_success() -> None:
    already = error(-4046, "No need to change margin type.")
    assert FUTURES.decode(SetMarginMode("BTCUSDT", MarginMode.CROSS), already) == Accepted()
    assert isinstance(FUTURES.decode(entry(F), already), Unknown)


@pytest.mark.parametrize("mode", PositionMode)
def test_a_position_mode_that_is_already_set_is_success(mode: PositionMode) -> None:
    already = error(-4059, "No need to change position side.")
    assert FUTURES.decode(SetPositionMode(mode), already) == Accepted()
    assert isinstance(FUTURES.decode(SetMarginMode("BTCUSDT", MarginMode.CROSS), already), Unknown)


@pytest.mark.parametrize("market", Market)
def test_a_cancel_of_all_finds_nothing_to_cancel_and_that_is_what_it_was_for(market: Market) -> None:
    nothing = error(-2011, "Unknown order sent.")
    assert DIALECTS[market].decode(CancelAll(market, "BTCUSDT"), nothing) == Accepted()


@pytest.mark.parametrize("intent", [CancelAll(F, "BTCUSDT"), SetPositionMode(PositionMode.HEDGE)])
@pytest.mark.parametrize("code", [-2011, -4059, -4046])
@pytest.mark.parametrize("status", [500, 503, 408])
def test_a_server_error_never_says_that_there_was_nothing_to_do(intent: Intent, code: int, status: int) -> None:
    assert isinstance(FUTURES.decode(intent, error(code, "", status)), Unknown)


@pytest.mark.parametrize(
    "response", [error(-4067), error(-4068), error(-4168)], ids=["orders", "position", "multi-assets"]
)
def test_a_position_mode_that_cannot_be_changed_is_refused(response: HttpResponse) -> None:
    outcome = FUTURES.decode(SetPositionMode(PositionMode.HEDGE), response)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.MODE


@pytest.mark.parametrize("code", sorted(AMBIGUOUS | DUPLICATES))
def test_what_a_table_knows_is_not_counted_as_unmapped(code: int) -> None:
    outcome = placed(F, error(code))
    assert isinstance(outcome, Unknown)
    assert not outcome.unmapped


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_a_wrong_clock_is_told_to_every_question(dialect: object, intent: Intent) -> None:
    outcome = dialect.decode(intent, error(-1021, "Timestamp for this request is outside of the recvWindow."))  # type: ignore[attr-defined]
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.TIME


def test_the_words_of_an_exchange_are_cut_and_cleaned() -> None:
    outcome = placed(S, error(-1013, "a\x00b\n" + "x" * 1000))
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("abx")
    assert len(outcome.message) <= 300


def test_permissions_asked_through_futures_are_answered_by_spot_codes() -> None:
    assert SPOT.market is FUTURES.venue(ReadPermissions()) is S
