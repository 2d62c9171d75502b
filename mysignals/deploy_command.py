"""`flask --app run deploy-contract`: puts the contract that signals are paid through on a chain."""

from __future__ import annotations

import os
import re

import click

from mysignals.chain.deploying import CannotDeploy, NewContract, Sent, deploy
from mysignals.chain.trouble import NodeTrouble
from mysignals.services.wallets import checksummed

_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}", re.ASCII)
_SHARES = click.IntRange(0, 10_000)
KEY_VARIABLE = "DEPLOYER_PRIVATE_KEY"


class _Address(click.ParamType):
    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return checksummed(value) or self.fail(
            "not an address: 0x and 40 hex digits, in lower case or as EIP-55", param
        )


@click.command("deploy-contract")
@click.option("--rpc-url", envvar="CHAIN_RPC_URL", required=True, help="JSON-RPC address of a node (or CHAIN_RPC_URL).")
@click.option("--chain-id", type=click.IntRange(1), required=True, help="The chain that is meant.")
@click.option("--token", type=_Address(), required=True, help="The ERC-20 token that is paid in.")
@click.option("--fee", type=click.IntRange(1, 2**256 - 1), required=True, help="Per signal, in its smallest unit.")
@click.option("--provider-share", type=click.IntRange(5_000, 10_000), default=8_000, show_default=True)
@click.option("--referrer-share", type=_SHARES, default=1_000, show_default=True, help="Both in basis points.")
@click.option("--owner", type=_Address(), required=True, help="Who may change fee and shares, and takes the rest.")
def deploy_contract(
    rpc_url: str, chain_id: int, token: str, fee: int, provider_share: int, referrer_share: int, owner: str
) -> None:
    """Deploy MySignalsPayments and print the settings that use it.

    The private key of the wallet that pays the network comes from DEPLOYER_PRIVATE_KEY, or is asked for.
    """
    if provider_share + referrer_share > 10_000:
        raise click.UsageError("--provider-share and --referrer-share are more than 10000 basis points together")
    if not rpc_url.startswith(("http://", "https://")):
        raise click.UsageError("--rpc-url is not an address; give it like https://host/key")
    new = NewContract(token, fee, provider_share, referrer_share, owner)
    try:
        made = deploy(rpc_url, chain_id, _private_key(), new, _say_sent)
    except (CannotDeploy, NodeTrouble) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo(f"CHAIN_ID={chain_id}\nPAYMENT_CONTRACT={made.contract}")
    click.echo("# and CHAIN_RPC_URL, the node that the server is to ask", err=True)


def _say_sent(sent: Sent) -> None:
    click.echo(f"sending {sent.tx_hash}, which makes {sent.contract}; waiting for a block", err=True)


def _private_key() -> str:
    key = (
        os.environ.get(KEY_VARIABLE, "").strip() or str(click.prompt("Private key", hide_input=True, err=True)).strip()
    )
    if not _KEY.fullmatch(key) or int(key, 16) == 0:
        raise click.ClickException(f"{KEY_VARIABLE} is not a private key; it has 64 hex digits")
    return key
