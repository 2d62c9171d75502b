"""The storm itself: the events of the forecast, each at its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import requests

from tests.chaos.company import Company
from tests.chaos.log import Log
from tests.chaos.publisher import Publisher
from tests.chaos.repeater import Repeater
from tests.chaos.stage import TOKEN, Stage
from tests.chaos.weather import Event

_TICK_S = 0.01
_AT = {
    "ETHUSDT": (("binance", "ETHUSDT"), ("binance-futures", "ETHUSDT"), ("bitget", "ETHUSDT"), ("phemex", "ETHUSDT"),
                ("phemex", "sETHUSDT")),
    "BTCUSDT": (("binance-futures", "BTCUSDT"), ("bitget", "BTCUSDT"), ("phemex", "BTCUSDT")),
    "BTCUSD": (("phemex", "BTCUSD"), ("magnr", "BTCUSD")),
}  # fmt: skip
"""Where a symbol is traded and what it is called there."""


class Control:
    """The simulator's control API, which may be dead at any moment."""

    def __init__(self, url: str, log: Log) -> None:
        self._url, self._log = url, log
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["X-Control-Token"] = TOKEN

    def do(self, event: Event) -> None:
        about = event.about
        if event.what == "price":
            for venue, symbol in _AT[about["symbol"]]:
                self._ask("POST", "prices", {"venue": venue, "symbol": symbol, "price": str(about["price"])})
            self._log.note("price", f"{about['symbol']} {about['price']}")
        elif event.what == "fault":
            taken = self._ask("POST", "faults", dict(about))
            self._log.note("fault", f"{about['kind']} {dict(about)}{'' if taken else ' (the simulator was down)'}")
        else:
            self._ask("DELETE", "faults")
            self._log.note("clear", "faults")

    def calm(self) -> bool:
        """No fault is left to strike."""
        return self._ask("DELETE", "faults")

    def ledger(self) -> list[dict[str, Any]]:
        answer = self._session.get(f"{self._url}/_control/ledger", timeout=60)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, call: str, body: Any = None) -> bool:
        try:
            answer = self._session.request(method, f"{self._url}/_control/{call}", json=body, timeout=2)
        except requests.RequestException:
            return False
        # A fault that the simulator cannot read is a mistake of the forecast, and no weather.
        if answer.status_code == 400:
            raise ValueError(answer.text)
        return answer.ok


def blow(
    stage: Stage, company: Company, control: Control, repeater: Repeater, events: list[Event], seconds: float
) -> int:
    """Every event at its time, then until all signals are published: how many are."""
    over = threading.Event()
    publishers = {name: Publisher(stage.url, user, stage.log, over) for name, user in company.providers.items()}
    for publisher in publishers.values():
        stage.wait(publisher.log_in, "a provider's login")
    # What the simulator is told keeps its order; signals overtake each other.
    with ThreadPoolExecutor(1) as teller, ThreadPoolExecutor(4) as posters, ThreadPoolExecutor(1) as doubter:
        deeds: dict[str, Deed] = {
            "signal": lambda event: posters.submit(_publish, publishers, event),
            "repeat": lambda _: doubter.submit(repeater.again),
            "again": lambda _: doubter.submit(repeater.sent_again),
            "kill": lambda event: stage.kill(event.about["name"], event.about["pause"]),
            "flush": lambda _: stage.flush(),
        }
        try:
            done = _all(stage, events, seconds, deeds, lambda event: teller.submit(control.do, event))
        finally:
            over.set()
    for publisher in publishers.values():
        publisher.close()
    return sum(one.result() is True for one in done)


Deed = Callable[[Event], Future[Any] | None]


def _all(stage: Stage, events: list[Event], seconds: float, deeds: dict[str, Deed], else_: Deed) -> list[Future[Any]]:
    began, done = time.monotonic(), list[Future[Any]]()
    for event in events:
        _wait(stage, began + event.at)
        begun = deeds.get(event.what, else_)(event)
        done += [begun] if begun is not None else []
    _wait(stage, began + seconds)
    while not all(one.done() for one in done):
        _wait(stage, time.monotonic() + 0.05)
    return done


def _publish(publishers: dict[str, Publisher], event: Event) -> bool:
    draft = event.about["draft"] | {"short_text": f"storm {event.about['number']}"}
    who = "coin" if draft["symbol"] == "BTCUSD" else event.about["market"]
    return publishers[who].publish(event.about["market"], draft)


def _wait(stage: Stage, until: float) -> None:
    while time.monotonic() < until:
        stage.tick()
        time.sleep(_TICK_S)
