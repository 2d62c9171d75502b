"""The page of a signal while it is paid for: what to pay as links and codes, confirmations, the signal at the end."""

from __future__ import annotations

import re
from typing import Any

from tests.purchases.conftest import INVENTED, Shop

HTML = {"Accept": "text/html"}


def read(shop: Shop) -> str:
    return str(shop.client().get(f"/app/signals/{shop.signal.id}", headers=HTML).text)


def show(shop: Shop, tx_hash: str) -> Any:
    client = shop.client()
    page = client.get(f"/app/signals/{shop.signal.id}", headers=HTML).text
    fields = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', page)) | {"tx_hash": tx_hash}
    return client.post(f"/app/signals/{shop.signal.id}/purchase", data=fields, headers=HTML)


def test_what_is_to_be_paid_is_a_link_for_a_wallet_and_a_code_for_a_phone(shop: Shop) -> None:
    page, contract = read(shop), shop.chain.contract.address
    assert "336.1" not in page and contract in page and "Yours after" in page
    allowance = f"ethereum:{shop.chain.deployed.token}@424242/approve?address={contract}&amp;uint256=5000000"
    paying = (
        f"ethereum:{contract}@424242/pay?address={shop.paul.wallet}&amp;address={shop.rita.wallet}"
        f"&amp;uint256={shop.signal.id}&amp;string={shop.ann.id}"
    )
    assert f'href="{allowance}"' in page and f'href="{paying}"' in page
    assert page.count('class="qr"') == 2


def test_a_payment_is_waited_for_with_its_confirmations_until_the_signal_is_theirs(shop: Shop) -> None:
    tx_hash = shop.pay()
    assert show(shop, tx_hash).headers["Location"] == f"/app/signals/{shop.signal.id}"
    page = read(shop)
    assert "0 of 2 confirmations" in page and "Do not pay again" in page and "336.1" not in page
    waits = f"/app/signals/{shop.signal.id}/payment"
    shop.chain.mine(1)
    assert "1 of 2 confirmations" in shop.client().get(waits, headers=HTML).text
    shop.chain.mine(1)
    moved = shop.client().get(waits, headers=HTML)
    assert moved.headers["HX-Redirect"] == f"/app/signals/{shop.signal.id}?done=bought" and "336.1" not in moved.text
    assert "336.1" in read(shop) and shop.states() == ["bought"]


def test_a_payment_shown_late_buys_at_once(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    assert show(shop, tx_hash.upper().replace("X", "x")).headers["Location"].endswith("?done=bought")
    assert "336.1" in read(shop)


def test_a_hash_that_no_block_holds_is_waited_for_in_other_words(shop: Shop) -> None:
    assert show(shop, INVENTED).status_code == 303
    assert "No block holds the payment yet" in read(shop)


def test_a_payment_that_differs_is_refused_in_words_and_stays_in_its_field(shop: Shop) -> None:
    tx_hash = shop.pay(user=shop.bob)
    shop.chain.mine(2)
    answer = show(shop, tx_hash)
    assert answer.status_code in (403, 422) and "does not buy the signal" in answer.text
    assert f'value="{tx_hash}"' in answer.text and "336.1" not in answer.text and shop.states() == []
