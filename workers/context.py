"""The Flask app a worker process runs its tasks in, built once per process and after the fork."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from flask import Flask

from mysignals.app import create_app
from mysignals.dispatch import celery
from mysignals.services import outages

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("mysignals.worker")


def app() -> Flask:
    """This process's app; the first call builds it, so connections never cross a fork."""
    return _built_in(os.getpid())


def task(name: str) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """Register a task by its name; it runs within an app context of its own."""

    def register(work: Callable[P, R]) -> Callable[P, R | None]:
        registered: Callable[P, R | None] = celery.task(name=name)(in_app_context(giving_up(name, work)))
        return registered

    return register


def giving_up(name: str, work: Callable[P, R]) -> Callable[P, R | None]:
    """A task that finds the database or Redis away ends with one line: its rows tell what is left to do."""

    @wraps(work)
    def attempted(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return work(*args, **kwargs)
        except outages.AWAY as why:
            log.warning(
                "%s given up, %s does not answer (%s): its rows are found again",
                name, outages.who(why), type(why).__name__,
            )  # fmt: skip
            return None

    return attempted


def in_app_context(work: Callable[P, R]) -> Callable[P, R]:
    """Give `work` an app context, and with it a database session that ends when it returns."""

    @wraps(work)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        with app().app_context():
            return work(*args, **kwargs)

    return within


@cache
def _built_in(process: int) -> Flask:
    return create_app(register=_no_views)


def _no_views(app: Flask) -> None:
    """A worker answers nobody."""
