"""/following: whom one copies, how much and within which limits (CONTRACT section 4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import Following
from mysignals.services import followings

from . import parsing
from .forms.following import Limits, NewFollowing
from .guards import active, member
from .rendering import http_date, success

# The page of the same place is `following`.
following = Blueprint("followings", __name__, url_prefix="/following")


@following.get("")
@active
def listed() -> Response:
    found = followings.listed(member(), parsing.page())
    return success(following=[_following(*row) for row in found.items], total=found.total, pages=found.pages)


@following.post("")
@active
def follow() -> tuple[Response, int]:
    form = parsing.body(NewFollowing)
    row = followings.follow(member(), form.provider, form.account_id, form.given())
    return success(following=_following(*row)), 201


@following.patch("/<id:following_id>")
@active
def change(following_id: int) -> Response:
    row = followings.change(member(), following_id, parsing.body(Limits).given())
    return success(following=_following(*row))


@following.delete("/<id:following_id>")
@active
def unfollow(following_id: int) -> Response:
    followings.unfollow(member(), following_id)
    return success(following_id=following_id)


def _following(item: Following, provider: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "provider": provider,
        "account_id": item.account_id,
        "sizing": {"mode": item.sizing_mode, "value": item.sizing_value},
        "max_leverage": item.max_leverage,
        "max_open": item.max_open,
        "max_deviation_bps": item.max_deviation_bps,
        "targets": item.targets,
        "symbols": item.symbols,
        "on_unprotected": item.on_unprotected,
        "margin_mode": item.margin_mode,
        "paused": item.paused,
        "date_created": http_date(item.created_at),
    }
