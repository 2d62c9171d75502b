"""/provider: what signal providers do with their signals (CONTRACT section 1)."""

from __future__ import annotations

from flask import Blueprint, Response

from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.signal import Draft
from mysignals.services import listings, people, publish, ratings, rules, signals

from . import parsing
from .forms.provider import FuturesDraft, NewWallet, SpotDraft
from .guards import member, only
from .limits import publishing
from .rendering import signal, success

provider = Blueprint("provider", __name__, url_prefix="/provider")


@provider.get("/signals")
@only("Provider")
def own_signals() -> Response:
    found = listings.signals_of(member(), parsing.page())
    return success(
        "Success",
        provider_rating=ratings.mean(member()),
        signals=[signal(item, member()) for item in found.items],
        total=found.total,
        pages=found.pages,
    )


@provider.get("/spot/pairs")
@only("Provider")
def spot_pairs() -> Response:
    return success(pairs=rules.pairs(Market.SPOT))


@provider.get("/futures/pairs")
@only("Provider")
def futures_pairs() -> Response:
    return success(pairs=rules.pairs(Market.FUTURES))


@provider.post("/spot/new")
@only("Provider")
@publishing
def new_spot() -> Response:
    return _published(Market.SPOT, parsing.body(SpotDraft), None)


@provider.post("/futures/new")
@only("Provider")
@publishing
def new_futures() -> Response:
    form = parsing.body(FuturesDraft)
    return _published(Market.FUTURES, form, form.leverage)


@provider.post("/deactivate/<id:signal_id>")
@only("Provider")
def deactivate(signal_id: int) -> Response:
    signals.deactivate(member(), signal_id)
    return success(signal_id=signal_id)


@provider.post("/delete/<id:signal_id>")
@only("Provider")
def delete(signal_id: int) -> Response:
    signals.delete(member(), signal_id)
    return success(signal_id=signal_id)


@provider.get("/signals/<id:signal_id>/deliveries")
@only("Provider")
def deliveries(signal_id: int) -> Response:
    counts = signals.deliveries_by_state(member(), signal_id)
    return success(signal_id=signal_id, deliveries=counts, total=sum(counts.values()))


@provider.post("/update_wallet")
@only("Provider")
def update_wallet() -> Response:
    people.set_wallet(member(), parsing.body(NewWallet).wallet)
    return success("wallet changed")


def _published(market: Market, form: SpotDraft, leverage: int | None) -> Response:
    draft = Draft(
        market=market,
        symbol=form.symbol,
        side=Side(form.side),
        entry_type=EntryType(form.type),
        quantity=form.quantity,
        price=form.price,
        stop=form.sl,
        targets=tuple(target for target in (form.tp1, form.tp2, form.tp3) if target is not None),
        leverage=leverage,
        short_text=form.short_text,
    )
    return success(signal=signal(publish.publish(member(), draft), member()))
