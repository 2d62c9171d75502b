"""Changing one statement of the product, and only if it still says what it said."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import text


def reword(module: ModuleType, name: str, said: str, says: str) -> None:
    """Raises LookupError where the statement has changed since: a sabotage that takes nothing away proves nothing."""
    statement = str(getattr(module, name))
    if said not in statement:
        raise LookupError(f"{module.__name__}.{name} does not say {said!r} any more")
    setattr(module, name, text(statement.replace(said, says)))
