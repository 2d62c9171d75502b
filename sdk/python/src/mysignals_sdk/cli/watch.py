"""A signal or an order on the screen while it changes."""

from __future__ import annotations

from contextlib import nullcontext

import click
from rich.live import Live

from mysignals_sdk.answers import OrderState, SignalState
from mysignals_sdk.client import Client
from mysignals_sdk.errors import NotSettled

from . import showing
from .exits import FAILED, Failed


def follow(client: Client, id: str, *, as_json: bool, until_settled: bool, timeout: float | None) -> None:
    """A table that changes on a screen, else a line for each change. Raises NotSettled after `timeout` seconds, and
    Failed where it came to nothing on every account.
    """
    screen = showing.console()
    live = Live(console=screen, auto_refresh=False) if screen.is_terminal and not as_json else None
    last: SignalState | OrderState | None = None
    with live or nullcontext():
        for last in client.watch(id, timeout=timeout):
            if live is not None:
                live.update(showing.state(last), refresh=True)
            else:
                click.echo(showing.exact_json(last.raw) if as_json else showing.line(last))
            if last.is_over or (until_settled and last.is_settled):
                break
        else:
            raise NotSettled(f"{id} is not {'settled' if until_settled else 'over'} after {timeout:g} s", last)
    if live is None and not as_json:
        screen.print(showing.state(last))
    if last.status == "failed":
        raise Failed("it came to nothing on every account", FAILED)
