"""Phemex's refusals: did not happen, or nobody knows. Every code of the documents."""

from typing import Any

import pytest

from mysignals.domain.intents import (
    WRITES,
    CancelAll,
    CancelOrder,
    Intent,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPrice,
    SetLeverage,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderState, Reason, Rejected, Unknown
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.phemex.codes import AMBIGUOUS, DUPLICATES, REASONS, WORDED, WORDS
from mysignals.exchanges.phemex.limits import REQUESTS, PhemexLimits
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import EVERY_INTENT, INVERSE, LINEAR, F, S, answer, error, exit_order, inverse, linear, spot

ORDERS: list[tuple[PhemexDialect, Intent]] = [
    (FUTURES, linear()), (FUTURES, inverse()), (SPOT, spot()), (FUTURES, exit_order()), (SPOT, exit_order(S)),
    (FUTURES, exit_order(symbol=INVERSE)), (FUTURES, CancelOrder(F, LINEAR, "x")), (SPOT, CancelOrder(S, LINEAR, "x")),
]  # fmt: skip

# Written down a second time, from EXCHANGES 6.9 row by row, so that a slip in the table shows.
DOCUMENTED: dict[Reason, tuple[int, ...]] = {
    Reason.PERMISSION: (34003, 39996, 11022, 11023, 11024),
    Reason.RATE: (39995,),
    Reason.NOT_FOUND: (10002,),
    Reason.TOO_LATE: (11062, 11063, 11108, 11109, 11110),
    Reason.FUNDS: (11001, 11003, 11005, 11010, 11082, 11100, 11101, 11105, 11106, 35104),
    Reason.PRECISION: (11053, 11055, 11054, 11056, 11114, 11012, 11045, 11046, 11075, 11076, 11078, 11079),
    Reason.MINIMUM: (11058, 11115),
    Reason.LEVERAGE: (11004, 11081, 11150),
    Reason.REDUCE_ONLY: (11011, 11057, 11059, 11060),
    Reason.MAINTENANCE: (11040, 11041, 11042),
    Reason.TRIGGER: (
        11043, 11044, 11047, 11048, 11049, 11050, 11051, 11052, 11087, 11088, 11089, 11090, 11091, 11092, 11093, 11094,
    ),
    Reason.PARAMETER: (
        412, 6001, 30000, 30018, 11034, 11035, 11036, 11037, 11111, 11112,
        11038, 11039, 11074, 11077, 11080, 11083, 11084, 11086, 11095, 11096,
    ),
    Reason.SYMBOL: (11027, 11028, 11070, 39997),
    Reason.TOO_MANY: (11031, 11032),
}  # fmt: skip
NOBODY_KNOWS = (11107, 11016, 11025, 10003, 10004, 10005, 11061)
ARRIVED = (11085, 10001, 11033, 19999)
SECTION = {
    10500, 34003, 39996, 39995, 11085, 10001, 11033, 19999, 10002, 10003, 10004, 10005, 11061, 11062, 11063,
    *range(11108, 11111), 11001, 11003, 11005, 11010, 11082, 11100, 11101, 11105, 11106, 35104, 11053, 11055, 11054,
    11056, 11058, 11114, 11115, 11012, 11004, 11081, 11150, 11011, 11057, *range(11038, 11047), *range(11047, 11053),
    11059, 11060, *range(11074, 11085), *range(11086, 11097), 11027, 11028, 11070, 39997, 412, 6001, 30000, 30018,
    *range(11034, 11038), 11111, 11112, 11022, 11023, 11024, 11031, 11032, 11107, 11016, 11025,
}  # fmt: skip


@pytest.mark.parametrize("market", Market)
def test_every_code_of_the_section_stands_in_one_table_and_no_other(market: Market) -> None:
    for code in SECTION:
        assert [code in REASONS[market], code in AMBIGUOUS, code in DUPLICATES, code in WORDED].count(True) == 1, code


@pytest.mark.parametrize(("reason", "codes"), DOCUMENTED.items())
@pytest.mark.parametrize(("dialect", "intent"), ORDERS)
def test_every_code_is_a_refusal_with_its_reason(
    dialect: PhemexDialect, intent: Intent, reason: Reason, codes: tuple[int, ...]
) -> None:
    for code in codes:
        refused = Rejected(reason, str(code), "Its words.")
        assert dialect.decode(intent, error(code, "Its words.")) == refused
        assert dialect.decode(intent, error(code, "Its words.", 400)) == refused
        assert dialect.decode(intent, answer({"code": str(code), "msg": "Its words."})) == refused
        assert dialect.decode(intent, error(0, "Its words.", data={"bizError": code})) == refused
        assert dialect.decode(intent, error(0, "Its words.", data={"bizError": str(code)})) == refused
        assert dialect.decode(intent, error(code, "Its words.", data={"bizError": code})) == refused


@pytest.mark.parametrize("market", Market)
def test_the_table_holds_what_is_documented_or_named_by_its_own_words(market: Market) -> None:
    """Beside the section: codes of the full list of which a name tells enough, and two of position modes."""
    more = {11002, 11013, 11014, 11015, 11116, 20004, 20005}
    written = {code: reason for reason, codes in DOCUMENTED.items() for code in codes}
    assert {code: reason for code, reason in REASONS[market].items() if code not in more} == written


@pytest.mark.parametrize(("dialect", "intent"), ORDERS)
@pytest.mark.parametrize("code", ARRIVED)
def test_a_duplicate_is_never_a_refusal(dialect: PhemexDialect, intent: Intent, code: int) -> None:
    told = [
        error(code), error(code, status=400), error(code, "Insufficient privilege", 401), error(code, status=403),
        error(0, data={"bizError": code}), error(11001, data={"bizError": code}), error(10002, data={"bizError": code}),
    ]  # fmt: skip
    for response in told:
        outcome = dialect.decode(intent, response)
        assert isinstance(outcome, Unknown)
        assert "duplicate" in outcome.cause


@pytest.mark.parametrize(("dialect", "intent"), ORDERS)
@pytest.mark.parametrize("code", NOBODY_KNOWS)
def test_what_nobody_knows_is_never_a_refusal(dialect: PhemexDialect, intent: Intent, code: int) -> None:
    for response in (error(code), error(code, status=400), error(0, data={"bizError": code}), error(code, status=403)):
        outcome = dialect.decode(intent, response)
        assert isinstance(outcome, Unknown)
        assert not outcome.unmapped


def test_the_sets_are_what_is_documented() -> None:
    assert frozenset(NOBODY_KNOWS) == AMBIGUOUS
    assert frozenset(ARRIVED) == DUPLICATES


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("API Signature verification failed.", Reason.AUTH), ("Failed to find api-key 7", Reason.AUTH),
        ("Api key not found 7", Reason.AUTH), ("Missing required parameter: symbol", Reason.PARAMETER),
        ("Request expired.", Reason.TIME), ("Expiry of the request signature has passed", Reason.TIME),
        ("401 Request IP mismatch", Reason.IP), ("401 Insufficient privilege", Reason.PERMISSION),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_10500_is_told_apart_by_its_words(dialect: PhemexDialect, intent: Intent, message: str, reason: Reason) -> None:
    for status in (200, 400, 401):
        assert dialect.decode(intent, error(10500, message, status)) == Rejected(reason, "10500", message)


def test_10500_with_new_words_proves_nothing() -> None:
    assert isinstance(FUTURES.decode(linear(), error(10500, "Something new")), Unknown)
    assert FUTURES.decode(ReadBalances(F), error(10500, "New")) == Rejected(Reason.UNKNOWN, "10500", "New")


@pytest.mark.parametrize("part", WORDS)
def test_every_line_of_the_words_is_found_whatever_its_case(part: str) -> None:
    outcome = FUTURES.decode(linear(), error(10500, part.upper()))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is WORDS[part]


@pytest.mark.parametrize(
    ("body", "reason", "shown"),
    [
        (b"401 Failed to load API KEY.", Reason.AUTH, "HTTP 401"),
        (b'{"code":401,"msg":"401 Failed to load API KEY."}', Reason.AUTH, "401"),
        (b"401 Request IP mismatch", Reason.IP, "HTTP 401"),
        (b'{"code":401,"msg":"401 Insufficient privilege"}', Reason.PERMISSION, "401"),
        (b'{"code":401,"msg":"401 Request expired"}', Reason.TIME, "401"),
        (b"", Reason.AUTH, "HTTP 401"), (b"<html>Unauthorized</html>", Reason.AUTH, "HTTP 401"),
    ],
)  # fmt: skip
def test_401_is_a_refusal_told_apart_by_its_words(body: bytes, reason: Reason, shown: str) -> None:
    outcome = FUTURES.decode(linear(), HttpResponse(401, body))
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.code) == (reason, shown)
    assert FUTURES.decode(linear(), error(401, "401 Failed to load API KEY.")) == Rejected(
        Reason.AUTH, "401", "401 Failed to load API KEY."
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b'{"code":403,"msg":"Forbidden"}', Reason.PERMISSION), (b'{"code":34003}', Reason.PERMISSION),
     (b'{"code":39997}', Reason.SYMBOL), (b"Request IP mismatch", Reason.IP)],
)  # fmt: skip
def test_403_is_want_of_privilege_and_no_rate_limit_as_the_seed_says(body: bytes, reason: Reason) -> None:
    outcome = FUTURES.decode(linear(), HttpResponse(403, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason


@pytest.mark.parametrize("body", [b"", b"<html>Forbidden</html>", b"error code: 1015"])
def test_403_of_what_stands_before_phemex_shuts_our_address_out_for_a_time(body: bytes) -> None:
    """It says nothing of the key: what was asked is asked again soon."""
    outcome = FUTURES.decode(linear(), HttpResponse(403, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


def test_403_that_says_when_to_come_again_is_a_ban_of_our_address() -> None:
    banned = HttpResponse(403, b'{"code":403,"msg":"Forbidden"}', (("x-ratelimit-retry-after", "300"),))
    outcome = FUTURES.decode(linear(), banned)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
@pytest.mark.parametrize("body", [b"", b'{"code":39995,"msg":"Too many requests"}', b"<html>"])
def test_429_is_a_rate_refusal_whatever_the_body(dialect: PhemexDialect, intent: Intent, body: bytes) -> None:
    outcome = dialect.decode(intent, HttpResponse(429, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 408])
def test_a_server_error_proves_nothing(dialect: PhemexDialect, intent: Intent, status: int) -> None:
    for body in (b"", b"<html>Bad gateway</html>", b'{"code":11001,"msg":"TE_NO_ENOUGH_AVAILABLE_BALANCE"}'):
        assert isinstance(dialect.decode(intent, HttpResponse(status, body)), Unknown)


@pytest.mark.parametrize("status", [301, 302, 304, 400, 404, 409])
def test_a_status_without_a_code_proves_nothing(status: int) -> None:
    assert isinstance(FUTURES.decode(linear(), HttpResponse(status, b"<html>")), Unknown)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_a_code_we_do_not_know_is_unknown_on_a_write_and_a_refusal_on_a_read(
    dialect: PhemexDialect, intent: Intent
) -> None:
    for status in (200, 400):
        outcome = dialect.decode(intent, error(98765, "Something new.", status))
        if isinstance(intent, WRITES):
            assert outcome == Unknown("a code we do not know: Something new.", "98765", unmapped=True)
        else:
            assert outcome == Rejected(Reason.UNKNOWN, "98765", "Something new.")


def test_a_known_code_of_the_order_outweighs_an_unknown_one_of_the_answer() -> None:
    outcome = FUTURES.decode(linear(), error(98765, "x", data={"bizError": 11001}))
    assert outcome == Rejected(Reason.FUNDS, "11001", "x")


@pytest.mark.parametrize(
    ("dialect", "market", "symbol"), [(FUTURES, F, LINEAR), (FUTURES, F, INVERSE), (SPOT, S, LINEAR)]
)
def test_10002_is_an_order_that_is_not_there_and_an_empty_list(
    dialect: PhemexDialect, market: Market, symbol: str
) -> None:
    nothing = error(10002, "OM_ORDER_NOT_FOUND")
    missing = Rejected(Reason.NOT_FOUND, "10002", "OM_ORDER_NOT_FOUND")
    assert dialect.decode(QueryOrder(market, symbol, "x"), nothing) == missing
    assert dialect.decode(QueryOrder(market, symbol, "x", history=True), nothing) == missing
    assert dialect.decode(CancelOrder(market, symbol, "x"), nothing) == missing
    assert dialect.decode(ReadOpenOrders(market, symbol), nothing) == OpenOrders(())
    assert dialect.decode(CancelAll(market, symbol), nothing) == Accepted()


def test_an_order_that_was_rejected_is_found_so_and_its_query_is_not_refused() -> None:
    row = {**answers.SPOT_ORDER, "ordStatus": "Rejected", "bizError": 11106}
    outcome = SPOT.decode(QueryOrder(S, LINEAR, "sig-42-s1"), answer(answers.ok(row)))
    assert isinstance(outcome, Accepted)
    assert outcome.orders[0].state is OrderState.REJECTED


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"code": 6001, "message": "invalid argument"}, Rejected(Reason.PARAMETER, "6001", "invalid argument")),
        ({"code": 98765, "message": "new"}, Rejected(Reason.UNKNOWN, "98765", "new")),
        ({"message": "no code"}, Rejected(Reason.UNKNOWN, "", "no code")),
    ],
)
def test_market_data_says_no_in_an_envelope_of_its_own(told: Any, outcome: Rejected) -> None:
    document = {"error": told, "id": 0, "result": None}
    assert FUTURES.decode(ReadPrice(F, LINEAR), answer(document)) == outcome
    assert isinstance(FUTURES.decode(ReadPrice(F, LINEAR), answer({"error": "x", "result": None})), Unknown)


def test_a_setting_is_refused_by_its_code() -> None:
    outcome = FUTURES.decode(SetLeverage(LINEAR, 300), error(11004, "TE_INVALID_LEVERAGE"))
    assert outcome == Rejected(Reason.LEVERAGE, "11004", "TE_INVALID_LEVERAGE")
    assert isinstance(FUTURES.decode(SetLeverage(LINEAR, 3), error(20005, "x")), Rejected)


def test_the_words_of_an_exchange_are_cut_and_cleaned() -> None:
    outcome = FUTURES.decode(linear(), error(11001, "a\x00b\n" + "x" * 1000))
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("abx")
    assert len(outcome.message) <= 300


@pytest.mark.parametrize(
    ("body", "headers", "pause_ms"),
    [
        (b"<html>Forbidden</html>", (), 10_000),
        (b'{"code":403,"msg":"Forbidden"}', (("x-ratelimit-retry-after", "300"),), 300_000),
        (b'{"code":401,"msg":"401 Insufficient privilege."}', (), None),
    ],
)
def test_a_403_that_is_no_word_about_the_key_pauses_the_address(
    body: bytes, headers: tuple[tuple[str, str], ...], pause_ms: int | None
) -> None:
    limits = PhemexLimits(Market.FUTURES)
    refused = limits.refusal(limits.charges(linear()), HttpResponse(403, body, headers))
    assert (refused.ms if refused is not None else None) == pause_ms
    assert refused is None or refused.budget is REQUESTS
