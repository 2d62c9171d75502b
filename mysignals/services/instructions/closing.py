"""Closing: the instruction, and the deliveries that it ends, marked in the caller's transaction."""

from __future__ import annotations

from mysignals.extensions import db
from mysignals.models import Instruction, User
from mysignals.services import closing

from .asked import Answer, By, Closing
from .opening import MESSAGES
from .places import expect_account
from .public_ids import public_id


def close(by: By, asked: Closing) -> Answer:
    """Does not commit. Raises Invalid and NoExchange, with nothing stored."""
    user = db.session.get_one(User, by.user_id)
    if user.role != "Provider" or asked.kind == "order":
        expect_account(user.id, asked.account_id)
    instruction = Instruction(
        user_id=by.user_id, api_key_id=by.api_key_id, webhook_token_id=by.webhook_token_id,
        kind=asked.kind, action="close", word=asked.word, market=asked.market.value, symbol=asked.symbol,
        side=asked.side.value if asked.side else None, quantity=asked.quantity, reduce_only=asked.reduce_only,
        comment=asked.comment, account_id=asked.account_id,
    )  # fmt: skip
    db.session.add(instruction)
    db.session.flush()
    instruction.processed_users = closing.close(user, instruction)
    db.session.flush()
    nothing = f"Nothing that this platform opened is open on {asked.symbol}: there is nothing to close."
    return Answer(
        public_id=public_id(instruction),
        message=MESSAGES[asked.kind] if instruction.processed_users else nothing,
        processed_users=instruction.processed_users,
        created_at=instruction.created_at,
    )
