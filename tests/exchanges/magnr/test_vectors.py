"""The golden signing vectors: our bytes are Magnr's bytes."""

import pytest

from mysignals.domain.intents import Intent, ReadTrade, ReadTrades
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import Credentials
from tests.exchanges.golden import vectors

from .asking import SET_BACK_MS, opening

VECTORS = vectors("magnr")
SAME_CALL: list[tuple[str, Intent]] = [
    ("magnr-01-create-trade", opening()),
    ("magnr-03-get-trade", ReadTrade("1234")),
]
"""We choose nothing differently: every byte is the same."""


@pytest.mark.parametrize(("name", "intent"), SAME_CALL, ids=[name for name, _ in SAME_CALL])
def test_the_same_call_is_the_same_request(name: str, intent: Intent) -> None:
    vector = VECTORS[name]
    call = Call(FUTURES, intent, Credentials(vector["key"], vector["secret"]), "testnet")
    request = call.encode(vector["tonce_ms"] + SET_BACK_MS)

    assert (request.method, request.path, request.query) == (vector["method"], vector["path"], "")
    assert request.body == (vector["body"] or "").encode()
    assert dict(request.headers) == vector["headers"]


def test_a_tonce_in_microseconds_is_not_what_we_send() -> None:
    vector = VECTORS["magnr-negative-microsecond-tonce"]
    call = Call(FUTURES, ReadTrades(), Credentials(vector["key"], vector["secret"]), "testnet")
    request = call.encode(vector["tonce"] // 1000 + SET_BACK_MS)
    assert dict(request.headers)["Tonce"] == "1444251389000"
    assert vector["signature"] not in str(request.headers)
