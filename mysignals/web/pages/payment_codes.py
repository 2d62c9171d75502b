"""The two steps of a payment as a page shows them: links for wallets, and their pictures for phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import segno
from markupsafe import Markup

from mysignals.domain.payment_link import Payment


@dataclass(frozen=True, slots=True)
class Step:
    """`code` is a QR code of `link`, as SVG."""

    title: str
    what: str
    link: str
    code: Markup


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid, by services/purchases/price.py. `amount` in tokens."""

    amount: Decimal
    token: str
    token_address: str
    contract: str
    chain_id: int
    confirmations: int
    steps: tuple[Step, ...]


def due(told: Mapping[str, Any]) -> Due:
    arguments = told["arguments"]
    payment = Payment(
        chain_id=told["chain_id"], contract=told["contract"], token=told["token"], amount=int(told["amount"]),
        provider=arguments["provider"], referrer=arguments["referrer"], signal_id=int(arguments["signalId"]),
        user_id=arguments["userId"],
    )  # fmt: skip
    steps = (
        _step("1. Allow", f"Let the contract take the price from your {told['token_symbol']}.", payment.allowance),
        _step("2. Pay", "Call the contract. It splits the price between provider and referrer.", payment.link),
    )
    return Due(
        told["fee"], told["token_symbol"], told["token"], told["contract"], told["chain_id"], told["confirmations"],
        steps,
    )  # fmt: skip


def _step(title: str, what: str, link: str) -> Step:
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr")
    return Step(title, what, link, Markup(drawn))  # noqa: S704 - paths drawn by the library, no text
