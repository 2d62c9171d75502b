"""The drift ledger: what exchanges have and our books do not explain, and the repairs that owners approve."""

from .audit import audit, audit_due
from .decisions import Undecided, approve, ask_for_audit, dismiss, listed, open_count, undecided
from .repair import repair, repair_waiting

__all__ = [
    "Undecided",
    "approve",
    "ask_for_audit",
    "audit",
    "audit_due",
    "dismiss",
    "listed",
    "open_count",
    "repair",
    "repair_waiting",
    "undecided",
]
