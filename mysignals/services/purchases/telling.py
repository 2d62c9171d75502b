"""Who is told what about a purchase. Each is added to the transaction that makes it true, so it is told once."""

from __future__ import annotations

from mysignals.services import notices

from .sale import Sale

_KIND = "purchase"


def bought(sale: Sale, *, referrer_is_paid: bool) -> None:
    """Buyer, provider and referrer; nobody but the buyer learns who bought."""
    notices.tell(sale.user_id, _KIND, f"You bought {_named(sale)} by {sale.provider.user_name}. It is in your trades.")
    notices.tell(sale.provider.id, _KIND, f"Your {_named(sale)} was bought. Your share is booked in the contract.")
    if sale.referrer_id is not None:
        share = (
            "your share of the payment is booked in the contract"
            if referrer_is_paid
            else "the payment did not name your wallet, so there is no share of it for you"
        )
        notices.tell(sale.referrer_id, _KIND, f"Referral bonus: somebody you referred bought {_named(sale)}; {share}.")


def bought_again(sale: Sale) -> None:
    notices.tell(sale.user_id, _KIND, f"The payment for {_named(sale)} is on chain again: the signal is yours again.")
    notices.tell(sale.provider.id, _KIND, f"The payment for your {_named(sale)} is on chain again; it counts.")


def taken_back(sale: Sale, reason: str) -> None:
    notices.tell(
        sale.user_id,
        _KIND,
        f"Your purchase of {_named(sale)} was taken back: {reason}. Trades that were placed stay as they are. "
        "If the payment comes back on chain, the signal is yours again by itself.",
    )
    notices.tell(sale.provider.id, _KIND, f"A purchase of your {_named(sale)} was taken back: {reason}.")


def failed(sale: Sale, reason: str) -> None:
    notices.tell(sale.user_id, _KIND, f"The payment shown for {_named(sale)} bought nothing: {reason}."[:600])


def _named(sale: Sale) -> str:
    signal = sale.signal
    return f"signal {signal.id} ({signal.side} {signal.symbol}, {signal.market})"
