"""/app/deliveries: what was done on my accounts, and why exactly."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals import clock
from mysignals.domain.lifecycle import LIVE, State
from mysignals.domain.market import Market
from mysignals.services import deliveries as service
from mysignals.services import retries, rules, venue_offers
from mysignals.web import parsing
from mysignals.web.guards import member

from . import copy_story
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

copies = Blueprint("copies", __name__, url_prefix="/app/deliveries")
SHOWN = ("filled", "accepted", "partially_filled", "unknown", "closed", "rejected", "skipped", "expired", "cancelled")


@copies.get("")
@page_for_members
def listed() -> str:
    page, signal = parsing.page(), parsing.query_id("signal_id")
    state = parsing.query_choice("state", [state.value for state in State])

    def address(number: int = 1, of: str | None = state) -> str:
        return url_for(".listed", page=number if number > 1 else None, state=of, signal_id=signal)

    return render_template(
        "pages/copies.html", found=service.listed(member(), page, signal, state), page=page, state=state,
        states=SHOWN, signal=signal, url=address,
    )  # fmt: skip


def _page(form: Filled, delivery_id: int) -> str:
    (delivery, signal, account, provider), orders = service.one(member(), delivery_id)
    offer = venue_offers.offer_of(account.exchange)
    notes = service.told(delivery_id)
    return render_template(
        "pages/copy.html", delivery=delivery, signal=signal, account=account, provider=provider, orders=orders,
        exchange=offer.display if offer else account.exchange, legs=copy_story.LEGS,
        rule=rules.find(Market(signal.market), signal.symbol, account.exchange, account.environment),
        steps=copy_story.steps(delivery, signal, orders, notes, provider),
        why=copy_story.cause_and_cure(delivery),
        never_twice=copy_story.never_twice(delivery, orders, knows_our_ids=offer is None or offer.knows_our_ids),
        bare_s=service.unprotected_seconds(delivery, clock.now()),
        is_live=delivery.state in (State.QUEUED, State.SENDING, State.UNKNOWN, *LIVE),
        retry=retries.standing(member(), delivery_id), form=form,
    )  # fmt: skip


@copies.get("/<id:delivery_id>")
@page_for_members
def one(delivery_id: int) -> str:
    return _page(Filled(), delivery_id)


@copies.post("/<id:delivery_id>/retry")
@page_for_members
@form_of(_page)
@sent_once
def retry(delivery_id: int) -> Response:
    return redirect(url_for(".one", delivery_id=retries.ask_again(member(), delivery_id)), 303)
