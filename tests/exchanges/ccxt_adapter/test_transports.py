"""Both transports carry other exchanges like our own: the bytes arrive, and a lost answer stays unknown."""

from collections.abc import Callable, Iterator

import orjson
import pytest

from mysignals.domain.intents import Intent, QueryOrder
from mysignals.domain.outcomes import Accepted, NotSent, Outcome, Unknown
from mysignals.domain.reasons import DISPLAY_NAMES
from mysignals.exchanges import others, registry
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from tests.exchanges.transports.canned import CannedServer, answer, hang_up, unused_port

from . import okx_answers as okx
from .asking import KEY, MARKETS, NOW_MS, F, encoded, entry

Send = Callable[[str, Intent], Outcome]


@pytest.fixture(params=["blocking", "pooled"])
def send(request: pytest.FixtureRequest) -> Iterator[Send]:
    """Asks OKX as if it were simulated at the address."""
    exchanges, names = dict(registry.EXCHANGES), dict(DISPLAY_NAMES)
    others.add(("okx",), MARKETS)

    def run(url: str, intent: Intent) -> Outcome:
        flow = ask(registry.dialect_for("okx", F), intent, KEY, "paper")
        if request.param == "blocking":
            transport = BlockingTransport(url, lambda: NOW_MS)
            outcome = transport.run(flow)
            transport.close()
            return outcome
        loop = Loop(PooledTransport(url, connections=1, clock_ms=lambda: NOW_MS))
        (outcome,) = loop.run_flows([flow])
        loop.close()
        return outcome

    yield run
    registry.EXCHANGES.clear()
    registry.EXCHANGES.update(exchanges)
    DISPLAY_NAMES.clear()
    DISPLAY_NAMES.update(names)


def test_an_order_arrives_byte_for_byte_and_its_answer_is_read(send: Send) -> None:
    with CannedServer([answer(orjson.dumps(okx.PLACED))]) as server:
        outcome = send(server.url, entry())
    (request,) = server.requests
    expected = encoded("okx", entry())
    assert isinstance(outcome, Accepted)
    assert request.startswith(b"POST /okx/api/v5/trade/order HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n" + expected.body)
    lines = {line.lower() for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")}
    assert {f"{name}: {value}".lower().encode() for name, value in expected.headers} <= lines


def test_an_order_whose_answer_is_lost_is_unknown_and_one_that_never_left_is_not(send: Send) -> None:
    with CannedServer([hang_up]) as server:
        assert isinstance(send(server.url, entry()), Unknown)
    assert isinstance(send(f"http://127.0.0.1:{unused_port()}", entry()), NotSent)


def test_after_a_lost_answer_the_order_is_found_by_our_id(send: Send) -> None:
    with CannedServer([answer(orjson.dumps(okx.ok(okx.ORDER)))]) as server:
        outcome = send(server.url, QueryOrder(F, "BTCUSDT", "ms7xab-e"))
    assert isinstance(outcome, Accepted)
    assert b"clOrdId=ms7xabZde" in server.requests[0]
