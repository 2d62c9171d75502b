"""Who may do what: every endpoint, by role. An endpoint missing from the table fails."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.served import House

ANYBODY, SIGNED_IN, ACTIVE, PROVIDER, REGISTRAR = "anybody", "signed in", "active", "Provider", "Registrar"
TABLE = {
    "POST /auth/register": ANYBODY,
    "POST /auth/login": ANYBODY,
    "POST /auth/reset_password": ANYBODY,
    "POST /auth/reset_password/token": ANYBODY,
    "GET /auth/reset_password/token": ANYBODY,
    "POST /auth/reset_password/token/form": ANYBODY,
    "GET /auth/activate/token": ANYBODY,
    "GET /auth/activate/resend": ANYBODY,
    "POST /auth/activate/resend": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /metrics": ANYBODY,
    "POST /auth/logout": SIGNED_IN,
    "GET /auth/@me": SIGNED_IN,
    "POST /auth/change_password": SIGNED_IN,
    "GET /auth/devices": SIGNED_IN,
    "POST /auth/otp": ACTIVE,
    "POST /auth/otp/confirm": ACTIVE,
    "DELETE /auth/otp": ACTIVE,
    "GET /auth/notifications": SIGNED_IN,
    "GET /auth/notifications/count": SIGNED_IN,
    "POST /auth/update_keys": ACTIVE,
    "GET /": ACTIVE,
    "GET /providers": ACTIVE,
    "GET /accounts": ACTIVE,
    "POST /accounts": ACTIVE,
    "DELETE /accounts/1": ACTIVE,
    "POST /accounts/1/check": ACTIVE,
    "POST /accounts/1/audit": ACTIVE,
    "GET /drifts": ACTIVE,
    "POST /drifts/1/approve": ACTIVE,
    "POST /drifts/1/dismiss": ACTIVE,
    "GET /keys": ACTIVE,
    "POST /keys": ACTIVE,
    "PATCH /keys/1": ACTIVE,
    "DELETE /keys/1": ACTIVE,
    "GET /webhooks": ACTIVE,
    "POST /webhooks": ACTIVE,
    "PATCH /webhooks/1": ACTIVE,
    "POST /webhooks/1/rotate": ACTIVE,
    "DELETE /webhooks/1": ACTIVE,
    "GET /following": ACTIVE,
    "POST /following": ACTIVE,
    "PATCH /following/1": ACTIVE,
    "DELETE /following/1": ACTIVE,
    "GET /deliveries": ACTIVE,
    "GET /deliveries/1": ACTIVE,
    "POST /apply/provider": ACTIVE,
    "GET /signal/1": ACTIVE,
    "POST /signal/1": ACTIVE,
    "POST /signal/rate/1": ACTIVE,
    "GET /mytrades": ACTIVE,
    "GET /provider/signals": PROVIDER,
    "GET /provider/spot/pairs": PROVIDER,
    "GET /provider/futures/pairs": PROVIDER,
    "POST /provider/spot/new": PROVIDER,
    "POST /provider/futures/new": PROVIDER,
    "POST /provider/deactivate/1": PROVIDER,
    "POST /provider/delete/1": PROVIDER,
    "GET /provider/signals/1/deliveries": PROVIDER,
    "POST /provider/update_wallet": PROVIDER,
    "POST /registrar/provider/new": REGISTRAR,
    "POST /registrar/registrar/new": REGISTRAR,
    "POST /registrar/drop_role": REGISTRAR,
    "POST /registrar/plan": REGISTRAR,
    "GET /registrar/applications": REGISTRAR,
    "POST /registrar/applications/1/approve": REGISTRAR,
    "POST /registrar/applications/1/refuse": REGISTRAR,
    "GET /registrar/role/providers": REGISTRAR,
    "GET /registrar/role/registrars": REGISTRAR,
    "GET /registrar/role/users": REGISTRAR,
    "GET /registrar/get/users": REGISTRAR,
}
CALLERS = ["nobody", "inactive", "User", "Provider", "Registrar"]


@pytest.mark.parametrize("caller", CALLERS)
def test_the_door_opens_for_those_it_is_for_and_for_nobody_else(house: House, caller: str) -> None:
    client = _client(house, caller)
    found = {
        call: client.open(call.split()[1], method=call.split()[0]).status_code for call in TABLE if "logout" not in call
    }
    expected = {call: _refusal(needs, caller) for call, needs in TABLE.items() if call in found}
    wrong = {call: status for call, status in found.items() if expected[call] and status != expected[call]}
    let_in = {call for call, status in found.items() if not expected[call] and status in (401, 403)}
    # A link that is not valid, and a form without its CSRF token, are refused by the page itself.
    pages = {call for call in let_in if "/activate/" in call or call.endswith("/form")}
    assert wrong == {} and let_in - pages == set()


def test_the_table_knows_every_endpoint_of_this_api(served: Flask) -> None:
    samples = {"<token>": "token", "<id:signal_id>": "1", "<id:account_id>": "1", "<id:following_id>": "1"}
    samples |= {
        "<id:delivery_id>": "1",
        "<id:drift_id>": "1",
        "<id:application_id>": "1",
        "<id:key_id>": "1",
        "<id:webhook_id>": "1",
    }
    here = {f"mysignals.web.{name}" for name in ("auth", "mail_links", "market", "provider", "registrar", "accounts")}
    here |= {
        f"mysignals.web.{name}"
        for name in ("following", "deliveries", "drifts", "health", "applications", "program_keys", "purchases")
    }
    known = set()
    for rule in served.url_map.iter_rules():
        if served.view_functions[rule.endpoint].__module__ in here:
            path = rule.rule
            for placeholder, sample in samples.items():
                path = path.replace(placeholder, sample)
            known |= {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert known == set(TABLE)


def _client(house: House, caller: str) -> FlaskClient:
    match caller:
        case "nobody":
            return house.anonymous()
        case "inactive":
            return house.client(house.user(is_activated=False))
        case role:
            return house.client(house.user(role=role))


def _refusal(needs: str, caller: str) -> int | None:
    """The status a caller is refused with; None where they are let in."""
    if needs == ANYBODY:
        return None
    if caller == "nobody":
        return 401
    if needs == SIGNED_IN:
        return None
    return 403 if caller == "inactive" or needs not in (ACTIVE, caller) else None
