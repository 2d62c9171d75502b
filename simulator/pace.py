"""How many signed orders a second the simulator takes: `python -m simulator.pace [--state FILE] [--seconds 3]`.

Two processes over loopback: the simulator, and here a lean client that keeps requests in flight. The client
signs everything beforehand, so that on a small machine it takes little from what it measures.
"""

import argparse
import asyncio
import hmac
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

TOKEN = "pace"  # noqa: S105 - of a process that lives for seconds on loopback
CONNECTIONS, BATCH = 64, 20_000


class Client(asyncio.Protocol):
    """One connection with one request in flight: the next is written when an answer has come."""

    def __init__(self, requests: Iterator[bytes], done: "asyncio.Future[None]") -> None:
        self._requests, self._done = requests, done
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

    def on_message_complete(self) -> None:
        self.answered += 1
        self.refused += self._parser.get_status_code() != 200
        self.send_next()


def _signed_orders(accounts: list[dict[str, str]], many: int, prefix: str) -> list[bytes]:
    now_ms = int(time.time() * 1000)
    return [_signed(accounts[number % len(accounts)], number, now_ms, prefix) for number in range(many)]


def _signed(account: dict[str, str], number: int, now_ms: int, prefix: str) -> bytes:
    body = (
        f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.002&newClientOrderId=pace-{number}"
        f"&newOrderRespType=RESULT&recvWindow=60000&timestamp={now_ms}"
    ).encode()
    body += b"&signature=" + hmac.digest(account["secret"].encode(), body, "sha256").hex().encode()
    return (
        f"POST {prefix}/order HTTP/1.1\r\nHost: simulator\r\nX-MBX-APIKEY: {account['api_key']}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _control(url: str, path: str, body: object) -> list[dict[str, str]]:
    request = urllib.request.Request(  # noqa: S310 - the address is ours
        f"{url}/_control/{path}", json.dumps(body).encode(), {"X-Control-Token": TOKEN}, method="POST"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: list[dict[str, str]] = json.load(opener.open(request, timeout=30))
    return answer


async def _measure(url: str, seconds: float, prefix: str) -> tuple[int, int, float]:
    """Orders answered, refused, and the seconds it took without the signing."""
    accounts = _control(url, "accounts", [{"venue": "binance", "balances": {"USDT": "1000000000"}}] * 1000)
    host, port = url.removeprefix("http://").split(":")
    loop, answered, refused, spent = asyncio.get_running_loop(), 0, 0, 0.0
    while spent < seconds:
        orders, done = iter(_signed_orders(accounts, BATCH, prefix)), loop.create_future()
        clients = [Client(orders, done) for _ in range(CONNECTIONS)]
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
    arguments = parser.parse_args()
    kept = ["--state", arguments.state] if arguments.state else ["--memory"]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", *kept],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "SIMULATOR_CONTROL_TOKEN": TOKEN},
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip().removeprefix("simulator ready at ")
    try:
        for market, prefix in (("spot", "/binance/api/v3"), ("USDT-M", "/binance-futures/fapi/v1")):
            answered, refused, spent = uvloop.run(_measure(url, arguments.seconds, prefix))
            pace = f"{answered / spent:,.0f} signed orders/s"
            print(f"{market}: {pace} ({answered:,} in {spent:.1f} s, {refused} refused)")
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main()
