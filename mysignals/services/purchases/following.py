"""Payments on their way: those that need blocks become purchases, those that a reorg removes are taken back."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from flask import current_app
from redis import Redis
from sqlalchemy import text

from mysignals import clock
from mysignals.domain.payment import Look, NotFound, Seen, Unreachable, Verdict, WrongChain
from mysignals.extensions import db
from mysignals.models import Purchase
from mysignals.services.errors import Conflict

from . import deciding, sale, storing
from .chain import Chain, cause, if_configured
from .sale import Row, Sale

log = logging.getLogger(__name__)
SECONDS = 15.0
"""One turn asks for so long at most."""
MOST = 100
"""And about so many payments."""
CLAIM = text("""
    UPDATE purchases SET checked_at = now() WHERE id = (
        SELECT id FROM purchases
        WHERE state <> 'failed' AND final_at IS NULL AND chain_id = :chain_id
          AND (checked_at IS NULL OR checked_at < now() - CASE
               WHEN state = 'confirming' AND log_index IS NOT NULL THEN interval '2 seconds'
               -- The longer it takes the less often: a twentieth of its age, between 2 seconds and 2 minutes.
               ELSE least(greatest((now() - coalesce(bought_at, created_at)) / 20, interval '2 seconds'),
                          interval '2 minutes') END)
        ORDER BY checked_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, coalesce(bought_at, created_at) < now() - interval '24 hours' AS is_late
""")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One payment that this turn asks about; if the turn dies, another asks a little later."""

    sale: Sale
    row: Row
    is_late: bool
    """Whether a block should have held it long ago."""


def follow(seconds: float = SECONDS) -> None:
    """Ask the chain about every payment whose turn has come; safe to run twice at once, and to be killed."""
    chain = if_configured()
    if chain is None:
        return
    until = time.monotonic() + seconds
    for _ in range(MOST):
        if time.monotonic() > until:
            return
        claimed = _claim(chain)
        if claimed is None or not _looked_at(chain, claimed):
            return


def _claim(chain: Chain) -> Claimed | None:
    taken = db.session.execute(CLAIM, {"chain_id": chain.settings.chain_id}).one_or_none()
    db.session.commit()
    if taken is None:
        return None
    found = db.session.get_one(Purchase, taken.id)
    row, what = sale.as_read(found), sale.of(found.user_id, found.signal_id)
    sale.let_go()
    assert what is not None, "a signal that somebody pays for is never deleted"
    return Claimed(what, row, taken.is_late)


def _looked_at(chain: Chain, claimed: Claimed) -> bool:
    """False where the node does not tell: nothing changes, and nobody else is asked about in this turn."""
    row = claimed.row
    held_by = row.place.block if row.place is not None else None
    look = chain.node.look(row.tx_hash, held_by)
    if isinstance(look, NotFound) and row.place is not None:
        # Behind one address may be many nodes, and one that is late: it takes two answers to remove a payment.
        look = chain.node.look(row.tx_hash, held_by)
    verdict, _ = deciding.verdict(chain, claimed.sale, row.tx_hash, row, look)
    if isinstance(verdict, Unreachable | WrongChain):
        _say(cause(verdict))
        return False
    _store(chain, claimed, look, verdict)
    return True


def _say(why: str) -> None:
    """Once a minute, however many turns and workers find it so."""
    redis: Redis = current_app.extensions["redis"]
    if redis.set("mysignals:payment:away", 1, nx=True, ex=60):
        log.warning("payments are not followed just now: %s", why)


def _store(chain: Chain, claimed: Claimed, look: Look, verdict: Verdict) -> None:
    named = deciding.names_referrer(look, verdict)
    finding = storing.Finding(
        chain.settings.chain_id, claimed.row.tx_hash, claimed.row, verdict, names_referrer=named,
        is_late=claimed.is_late,
    )  # fmt: skip
    try:
        after = storing.store(claimed.sale, finding)
    except Conflict as why:
        log.warning("purchase %s is left as it is: %s", claimed.row.id, why)
        return
    if after.state != claimed.row.state:
        log.info("purchase %s: %s, was %s", claimed.row.id, after.state, claimed.row.state)
    deep = isinstance(look, Seen) and look.confirmations >= chain.settings.finality
    if deep and after.state == "bought":
        _finish(after)


def _finish(row: Row) -> None:
    found = db.session.get_one(Purchase, row.id, with_for_update=True, populate_existing=True)
    if found.state == "bought" and sale.as_read(found) == row:
        found.final_at = clock.now()
    db.session.commit()
