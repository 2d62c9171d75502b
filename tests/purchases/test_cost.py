"""How many statements a purchase and its page cost."""

from __future__ import annotations

from tests.purchases.conftest import Shop


def test_a_page_of_a_signal_takes_three_statements_and_a_purchase_a_dozen(shop: Shop) -> None:
    tx_hash = shop.pay()
    shop.chain.mine(2)
    for query, most in (("", 3), (f"?tx_hash={tx_hash}", 13), ("", 3), (f"?tx_hash={tx_hash}", 3)):
        with shop.house.statements() as seen:
            shop.client().get(f"/signal/{shop.signal.id}{query}")
        # One of them finds out who asks.
        assert len(seen) <= most, seen


def test_no_transaction_is_open_while_the_chain_is_asked(shop: Shop) -> None:
    """Looked at from the database, by the chain itself in the middle of its answer."""
    from mysignals.extensions import db

    open_then: list[int] = []
    real = shop.chain.evm.answer
    looking = (
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
    )

    def answer(method: str, params: object) -> object:
        with shop.house.app.app_context(), db.engine.connect() as connection:
            open_then.append(connection.scalar(db.text(looking)) or 0)
        return real(method, params)  # type: ignore[arg-type]

    tx_hash = shop.pay()
    shop.chain.mine(1)
    shop.chain.evm.answer = answer  # type: ignore[method-assign]
    try:
        assert shop.show().status_code == 403
        assert shop.show(tx_hash).status_code == 202
        shop.follow()
    finally:
        del shop.chain.evm.answer
    assert len(open_then) > 10 and set(open_then) == {0}
