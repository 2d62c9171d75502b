"""The simulated exchange as its operator sees it: accounts, ledger, requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

Row = dict[str, Any]
"""A line of the ledger. Numbers are texts."""


class Exchange:
    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["X-Control-Token"] = token

    def open_accounts(self, wanted: list[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Key and secret of each, in the same order."""
        opened: list[dict[str, str]] = self._ask("POST", "accounts", list(wanted))
        return opened

    def ledger(self) -> list[Row]:
        """Every order the venues accepted, oldest first."""
        rows: list[Row] = self._ask("GET", "ledger")
        return rows

    def move_price(self, venue: str, symbol: str, price: str) -> None:
        """Jump there, and settle what that reaches."""
        self._ask("POST", "prices", {"venue": venue, "symbol": symbol, "price": price})

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, call: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self.url}/_control/{call}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()
