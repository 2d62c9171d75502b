"""How long an answer is waited for: an account's order waits for its questions, so they are given up sooner."""

from __future__ import annotations

import asyncio
import time

from mysignals.domain.intents import ReadBalances
from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.transports import pooled
from mysignals.exchanges.transports.pooled import PooledTransport
from mysignals.exchanges.wire import Credentials, NoReply, Reply


def test_a_question_without_an_answer_is_given_up_before_an_order_would_be() -> None:
    async def scene() -> tuple[Reply, float]:
        silent: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(lambda _, writer: silent.append(writer), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        transport = PooledTransport(f"http://127.0.0.1:{port}")
        call = Call(
            dialect_for("binance", Market.FUTURES), ReadBalances(Market.FUTURES), Credentials("k", "s"), "paper"
        )
        begun = time.monotonic()
        reply = await transport.send(call)
        await transport.close()
        for writer in silent:
            writer.close()
            await writer.wait_closed()
        server.close()
        return reply, time.monotonic() - begun

    reply, waited = asyncio.run(scene())
    assert reply == NoReply(sent=True, cause="no answer in time")
    assert waited < pooled.QUESTION_S + 2
