"""Mails: queued by a use case, written and sent by a worker, each handed over once; files where there is no server."""

from .turns import deliver, deliver_waiting, settle_dead
from .waiting import by_state, due, queue, queue_asked_for

__all__ = ["by_state", "deliver", "deliver_waiting", "due", "queue", "queue_asked_for", "settle_dead"]
