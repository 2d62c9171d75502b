"""`python run.py --test-chain`: a chain beside everything else, so that buying can be tried."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mysignals.chain import Node, Terms
from mysignals.demo_data import _FOLLOWERS
from mysignals.domain.payment import Expected, Paid, judge
from mysignals.embedded.local_chain import WALLETS
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.house import ROOT, RunningHouse, environment, failed_start
from tests.support.waiting import wait_until


def test_demo_json_tells_how_to_pay_and_what_it_tells_works(tmp_path: Path):
    house = RunningHouse(tmp_path / "instance", "--test-chain")
    try:
        demo = told(house)
        node = Node(demo["chain"]["rpc_url"], demo["chain"]["chain_id"])
        _pays(node, demo)
        _is_what_the_application_was_told(house, demo["chain"])
        _comes_again_at_the_same_address(house, node, demo["chain"])
    finally:
        code, _, left = house.end(signal.SIGTERM)
    assert (code, left) == (0, [])
    _is_forgotten_by_a_start_without_it(house)


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        ({"CHAIN_RPC_URL": "https://host/hush"}, "--test-chain brings its own chain; leave it out, or CHAIN_RPC_URL"),
        ({"PAYMENT_CONTRACT": "0x" + "1" * 40}, "--test-chain brings its own chain; leave it out, or PAYMENT_CONTRACT"),
    ],
)
def test_a_chain_of_ones_own_and_the_test_chain_are_too_many(tmp_path: Path, env: dict[str, str], complaint: str):
    code, said = failed_start(tmp_path / "instance", "--test-chain", env=env)
    assert (code, said) == (1, f"mysignals: {complaint}\n")


def test_without_an_evm_it_says_what_to_install(tmp_path: Path):
    program = (
        "import sys; sys.modules['eth_tester'] = None; from mysignals.embedded.command_line import main;"
        "sys.exit(main(sys.argv[1:]))"
    )
    code, said = failed_start(tmp_path / "instance", "--test-chain", program=program)
    assert code == 1
    assert said == "mysignals: --test-chain needs an EVM; install it: pip install -r requirements-dev.txt\n"


def test_in_production_there_is_no_test_chain(tmp_path: Path):
    given = environment_for_tests("postgresql://127.0.0.1:1/mysignals", "redis://127.0.0.1:1/0")
    given |= {"MYSIGNALS_ENV": "production", "VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
    code, said = failed_start(tmp_path / "instance", "--test-chain", env=given)
    assert (code, said) == (1, "mysignals: --test-chain is for trying; leave it out, or MYSIGNALS_ENV=production\n")


def test_every_follower_of_the_demo_has_a_wallet():
    assert tuple(f"follower{number:02}" for number in range(1, _FOLLOWERS + 1)) == WALLETS


def told(house: RunningHouse) -> dict[str, Any]:
    return json.loads((house.instance / "demo.json").read_text())


def _pays(node: Node, demo: dict[str, Any]) -> None:
    chain, follower, provider = demo["chain"], demo["followers"][0], demo["providers"][0]
    assert [wallet["name"] for wallet in chain["wallets"]] == [each["user_name"] for each in demo["followers"]]
    command = [sys.executable, *shlex.split(chain["pay"])[1:]]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    expected = Expected(
        chain_id=chain["chain_id"],
        contract=chain["contract"],
        provider_wallet=provider["wallet"],
        referrer_wallet=None,
        signal_id=1,
        user_id=follower["id"],
        least_amount=chain["fee"],
        confirmations=2,
    )
    # Blocks come by themselves.
    wait_until(lambda: isinstance(judge(expected, node.look(done.stdout.strip())), Paid), 40)


def _is_what_the_application_was_told(house: RunningHouse, chain: dict[str, Any]) -> None:
    for words in (("celery", "worker"), ("gunicorn",)):
        env = house.child(*words).environ()
        given = (env["CHAIN_RPC_URL"], env["CHAIN_ID"], env["PAYMENT_CONTRACT"])
        assert given == (chain["rpc_url"], str(chain["chain_id"]), chain["contract"])


def _comes_again_at_the_same_address(house: RunningHouse, node: Node, chain: dict[str, Any]) -> None:
    house.child("simulator.chain").kill()
    wait_until(lambda: not isinstance(node.terms(chain["contract"]), Terms), 10)
    wait_until(lambda: isinstance(node.terms(chain["contract"]), Terms), 40)


def _is_forgotten_by_a_start_without_it(house: RunningHouse) -> None:
    again = RunningHouse(house.instance)
    try:
        assert "chain" not in told(again)
        assert not (again.instance / "chain.json").exists()
        assert "CHAIN_ID" not in again.child("celery", "worker").environ()
    finally:
        again.end(signal.SIGTERM)
