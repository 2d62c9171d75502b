"""Every list over 100,000 rows, over HTTP: first, middle and last page. Alone by `python -m tests.bench.lists`."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import requests

from tests.bench.crowd import PASSWORD, gather
from tests.bench.stack import Stack, running_stack

LIMIT_MS = 50.0
ROUNDS = 7
LISTS = (
    ("reader", "/"),
    ("reader", "/providers"),
    ("reader", "/mytrades"),
    ("reader", "/deliveries"),
    ("reader", "/auth/notifications"),
    ("provider", "/provider/signals"),
    ("registrar", "/registrar/get/users"),
    ("registrar", "/registrar/role/users"),
    ("registrar", "/registrar/role/providers"),
)


def list_times(stack: Stack) -> list[dict[str, Any]]:
    """Median and worst ms of each page of each list; printed as they come."""
    crowd = gather(stack.database_url)
    http = {role: _logged_in(stack, getattr(crowd, role)) for role in ("reader", "provider", "registrar")}
    found = [_measured(http[role], stack.base_url + path, path) for role, path in LISTS]
    print(f"lists (ms a page over HTTP, median and worst of {ROUNDS}; {LIMIT_MS:.0f} is the limit)")
    for row in found:
        pages = "  ".join(f"{page} {ms:5.1f} {worst:5.1f}" for page, (ms, worst) in row["pages_ms"].items())
        slow = any(ms > LIMIT_MS for ms, _ in row["pages_ms"].values())
        print(f"  {row['path']:28} {row['total']:7}  {pages}" + ("  over the limit" if slow else ""))
    return found


def _measured(http: requests.Session, url: str, path: str) -> dict[str, Any]:
    first = _got(http, url, 1).json()
    last = max(first["pages"], 1)
    pages = {"first": 1, "middle": max(last // 2, 1), "last": last}
    return {
        "path": path,
        "total": first["total"],
        "pages_ms": {name: _page(http, url, number) for name, number in pages.items()},
    }


def _page(http: requests.Session, url: str, number: int) -> tuple[float, float]:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        _got(http, url, number)
        taken.append((time.perf_counter() - begun) * 1000)
    return round(median(taken), 1), round(max(taken), 1)


def _got(http: requests.Session, url: str, number: int) -> requests.Response:
    answer = http.get(url, params={"page": number}, timeout=30)
    answer.raise_for_status()
    return answer


def _logged_in(stack: Stack, name: str) -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    http.headers["Accept"] = "application/json"
    body = {"user_name_or_mail": name, "password": PASSWORD}
    http.post(f"{stack.base_url}/auth/login", json=body, timeout=30).raise_for_status()
    return http


if __name__ == "__main__":
    with running_stack() as stack:
        list_times(stack)
