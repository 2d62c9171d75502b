"""`make bench`: the pipeline measured, printed, and written to bench/results.json. Bounded to five minutes."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import public_v1
from tests.bench.exchanges import LIMIT_DECODE_US, LIMIT_ENCODE_US, order_costs
from tests.bench.lists import list_times
from tests.bench.pieces import pieces
from tests.bench.pipeline import Provider, Run, measure
from tests.bench.stack import Stack, running_stack
from tests.bench.statements import counted_statements
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import populate

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"
SIZES = (1000, 5000)
ANSWERS_AFTER_MS = (0, 100)
ROUNDS = 3
STEPS = ("split", "claim", "ask", "plan", "encode", "send", "decode", "record")
CALLS = 3
"""Entry, stop, target."""


def main() -> None:
    micro, orders = pieces(), order_costs()
    results: dict[str, Any] = {
        "machine": platform.processor() or platform.machine(),
        "pieces_us": micro,
        "orders_us": orders,
        "pipeline": [],
    }
    print("pieces (microseconds a call)")
    for name, cost in micro.items():
        print(f"  {name:28} {cost:6.1f}")
    print("one order (microseconds; encoded and signed, and its answer decoded)")
    for name, costs in orders.items():
        over = costs["encode"] > LIMIT_ENCODE_US or costs["decode"] > LIMIT_DECODE_US
        print(f"  {name:28} {costs['encode']:6.1f} {costs['decode']:6.1f}" + ("  over the limit" if over else ""))
    with running_stack() as stack:
        for followers in SIZES:
            results["pipeline"] += _size(stack, followers, micro)
        results["worker_peak_mb"] = _peak_mb(stack)
        print(f"worker peak memory: {results['worker_peak_mb']:.0f} MB")
        results["lists"] = list_times(stack)
    results["developer_api"] = public_v1.measured()
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(f"written to {RESULTS.relative_to(RESULTS.parents[1])}")


def _size(stack: Stack, followers: int, micro: dict[str, float]) -> list[dict[str, Any]]:
    people = populate(stack.database_url, stack.simulator, followers=followers, vault_public_key=VAULT_PUBLIC_KEY)
    provider = Provider(stack, people)
    measure(stack, provider, followers, 0)  # The first signal opens keys and connections.
    found = []
    for answer_ms in ANSWERS_AFTER_MS:
        _answers_after(stack, answer_ms)
        runs = [measure(stack, provider, followers, answer_ms) for _ in range(ROUNDS)]
        found.append(_report(runs, micro))
    _answers_after(stack, 0)
    found.append(_statements(stack, provider, followers))
    return found


def _answers_after(stack: Stack, delay_ms: int) -> None:
    stack.simulator.control("DELETE", "/_control/faults")
    if delay_ms:
        fault = {"venue": "binance-futures", "kind": "delay", "on": "any", "delay_ms": delay_ms}
        stack.simulator.control("POST", "/_control/faults", fault)


def _report(runs: list[Run], micro: dict[str, float]) -> dict[str, Any]:
    middle = sorted(runs, key=lambda run: run.last_ack_ms)[len(runs) // 2]
    cpu = median(run.worker_cpu_us for run in runs)
    steps = {name: median(run.steps_us.get(name, 0.0) for run in runs) for name in middle.steps_us}
    steps["encode"] = micro["encode and sign an entry"] + 2 * micro["encode and sign a stop"]
    steps["decode"] = micro["decode an entry's answer"] + 2 * micro["decode a stop's answer"]
    # The sending thread only waits; what the exchanges' loop spends is the rest of the process.
    steps["send"] = cpu - sum(cost for name, cost in steps.items() if name != "send")
    print(
        f"{middle.followers} followers, answers after {middle.answer_ms} ms: last ack {middle.last_ack_ms:.0f} ms "
        f"({middle.entries_per_second:.0f} entries/s), all recorded {middle.delivered_ms:.0f} ms, "
        f"POST {middle.post_ms:.0f} ms, worker CPU {cpu:.0f} us a delivery ({cpu / CALLS:.0f} a call), "
        f"{middle.http_calls:.2f} HTTP calls, {middle.states}"
    )
    print("  CPU us a delivery: " + ", ".join(f"{name} {steps[name]:.1f}" for name in STEPS))
    return asdict(middle) | {"worker_cpu_us": cpu, "steps_us": steps, "entries_per_second": middle.entries_per_second}


def _statements(stack: Stack, provider: Provider, followers: int) -> dict[str, Any]:
    with counted_statements(stack.database_url, stack.logs / "postgres.log") as count:
        measure(stack, provider, followers, 0)
    each = count.value * 1000 / followers
    print(f"{followers} followers: {count.value} SQL statements in the worker, {each:.1f} per 1,000 deliveries")
    return {"followers": followers, "statements": count.value, "statements_per_1000": each}


def _peak_mb(stack: Stack) -> float:
    """VmHWM: the largest resident size the process ever had."""
    status = Path(f"/proc/{stack.worker.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
