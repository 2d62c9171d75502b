"""When something is sent again, and when not. No socket, and a clock that stands still until somebody pauses."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from mysignals_sdk import errors
from mysignals_sdk.calls import account, order
from mysignals_sdk.conversation import Pause, Retries, ServerClock, converse
from mysignals_sdk.wire import Call, NoReply, Reply

LOST = NoReply("the answer was lost", was_sent=True)
UNREACHABLE = NoReply("refused", was_sent=False)
DONE = Reply(200, {}, b"{}")
FROM_A_PROXY = Reply(502, {}, b"<html>Bad gateway</html>")


def refusal(status: int, code: str, retry_after: str = "", **more: Any) -> Reply:
    body = {"success": False, "error": "no", "code": code, "timestamp": "2026-01-31T12:00:00.000Z"} | more
    return Reply(status, {"retry-after": retry_after} if retry_after else {}, json.dumps(body).encode())


@dataclass
class Played:
    """What the conversation did while it heard `replies`."""

    sent: list[int] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    ended: Reply | errors.MySignalsError | None = None
    now: float = 1000.0


def played(replies: list[Any], call: Call[Any] | None = None, retries: Retries | None = None) -> Played:
    seen = Played()
    talk = converse(call or order({}, None), retries or Retries(), ServerClock(lambda: seen.now), lambda: seen.now)
    waiting, heard = list(replies), None
    try:
        while True:
            step = talk.send(heard)
            if isinstance(step, Pause):
                seen.pauses.append(step.seconds)
                seen.now += step.seconds
                heard = None
            else:
                seen.sent.append(step.timestamp)
                heard = waiting.pop(0)
    except StopIteration as end:
        seen.ended = end.value
    except errors.MySignalsError as failure:
        seen.ended = failure
    assert not waiting
    return seen


@pytest.mark.parametrize(
    "passing",
    [LOST, UNREACHABLE, FROM_A_PROXY, refusal(429, "RATE_LIMIT_EXCEEDED", "2"), refusal(500, "INTERNAL_ERROR", "5")],
)
@pytest.mark.parametrize("call", [account(None), order({}, None)], ids=["GET", "POST"])
def test_what_passes_is_tried_again(passing: Any, call: Call[Any]) -> None:
    seen = played([passing, DONE], call)
    assert seen.ended is DONE and len(seen.pauses) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALID_REQUEST"), (400, "NO_EXCHANGE"), (401, "INVALID_API_KEY"), (401, "INVALID_SIGNATURE"),
        (403, "IP_NOT_ALLOWED"), (403, "INSUFFICIENT_PERMISSIONS"), (403, "SUBSCRIPTION_REQUIRED"),
        (404, "NOT_FOUND"), (409, "CONFLICT"), (500, "EXCHANGE_ERROR"), (500, "INTERNAL_ERROR"), (418, "NEWER"),
    ],
)  # fmt: skip
def test_a_final_answer_is_never_asked_for_again(status: int, code: str) -> None:
    seen = played([refusal(status, code)])
    assert isinstance(seen.ended, errors.ApiError) and (seen.ended.status, seen.ended.code) == (status, code)
    assert type(seen.ended) is errors.BY_CODE.get(code, errors.ApiError)
    assert seen.pauses == [] and not seen.ended.may_have_happened


def test_something_else_that_answers_is_not_asked_again() -> None:
    seen = played([Reply(301, {"location": "https://elsewhere/"}, b"")])
    assert isinstance(seen.ended, errors.UnexpectedAnswer) and "https://elsewhere/" in str(seen.ended)


def test_the_seconds_to_wait_are_those_the_server_names() -> None:
    seen = played([refusal(429, "RATE_LIMIT_EXCEEDED", "7"), refusal(500, "INTERNAL_ERROR", "5"), DONE])
    assert seen.pauses == [7, 5]


def test_a_wait_that_is_too_long_is_left_to_the_caller() -> None:
    seen = played([refusal(429, "RATE_LIMIT_EXCEEDED", "55")])
    assert isinstance(seen.ended, errors.RateLimitExceeded)
    assert (seen.ended.retry_after, seen.pauses) == (55, [])


def test_it_is_tried_a_few_times_and_then_told() -> None:
    seen = played([LOST] * 4)
    assert isinstance(seen.ended, errors.NoAnswer) and len(seen.sent) == 4
    assert seen.pauses == sorted(seen.pauses) and 0.5 <= seen.pauses[0] <= seen.pauses[-1] <= 5


def test_no_attempt_begins_after_the_time_is_up() -> None:
    seen = played([refusal(500, "INTERNAL_ERROR", "10")] * 3, retries=Retries(attempts=100, seconds=25))
    assert isinstance(seen.ended, errors.InternalError) and seen.pauses == [10, 10]


def test_who_wants_no_retries_has_none() -> None:
    assert len(played([LOST], retries=Retries(attempts=1)).sent) == 1


@pytest.mark.parametrize(
    ("replies", "may_have_happened"),
    [
        ([LOST] * 4, True),
        ([UNREACHABLE] * 4, False),
        ([FROM_A_PROXY] * 4, True),
        ([LOST, refusal(401, "INVALID_API_KEY")], True),
        ([LOST, refusal(429, "RATE_LIMIT_EXCEEDED", "50")], True),
        ([LOST, refusal(400, "NO_EXCHANGE")], False),
        ([refusal(429, "RATE_LIMIT_EXCEEDED", "50")], False),
    ],
)
def test_it_is_told_whether_it_may_have_happened_and_how_to_ask_again(
    replies: list[Any], may_have_happened: bool
) -> None:
    seen = played(replies, order({}, "mine"))
    assert isinstance(seen.ended, errors.MySignalsError)
    assert (seen.ended.may_have_happened, seen.ended.idempotency_key) == (may_have_happened, "mine")


def test_a_question_changes_nothing_whatever_became_of_it() -> None:
    seen = played([LOST] * 4, account(None))
    assert isinstance(seen.ended, errors.NoAnswer)
    assert (seen.ended.may_have_happened, seen.ended.idempotency_key) == (False, None)


def test_who_comes_back_while_the_first_is_under_way_waits_into_another_second() -> None:
    """A refusal is kept under its signature, and the signature is the same within a second."""
    seen = played([LOST, refusal(409, "CONFLICT"), refusal(409, "CONFLICT"), DONE])
    assert seen.ended is DONE
    assert len(set(seen.sent[1:])) == 3


def test_a_clock_that_is_off_is_set_and_it_is_signed_again_once() -> None:
    seen = played([refusal(401, "TIMESTAMP_EXPIRED", server_time=1600), DONE])
    assert (seen.sent, seen.pauses, seen.ended) == ([1000, 1600], [], DONE)


def test_a_server_that_never_agrees_about_the_time_is_not_asked_for_ever() -> None:
    seen = played([refusal(401, "TIMESTAMP_EXPIRED", server_time=1600)] * 2)
    assert isinstance(seen.ended, errors.TimestampExpired) and seen.ended.server_time == 1600


def test_setting_the_clock_costs_no_attempt() -> None:
    expired = refusal(401, "TIMESTAMP_EXPIRED", server_time=1600)
    assert played([expired, LOST, DONE], retries=Retries(attempts=2)).ended is DONE


@pytest.mark.parametrize("wrong", [b"", b"[]", b"nothing", b'{"error": "x"}', b'{"success": true}', b"\xff"])
def test_a_failure_that_does_not_speak_the_protocol_is_told_as_such(wrong: bytes) -> None:
    seen = played([Reply(404, {}, wrong)])
    assert isinstance(seen.ended, errors.UnexpectedAnswer) and "base URL" in str(seen.ended)


def test_every_code_of_the_server_has_its_class() -> None:
    from mysignals.web.public_v1.answers import Code

    assert sorted(errors.BY_CODE) == sorted(Code)
    assert len(set(errors.BY_CODE.values())) == len(errors.BY_CODE)


def test_fields_of_a_refusal_are_named_in_the_sentence() -> None:
    body = {"code": "INVALID_REQUEST", "error": "Look.", "fields": {"price": "Must be a number.", "side": ["a", "b"]}}
    told = errors.refusal(400, body, None)
    assert told.fields == {"price": "Must be a number.", "side": "a; b"}
    assert "price: Must be a number." in str(told)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_sent(number: float) -> None:
    with pytest.raises(ValueError, match="quantity: must be a finite number"):
        order({"quantity": number}, None)


@pytest.mark.parametrize("key", ["", "with blank", "ä", "x" * 256])
def test_a_key_that_the_server_would_refuse_is_not_sent(key: str) -> None:
    with pytest.raises(ValueError, match="idempotency_key"):
        order({}, key)
