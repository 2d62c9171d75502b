"""What Magnr is asked, byte for byte."""

import base64
import hashlib
import hmac

import pytest

from mysignals.domain.intents import CloseTrade, Intent, ReadBalances, ReadRules, ReadTrade, ReadTrades
from mysignals.domain.market import Market, Side
from mysignals.exchanges import dialect, registry
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import HttpRequest

from .asking import EVERY_INTENT, KEY, NOW_MS, SET_BACK_MS, d, opening

LOCAL_BODY = (
    b'{"side":"buy","size":0.2,"exchange":"LOCAL","pair":"BTCUSD","leverage":10,"stop_margin":5,"take":10,'
    b'"type":"market"}'
)


def encoded(intent: Intent, environment: str = "paper", now_ms: int = NOW_MS) -> HttpRequest:
    return Call(FUTURES, intent, KEY, environment).encode(now_ms)


def test_a_trade_is_opened_with_its_exits_inside() -> None:
    request = encoded(opening())
    assert (request.method, request.path, request.query) == ("POST", "/api/v1/trades/", "")
    assert request.body == LOCAL_BODY


@pytest.mark.parametrize(
    ("environment", "exchange"), [("live", b"Bitstamp"), ("testnet", b"LOCAL"), ("paper", b"LOCAL")]
)
def test_only_live_trades_go_to_a_real_exchange(environment: str, exchange: bytes) -> None:
    assert encoded(opening(), environment).body == LOCAL_BODY.replace(b"LOCAL", exchange)


def test_a_sale_is_told_in_lower_case_and_numbers_in_plain_notation() -> None:
    trade = opening(side=Side.SELL, quantity=d("1E-5"), leverage=2, stop_margin=d("20.50"), take=d("1E+2"))
    body = encoded(trade).body
    assert b'"side":"sell","size":0.00001,' in body
    assert b'"leverage":2,"stop_margin":20.5,"take":100,' in body


@pytest.mark.parametrize(
    ("intent", "method", "path"),
    [
        (ReadTrades(), "GET", "/api/v1/trades/"),
        (ReadTrade("1234"), "GET", "/api/v1/trades/1234/"),
        (CloseTrade("1234"), "DELETE", "/api/v1/trades/1234/"),
        (ReadTrade("a/b?c"), "GET", "/api/v1/trades/a%2Fb%3Fc/"),
    ],
)
def test_every_other_call_has_no_body_and_ends_with_a_slash(intent: Intent, method: str, path: str) -> None:
    request = encoded(intent)
    assert (request.method, request.path, request.query, request.body) == (method, path, "", b"")
    assert [name for name, _ in request.headers] == ["Tonce", "Authorization", "Accept"]


@pytest.mark.parametrize("intent", EVERY_INTENT)
def test_the_tonce_is_signed_with_key_and_body_and_nothing_else(intent: Intent) -> None:
    request = encoded(intent, now_ms=NOW_MS + 7 + SET_BACK_MS)
    headers = dict(request.headers)
    digest = hmac.new(
        KEY.secret.encode(), str(NOW_MS + 7).encode() + KEY.api_key.encode() + request.body, hashlib.sha512
    ).digest()
    signed = KEY.api_key + ":" + base64.b64encode(digest).decode()
    assert headers["Tonce"] == str(NOW_MS + 7)
    assert headers["Authorization"] == "Basic " + base64.b64encode(signed.encode()).decode()
    assert "\n" not in headers["Authorization"]


@pytest.mark.parametrize("expiry_ms", [500, 5_000, 60_000])
def test_a_request_dies_when_its_tonce_is_five_minutes_old_which_it_nearly_is(expiry_ms: int) -> None:
    request = FUTURES.encode(opening(), KEY, NOW_MS, expiry_ms)
    assert request.expires_ms == int(dict(request.headers)["Tonce"]) + 300_000 == NOW_MS + 15_000
    assert FUTURES.abilities.lifetime_ms == 30_000


def test_the_tonces_of_a_key_rise_with_the_moments_given() -> None:
    tonces = [int(dict(encoded(ReadTrades(), now_ms=NOW_MS + later).headers)["Tonce"]) for later in (0, 1, 5000)]
    assert tonces == sorted(set(tonces))


@pytest.mark.parametrize("intent", [ReadRules(Market.FUTURES), ReadBalances(Market.FUTURES)])
def test_what_magnr_does_not_know_is_a_mistake_of_the_caller(intent: Intent) -> None:
    with pytest.raises(KeyError):
        encoded(intent)


def test_another_pair_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        encoded(opening(symbol="ETHUSD"))


def test_the_same_question_is_the_same_bytes() -> None:
    assert encoded(opening()) == encoded(opening())


def test_no_secret_is_printed() -> None:
    request = encoded(opening())
    assert KEY.secret not in repr(request) + repr(KEY)
    assert dict(request.headers)["Authorization"] not in repr(request)


def test_where_magnr_lives() -> None:
    assert registry.base_url("magnr", Market.FUTURES, "live", "") == "https://magnr.com"
    assert registry.base_url("magnr", Market.FUTURES, "testnet", "") == "https://sandbox.magnr.com"
    assert registry.base_url("magnr", Market.FUTURES, "paper", "http://sim/") == "http://sim/magnr"
    assert registry.markets_of("magnr") == (Market.FUTURES,)
    with pytest.raises(KeyError):
        registry.base_url("magnr", Market.SPOT, "paper", "http://sim")


def test_the_rules_magnr_tells_nobody_are_known_without_asking() -> None:
    (rules,) = registry.known_rules("magnr", Market.FUTURES)
    assert (rules.symbol, rules.base, rules.quote, rules.max_leverage) == ("BTCUSD", "BTC", "USD", 10)
    assert (rules.tick, rules.step, rules.is_inverse) == (d("0.01"), d("0.01"), False)
    assert registry.known_rules("binance", Market.FUTURES) == ()


def test_a_dialect_without_differences_speaks_alike_everywhere() -> None:
    binance = registry.dialect_for("binance", Market.SPOT)
    assert dialect.in_environment(binance, "paper") is binance
    assert dialect.in_environment(FUTURES, "live") is FUTURES
