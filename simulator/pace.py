"""How many signed orders a second the simulator takes, market by market: `python -m simulator.pace`.

Two processes over loopback: the simulator, and here a lean client that keeps requests in flight. The client
signs everything beforehand, so that on a small machine it takes little from what it measures. What is sent is in
pace_orders.py.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import httptools
import uvloop

from simulator.pace_orders import PACED, Paced

TOKEN = "pace"  # noqa: S105 - of a process that lives for seconds on loopback
CONNECTIONS, BATCH = 64, 20_000
ACCOUNTS = CONNECTIONS * 16  # an account keeps to one connection, so that its orders cannot overtake each other


class Client(asyncio.Protocol):
    """One connection with one request in flight: the next is written when an answer has come."""

    def __init__(self, requests: Iterator[bytes], accepted: bytes, done: "asyncio.Future[None]") -> None:
        self._requests, self._accepted, self._done = requests, accepted, done
        self._parser = httptools.HttpResponseParser(self)
        self.answered = self.refused = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            if not self._done.done():
                self._done.set_result(None)
            return
        self._transport.write(request)

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._body = b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.answered += 1
        self.refused += self._parser.get_status_code() >= 300 or self._accepted not in self._body
        self.send_next()


def _signed_orders(paced: Paced, accounts: list[dict[str, str]], many: int) -> list[bytes]:
    now_ms = int(time.time() * 1000)
    return [paced.signed(accounts[number % len(accounts)], number, now_ms) for number in range(many)]


def _control(url: str, path: str, body: object) -> list[dict[str, str]]:
    request = urllib.request.Request(  # noqa: S310 - the address is ours
        f"{url}/_control/{path}", json.dumps(body).encode(), {"X-Control-Token": TOKEN}, method="POST"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: list[dict[str, str]] = json.load(opener.open(request, timeout=30))
    return answer


async def _measure(url: str, paced: Paced, seconds: float) -> tuple[int, int, float]:
    """Orders answered, refused, and the seconds it took without the signing."""
    accounts = _control(url, "accounts", [{"venue": paced.venue, "balances": paced.balances}] * ACCOUNTS)
    host, port = url.removeprefix("http://").split(":")
    loop, answered, refused, spent = asyncio.get_running_loop(), 0, 0, 0.0
    while spent < seconds:
        orders, done = _signed_orders(paced, accounts, BATCH), loop.create_future()
        clients = [Client(iter(orders[at::CONNECTIONS]), paced.accepted, done) for at in range(CONNECTIONS)]
        for client in clients:
            await loop.create_connection(lambda client=client: client, host, int(port))  # type: ignore[misc]
        began = time.perf_counter()
        for client in clients:
            client.send_next()
        await done
        for client in clients:
            client.close()
        spent += time.perf_counter() - began
        answered += sum(client.answered for client in clients)
        refused += sum(client.refused for client in clients)
    return answered, refused, spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator.pace")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--state", help="measure with books on disk, in this file")
    venues = sorted({paced.venue for paced in PACED})
    parser.add_argument("--venue", choices=venues, help="measure the markets of this venue alone")
    arguments = parser.parse_args()
    kept = ["--state", arguments.state] if arguments.state else ["--memory"]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", *kept],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "SIMULATOR_CONTROL_TOKEN": TOKEN},
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip().removeprefix("simulator ready at ")
    try:
        for paced in PACED:
            if arguments.venue in (None, paced.venue):
                answered, refused, spent = uvloop.run(_measure(url, paced, arguments.seconds))
                pace = f"{answered / spent:,.0f} signed orders/s"
                print(f"{paced.venue} {paced.market}: {pace} ({answered:,} in {spent:.1f} s, {refused} refused)")
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
