"""ccxt, where it is installed: an optional package, loaded when an exchange of its kind is switched on."""

from __future__ import annotations

import importlib
from typing import Any

WHAT_ELSE_IT_RAISES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""Besides its own errors: ccxt takes an answer as its exchange documents it, and what is not so fails deep inside."""


class Missing(Exception):
    """ccxt is not installed, or has no such exchange; the text says what to do."""


def ccxt() -> Any:
    """The package. Takes half a second and some 100 MB the first time; raises Missing."""
    try:
        return importlib.import_module("ccxt")
    except ModuleNotFoundError as why:
        raise Missing(
            f"{why.name} is not installed, which other exchanges than ours need; install it with "
            "`pip install --no-deps -r requirements-ccxt.txt`"
        ) from why


def exchange_class(name: str) -> Any:
    """The class that ccxt has for the exchange; raises Missing."""
    package = ccxt()
    if name not in package.exchanges:
        raise Missing(f"ccxt knows no exchange called {name!r}; see https://github.com/ccxt/ccxt for their names")
    return getattr(package, name)
