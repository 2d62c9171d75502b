"""`flask --app run deploy-contract`, as an operator types it."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from web3.utils.address import get_create_address

from mysignals.chain import Node
from mysignals.chain.deploying import CannotDeploy, NewContract, Sent, deploy
from mysignals.cli import commands_alone
from simulator.chain.wallets import wallet
from tests.support.bent_node import node_that, result
from tests.support.house import ROOT, environment
from tests.support.live_chain import CHAIN_ID, LiveChain

SECRET_PATH = "hush-hush-path"


@pytest.fixture
def key(chain: LiveChain) -> str:
    """Of a wallet that can pay the network."""
    account = wallet(CHAIN_ID, "operator")
    chain.web3.eth.send_transaction({"from": chain.owner, "to": account.address, "value": 10**19})
    return account.key.to_0x_hex()


def words(chain: LiveChain, **changed: str) -> list[str]:
    """Everything right, but for what is changed."""
    options = {"rpc-url": f"{chain.url}/{SECRET_PATH}", "chain-id": str(CHAIN_ID), "token": chain.token.address}
    options |= {"fee": "250", "owner": chain.stranger} | {
        name.replace("_", "-"): text for name, text in changed.items()
    }
    return ["deploy-contract", *(part for name, text in options.items() for part in (f"--{name}", text))]


def run(chain: LiveChain, key: str, **changed: str):
    """The command alone, in this process."""
    runner = commands_alone().test_cli_runner()
    return runner.invoke(args=words(chain, **changed), env={"DEPLOYER_PRIVATE_KEY": key})


def test_it_needs_no_settings_and_prints_some(chain: LiveChain, key: str, node: Node):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", *words(chain, provider_share="7000", referrer_share="500")],
        cwd=ROOT,
        env=environment() | {"DEPLOYER_PRIVATE_KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = dict(line.split("=") for line in done.stdout.splitlines())
    assert printed["CHAIN_ID"] == str(CHAIN_ID)
    ours = chain.ours(printed["PAYMENT_CONTRACT"])
    told = [ours.functions[name]().call() for name in ("token", "fee", "providerShare", "referrerShare", "owner")]
    assert told == [chain.token.address, 250, 7000, 500, chain.stranger]
    assert key not in done.stdout + done.stderr and SECRET_PATH not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"chain_id": "1"}, f"the node is of chain {CHAIN_ID}, not 1; correct one of the two"),
        ({"rpc_url": "http://127.0.0.1:1/" + SECRET_PATH}, "the node cannot be reached"),
        ({"rpc_url": "ftp://host"}, "--rpc-url is not an address"),
        ({"token": "0x" + "1" * 40}, "there is no token at 0x" + "1" * 40),
        ({"token": "0x123"}, "not an address"),
        ({"token": "0x" + "aB" * 20}, "not an address"),
        ({"fee": "0"}, "--fee"),
        ({"provider_share": "4999"}, "--provider-share"),
        ({"provider_share": "9500"}, "more than 10000 basis points together"),
        ({"owner": "0x" + "0" * 40}, "the contract does not accept this: ZeroAddress"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_sent(chain: LiveChain, key: str, changed: dict, complaint: str):
    before = chain.web3.eth.get_transaction_count(wallet(CHAIN_ID, "operator").address)
    done = run(chain, key, **changed)
    assert done.exit_code != 0 and done.stdout == ""
    assert complaint in done.stderr and "Traceback" not in done.stderr
    assert SECRET_PATH not in done.stderr and key not in done.stderr
    assert chain.web3.eth.get_transaction_count(wallet(CHAIN_ID, "operator").address) == before


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("12", "DEPLOYER_PRIVATE_KEY is not a private key"),
        ("0" * 64, "DEPLOYER_PRIVATE_KEY is not a private key"),
        ("f" * 64, "the private key is none"),
        ("1" * 64, "has no coins to pay the network with"),
    ],
)
def test_a_key_that_cannot_pay_is_refused_and_not_shown(chain: LiveChain, bad: str, complaint: str):
    done = run(chain, bad)
    assert done.exit_code == 1 and complaint in done.stderr
    assert len(bad) < 10 or bad not in done.stderr


def test_a_wallet_with_too_few_coins_is_told_how_many_are_needed(chain: LiveChain):
    account = wallet(CHAIN_ID, "poor")
    chain.web3.eth.send_transaction({"from": chain.owner, "to": account.address, "value": 10**9})
    done = run(chain, account.key.to_0x_hex())
    assert done.exit_code == 1 and f"holds {10**9} wei, which may be too little" in done.stderr


def test_a_wallet_that_cannot_pay_the_most_it_may_cost_sends_nothing(chain: LiveChain, key: str):
    asked = list[str]()

    def poor(question: dict) -> tuple[int, bytes]:
        asked.append(question["method"])
        told = chain.evm.answer(question["method"], question["params"])
        return result(hex(10**9) if question["method"] == "eth_getBalance" else told)

    with node_that(poor) as url:
        done = run(chain, key, rpc_url=url)
    assert done.exit_code == 1 and f"holds {10**9} wei, and up to" in done.stderr
    assert "eth_sendRawTransaction" not in asked


def test_a_transaction_that_waits_for_a_block_is_not_replaced(chain: LiveChain, key: str):
    operator = wallet(CHAIN_ID, "operator")
    new, told = NewContract(chain.token.address, 250, 8000, 1000, chain.stranger), list[Sent]()

    def busy(question: dict) -> tuple[int, bytes]:
        if question["method"] == "eth_getTransactionCount":
            return result(hex(5 if question["params"][1] == "pending" else 0))
        if question["method"] == "eth_estimateGas":
            return result(hex(2_000_000))
        return result(chain.evm.answer(question["method"], question["params"]) if not told else None)

    with node_that(busy) as url, pytest.raises(CannotDeploy):
        deploy(url, CHAIN_ID, key, new, told.append, seconds=2)
    assert told[0].contract == get_create_address(operator.address, 5)


def test_a_transaction_that_gets_no_block_is_named_before_it_is_sent_and_after(chain: LiveChain, key: str):
    new, told = NewContract(chain.token.address, 250, 8000, 1000, chain.stranger), list[Sent]()
    chain.evm.tester.disable_auto_mine_transactions()
    try:
        with pytest.raises(CannotDeploy, match="is in no block yet; look for it before you send another") as trouble:
            deploy(chain.url, CHAIN_ID, key, new, told.append, seconds=2)
    finally:
        chain.evm.tester.enable_auto_mine_transactions()
    assert str(trouble.value).startswith(told[0].tx_hash)


def test_a_node_that_hangs_costs_a_bounded_time(chain: LiveChain, key: str):
    new = NewContract(chain.token.address, 250, 8000, 1000, chain.stranger)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Exception, match="did not answer in time"):
        deploy(f"http://127.0.0.1:{silent.getsockname()[1]}/", CHAIN_ID, key, new, lambda _: None, seconds=0.5)
