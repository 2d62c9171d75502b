"""/app/signals: what can be copied now; one signal, and buying, trading, cancelling and rating it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.domain.market import Market
from mysignals.domain.money import plain
from mysignals.models import User
from mysignals.services import accounts, browsing, errors, market_look, purchases, ratings, results, showing, trading
from mysignals.services.price_history import Stretch
from mysignals.services.purchases import Waiting
from mysignals.services.trading import Preview, Wish
from mysignals.web import parsing
from mysignals.web.forms.purchases import Shown as ShownHash
from mysignals.web.forms.purchases import Stars
from mysignals.web.forms.trading import Cancel, TradeByHand
from mysignals.web.guards import active, member

from . import kept, levels, payment_codes
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once
from .signal_charts import fitting

signals = Blueprint("signals", __name__, url_prefix="/app/signals")
_MARKETS, _SIDES = ["spot", "futures"], ["BUY", "SELL"]
_PAYING = (
    errors.Conflict, errors.PaymentRefused, errors.NotConfigured, errors.PaymentNodeUnavailable, errors.NotFound,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sale:
    """How buying stands: `due` is to be paid, `waiting` is paid and needs blocks, `problem` is why neither is."""

    due: payment_codes.Due | None = None
    waiting: Waiting | None = None
    problem: str = ""


@signals.get("")
@page_for_members
def listed() -> str:
    wanted, page = _wanted(), parsing.page()
    return render_template(
        "pages/signals.html", found=browsing.listed(member(), wanted, page), wanted=wanted, page=page,
        choices=browsing.choices(), url=_narrowed(wanted), here=request.full_path.rstrip("?"),
    )  # fmt: skip


def _wanted() -> browsing.Wanted:
    """Raises Invalid."""
    given = request.args
    return browsing.Wanted(
        market=parsing.query_choice("market", ["", *_MARKETS]) or "",
        side=parsing.query_choice("side", ["", *_SIDES]) or "",
        provider=given.get("provider", "")[:64].replace("\0", ""),
        symbol=given.get("symbol", "")[:32].strip().upper().replace("\0", ""),
        sort=parsing.query_choice("sort", list(browsing.SORTS)) or "newest",
    )


def _narrowed(wanted: browsing.Wanted) -> Callable[..., str]:
    """The address of the list with some of its filters changed."""

    def url(page: int | None = None, **changed: str) -> str:
        chosen = asdict(wanted) | changed
        if chosen["sort"] == "newest":
            chosen["sort"] = ""
        return url_for(".listed", page=page, **{name: value or None for name, value in chosen.items()})

    return url


def _page(form: Filled, signal_id: int, about: str = "") -> str:
    """`about` names the form that is refused: each has its own words beside it."""
    found = showing.of(member(), signal_id)
    sale = Sale() if found.is_whole else _sale(member(), signal_id)
    if sale == Sale() and not found.is_whole:
        found = showing.of(member(), signal_id)
    return render_template(
        "pages/signal.html", found=found, sale=sale, form=form, about=about, standing=results.standing(found.provider),
        chart=levels.chart(found.signal, found.targets) if found.sees_prices else None,
        stretch=fitting(found.signal.created_at), stretches=list(Stretch),
        said=_SAID.get(request.args.get("done", ""), ""),
    )  # fmt: skip


_SAID = {
    "bought": "The signal is yours.",
    "placed": "The trade was taken by the exchange.",
    "pending": "The exchange has not confirmed yet. It is asked until that is certain; nothing is sent twice.",
    "cancelled": "The trade is cancelled.",
    "cancelling": "The exchange has not confirmed yet. It is cancelled until that is certain, and you are told.",
    "rated": "Your rating counts.",
}


def _sale(user: User, signal_id: int) -> Sale:
    """Nothing of it where the signal is theirs by now."""
    try:
        seen = purchases.see(user, signal_id, None)
    except errors.PaymentRefused as why:
        told = why.details.get("payment")
        return Sale(due=payment_codes.due(told)) if told else Sale(problem=str(why))
    except _PAYING as why:
        return Sale(problem=str(why))
    return Sale(waiting=seen) if isinstance(seen, Waiting) else Sale()


@signals.get("/<id:signal_id>")
@page_for_members
def shown(signal_id: int) -> str:
    return _page(kept.restored(Filled()), signal_id)


@signals.post("/<id:signal_id>/purchase")
@page_for_members
@form_of(lambda form, signal_id: _page(form, signal_id, "purchase"))
@sent_once
def purchase(signal_id: int) -> Response:
    found = purchases.see(member(), signal_id, parsing.html_form(ShownHash).tx_hash)
    return redirect(url_for(".shown", signal_id=signal_id, done=None if isinstance(found, Waiting) else "bought"), 303)


@signals.get("/<id:signal_id>/payment")
@active
def payment(signal_id: int) -> Response:
    """How far a payment has come, for the page that waits for it; once there is nothing to wait for, it loads anew."""
    sale = _sale(member(), signal_id)
    if sale.waiting is None:
        done = "bought" if sale == Sale() else None
        return Response("", headers={"HX-Redirect": url_for(".shown", signal_id=signal_id, done=done)})
    return make_response(render_template("parts/payment.html", wait=sale.waiting, signal_id=signal_id))


@signals.post("/<id:signal_id>/rating")
@page_for_members
@form_of(lambda form, signal_id: _page(form, signal_id, "rating"))
@sent_once
def rate(signal_id: int) -> Response:
    ratings.rate(member(), signal_id, parsing.html_form(Stars).rate)
    return redirect(url_for(".shown", signal_id=signal_id, done="rated", _anchor="rating"), 303)


@signals.get("/<id:signal_id>/price")
@active
def price(signal_id: int) -> Response:
    """What its symbol costs now, in quote; null where no exchange tells. For the script that draws the line."""
    signal = showing.of(member(), signal_id).signal
    looked = market_look.look(Market(signal.market), signal.symbol)
    told = looked.price if looked is not None else None
    return jsonify(
        price=None if told is None else plain(told), exchange=looked.exchange if looked is not None else None
    )


def _trade_page(form: Filled, signal_id: int, found: Preview | None = None) -> str:
    seen = showing.of(member(), signal_id)
    if not seen.is_bought:
        raise errors.NotFound(ratings.NOT_BOUGHT)
    mine = accounts.listed(member(), 1).items
    return render_template("pages/trade.html", found=seen, form=form, preview=found, accounts=mine, plain=plain)


@signals.get("/<id:signal_id>/trade")
@page_for_members
def trade(signal_id: int) -> str:
    target = plain(showing.of(member(), signal_id).signal.target1)
    return _trade_page(kept.restored(Filled({"tp": target, "quoteQty": ""})), signal_id)


@signals.post("/<id:signal_id>/trade/preview")
@page_for_members
@form_of(_trade_page)
def preview(signal_id: int) -> str:
    market, wish = _wish(signal_id)
    return _trade_page(Filled.as_sent(), signal_id, trading.preview(member(), signal_id, market, wish))


@signals.post("/<id:signal_id>/trade")
@page_for_members
@form_of(_trade_page)
@sent_once
def place(signal_id: int) -> Response:
    market, wish = _wish(signal_id)
    placed = trading.place(member(), signal_id, market, wish)
    done = "pending" if placed.is_pending else "placed"
    return redirect(url_for(".shown", signal_id=signal_id, done=done), 303)


def _wish(signal_id: int) -> tuple[Market, Wish]:
    form = parsing.html_form(TradeByHand)
    market = Market(showing.of(member(), signal_id).signal.market)
    return market, Wish(form.tp, form.quote, form.account_id)


@signals.post("/<id:signal_id>/cancel")
@page_for_members
@form_of(lambda form, signal_id: _page(form, signal_id, "cancel"))
@sent_once
def cancel(signal_id: int) -> Response:
    wish = parsing.html_form(Cancel)
    ended = trading.cancel(member(), signal_id, account_id=wish.account_id, closes=wish.filled == "close")
    done = "cancelling" if ended.is_pending else "cancelled"
    return redirect(url_for(".shown", signal_id=signal_id, done=done), 303)
