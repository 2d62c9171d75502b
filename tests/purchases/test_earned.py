"""What a provider's signals have earned, on the provider's own page."""

from __future__ import annotations

from tests.purchases.conftest import Shop


def test_what_buyers_have_paid_is_told_in_the_token_and_the_chain_is_not_asked(shop: Shop) -> None:
    shop.buy()
    assert "<dt>Sold</dt><dd>1</dd>" in page(shop) and "paid: " not in page(shop)
    shop.show(user=shop.bob)  # Somebody asks for the price: by then the token is known here.
    assert "paid: 5 " in page(shop)


def page(shop: Shop) -> str:
    answer = shop.client(shop.paul).get("/provide", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return str(answer.text)
