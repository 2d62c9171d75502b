"""Magnr's books survive the end of the process: trades, what they wait for, balances and tonces."""

from pathlib import Path

from tests.simulator.magnr.client import BUY, Magnr, refusal
from tests.support.simulator_process import SimulatorProcess


def test_trades_balances_and_tonces_survive_sigkill(tmp_path: Path) -> None:
    state = tmp_path / "paper.db"
    with SimulatorProcess(memory=False, state=state) as process:
        magnr = Magnr(process, process.open_account("magnr", balances={"BTC": "1"}))
        settled, stopped = magnr.place(size=1), magnr.place(size=5, stop_margin=500)
        magnr.liquidate(settled)
        magnr.fault("partial")
        pending = magnr.place(size=2)
        ledger, trades, last = magnr.accepted(), magnr.trades(), next(magnr.tonces)
        magnr.send("GET", tonce=last)
        process.kill()
    with SimulatorProcess(memory=False, state=state) as process:
        magnr.simulator = process
        assert refusal(magnr.send("GET", tonce=last)) == (401, "Invalid tonce")
        assert (magnr.accepted(), magnr.trades()) == (ledger, trades)
        assert refusal(magnr.send("POST", asked={**BUY, "size": 3})) == (400, "Insufficient funds")
        magnr.move_price("49500")
        assert magnr.trade(stopped)["closed_reason"] == "stop"
        assert magnr.trade(pending)["open_price"] == 49500.0
        assert magnr.place(size=1) == pending + 1
