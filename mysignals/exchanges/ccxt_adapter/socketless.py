"""A ccxt exchange without a socket: its methods run as they are, but what they send is caught, and we give the answer.

ccxt signs with its own clock and its own options; both are ours here, so that the same question is the same bytes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mysignals.exchanges.reading import Unreadable, document
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .library import ccxt, exchange_class

WINDOW_OPTION = "recvWindow"
"""What most exchanges of ccxt call the validity of a request, in ms."""

NOT_OURS_TO_SAY = ("Referer",)
"""Names ccxt as the broker of the order; not part of what is signed."""

ERROR = 400


class Caught(Exception):
    """The request that a method wanted to send."""

    def __init__(self, url: str, method: str, headers: dict[str, str], body: str | None) -> None:
        super().__init__(method)
        self.url, self.method, self.headers, self.body = url, method, headers, body


class Refused(Exception):
    """The answer is an error of the exchange's, and `error` what ccxt makes of it. Its other errors are misreadings."""

    def __init__(self, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.error = error


@dataclass(frozen=True, slots=True)
class Question:
    """One request with the host it is for."""

    origin: str
    request: HttpRequest


class Socketless:
    """One exchange in one environment. Threads take turns; nothing of one call is left for the next."""

    def __init__(
        self, name: str, options: dict[str, Any], markets: Iterable[dict[str, Any]], *, testnet: bool = False
    ) -> None:
        self._lock = threading.Lock()
        self.exchange = _without_socket(exchange_class(name))(
            {"enableRateLimit": False, "options": {**options, "warnOnFetchOpenOrdersWithoutSymbol": False}}
        )
        if testnet:
            self.exchange.set_sandbox_mode(True)
        self.exchange.set_markets([dict(market) for market in markets])

    def asks(self, method: Callable[[Any], Any], credentials: Credentials, now_ms: int, window_ms: int) -> Question:
        """What `method(exchange)` sends first. Raises ccxt's errors where it would send nothing."""
        with self._lock:
            self._prepare(credentials, now_ms, window_ms)
            try:
                method(self.exchange)
            except Caught as caught:
                return _question(caught)
            finally:
                self._prepare(_NOBODY, 0, 0)
        raise LookupError("ccxt answers this by itself")

    def reads(self, method: Callable[[Any], Any], response: HttpResponse) -> Any:
        """What `method(exchange)` makes of the answer. Raises Refused, and Unreadable where it asks further."""
        if ENORMOUS.search(response.body):
            raise Unreadable("a number of an absurd size")
        with self._lock:
            self._prepare(_NOBODY, 0, 0)
            self.exchange.canned = response
            try:
                return method(self.exchange)
            except Caught as caught:
                raise Unreadable("one answer does not tell it") from caught
            finally:
                self.exchange.canned = None

    def _prepare(self, credentials: Credentials, now_ms: int, window_ms: int) -> None:
        to = self.exchange
        to.apiKey, to.secret, to.password = credentials.api_key, credentials.secret, credentials.passphrase
        to.now_ms, to.canned = now_ms, None
        if WINDOW_OPTION in to.options:
            to.options[WINDOW_OPTION] = window_ms


ENORMOUS = re.compile(rb"(?<![\w-])[+-]?\d+(?:\.\d*)?[eE][+-]?\d{3,}(?![\w-])")
"""ccxt writes such a number out digit by digit, and a thousand million of them would take for ever."""
_NOBODY = Credentials("-", "-", "-")
"""Reading an answer asks for no key, but ccxt will not begin without one."""


def _without_socket(kind: Any) -> Any:
    """`kind` with its clock and its only way to the network replaced."""

    def fetch(self: Any, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        if self.canned is None:
            raise Caught(url, method, {**(self.headers or {}), **(headers or {})}, body)
        response, self.canned = self.canned, None
        try:
            return _judged(self, response, url, method)
        except ccxt().BaseError as error:
            raise Refused(error) from error

    return type(
        kind.__name__,
        (kind,),
        {
            "canned": None,
            "now_ms": 0,
            "fetch": fetch,
            "milliseconds": lambda self: self.now_ms,
            "seconds": lambda self: self.now_ms // 1000,
            "microseconds": lambda self: self.now_ms * 1000,
            # Nothing of ours is left to chance: where ccxt would make up an id, it makes up the same one.
            "uuid": lambda *_: "0" * 32,
            "uuid16": lambda *_: "0" * 16,
            "uuid22": lambda *_: "0" * 22,
            "__del__": lambda _: None,
        },
    )


def _judged(exchange: Any, response: HttpResponse, url: str, method: str) -> Any:
    """As ccxt's own fetch ends: the answer, or the error that the exchange's class makes of it."""
    text = response.body.decode("utf-8", "replace").strip()
    headers = dict(response.headers)
    try:
        answer = document(response.body)
    except Unreadable:
        answer = None
    answer = answer if isinstance(answer, dict | list) else None
    exchange.handle_errors(response.status, "", url, method, headers, text, answer, {}, "")
    if response.status >= ERROR:
        exchange.handle_http_status_code(response.status, "", url, method, text)
    if answer is None or response.status // 100 != 2:
        raise Unreadable("neither an answer nor an error")
    return answer


def _question(caught: Caught) -> Question:
    parts = urlsplit(caught.url)
    body = (caught.body or "").encode()
    headers = tuple((name, str(value)) for name, value in caught.headers.items() if name not in NOT_OURS_TO_SAY)
    request = HttpRequest(caught.method, parts.path or "/", parts.query, body, headers)
    return Question(f"{parts.scheme}://{parts.netloc}", request)
