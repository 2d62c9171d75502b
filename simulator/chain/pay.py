"""`python -m simulator.chain.pay`: pays for a signal on the test chain and prints the transaction's hash."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from requests.exceptions import RequestException
from web3 import Web3
from web3.exceptions import Web3Exception

from .compiled import compiled

ZERO = "0x" + "0" * 40


class CannotPay(Exception):
    """What is missing or wrong, in a sentence."""


def main() -> int:
    """0 and the hash on standard output; 1 and a sentence on standard error."""
    given = _parser().parse_args()
    try:
        chain, demo = _read(given.instance / "chain.json"), _read(given.instance / "demo.json")
        wallet = _wallet(chain, given.wallet or given.user)
        provider, user_id = _provider(demo, given.provider), _user_id(demo, given.user)
        print(pay(chain, wallet, provider, Web3.to_checksum_address(given.referrer), given.signal, user_id))
    except (CannotPay, RequestException, Web3Exception, ValueError) as trouble:
        print(f"not paid: {trouble}", file=sys.stderr)
        return 1
    return 0


def pay(chain: dict[str, Any], wallet: LocalAccount, provider: str, referrer: str, signal: int, user_id: str) -> str:
    """Approve the fee, pay, and wait for both; the hash of the payment."""
    web3 = Web3(Web3.HTTPProvider(chain["rpc_url"]))
    token = web3.eth.contract(address=chain["token"], abi=compiled("DemoToken")["abi"])
    contract = web3.eth.contract(address=chain["contract"], abi=compiled("MySignalsPayments")["abi"])
    fee = contract.functions.fee().call()
    _send(web3, wallet, token.functions.approve(chain["contract"], fee))
    return _send(web3, wallet, contract.functions.pay(provider, referrer, signal, user_id))


def _send(web3: Web3, wallet: LocalAccount, call: Any) -> str:
    nonce = web3.eth.get_transaction_count(wallet.address)
    signed = wallet.sign_transaction(call.build_transaction({"from": wallet.address, "nonce": nonce}))
    tx_hash = web3.eth.send_raw_transaction(signed.raw_transaction)
    if web3.eth.wait_for_transaction_receipt(tx_hash, timeout=30)["status"] != 1:
        raise CannotPay(f"the transaction {tx_hash.to_0x_hex()} failed")
    return tx_hash.to_0x_hex()


def _read(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError as missing:
        raise CannotPay(f"there is no {path}; start `python run.py --test-chain`, or say --instance") from missing
    return told


def _wallet(chain: dict[str, Any], name: str) -> LocalAccount:
    for each in chain["wallets"]:
        if each["name"] == name:
            made: LocalAccount = Account.from_key(each["private_key"])
            return made
    raise CannotPay(f"there is no wallet {name}; --wallet takes {', '.join(each['name'] for each in chain['wallets'])}")


def _provider(demo: dict[str, Any], text: str) -> str:
    if Web3.is_address(text):
        return Web3.to_checksum_address(text)
    wallets = {each["user_name"]: each.get("wallet") for each in demo["providers"]}
    if not wallets.get(text):
        raise CannotPay(f"the wallet of {text} is not in demo.json; give its address to --provider")
    return str(wallets[text])


def _user_id(demo: dict[str, Any], text: str) -> str:
    if text.isdecimal():
        return text
    for each in demo["followers"]:
        if each["user_name"] == text and each.get("id"):
            return str(each["id"])
    raise CannotPay(f"the number of {text} is not in demo.json; give it to --user (GET /auth/@me tells `id`)")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.chain.pay", description="Pay for a signal.")
    parser.add_argument("--signal", type=int, required=True, help="its number")
    parser.add_argument("--provider", required=True, help="whose signal: a name of demo.json, or a wallet's address")
    parser.add_argument("--user", required=True, help="who buys: a name of demo.json, or a user's number")
    parser.add_argument("--wallet", help="whose wallet pays: a name of demo.json (that of --user)")
    parser.add_argument("--referrer", default=ZERO, help="wallet of whoever referred the buyer (nobody)")
    parser.add_argument("--instance", type=Path, default=Path("instance"), help="(%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
