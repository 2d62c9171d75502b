"""What an instruction is called outside: `sig_1704067200_123`, `ord_...`: its kind, the second it was made, its row."""

from __future__ import annotations

import re

from mysignals.extensions import db
from mysignals.models import Instruction
from mysignals.services.errors import NotFound

_PREFIX = {"signal": "sig", "order": "ord"}
_FORM = re.compile(r"(sig|ord)_([0-9]{1,12})_([0-9]{1,18})", re.ASCII)


def public_id(instruction: Instruction) -> str:
    return f"{_PREFIX[instruction.kind]}_{int(instruction.created_at.timestamp())}_{instruction.id}"


def find(user_id: int, kind: str, written: str) -> Instruction:
    """The user's own of that kind; raises NotFound for another's, another kind's, one that was never told so, and for
    what was asked on a page, of every symbol.
    """
    form = _FORM.fullmatch(written)
    found = db.session.get(Instruction, int(form[3])) if form else None
    if found is None or (found.user_id, found.kind) != (user_id, kind) or not found.symbol:
        raise NotFound(f"You have no such {kind}.")
    if public_id(found) != written:
        raise NotFound(f"You have no such {kind}.")
    return found
