"""A request is carried out once: whoever sends it again gets the first answer.

The claim, the deed and the answer are one transaction, so a process that dies leaves nothing, or all of it. Those who
come at the same moment wait a bounded time and hold no connection meanwhile.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, delete, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from mysignals.extensions import db
from mysignals.models import IdempotentRequest

from .deadlocks import TRIES, is_deadlock
from .errors import Conflict

WAIT_S, LOOKS_EVERY_S = 5.0, 0.05
SIGNATURE, KEY, ALERT = "signature", "key", "alert"
ANOTHER = "This Idempotency-Key was used for another request; send a new key with another body."
LOST = "This request was carried out, but its answer was lost."
UNDER_WAY = "The same request is still under way; ask again in a few seconds."
_LOCK = text("SELECT bool_and(pg_try_advisory_xact_lock(lock)) FROM unnest(CAST(:locks AS bigint[])) AS lock")
_PER_TURN = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """As it goes over the wire; `body` is JSON."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and by what it is known again: (kind, what was sent) each. One of the two owners is given."""

    known_by: tuple[tuple[str, str], ...]
    content: bytes
    """Method, path and body."""
    api_key_id: int | None = None
    webhook_token_id: int | None = None

    def only(self, kind: str) -> Asked:
        return replace(self, known_by=tuple(one for one in self.known_by if one[0] == kind))

    @property
    def names(self) -> list[tuple[str, str]]:
        """Kind and hash of each, in a steady order."""
        return sorted((kind, _hash(sent.encode("utf-8", "surrogateescape"))) for kind, sent in self.known_by)

    @property
    def digest(self) -> str:
        return _hash(self.content)

    @property
    def locks(self) -> list[int]:
        owner = f"{self.api_key_id} {self.webhook_token_id}"
        hashes = (hashlib.sha256(f"{owner} {kind} {token}".encode()).digest() for kind, token in self.names)
        return sorted(int.from_bytes(found[:8], "big", signed=True) for found in hashes)


class Declined(Exception):
    """Raised by a deed that does nothing: its answer is kept as well, so that a replay does not succeed later.

    With `leaves_key_free` an Idempotency-Key stays free: its sender will correct the body, or send it again later.
    """

    def __init__(self, answer: Answer, *, leaves_key_free: bool = False) -> None:
        super().__init__(answer.status)
        self.answer, self.leaves_key_free = answer, leaves_key_free


def once(asked: Asked, deed: Callable[[], Answer], wait_s: float | None = None) -> tuple[Answer, bool]:
    """The answer, and whether it is that of an earlier request.

    `deed` uses the session, must not end its transaction, and hands work over with dispatch.after_commit; it is called
    again where a deadlock has undone it. Raises Conflict for a key that was used for another request, and where the
    first is still under way after `wait_s`.
    """
    deadline, deadlocks = time.monotonic() + (WAIT_S if wait_s is None else wait_s), 0
    while True:
        db.session.rollback()
        if db.session.scalar(_LOCK, {"locks": asked.locks}):
            found = _replayed(asked)
            if found is not None:
                return found, True
            if _claim(asked):
                deadlocks += 1
                if (done := _unless_deadlocked(asked, deed, may_again=deadlocks < TRIES)) is not None:
                    return done, False
                continue
        db.session.rollback()
        if time.monotonic() >= deadline:
            raise Conflict(UNDER_WAY)
        time.sleep(LOOKS_EVERY_S)


def keep_refusal(asked: Asked, answer: Answer) -> None:
    """The signature of a request that was refused for its key: its key is not signed, and without it, it is not to be
    carried out either. Changes nothing where the signature is known, or is talked about just now.
    """
    alone = asked.only(SIGNATURE)
    db.session.rollback()
    if alone.names and db.session.scalar(_LOCK, {"locks": alone.locks}):
        _keep(alone, answer)
    db.session.rollback()


def forget(hours: int = 24) -> int:
    """Remove what is older (beat); how many rows. A signature is refused for its age long before."""
    old = text(f"created_at < now() - interval '{int(hours)} hours'")
    many = 0
    while True:
        ids = select(IdempotentRequest.id).where(old).limit(_PER_TURN).scalar_subquery()
        removed = db.session.execute(delete(IdempotentRequest).where(IdempotentRequest.id.in_(ids))).rowcount  # type: ignore[attr-defined]
        db.session.commit()
        many += removed
        if removed < _PER_TURN:
            return many


def _replayed(asked: Asked) -> Answer | None:
    """The first answer. A new signature that comes with a known key is remembered too: without the key, which is not
    signed, it would be carried out.
    """
    rows = db.session.scalars(select(IdempotentRequest).where(_mine(asked))).all()
    if not rows:
        return None
    if any(row.digest != asked.digest for row in rows):
        db.session.rollback()
        raise Conflict(ANOTHER)
    first = rows[0]
    if first.status is None or first.body is None:  # A deed of ours has committed by itself and died then.
        db.session.rollback()
        raise Conflict(LOST)
    answer = Answer(first.status, bytes(first.body))
    if {row.kind for row in rows} != {kind for kind, _ in asked.known_by}:
        _keep(asked.only(SIGNATURE), answer)
    db.session.rollback()
    return answer


def _claim(asked: Asked) -> bool:
    """False where somebody else has it, locks or not: the constraint decides."""
    rows = [_row(asked, kind, token) for kind, token in asked.names]
    made = db.session.scalars(
        insert(IdempotentRequest).values(rows).on_conflict_do_nothing().returning(IdempotentRequest.id)
    ).all()
    return len(made) == len(rows)


def _unless_deadlocked(asked: Asked, deed: Callable[[], Answer], *, may_again: bool) -> Answer | None:
    """None where a deadlock was resolved against it, and it may be done again: nothing of it is left."""
    try:
        return _done(asked, deed)
    except OperationalError as why:
        if not is_deadlock(why) or not may_again:
            raise
        return None


def _done(asked: Asked, deed: Callable[[], Answer]) -> Answer:
    transaction = db.session().get_transaction()
    try:
        answer = deed()
    except Declined as no:
        db.session.rollback()
        _keep(asked.only(SIGNATURE) if no.leaves_key_free else asked, no.answer)
        return no.answer
    if db.session().get_transaction() is not transaction:
        raise RuntimeError("a deed has ended the transaction that its claim is in")
    db.session.execute(
        update(IdempotentRequest).where(_mine(asked)).values(status=answer.status, body=answer.body),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return answer


def _keep(asked: Asked, answer: Answer) -> None:
    rows: Sequence[dict[str, object]] = [
        _row(asked, kind, token) | {"status": answer.status, "body": answer.body} for kind, token in asked.names
    ]
    if rows:
        db.session.execute(insert(IdempotentRequest).values(rows).on_conflict_do_nothing())
        db.session.commit()


def _row(asked: Asked, kind: str, token: str) -> dict[str, object]:
    owner = {"api_key_id": asked.api_key_id, "webhook_token_id": asked.webhook_token_id}
    return owner | {"kind": kind, "token": token, "digest": asked.digest}


def _mine(asked: Asked) -> ColumnElement[bool]:
    """The rows by which the request is known."""
    names = tuple_(IdempotentRequest.kind, IdempotentRequest.token).in_(asked.names)
    if asked.api_key_id is not None:
        return and_(IdempotentRequest.api_key_id == asked.api_key_id, names)
    return and_(IdempotentRequest.webhook_token_id == asked.webhook_token_id, names)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
