"""Everything that the seed document on Bitget names, and what we make of it (EXCHANGES 4, 8.3)."""

from typing import Any

import orjson
import pytest

from mysignals.domain.intents import Intent, ReadBalances, ReadPositionMode, ReadPositions, ReadSymbolSettings
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Balance, Balances, Position, Positions, Reason, Rejected, Unknown
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, BitgetDialect, markets
from mysignals.exchanges.bitget.codes import SUCCESS
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import F, S, answer, asked, d, encoded

SPOT, MIX = "/api/spot/v1/", "/api/mix/v1/"
CALLS: list[tuple[str, BitgetDialect, Intent, str, dict[str, str]]] = [
    # the seed's address; what asks there; the address and the parameters that we send
    (SPOT + "account/assets", V1_SPOT, ReadBalances(S, "BTC"), SPOT + "account/assets", {"coin": "BTC"}),
    (SPOT + "account/assets-lite", V1_SPOT, ReadBalances(S), SPOT + "account/assets-lite", {}),
    (
        MIX + "account/account", V1_MIX, ReadSymbolSettings("BTCUSDT"), MIX + "account/account",
        {"symbol": "BTCUSDT_UMCBL", "marginCoin": "USDT"},
    ),
    (
        MIX + "account/account", V1_MIX, ReadPositionMode(), MIX + "account/account",
        {"symbol": "BTCUSDT_UMCBL", "marginCoin": "USDT"},
    ),
    # The seed gives it the parameters of the one before; it takes the product type (EXCHANGES 8.3).
    (MIX + "account/accounts", V1_MIX, ReadBalances(F), MIX + "account/accounts", {"productType": "umcbl"}),
    # -v2 replaces it, with the same parameters (EXCHANGES 8.3): whoever wants the one is told by the other.
    (
        MIX + "position/allPosition", V1_MIX, ReadPositions(), MIX + "position/allPosition-v2",
        {"productType": "umcbl", "marginCoin": "USDT"},
    ),
    (
        MIX + "position/allPosition-v2", V1_MIX, ReadPositions(), MIX + "position/allPosition-v2",
        {"productType": "umcbl", "marginCoin": "USDT"},
    ),
]  # fmt: skip
NAMED = {
    "/api/spot/v1/account/assets", "/api/spot/v1/account/assets-lite", "/api/mix/v1/account/account",
    "/api/mix/v1/account/accounts", "/api/mix/v1/position/allPosition", "/api/mix/v1/position/allPosition-v2",
}  # fmt: skip
"""Every address of the seed."""
REPLACED = {"/api/mix/v1/position/allPosition"}


@pytest.mark.parametrize(("named", "dialect", "intent", "path", "parameters"), CALLS)
def test_what_the_seed_names_is_asked_for_there_or_where_bitget_has_moved_it(
    named: str, dialect: BitgetDialect, intent: Intent, path: str, parameters: dict[str, str]
) -> None:
    request = encoded(dialect, intent)
    assert (request.method, request.path, request.body) == ("GET", path, b"")
    assert asked(dialect, intent) == parameters
    assert (request.path != named) is (named in REPLACED)


def test_no_address_of_the_seed_is_left_out() -> None:
    assert {call[0] for call in CALLS} == NAMED


@pytest.mark.parametrize("product", ["umcbl", "dmcbl", "cmcbl", "sumcbl"])
def test_every_product_type_of_the_seed_has_its_account(product: str) -> None:
    coins = {"umcbl": "USDT", "dmcbl": "BTC", "cmcbl": "USDC", "sumcbl": "SUSDT"}
    assert asked(V1_MIX, ReadBalances(F, coins[product])) == {"productType": product}


def test_a_request_carries_the_headers_of_the_seed_and_the_two_that_it_leaves_out() -> None:
    names = [name for name, _ in encoded(V1_SPOT, ReadBalances(S)).headers]
    assert names[:4] == ["ACCESS-KEY", "ACCESS-SIGN", "ACCESS-TIMESTAMP", "ACCESS-PASSPHRASE"]
    assert names[4:] == ["Content-Type", "locale"]


@pytest.mark.parametrize("market", Market)
def test_only_the_first_host_of_the_seed_is_spoken_to(market: Market) -> None:
    """`capi` is an older alternative (EXCHANGES 4.1)."""
    assert markets.base_url(market, "live", "") == "https://api.bitget.com"


def test_spot_balances_are_read_under_the_names_that_bitget_uses_and_not_the_seeds() -> None:
    """The seed's `locked` is `lock` (EXCHANGES 8.3)."""
    told = V1_SPOT.decode(ReadBalances(S), answer([{**answers.V1_SPOT_ASSET, "locked": "900"}]))
    assert told == Balances((Balance("USDT", d("1000"), d("1015")),))


def test_positions_are_read_under_the_names_that_bitget_uses_and_not_the_seeds() -> None:
    """The seed's `markPrice` is `marketPrice`, its `unrealizedPLR` is not told (EXCHANGES 8.3)."""
    row = {**answers.V1_POSITION, "markPrice": "1", "unrealizedPLR": "9"}
    told = V1_MIX.decode(ReadPositions(), answer([row]))
    position = Position("BTCUSDT", "long", d("0.001"), d("38429.5"), d("38592.9"), d("0.1634"), d("0"))
    assert told == Positions((position,))


@pytest.mark.parametrize(
    ("status", "code", "data", "outcome"),
    [
        (200, "00000", [], Balances),
        # The seed's "0 for success" is none (EXCHANGES 8.3).
        (200, "0", [], Rejected),
        (200, 0, [], Rejected),
        (429, "429", None, Rejected),
        (429, 0, None, Rejected),
        (500, "00000", [], Unknown),
    ],
)
def test_success_is_five_zeros_and_429_asks_for_patience(status: int, code: Any, data: Any, outcome: type) -> None:
    body = orjson.dumps({"code": code, "msg": "", "data": data})
    told = V1_SPOT.decode(ReadBalances(S), HttpResponse(status, body))
    assert SUCCESS == "00000"
    assert isinstance(told, outcome)
    if isinstance(told, Rejected):
        assert told.reason is (Reason.RATE if status == 429 else Reason.UNKNOWN)
