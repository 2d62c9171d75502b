"""The door for alerts of charts, which cannot sign: who they are from is the token in their address."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, make_response
from flask.typing import ResponseReturnValue

from mysignals.extensions import db
from mysignals.services import api_use, deadlocks, once, webhook_callers
from mysignals.services.webhook_callers import WebhookCaller

from . import hidden_token
from .answers import Code
from .door import admit_plan, failed, too_often
from .executing import carried_out

WAIT_S = 0.4
"""For the same alert that is under way: charts wait for seconds only, and send again."""


def sender() -> WebhookCaller:
    """Whose alert this is; raises Refused. Unknown tokens are counted by address, an alert by its webhook."""
    found = webhook_callers.find(hidden_token.token())
    if found is None:
        raise failed(Code.NOT_FOUND, "There is no such webhook: its token was never made, was rotated, or was revoked.")
    g.v1_budget = budget = api_use.take_alert(found.token_id)
    admit_plan(is_activated=found.is_activated, is_pro=found.is_pro)
    if not budget.is_allowed:
        raise too_often(budget, f"A webhook may be used {budget.limit} times a minute")
    return found


def carried_out_once(found: WebhookCaller, alert_id: str | None, deed: Callable[[], ResponseReturnValue]) -> Response:
    """`deed` must not commit, and is called again where a deadlock has undone it. An alert with an `id` is known again
    by it, whatever else its text says: charts put times and prices into it. One without is carried out each time.
    """
    if alert_id is not None:
        return carried_out(
            once.Asked(((once.ALERT, alert_id),), b"alert", webhook_token_id=found.token_id), deed, WAIT_S
        )

    def committed() -> Response:
        response = make_response(deed())
        db.session.commit()
        return response

    return deadlocks.gone_through(committed)
