"""The commands: each reads its words, makes one call and shows the answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import update_wrapper
from typing import Any, get_args

import click

from mysignals_sdk import errors
from mysignals_sdk.calls import Action, Environment, Market, OrderType, Side
from mysignals_sdk.client import Client
from mysignals_sdk.transport import DEFAULT_BASE_URL
from mysignals_sdk.version import __version__

from . import configuration, showing
from .configuration import BASE_URL, Configuration, NotConfigured
from .exits import explained
from .watch import follow

_EXITS = """\b
Exit codes: 0 done, 1 refused, 2 wrong words, 3 no key, 4 not allowed (401, 403),
5 too often (429), 6 no answer, 7 not settled in time, 8 failed on every account.

\b
Key, secret and server come from MYSIGNALS_API_KEY, MYSIGNALS_API_SECRET and
MYSIGNALS_BASE_URL, or from the file that `mysignals login` writes."""

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the server's answer as it comes.")
_BASE_URL = click.option("--base-url", metavar="URL", help=f"Where the server is ({DEFAULT_BASE_URL}).")


class Number(click.ParamType[Decimal]):
    """Digit by digit, as it was typed."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            found = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number.", param, ctx)
        if not found.is_finite() or found <= 0:
            self.fail(f"{value!r} is not a number above 0.", param, ctx)
        return found


@dataclass
class Asked:
    """What was said before the command's name, and after it."""

    base_url: str | None = None
    as_json: bool = False

    def client(self) -> Client:
        """Raises NotConfigured, and ValueError for a key or an address that cannot be one."""
        found = configuration.load(os.environ, self.base_url)
        return Client(found.api_key, found.api_secret, base_url=found.base_url)

    def show(self, answer: Any, shown: Callable[[Any], Any]) -> None:
        if self.as_json:
            click.echo(showing.exact_json(answer.raw))
        else:
            showing.console().print(shown(answer))


def _everywhere(command: Callable[..., None]) -> Callable[..., None]:
    """`--json` and `--base-url`, before the command's name or after it."""

    def told(ctx: click.Context, /, as_json: bool, base_url: str | None, **words: Any) -> None:
        before = ctx.find_object(Asked) or Asked()
        asked = Asked(base_url or before.base_url, as_json or before.as_json)
        with explained(as_json=asked.as_json):
            command(asked, **words)

    return _AS_JSON(_BASE_URL(update_wrapper(click.pass_context(told), command)))


@click.group(epilog=_EXITS, context_settings={"help_option_names": ["-h", "--help"]})
@_AS_JSON
@_BASE_URL
@click.version_option(__version__, prog_name="mysignals")
@click.pass_context
def mysignals(ctx: click.Context, as_json: bool, base_url: str | None) -> None:
    """Signals, orders, account and positions of MySignals."""
    ctx.obj = Asked(base_url, as_json)


@mysignals.command()
@click.option("--key", "api_key", prompt="API key", help="Begins with mk_.")
@click.option("--no-check", is_flag=True, help="Store them without asking the server.")
@_everywhere
def login(asked: Asked, api_key: str, no_check: bool) -> None:
    """Store key and secret for this user. The secret is asked for, or read from standard input; never an argument."""
    base_url = asked.base_url or os.environ.get(BASE_URL) or DEFAULT_BASE_URL
    api_secret = click.prompt("API secret", hide_input=True, err=True).strip()
    with Client(api_key.strip(), api_secret, base_url=base_url) as client:
        said = "not checked" if no_check else _checked(client)
    path = configuration.config_file(os.environ)
    try:
        configuration.save(path, Configuration(base_url, api_key.strip(), api_secret))
    except OSError as no:
        raise NotConfigured(f"{path} cannot be written: {no.strerror}.") from None
    if asked.as_json:
        click.echo(showing.exact_json({"success": True, "config": str(path), "base_url": base_url}))
    else:
        click.echo(f"Stored in {path} for {base_url} ({said}).")


def _checked(client: Client) -> str:
    try:
        return f"you are {client.account().username}"
    except errors.InsufficientPermissions:
        return "the key is good, but may not read"
    except errors.ExchangeError:
        return "the key is good; no exchange answers just now"


@mysignals.command()
@click.argument("symbol")
@click.argument("action", type=click.Choice(get_args(Action)))
@click.option("--market", type=click.Choice(get_args(Market)), help="futures unless you say otherwise.")
@click.option("--leverage", type=click.IntRange(1, 125))
@click.option("--risk-percent", type=Number(), help="Share of the available balance used as margin.")
@click.option("--quantity", type=Number(), help="In base; instead of --risk-percent.")
@click.option("--stop-loss", type=Number())
@click.option("--take-profit", type=Number())
@click.option("--comment")
@click.option("--idempotency-key", metavar="KEY", help="Sent again with the same key it is carried out once.")
@click.option("--wait", "waits", is_flag=True, help="Follow it until every exchange has answered.")
@_everywhere
def signal(asked: Asked, symbol: str, action: Action, waits: bool, **fields: Any) -> None:
    """Send a signal: mysignals signal BTCUSDT open_long --leverage 10"""
    with asked.client() as client:
        found = client.signal(symbol, action, **fields)
        asked.show(found, showing.receipt)
        if waits:
            follow(client, found.signal_id, as_json=asked.as_json, until_settled=True, timeout=60)


@mysignals.command()
@click.argument("symbol")
@click.argument("side", type=click.Choice(get_args(Side)))
@click.option("--type", type=click.Choice(get_args(OrderType)), help="market unless you say otherwise.")
@click.option("--quantity", type=Number(), help="In base.")
@click.option("--risk-percent", type=Number(), help="Share of the available balance used as margin.")
@click.option("--price", type=Number(), help="Of a limit order.")
@click.option("--market", type=click.Choice(get_args(Market)), help="futures unless you say otherwise.")
@click.option("--leverage", type=click.IntRange(1, 125))
@click.option("--reduce-only", is_flag=True, default=None, help="Close what is open, never open anything.")
@click.option("--stop-loss", type=Number())
@click.option("--take-profit", type=Number())
@click.option("--account", "exchange_account_id", type=click.IntRange(1), metavar="ID", help="This account only.")
@click.option("--comment")
@click.option("--idempotency-key", metavar="KEY", help="Sent again with the same key it is carried out once.")
@click.option("--wait", "waits", is_flag=True, help="Follow it until every exchange has answered.")
@_everywhere
def order(asked: Asked, symbol: str, side: Side, waits: bool, **fields: Any) -> None:
    """Send an order to your own accounts: mysignals order BTCUSDT buy --quantity 0.01"""
    with asked.client() as client:
        found = client.order(symbol, side, **fields)
        asked.show(found, showing.receipt)
        if waits:
            follow(client, found.order_id, as_json=asked.as_json, until_settled=True, timeout=60)


@mysignals.command()
@click.option("--environment", type=click.Choice(get_args(Environment)), help="Whose accounts.")
@_everywhere
def account(asked: Asked, environment: Environment | None) -> None:
    """Balance, profit and plan."""
    with asked.client() as client:
        asked.show(client.account(environment), showing.account)


@mysignals.command()
@click.option("--environment", type=click.Choice(get_args(Environment)), help="Whose accounts.")
@_everywhere
def positions(asked: Asked, environment: Environment | None) -> None:
    """What is open on your accounts."""
    with asked.client() as client:
        asked.show(client.positions(environment), showing.positions)


@mysignals.command()
@click.argument("id", metavar="SIGNAL_ID|ORDER_ID")
@click.option("--until-settled", is_flag=True, help="End when every exchange has answered.")
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="End after that long.")
@_everywhere
def watch(asked: Asked, id: str, until_settled: bool, timeout: float | None) -> None:
    """Show what becomes of a signal or an order, until it is over or you press Ctrl-C."""
    with asked.client() as client:
        follow(client, id, as_json=asked.as_json, until_settled=until_settled, timeout=timeout)
