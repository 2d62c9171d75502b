"""Columns as array literals: whatever a value holds, PostgreSQL reads it as it was."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.services.fan_out.arrays import literals

from .conftest import Scene

WORDS = ["plain", "", "NULL", None, 'say "no"', "back\\slash", "{a,b}", "it's", "two\nlines", "ä €", "%s :x"]


def test_texts_are_read_as_they_were(scene: Scene) -> None:
    with scene.app.app_context():
        read = db.session.scalars(text("SELECT unnest(CAST(:words AS text[]))"), literals({"words": WORDS})).all()
    assert list(read) == WORDS


def test_numbers_are_read_as_they_were(scene: Scene) -> None:
    numbers = [Decimal("0.00000001"), Decimal("1E-8"), Decimal(50000), None, Decimal("-3.10")]
    with scene.app.app_context():
        read = db.session.scalars(text("SELECT unnest(CAST(:many AS numeric[]))"), literals({"many": numbers})).all()
        none = db.session.scalar(text("SELECT CAST(:ids AS bigint[])"), literals({"ids": []}))
    assert list(read) == numbers
    assert none == []
