"""Whose word about a client's address is taken: that of our own proxies, nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request

from mysignals.app import create_app
from mysignals.settings import Settings
from tests.support.environment import environment_for_tests


def _address_seen(proxies: str, redis_url: str) -> str:
    env = environment_for_tests("postgresql://nobody@/nothing", redis_url) | {"TRUSTED_PROXIES": proxies}
    app: Flask = create_app(Settings.from_environment(env))
    seen: list[Any] = []
    app.add_url_rule("/seen", "seen", lambda: seen.append(request.remote_addr) or "ok")
    app.test_client().get("/seen", headers={"X-Forwarded-For": "203.0.113.7"})
    app.extensions["redis"].close()
    return str(seen[0])


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.7")])
def test_an_address_is_forwarded_only_by_proxies_of_ours(redis_url: str, proxies: str, address: str) -> None:
    assert _address_seen(proxies, redis_url) == address
