"""What each endpoint asks of the database, counted: one more statement is a decision, not an accident."""

from __future__ import annotations

import pytest

from tests.support.served import House
from tests.web.test_access import ACTIVE, ANYBODY, OWN, SIGNED_IN, TABLE, Call, World

MOST = {
    "POST /auth/register": 2,
    "POST /auth/login": 2,
    "POST /auth/reset_password": 3,
    "POST /auth/reset_password/token": 1,
    "GET /healthz": 0,
    "GET /readyz": 1,
    "GET /metrics": 5,
    "GET /docs": 0,
    "GET /docs/docs.js": 0,
    "GET /openapi.json": 0,
    "POST /auth/logout": 1,
    "GET /auth/@me": 2,
    "GET /auth/notifications": 3,
    "GET /auth/notifications/count": 2,
    "POST /auth/change_password": 2,
    "GET /auth/devices": 2,
    "POST /auth/otp": 2,
    "POST /auth/otp/confirm": 2,
    "DELETE /auth/otp": 2,
    "POST /auth/update_keys": 10,
    "GET /": 3,
    "GET /providers": 3,
    "GET /signal/{signal}": 3,
    "POST /signal/{signal}": 3,
    "POST /signal/rate/{signal}": 5,
    "GET /mytrades": 4,
    "POST /spot/trade/{signal}": 8,
    "POST /futures/trade/{signal}": 8,
    "POST /mytrades/cancel/{signal}": 4,
    "POST /apply/provider": 2,
    "GET /accounts": 3,
    "POST /accounts": 5,
    "DELETE /accounts/{account}": 5,
    "POST /accounts/{account}/check": 4,
    "POST /accounts/{account}/audit": 4,
    "GET /drifts": 3,
    "POST /drifts/{drift}/approve": 5,
    "POST /drifts/{drift}/dismiss": 5,
    "GET /keys": 3,
    "POST /keys": 7,
    "PATCH /keys/{key}": 3,
    "DELETE /keys/{key}": 6,
    "GET /webhooks": 3,
    "POST /webhooks": 7,
    "PATCH /webhooks/{webhook}": 4,
    "POST /webhooks/{webhook}/rotate": 6,
    "DELETE /webhooks/{webhook}": 6,
    "GET /following": 3,
    "POST /following": 5,
    "PATCH /following/{following}": 3,
    "DELETE /following/{following}": 3,
    "GET /deliveries": 3,
    "GET /deliveries/{delivery}": 3,
    "GET /provider/signals": 3,
    "GET /provider/spot/pairs": 2,
    "GET /provider/futures/pairs": 2,
    "POST /provider/spot/new": 7,
    "POST /provider/futures/new": 7,
    "POST /provider/deactivate/{signal}": 3,
    "POST /provider/delete/{signal}": 5,
    "GET /provider/signals/{signal}/deliveries": 3,
    "POST /provider/update_wallet": 1,
    "POST /registrar/provider/new": 9,
    "POST /registrar/registrar/new": 7,
    "POST /registrar/drop_role": 6,
    "POST /registrar/plan": 6,
    "GET /registrar/applications": 3,
    "POST /registrar/applications/{application}/approve": 12,
    "POST /registrar/applications/{application}/refuse": 10,
    "GET /registrar/role/providers": 3,
    "GET /registrar/role/registrars": 3,
    "GET /registrar/role/users": 3,
    "GET /registrar/get/users": 3,
}
"""Of a call as it is meant, or as far as its sample gets; one of them finds out who asks."""
ROLES = ("User", "Provider", "Registrar")


def test_every_endpoint_is_counted() -> None:
    assert set(MOST) == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_no_endpoint_asks_more_than_it_needs(house: House, role: str) -> None:
    reading, more = World(house, role), {}
    for line, door in TABLE.items():
        if role != ("User" if door.who in (ACTIVE, ANYBODY, SIGNED_IN) else door.who):
            continue
        call = Call(line, reading if line.startswith("GET") else World(house, role), OWN)
        with house.statements() as seen:
            assert call.answer().status_code != 500
        if len(seen) > MOST[line]:
            more[line] = seen
    assert more == {}
