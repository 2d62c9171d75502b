"""What the database refuses because somebody was first, said as a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from sqlalchemy.exc import IntegrityError

from mysignals.extensions import db

from .errors import Conflict


@contextmanager
def conflicts(sentences: dict[str, str]) -> Iterator[None]:
    """Within: a violation of a constraint named in `sentences` is a Conflict with its sentence; others stay bugs."""
    try:
        yield
    except IntegrityError as error:
        db.session.rollback()
        sentence = sentences.get(_constraint(error))
        if sentence is None:
            raise
        raise Conflict(sentence) from None


def _constraint(error: IntegrityError) -> str:
    refused = error.orig
    name = refused.diag.constraint_name if isinstance(refused, psycopg2.IntegrityError) else None
    return name or ""
