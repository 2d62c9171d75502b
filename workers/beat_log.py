"""What beat says when it could not hand over a task: one line, where Celery prints two stacks every time."""

from __future__ import annotations

import logging

from celery.beat import SchedulingError


class OneLine(logging.Filter):
    """A filter that lets everything pass, and shortens."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, SchedulingError):
            record.msg, record.args, record.exc_info, record.exc_text = "%s", (error,), None, None
        return True
