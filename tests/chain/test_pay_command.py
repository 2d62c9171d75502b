"""`python -m simulator.chain.pay`, where it cannot pay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house import ROOT, environment
from tests.support.live_chain import LiveChain

DEMO = {"providers": [{"user_name": "ada", "wallet": None}], "followers": [{"user_name": "follower01"}]}


def pay(instance: Path, *words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "simulator.chain.pay", "--instance", str(instance), "--signal", "7", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_without_a_test_chain_it_says_how_to_start_one(tmp_path: Path):
    code, out, said = pay(tmp_path, "--user", "4", "--provider", "ada")
    assert (code, out) == (1, "")
    assert "start `python run.py --test-chain`, or say --instance" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--user", "4", "--provider", "ada"), "there is no wallet 4; --wallet takes follower01"),
        (("--user", "4", "--wallet", "follower01", "--provider", "ada"), "give its address to --provider"),
        (("--user", "follower01", "--provider", "0x" + "1" * 40), "give it to --user"),
        (("--user", "4", "--wallet", "follower01", "--provider", "0x" + "0" * 40), "not paid: "),
    ],
)
def test_what_it_cannot_know_is_named(chain: LiveChain, tmp_path: Path, words: tuple[str, ...], complaint: str):
    wallets = [{"name": "follower01", "private_key": "0x" + "1" * 64}]
    (tmp_path / "chain.json").write_text(json.dumps(chain.deployed.told() | {"wallets": wallets}))
    (tmp_path / "demo.json").write_text(json.dumps(DEMO))
    code, out, said = pay(tmp_path, *words)
    assert (code, out) == (1, "")
    assert complaint in said and "Traceback" not in said
