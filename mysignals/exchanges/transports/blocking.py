"""One call at a time over `requests`: for pages, commands and checks, never for the fan-out."""

from __future__ import annotations

import http.cookiejar
import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import Flow
from mysignals.exchanges.wire import HttpRequest, HttpResponse, NoReply, Reply

from .offsets import Asked, Measured, Tell, dated, measured, tell_nobody, time_call_for
from .paced_now import PacedNow
from .places import Nowhere, Places, origin
from .rising import CannotNumber, Rising, RisingHere, needs_number

T = TypeVar("T")
MOST_BODY = 32 * 1024 * 1024
"""Bytes. The rules of all spot symbols are the largest answer, some 15 MB."""
CHUNK = 64 * 1024
HANDSHAKE_FAILURES = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HANDSHAKE_FAILURE")
"""TLS failures that come before the request. Others may come at any time."""


class BlockingTransport:
    """`clock_ms` gives Unix ms. Threads may share one; connections are never shared across a fork."""

    def __init__(
        self,
        simulator_url: str | None,
        clock_ms: Callable[[], int],
        connect_timeout_s: float = 5.0,
        timeout_s: float = 10.0,
        rising: Rising | None = None,
        tell: Tell = tell_nobody,
        pacer: PacedNow | None = None,
    ) -> None:
        self._places, self._clock_ms = Places(simulator_url), clock_ms
        self._rising = rising or RisingHere()
        self._timeouts = (connect_timeout_s, timeout_s)
        self._sessions: dict[tuple[int, str], requests.Session] = {}
        self.offsets: dict[str, int] = {}
        """Base URL -> how many ms the exchange's clock is ahead of ours."""
        self._asked, self._one_asks, self._tell = Asked(), threading.Lock(), tell
        self._pacer = pacer

    def send(self, call: Call) -> Reply:
        try:
            base = self._places.of(call)
        except Nowhere as why:
            return NoReply(sent=False, cause=str(why))
        if call.after_ms:
            time.sleep(call.after_ms / 1000)
        refused = self._pacer.admit(call, base) if self._pacer else None
        if refused is not None:
            return refused
        now_ms = self._clock_ms() + self.offsets.get(base, 0)
        try:
            number = self._rising.next(call.credentials.api_key, now_ms) if needs_number(call) else now_ms
        except CannotNumber as why:
            return NoReply(sent=False, cause=str(why))
        reply = self._exchange(self._session(origin(base)), base, self._places.request(call, number))
        if self._pacer:
            self._pacer.heard(call, base, reply)
        if not call.dialect.abilities.tells_time and self._asked.is_date_due(base):
            self._learn(base, dated(call, reply, now_ms - self.offsets.get(base, 0), self._clock_ms()))
        return reply

    def run(self, flow: Flow[T]) -> T:
        """What the flow returns, having been given an answer to each of its calls."""
        try:
            call = next(flow)
            while True:
                sent_s = time.monotonic()
                call = flow.send(self.send(call))
                if call.resync:
                    self._resync(call, sent_s)
        except StopIteration as end:
            result: T = end.value
            return result

    def _resync(self, refused: Call, sent_s: float) -> None:
        """One question, however many threads were refused for their time: the others wait for its answer."""
        base = self._places.of(refused)
        with self._one_asks:
            if self._asked.is_due(base, sent_s):
                self._asked.note(base)
                self._measure(time_call_for(refused))

    def _measure(self, question: Call) -> None:
        """Keeps the former offset if the exchange does not tell."""
        asked_ms = self._clock_ms()
        reply = self.send(question)
        self._learn(self._places.of(question), measured(question, reply, asked_ms, self._clock_ms()))

    def _learn(self, base: str, found: Measured | None) -> None:
        if found is not None:
            self._asked.note(base)
            self.offsets[base] = found.offset_ms
            self._tell(found)

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _session(self, host: str) -> requests.Session:
        key = (os.getpid(), host)
        return self._sessions.get(key) or self._sessions.setdefault(key, _new_session())

    def _exchange(self, session: requests.Session, base: str, request: HttpRequest) -> Reply:
        try:
            prepared = _prepared(base, request)
            with session.send(prepared, timeout=self._timeouts, allow_redirects=False, stream=True) as response:
                body = self._body(response)
                headers = tuple(response.headers.items())
        except requests.exceptions.RequestException as failure:
            return NoReply(sent=not _before_sending(failure), cause=type(failure).__name__)
        except ValueError:
            return NoReply(sent=False, cause="the key holds characters that no header can carry")
        if body is None:
            return NoReply(sent=True, cause="the answer is too long or too slow")
        return HttpResponse(response.status_code, body, headers)

    def _body(self, response: requests.Response) -> bytes | None:
        """None when it exceeds what we are willing to read or to wait for."""
        deadline, parts, length = time.monotonic() + self._timeouts[1], list[bytes](), 0
        for part in response.iter_content(CHUNK):
            parts.append(part)
            length += len(part)
            if length > MOST_BODY or time.monotonic() > deadline:
                return None
        return b"".join(parts)


def _new_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=16, max_retries=0))
    return session


def _prepared(base: str, request: HttpRequest) -> requests.PreparedRequest:
    """The URL is set past the library's own encoding: the signature covers these very bytes."""
    prepared = requests.PreparedRequest()
    prepared.prepare(request.method, base, headers=dict(request.headers), data=request.body or None)
    prepared.url = f"{base}{request.path}?{request.query}" if request.query else base + request.path
    return prepared


def _before_sending(failure: requests.exceptions.RequestException) -> bool:
    """Whether it certainly happened before the first byte of the request was written."""
    if isinstance(failure, requests.exceptions.ConnectTimeout | requests.exceptions.InvalidHeader):
        return True
    cause = failure.args[0] if failure.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    return isinstance(reason, NewConnectionError) or any(sign in str(reason) for sign in HANDSHAKE_FAILURES)
