"""The application's own processes, as commands."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from signal import Signals

from mysignals.embedded.child import Command
from mysignals.embedded.local_chain import WALLETS, LocalChain

ROOT = Path(__file__).parents[2]
ALL_QUEUES = "fan_out,trade,portfolio,upkeep,mail"
FAN_OUT_QUEUES, TRADE_QUEUE = "fan_out,upkeep,mail", "trade,portfolio"
"""Trades by hand and figures of accounts have a worker of their own: somebody waits for each, and a fan-out fills every
place of another."""


def web(env: Mapping[str, str], logs: Path, listening: int) -> Command:
    """One process with threads. It inherits the listening socket: while it restarts, callers wait."""
    return Command(
        name="web",
        argv=serving("run:app", listening),
        env=env,
        log=logs / "web.log",
        directory=ROOT,
        keep_open=(listening,),
    )


def serving(application: str, listening: int) -> tuple[str, ...]:
    """The command that serves `module:name` on an inherited socket that listens."""
    return (
        *_module("gunicorn", application, "--bind", f"fd://{listening}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "64"),
        # Longer than browsers and proxies keep an idle connection, so that none is closed under a request.
        *("--keep-alive", "75"),
        *("--graceful-timeout", "5", "--timeout", "60", "--worker-tmp-dir", _memory(), "--no-control-socket"),
    )


def worker(env: Mapping[str, str], logs: Path, name: str, queues: str = ALL_QUEUES, threads: int = 8) -> Command:
    return Command(
        name=name,
        argv=(
            *_celery("worker", "-P", "threads", "-c", str(threads), "-Q", queues, "-n", f"{name}@%h"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", env.get("LOG_LEVEL") or "INFO"),
        ),
        env=env,
        log=logs / f"{name}.log",
        directory=ROOT,
        # With its database and broker gone too there is nothing left to finish; the rows tell where it was.
        orphaned_with=Signals.SIGKILL,
    )


def beat(env: Mapping[str, str], logs: Path, instance: Path) -> Command:
    return Command(
        name="beat",
        argv=(
            *_celery("beat", "-s", str(instance / "beat-schedule"), "--pidfile", ""),
            *("-l", env.get("LOG_LEVEL") or "INFO"),
        ),
        env=env,
        log=logs / "beat.log",
        directory=ROOT,
        orphaned_with=Signals.SIGKILL,
    )


def simulator(env: Mapping[str, str], logs: Path, port: int, state: Path) -> Command:
    return Command(
        name="simulator",
        argv=_module("simulator", "--port", str(port), "--state", str(state)),
        env=env,
        log=logs / "simulator.log",
        directory=ROOT,
    )


def test_chain(env: Mapping[str, str], logs: Path, place: LocalChain) -> Command:
    """A chain in memory, with our contract and funded wallets on it."""
    wallets = (argument for name in WALLETS for argument in ("--wallet", name))
    where = ("--port", str(place.port), "--chain-id", str(place.chain_id), "--told", str(place.told))
    return Command(
        name="test-chain",
        argv=_module("simulator.chain", *where, *wallets),
        env=env,
        log=logs / "test-chain.log",
        directory=ROOT,
    )


def migrations(env: Mapping[str, str], logs: Path) -> Command:
    """Brings the database to the newest schema, then ends."""
    return Command(
        name="migrations",
        argv=_module("flask", "--app", "run", "db", "upgrade"),
        env=env,
        log=logs / "migrations.log",
        directory=ROOT,
    )


def demo_data(env: Mapping[str, str], logs: Path, instance: Path) -> Command:
    """Fills an empty database, then ends."""
    return Command(
        name="demo_data",
        argv=_module("mysignals.demo_data", "--instance", str(instance)),
        env=env,
        log=logs / "demo_data.log",
        directory=ROOT,
    )


def _celery(*arguments: str) -> tuple[str, ...]:
    return _module("celery", "-A", "celery_app", *arguments)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _memory() -> str:
    # Gunicorn's heartbeat is a file; on a slow disk a healthy worker would look dead.
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108
