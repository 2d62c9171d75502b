"""/signal, /mytrades and ratings: what is bought, and how it is paid for (CONTRACT sections 1 and 3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.services import purchases as service
from mysignals.services import ratings

from . import parsing
from .forms.purchases import Stars
from .guards import active, member
from .rendering import http_date, signal, success

purchases = Blueprint("purchases", __name__)


@purchases.route("/signal/<id:signal_id>", methods=["GET", "POST"])
@active
def whole(signal_id: int) -> Response | tuple[Response, int]:
    found = service.see(member(), signal_id, parsing.query_tx_hash())
    if isinstance(found, service.Waiting):
        return _waiting(found), 202
    return success(signal=signal(found.signal, found.provider))


@purchases.post("/signal/rate/<id:signal_id>")
@active
def rate(signal_id: int) -> Response:
    stars = parsing.body(Stars).rate
    ratings.rate(member(), signal_id, stars)
    return success(rating=stars)


@purchases.get("/mytrades")
@active
def mine() -> Response:
    found = service.listed(member(), parsing.page())
    return success(mytrades=[_bought(item) for item in found.items], total=found.total, pages=found.pages)


def _waiting(found: service.Waiting) -> Response:
    by_itself = "the purchase is finished by itself, and a notification tells you; do not pay again."
    sentence = (
        f"Your payment has {found.confirmations} of {found.needed} confirmations: {by_itself}"
        if found.in_block
        else f"No block holds the transaction {found.tx_hash} yet. If you sent it, wait: {by_itself} "
        "If its hash is another one, show that as ?tx_hash=."
    )
    return success(
        sentence,
        state="confirming",
        in_block=found.in_block,
        confirmations=found.confirmations,
        needed=found.needed,
        tx_hash=found.tx_hash,
    )


def _bought(item: service.Bought) -> dict[str, Any]:
    traded = item.delivery
    return {
        **signal(item.signal, item.provider),
        "user_rating": item.rating,
        "tx_hash": item.tx_hash,
        "date_bought": http_date(item.bought_at),
        "delivery": None
        if traded is None
        else {"id": traded.id, "account_id": traded.account_id, "state": traded.state, "message": traded.message},
    }
