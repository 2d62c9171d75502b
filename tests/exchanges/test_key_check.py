"""A key is fit to trade with, or its owner is told why not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import Reason
from mysignals.exchanges.binance import FUTURES, SPOT
from mysignals.exchanges.key_check import KeyCheck, check_key
from mysignals.exchanges.wire import Credentials, HttpResponse, NoReply, Reply

from .binance.answers import FUTURES_BALANCE, RESTRICTIONS

BOTH = {Market.SPOT: SPOT, Market.FUTURES: FUTURES}
KEY = Credentials("key", "secret")
HEDGE: dict[str, Any] = {"dualSidePosition": True}
WRONG = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}


def ok(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document))


def checked(replies: list[Reply], environment: str = "live", credentials: Credentials = KEY) -> KeyCheck:
    """The check, given these replies; all of them must have been asked for."""
    flow, left = check_key(BOTH, credentials, environment), list(replies)
    try:
        next(flow)
        while True:
            flow.send(left.pop(0))
    except StopIteration as end:
        assert not left
        found: KeyCheck = end.value
        return found


def test_a_key_that_may_read_and_trade_is_fit_and_its_position_mode_is_known() -> None:
    found = checked([ok(RESTRICTIONS), ok(HEDGE)])
    assert found.ok
    assert found.position_mode is PositionMode.HEDGE
    assert found.may_withdraw is False


def test_a_key_that_may_withdraw_is_refused_before_anything_else_is_asked() -> None:
    found = checked([ok({**RESTRICTIONS, "enableWithdrawals": True})])
    assert (found.ok, found.may_withdraw, found.reason) == (False, True, Reason.PERMISSION)
    assert "withdraw" in found.message


@pytest.mark.parametrize("missing", ["enableReading", "enableTrading"])
def test_a_key_that_may_not_read_or_not_trade_is_refused(missing: str) -> None:
    trading = ("enableSpotAndMarginTrading", "enableFutures")
    changed = dict.fromkeys(trading if missing == "enableTrading" else (missing,), False)
    found = checked([ok({**RESTRICTIONS, **changed})])
    assert (found.ok, found.reason, found.is_final) == (False, Reason.PERMISSION, True)


def test_a_key_without_futures_is_fit_and_has_no_position_mode() -> None:
    found = checked([ok({**RESTRICTIONS, "enableFutures": False})])
    assert found.ok
    assert found.position_mode is None


def test_a_wrong_key_is_told_in_plain_words() -> None:
    found = checked([ok(WRONG, 401)])
    assert (found.ok, found.reason, found.is_final) == (False, Reason.AUTH, True)
    assert found.message.startswith("Binance does not accept this API key (Invalid API-key, IP")


@pytest.mark.parametrize("reply", [NoReply(True, "reset"), NoReply(False, "refused"), HttpResponse(502, b"<html>")])
def test_an_exchange_that_does_not_answer_proves_nothing_about_the_key(reply: Reply) -> None:
    found = checked([reply])
    assert (found.ok, found.is_final) == (False, False)
    assert "did not answer" in found.message


def test_a_busy_exchange_proves_nothing_about_the_key() -> None:
    assert not checked([ok({"code": -1003, "msg": "Too many."}, 429)]).is_final


def test_a_live_exchange_must_tell_what_a_key_may_do() -> None:
    assert not checked([HttpResponse(404, b"<html>")]).ok


def test_a_testnet_that_does_not_tell_permissions_is_asked_for_balances() -> None:
    found = checked([HttpResponse(404, b"<html>"), ok(WRONG, 401), ok(FUTURES_BALANCE), ok(HEDGE)], "testnet")
    assert found.ok
    assert (found.may_withdraw, found.position_mode) == (None, PositionMode.HEDGE)


def test_a_testnet_key_that_no_market_accepts_is_wrong() -> None:
    found = checked([ok(WRONG, 401), ok(WRONG, 401), ok(WRONG, 401)], "testnet")
    assert (found.ok, found.reason) == (False, Reason.AUTH)


@pytest.mark.parametrize("key", ["", "a b", "a\n", "ключ", "\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_asking(key: str) -> None:
    assert checked([], credentials=Credentials(key, "s")).reason is Reason.AUTH
    assert checked([], credentials=Credentials("k", key)).reason is Reason.AUTH
