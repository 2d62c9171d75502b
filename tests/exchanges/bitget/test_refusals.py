"""Bitget's refusals: did not happen, or nobody knows. Every code of EXCHANGES 5.7."""

import pytest

from mysignals.domain.intents import CancelAll, CancelOrder, Intent, QueryOrder, ReadBalances, ReadPermissions
from mysignals.domain.intents import SetLeverage as Leverage
from mysignals.domain.outcomes import Accepted, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.bitget import V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.bitget.codes import AMBIGUOUS, DUPLICATES, REASONS, SCALE_OR_BURST
from mysignals.exchanges.key_check import check_key
from mysignals.exchanges.wire import Credentials, HttpResponse

from . import answers
from .asking import DIALECTS, EVERY_INTENT, F, S, answer, entry, error, exit_order

# Written down a second time, class by class as EXCHANGES 5.7 has them, so that a slip in the table shows.
DOCUMENTED: dict[str, tuple[Reason, ...]] = {
    "40001 40002 40003 40006 40009 40011 40012 40036 40037 40041": (Reason.AUTH,),
    "40014 40018 40038 40022 40023 40024 40025 40026 40301 40084 40085": (Reason.PERMISSION, Reason.IP),
    "40004 40005 40008 40078 40079": (Reason.TIME,),
    "429 1001 40047": (Reason.RATE,),
    "43012 40754 40762 40711 40712 40798 40800 45002 50020": (Reason.FUNDS,),
    "40808 41103 43006 43008 43009 43010 43011 43027 43028 43037 43042 45035 45110 45111 45114 45115": (
        Reason.PRECISION, Reason.MINIMUM,
    ),
    "40109 43001 40768 45057 43025 43020": (Reason.NOT_FOUND,),
    "22002 40757": (Reason.REDUCE_ONLY,),
    "43004 45031 45055 22001": (Reason.TOO_LATE,),
    "40774 43075 45021 45109 40920": (Reason.MODE,),
    "40829 40830 40831 40832 40833 40834 40835 40836 40915 40917 43013 43014 43015 43016 45060 45061 45062 45063 45064 "
    "45065 45066 45067 45122": (Reason.TRIGGER,),
    "40017 40019 40020 400172 40034": (Reason.PARAMETER,),
    "40304 40305": (Reason.PARAMETER,),
    "45117": (Reason.MODE,),
    "40797": (Reason.LEVERAGE,),
    "40200 40308 40844 41114 43115 45043": (Reason.MAINTENANCE,),
    "30032": (Reason.RETIRED,),
}  # fmt: skip
REFUSED = [(code, reasons) for codes, reasons in DOCUMENTED.items() for code in codes.split()]
NOBODY_KNOWS = ["40010", "40015", "40725", "45001", "40908", "40910"]
ARRIVED_BEFORE = ["40786", "43118", "45034", "40708", "50060"]
SCALE = "Parameter verification exception size checkBDScale error value=0.00013 checkScale=4"


def placed(dialect: BitgetDialect, response: HttpResponse) -> Outcome:
    return dialect.decode(entry(dialect.market), response)


@pytest.mark.parametrize(("code", "reasons"), REFUSED)
def test_every_documented_refusal_has_its_reason_on_writes_and_reads(code: str, reasons: tuple[Reason, ...]) -> None:
    for dialect in DIALECTS.values():
        for intent in (entry(dialect.market), ReadBalances(dialect.market)):
            outcome = dialect.decode(intent, error(code, SCALE))
            assert isinstance(outcome, Rejected), outcome
            assert outcome.reason in reasons
            assert (outcome.code, outcome.message) == (code, SCALE)


def test_the_table_holds_what_is_documented_and_nothing_else() -> None:
    assert set(REASONS) == {code for code, _ in REFUSED}
    assert {*NOBODY_KNOWS} == AMBIGUOUS
    assert {*ARRIVED_BEFORE} == DUPLICATES
    assert not set(REASONS) & (AMBIGUOUS | DUPLICATES)
    assert not {Reason.UNKNOWN, Reason.DUPLICATE} & set(REASONS.values())


SINGLED_OUT = [
    ("40018", Reason.IP), ("40038", Reason.IP), ("40014", Reason.PERMISSION), ("40085", Reason.PERMISSION),
    ("43006", Reason.MINIMUM), ("45110", Reason.MINIMUM), ("45111", Reason.MINIMUM), ("45115", Reason.PRECISION),
    ("41103", Reason.PRECISION), ("40808", Reason.PRECISION),
]  # fmt: skip


@pytest.mark.parametrize(("code", "reason"), SINGLED_OUT)
def test_codes_of_one_class_that_mean_different_things(code: str, reason: Reason) -> None:
    assert REASONS[code] is reason


@pytest.mark.parametrize("code", NOBODY_KNOWS)
@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_what_bitget_itself_does_not_know_is_no_refusal(dialect: BitgetDialect, code: str) -> None:
    for intent in (entry(dialect.market), exit_order(dialect.market), CancelOrder(dialect.market, "BTCUSDT", "x")):
        assert dialect.decode(intent, error(code, "Request timed out")) == Unknown("Request timed out", code)


@pytest.mark.parametrize("code", ARRIVED_BEFORE)
@pytest.mark.parametrize("status", [200, 400])
def test_a_duplicate_id_proves_that_an_earlier_send_arrived(code: str, status: int) -> None:
    for dialect in DIALECTS.values():
        outcome = placed(dialect, error(code, "Duplicate clientOid", status))
        assert outcome == Unknown("duplicate client id: an earlier send arrived", code)


def test_a_burst_without_a_word_about_the_scale_proves_nothing() -> None:
    """EXCHANGES 5.7: releases cause bursts of 40808."""
    assert isinstance(placed(V2_MIX, error(SCALE_OR_BURST, "Parameter verification exception")), Unknown)
    assert isinstance(placed(V2_MIX, error(SCALE_OR_BURST, SCALE)), Rejected)


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 408])
@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b'{"code":"43012","msg":"Insufficient balance"}', b'{"code":"00000"}']
)
def test_a_server_error_proves_nothing(dialect: BitgetDialect, status: int, body: bytes) -> None:
    assert isinstance(placed(dialect, HttpResponse(status, body)), Unknown)


def test_maintenance_is_a_refusal_whatever_the_status() -> None:
    for status in (200, 400, 503):
        outcome = placed(V2_MIX, error("40200", "Server upgrade, please try again later", status))
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.MAINTENANCE


@pytest.mark.parametrize("body", [b"", b'{"code":"429","msg":"Too Many Requests"}', b"<html>"])
def test_too_many_requests_is_a_rate_refusal_whatever_the_body(body: bytes) -> None:
    outcome = placed(V2_SPOT, HttpResponse(429, body))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE


def test_a_firewall_shuts_our_address_out_for_a_time_and_a_code_goes_before_it() -> None:
    outcome = placed(V2_SPOT, HttpResponse(403, b"<html><h1>403 Forbidden</h1></html>"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.RATE
    assert placed(V2_SPOT, error("40014", "No.", 403)) == Rejected(Reason.PERMISSION, "40014", "No.")


@pytest.mark.parametrize("status", [301, 302, 304, 400, 404, 409])
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"code":null}', b'{"code":"-1"}', b'{"code":"00000"}'])
def test_a_status_without_a_code_proves_nothing(status: int, body: bytes) -> None:
    assert isinstance(placed(V2_SPOT, HttpResponse(status, body)), Unknown)


def test_a_code_we_do_not_know_is_unknown_and_counted_on_a_write_and_a_refusal_on_a_read() -> None:
    strange = error("98765", "Something new.")
    for write in (entry(), exit_order(), Leverage("BTCUSDT", 3), CancelOrder(F, "BTCUSDT", "x")):
        outcome = V2_MIX.decode(write, strange)
        assert isinstance(outcome, Unknown)
        assert outcome.unmapped
        assert outcome.code == "98765"
    assert V2_MIX.decode(ReadBalances(F), strange) == Rejected(Reason.UNKNOWN, "98765", "Something new.")


def test_a_code_may_also_come_as_a_number_and_in_a_good_status() -> None:
    outcome = placed(V2_SPOT, HttpResponse(200, b'{"code":43012,"msg":"No."}'))
    assert outcome == Rejected(Reason.FUNDS, "43012", "No.")


@pytest.mark.parametrize("code", ["22001", "43001", "40768"])
def test_to_cancel_all_where_nothing_rests_is_done(code: str) -> None:
    nothing = error(code, "No order to cancel")
    assert V2_MIX.decode(CancelAll(F, "BTCUSDT"), nothing) == Accepted()
    assert isinstance(V2_MIX.decode(CancelOrder(F, "BTCUSDT", "x"), nothing), Rejected)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_a_retired_api_says_so_to_every_question_and_order(dialect: BitgetDialect, intent: Intent) -> None:
    outcome = dialect.decode(intent, error("30032", answers.RETIRED["msg"]))
    assert outcome == Rejected(Reason.RETIRED, "30032", answers.RETIRED["msg"])


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_a_wrong_clock_is_told_to_every_question(dialect: BitgetDialect, intent: Intent) -> None:
    outcome = dialect.decode(intent, error("40008", "Request timestamp expired"))
    assert outcome == Rejected(Reason.TIME, "40008", "Request timestamp expired")


def test_the_words_of_an_exchange_are_cut_and_cleaned() -> None:
    outcome = placed(V2_SPOT, error("43012", "a\x00b\n" + "x" * 1000))
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("abx")
    assert len(outcome.message) <= 300


def told_by_key_check(dialect: BitgetDialect, response: HttpResponse) -> str:
    asking = check_key({S: dialect}, Credentials("k", "s", "p"), "live")
    assert isinstance(next(asking).intent, ReadPermissions)
    with pytest.raises(StopIteration) as end:
        asking.send(response)
    found = end.value.value
    assert not found.ok
    assert found.is_final
    return str(found.message)


def test_the_owner_of_a_unified_account_is_told_so_in_bitgets_words() -> None:
    words = "You are in Unified Account mode, and the Classic Account API is not supported at this time"
    message = told_by_key_check(V2_SPOT, error("40085", words))
    assert words in message
    assert "has to be made a classic one" in message


def test_the_owner_of_an_account_of_v1_is_told_how_to_go_on() -> None:
    message = told_by_key_check(V1_SPOT, error("30032", answers.RETIRED["msg"]))
    assert message.startswith("Bitget has retired version 1 of its API")
    assert "`api_version` v2" in message


def test_an_order_that_is_not_there_is_not_found_in_its_code_too() -> None:
    outcome = V2_MIX.decode(QueryOrder(F, "BTCUSDT", "x"), error("40109", "The data of the order cannot be found"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.NOT_FOUND


def test_success_needs_the_code_of_success() -> None:
    assert isinstance(placed(V2_MIX, answer(answers.V2_ACK)), Accepted)
