"""A provider who publishes through a storm: again only when it is certain that nothing was stored."""

from __future__ import annotations

import threading
import time
from typing import Any

import requests

from tests.chaos.log import Log
from tests.support.population import PASSWORD

PATHS = {"spot": "/provider/spot/new", "futures": "/provider/futures/new"}
_PATIENCE_S = 40
_PAUSE_S = 0.3
_STILL_ON_ITS_WAY_S = 3
"""How long a request whose answer was lost may take until its signal is in the list, or never will be."""
_NOT_STORED = (401, 403, 429, 502, 503)


class Publisher:
    """One person at the HTTP API; one signal at a time. `over` ends all attempts."""

    def __init__(self, url: str, user_name: str, log: Log, over: threading.Event) -> None:
        self._url, self._name, self._log, self._over = url, user_name, log, over
        self._session = requests.Session()
        self._session.trust_env = False
        self._one_at_a_time = threading.Lock()

    def log_in(self) -> bool:
        body = {"user_name_or_mail": self._name, "password": PASSWORD}
        return self._asked("POST", "/auth/login", body) == 200

    def publish(self, market: str, draft: dict[str, Any]) -> bool:
        """Whether it is stored, which may take many attempts. Never raises: the storm goes on without it."""
        with self._one_at_a_time:
            deadline = time.monotonic() + _PATIENCE_S
            while time.monotonic() < deadline and not self._over.is_set():
                status = self._asked("POST", PATHS[market], draft)
                if status == 200 or (status not in _NOT_STORED and self._is_listed(draft["short_text"])):
                    self._log.note("signal", f"{draft['short_text']} {draft['side']} {draft['symbol']} {draft['type']}")
                    return True
                if status == 401:
                    self.log_in()
                self._over.wait(_PAUSE_S)
            self._log.note("signal", f"{draft['short_text']} was never taken")
            return False

    def close(self) -> None:
        self._session.close()

    def _is_listed(self, name: str) -> bool:
        deadline = time.monotonic() + _STILL_ON_ITS_WAY_S
        while time.monotonic() < deadline:
            try:
                listed = self._session.get(f"{self._url}/provider/signals", timeout=5)
                if listed.status_code == 401:
                    self.log_in()
                elif listed.ok and any(signal["short_text"] == name for signal in listed.json()["signals"]):
                    return True
            except (requests.RequestException, ValueError):
                pass
            time.sleep(_PAUSE_S)
        return False

    def _asked(self, method: str, path: str, body: dict[str, Any]) -> int:
        """The status; 0 where none came."""
        try:
            return self._session.request(method, self._url + path, json=body, timeout=15).status_code
        except requests.RequestException:
            return 0
