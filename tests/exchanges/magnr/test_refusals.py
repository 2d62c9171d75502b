"""Magnr's refusals: did not happen, or nobody knows. Every status of its documents."""

import pytest

from mysignals.domain.intents import CloseTrade, Intent, ReadTrade, ReadTrades
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason, Rejected, Unknown
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.magnr.codes import AMBIGUOUS, DUPLICATES, REASONS, WORDS
from mysignals.exchanges.wire import HttpResponse

from .asking import EVERY_INTENT, answer, error, opening

# Written down a second time, from the documents, so that a slip in the table shows.
DOCUMENTED = {400: Reason.PARAMETER, 401: Reason.AUTH, 403: Reason.PERMISSION, 404: Reason.NOT_FOUND,
              409: Reason.TOO_LATE, 429: Reason.RATE}  # fmt: skip
WRITES = [opening(), CloseTrade("1234")]


def test_the_table_says_what_the_documents_say() -> None:
    assert REASONS == {Market.FUTURES: DOCUMENTED}
    assert {500, 504} == AMBIGUOUS
    assert not DUPLICATES


@pytest.mark.parametrize(("status", "reason"), DOCUMENTED.items())
@pytest.mark.parametrize("intent", [CloseTrade("1234"), ReadTrade("1234")])
def test_every_status_of_the_table_is_a_refusal_with_its_reason(intent: Intent, status: int, reason: Reason) -> None:
    outcome = FUTURES.decode(intent, error(status, "Its words.", "And more."))
    assert outcome == Rejected(reason, f"HTTP {status}", "Its words.; And more.")


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        (401, "Invalid signature", Reason.AUTH), (401, "Invalid tonce", Reason.TIME),
        (401, "Unknown key", Reason.AUTH), (403, "No permission to trade with this key", Reason.PERMISSION),
        (401, "No permission to trade", Reason.PERMISSION), (403, "Your address is not allowed", Reason.IP),
        (403, "This key may not trade", Reason.PERMISSION), (403, "Forbidden", Reason.RATE),
        (403, "Tonce already used", Reason.TIME), (400, "Insufficient funds", Reason.FUNDS),
        (409, "Insufficient balance", Reason.FUNDS), (400, "leverage must be 10, 5 or 2", Reason.LEVERAGE),
        (400, "size is too small", Reason.MINIMUM), (400, "unknown pair", Reason.SYMBOL),
        (400, "side is missing", Reason.PARAMETER), (409, "The account is locked", Reason.MODE),
    ],
)  # fmt: skip
def test_a_trade_that_is_not_opened_is_told_apart_by_its_words(status: int, words: str, reason: Reason) -> None:
    assert FUTURES.decode(opening(), error(status, words)) == Rejected(reason, f"HTTP {status}", words)


@pytest.mark.parametrize(("status", "part"), [(status, part) for status, table in WORDS.items() for part in table])
def test_every_line_of_the_words_is_found_whatever_its_case(status: int, part: str) -> None:
    outcome = FUTURES.decode(opening(), error(status, part.upper()))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is WORDS[status][part]


@pytest.mark.parametrize("intent", EVERY_INTENT)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 408])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"errors":["Insufficient funds"]}'])
def test_a_server_error_proves_nothing(intent: Intent, status: int, body: bytes) -> None:
    """500 may mean that the exchange behind Magnr refused the trade, or that Magnr broke after it had taken it."""
    assert isinstance(FUTURES.decode(intent, HttpResponse(status, body)), Unknown)


@pytest.mark.parametrize("intent", EVERY_INTENT)
@pytest.mark.parametrize("status", [400, 404, 409])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"errors":"no"}', b'{"errors":[1]}', b"[]"])
def test_a_refusal_without_a_list_of_errors_is_not_magnrs(intent: Intent, status: int, body: bytes) -> None:
    assert isinstance(FUTURES.decode(intent, HttpResponse(status, body)), Unknown)


@pytest.mark.parametrize(("status", "reason"), [(401, Reason.AUTH), (403, Reason.RATE), (429, Reason.RATE)])
@pytest.mark.parametrize("intent", EVERY_INTENT)
def test_who_is_not_let_in_has_done_nothing_whatever_the_body(intent: Intent, status: int, reason: Reason) -> None:
    assert FUTURES.decode(intent, HttpResponse(status, b"<html>")) == Rejected(reason, f"HTTP {status}", "")


@pytest.mark.parametrize("intent", WRITES)
@pytest.mark.parametrize("status", [302, 405, 410, 418, 422])
def test_a_status_we_do_not_know_is_unknown_on_a_write_and_counted(intent: Intent, status: int) -> None:
    outcome = FUTURES.decode(intent, error(status, "Something new."))
    assert isinstance(outcome, Unknown)
    assert (outcome.unmapped, outcome.code) == (True, f"HTTP {status}")


def test_a_status_we_do_not_know_is_a_refusal_on_a_read() -> None:
    assert FUTURES.decode(ReadTrades(), error(422, "New.")) == Rejected(Reason.UNKNOWN, "HTTP 422", "New.")


def test_an_unknown_trade_is_no_answer_to_opening_one() -> None:
    assert isinstance(FUTURES.decode(opening(), error(404, "Not found")), Unknown)
    listed = FUTURES.decode(ReadTrades(), error(404, "Not found"))
    assert isinstance(listed, Rejected)
    assert listed.reason is Reason.UNKNOWN


def test_the_words_are_cut_and_cleaned() -> None:
    outcome = FUTURES.decode(opening(), error(400, "a\x00b\n" + "x" * 1000))
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("abx")
    assert len(outcome.message) <= 300


def test_a_good_status_with_errors_inside_is_no_success() -> None:
    assert isinstance(FUTURES.decode(opening(), answer({"errors": ["Insufficient funds"]}, 201)), Unknown)
