"""The whole system as children of a test, each of which can be killed, put to sleep and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import requests

from mysignals.embedded import processes
from mysignals.embedded.child import Child, Command, stop_together, tail
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.ready import is_listening
from mysignals.embedded.redis import Redis, free_port
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.migrated import migrate
from tests.support.waiting import wait_until

TOKEN = "control-token-of-tests"
ENGINES = ("postgres", "redis")
APPLICATION = ("web", "worker", "beat")
CALM_S = 60
SETTINGS = {
    # The shortest fence, so that what is in doubt is settled soon; several batches a signal.
    "CLAIM_FENCE_SECONDS": "6",
    "FAN_OUT_BATCH": "4",
    "SIGNALS_PER_HOUR": "100000",
    "REQUESTS_PER_MINUTE": "100000",
    "LOGINS_PER_MINUTE": "100000",
}


class Stage:
    """Everything that `python run.py` starts, without its supervisor: nothing comes back unless the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.logs = folder, folder / "logs"
        self.logs.mkdir()
        self._postgres = Postgres(folder / "postgres", self.logs / "postgres.log", durable=True)
        self.redis = Redis(folder / "redis", self.logs / "redis.log", "faults", durable=True)
        self._children: dict[str, Child] = {}
        self._port = free_port("127.0.0.1")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.simulator_url = f"http://127.0.0.1:{self._port}"
        self.database_url = self._postgres.url("faults")
        self.env = environment_for_tests(self.database_url, self.redis.url()) | SETTINGS
        self.env |= {"MYSIGNALS_INSTANCE": str(folder), "SIMULATOR_URL": self.simulator_url, "BASE_URL": self.url}
        self._http = requests.Session()
        self._http.trust_env = False

    def begin(self) -> None:
        """Start everything; returns when it works."""
        for engine in (self._postgres, self.redis):
            engine.prepare()
        self.start("simulator", *ENGINES)
        self._postgres.create("faults")
        migrate(self.database_url)
        self.start(*APPLICATION)
        try:
            wait_until(self.is_ready, 30, "the system")
            wait_until(lambda: "rules of binance futures" in self.log("worker"), 20, "the rules")
        except TimeoutError as late:
            raise RuntimeError(f"{late}; {self.last_words()}") from late

    def end(self) -> None:
        for child in self._children.values():
            _awake(child)
        stop_together([child for name, child in self._children.items() if name not in ENGINES])
        stop_together([child for name, child in self._children.items() if name in ENGINES])
        self._postgres.tidy()
        self._listening.close()
        self._http.close()

    def start(self, *names: str) -> None:
        """Start what is not running, and wait for engines and the simulator to answer."""
        for name in names:
            if name not in self._children:
                self._children[name] = Child(self._command(name))
        for name in names:
            answers = self._answers(name)
            if answers is not None:
                wait_until(lambda name=name, answers=answers: self._revived(name) and answers(), 20, name)

    def kill(self, *names: str) -> None:
        """SIGKILL, with all that it has started."""
        for name in names:
            child = self._children.pop(name)
            family = psutil.Process(child.pid).children(recursive=True) if name != "postgres" else []
            child.kill_group()
            for process in family:
                _killed(process)
            child.end(time.monotonic() + 5)

    def runs(self, name: str) -> bool:
        return self._children[name].exit_code() is None

    def restart(self, *names: str) -> None:
        self.kill(*names)
        self.start(*names)

    def sleep(self, name: str) -> None:
        """SIGSTOP: it is there, and does nothing."""
        os.killpg(self._children[name].pid, signal.SIGSTOP)

    def wake(self, name: str) -> None:
        _awake(self._children[name])

    def is_ready(self) -> bool:
        return self.ask("GET", "/readyz").status_code == 200

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request of nobody. A web that is not there answers nothing with 599."""
        try:
            return self._http.request(method, self.url + path, timeout=20, **more)
        except requests.RequestException as error:
            nothing = requests.Response()
            nothing.status_code, nothing.reason = 599, str(error)
            return nothing

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @contextmanager
    def hears(self, name: str, words: str) -> Iterator[None]:
        """What the block does makes a new line of that log have the words, within a while."""
        before = self.log(name).count(words)
        yield
        wait_until(lambda: self.log(name).count(words) > before, 20, f"{words!r} in the log of {name}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(
            method, f"{self.simulator_url}/_control/{path}", json=body, headers={"X-Control-Token": TOKEN}, timeout=20
        )
        answer.raise_for_status()
        return answer.json()

    def last_words(self) -> str:
        return "\n".join(f"{path.name}: {tail(path, 3)}" for path in sorted(self.logs.glob("*.log")))

    def _revived(self, name: str) -> bool:
        """An engine whose old processes are still ending may refuse its first start."""
        if self._children[name].exit_code() is not None:
            self._children[name] = Child(self._command(name))
        return True

    def _answers(self, name: str) -> Callable[[], bool] | None:
        return {
            "postgres": self._postgres.answers,
            "redis": self.redis.answers,
            "simulator": lambda: is_listening(self._port),
        }.get(name)

    def _command(self, name: str) -> Command:
        env = os.environ | self.env
        match name:
            case "postgres":
                return self._postgres.command()
            case "redis":
                return self.redis.command()
            case "simulator":
                command = processes.simulator(env, self.logs, self._port, self.folder / "paper.db")
                return replace(command, env=env | {"SIMULATOR_CONTROL_TOKEN": TOKEN})
            case "web":
                return processes.web(env, self.logs, self._listening.fileno())
            case "beat":
                return processes.beat(env, self.logs, self.folder)
            case _:
                return processes.worker(env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}, self.logs, name)


@contextmanager
def running_stage() -> Iterator[Stage]:
    """In a temporary folder; nothing is left behind."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-faults-"))
    try:
        stage = Stage(folder)
        try:
            stage.begin()
            yield stage
        finally:
            stage.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _awake(child: Child) -> None:
    if child.exit_code() is None:
        os.killpg(child.pid, signal.SIGCONT)


def _killed(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        pass
