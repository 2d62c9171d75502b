"""What to pay for a signal, to which contract and with which arguments: in words, and for a page that pays."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson
from flask import current_app
from redis import Redis

from mysignals.chain import Terms
from mysignals.domain.money import plain
from mysignals.domain.payment import ZERO_ADDRESS, Unreachable, WrongChain
from mysignals.services.errors import Conflict, NotConfigured, PaymentRefused

from .chain import Chain, away, if_configured
from .sale import Sale

_KEPT_S = 15
"""For so long the terms of the contract are taken for known: who pays a fee that has changed since is refused by it."""


def due(chain: Chain, sale: Sale) -> PaymentRefused:
    """What to raise for who has not paid. Raises Conflict where there is nobody to pay, and what `configured` says."""
    if not sale.provider.wallet:
        raise Conflict("This signal cannot be bought: its provider has no wallet to be paid on.")
    terms, settings = _terms(chain), chain.settings
    if terms.fee < settings.least_amount:
        raise NotConfigured(
            "Signals cannot be bought here: the contract takes less than PAYMENT_MIN_AMOUNT, so no payment would do."
        )
    arguments = {
        "provider": sale.provider.wallet,
        "referrer": sale.referrer_wallet or ZERO_ADDRESS,
        "signalId": str(sale.signal.id),
        "userId": str(sale.user_id),
    }
    price = f"{plain(_shown(terms))} {terms.symbol}"
    message = (
        f"This signal costs {price}. Let the contract {settings.contract} on chain {settings.chain_id} take that from "
        f"the token {terms.token} (approve), then call its pay(provider {arguments['provider']}, referrer "
        f'{arguments["referrer"]}, signalId {arguments["signalId"]}, userId "{arguments["userId"]}"), and show the '
        "hash of that transaction as ?tx_hash=."
    )
    return PaymentRefused(message, {"payment": _fields(chain, terms, arguments)})


def _fields(chain: Chain, terms: Terms, arguments: dict[str, str]) -> dict[str, Any]:
    """`amount` is in the token's smallest unit, as text: it is larger than what a JSON number is safe for."""
    return {
        "chain_id": chain.settings.chain_id,
        "contract": chain.settings.contract,
        "function": "pay(address,address,uint256,string)",
        "arguments": arguments,
        "token": terms.token,
        "token_symbol": terms.symbol,
        "token_decimals": terms.decimals,
        "amount": str(terms.fee),
        "fee": _shown(terms),
        "confirmations": chain.settings.confirmations,
    }


def _shown(terms: Terms) -> Decimal:
    # Written out: arithmetic would round what is longer than 28 digits.
    return Decimal(f"{terms.fee}E-{terms.decimals}")


def in_tokens(amount: int) -> str | None:
    """`12.5 USDC` of an amount in the token's smallest unit; None while nobody has been told yet what to pay.

    The node is not asked: a list of sales must not wait for it.
    """
    chain = if_configured()
    redis: Redis = current_app.extensions["redis"]
    kept = redis.get(_named("token", chain)) if chain is not None else None
    if not isinstance(kept, bytes):
        return None
    symbol, decimals = orjson.loads(kept)
    return f"{plain(Decimal(f'{amount}E-{decimals}'))} {symbol}"


def _named(what: str, chain: Chain) -> str:
    return f"mysignals:payment:{what}:{chain.settings.chain_id}:{chain.settings.contract.lower()}"


def _terms(chain: Chain) -> Terms:
    redis: Redis = current_app.extensions["redis"]
    name = _named("terms", chain)
    kept = redis.get(name)
    if isinstance(kept, bytes):
        told = orjson.loads(kept)
        return Terms(**told | {"fee": int(told["fee"])})
    terms = chain.node.terms(chain.settings.contract)
    if isinstance(terms, Unreachable | WrongChain):
        raise away(terms)
    # The fee as text: it may be larger than what JSON is safe for.
    redis.set(name, orjson.dumps(asdict(terms) | {"fee": str(terms.fee)}), ex=_KEPT_S)
    # What a token is called and how it counts never changes.
    redis.set(_named("token", chain), orjson.dumps((terms.symbol, terms.decimals)))
    return terms
