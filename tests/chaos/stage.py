"""A whole system in a temporary folder, whose processes may be killed at any moment and come back by themselves."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import redis

from mysignals.embedded import processes
from mysignals.embedded.child import Child, Command, stop_together, tail
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.ready import is_listening, is_ready
from mysignals.embedded.redis import Redis, free_port
from tests.chaos.log import Log
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.migrated import migrate
from tests.support.waiting import wait_until

TOKEN = "control-token-of-the-storm"
_READY_WITHIN_S = 60
_PAUSE_S = 0.5


@dataclass(slots=True)
class _Post:
    """`due` is when to start it again (monotonic seconds); None while it runs. `pause` is the next one's length."""

    child: Child
    pause: float = _PAUSE_S
    due: float | None = None


class Stage:
    """All calls that start or kill come from the main thread: the kernel ties children to it."""

    def __init__(self, folder: Path, log: Log) -> None:
        self.folder, self.logs, self.log = folder, folder / "logs", log
        self.logs.mkdir()
        self.state = folder / "paper.db"
        self.postgres = Postgres(folder / "postgres", self.logs / "postgres.log", durable=True)
        self.redis = Redis(folder / "redis", self.logs / "redis.log", "storm", durable=True)
        self.url = self.simulator_url = self.dsn = ""
        self._posts: dict[str, _Post] = {}
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=512)

    def start(self, workers: int, sabotage: str) -> None:
        """Returns when everything answers and the rules of every exchange are stored."""
        port = free_port("127.0.0.1")
        self.simulator_url = f"http://127.0.0.1:{port}"
        for engine in (self.postgres, self.redis):
            engine.prepare()
            self._begin(engine.command())
        env = {"SIMULATOR_CONTROL_TOKEN": TOKEN, "PATH": os.environ["PATH"]}
        self._begin(processes.simulator(env, self.logs, port, self.state))
        self.wait(self.postgres.answers, "PostgreSQL")
        self.wait(self.redis.answers, "Redis")
        self.wait(lambda: is_listening(port), "the simulator")
        self.postgres.create("storm")
        migrate(self.postgres.url("storm"))
        self.dsn = self.postgres.url("storm").replace("+psycopg2", "")
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._begin_ours(workers, sabotage)
        self.wait(lambda: is_ready(self.url), "the web")

    def _begin_ours(self, workers: int, sabotage: str) -> None:
        env = dict(os.environ) | environment_for_tests(self.postgres.url("storm"), self.redis.url())
        env |= {
            "MYSIGNALS_INSTANCE": str(self.folder),
            "BASE_URL": self.url,
            "SIMULATOR_URL": self.simulator_url,
            # Several batches a signal, so that a kill finds some sent, some being sent and some waiting.
            "FAN_OUT_BATCH": "10",
            "SIGNALS_PER_HOUR": "100000", "REQUESTS_PER_MINUTE": "100000", "LOGINS_PER_MINUTE": "100000",
        }  # fmt: skip
        self._begin(processes.web(env, self.logs, self._listening.fileno()))
        for number in range(1, workers + 1):
            with_key = env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
            self._begin(robbed(processes.worker(with_key, self.logs, f"worker-{number}"), sabotage))
        self._begin(processes.beat(env, self.logs, self.folder))

    def tick(self) -> None:
        """Notice who has died, start again who is due."""
        now = time.monotonic()
        for name, post in self._posts.items():
            if post.due is None and post.child.exit_code() is not None:
                post.child.kill_group()
                post.due, post.pause = now + post.pause, _PAUSE_S
            elif post.due is not None and now >= post.due:
                post.child, post.due = Child(post.child.command), None
                self.log.note("back", name)

    def kill(self, name: str, pause: float) -> None:
        """SIGKILL it with everything it has started; it comes back after `pause` seconds."""
        post = self._posts[name]
        if post.due is not None:
            return
        # Each backend of PostgreSQL is in a group of its own.
        for process in [psutil.Process(post.child.pid), *psutil.Process(post.child.pid).children(recursive=True)]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
        post.pause = pause
        self.log.note("kill", name)

    def flush(self) -> None:
        """FLUSHALL: the broker has forgotten everything."""
        try:
            with redis.Redis.from_url(self.redis.url(), socket_timeout=1, socket_connect_timeout=1, retry=None) as it:
                it.flushall()
            self.log.note("flush", "redis")
        except redis.RedisError as error:
            self.log.note("flush", f"failed {type(error).__name__}")

    def all_up(self) -> bool:
        return all(post.due is None and post.child.exit_code() is None for post in self._posts.values())

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        def still() -> bool:
            self.tick()
            return holds()

        try:
            wait_until(still, _READY_WITHIN_S, what)
        except TimeoutError as late:
            said = "\n".join(f"{path.name}: {tail(path, 5)}" for path in sorted(self.logs.glob("*.log")))
            raise RuntimeError(f"{what} did not get ready: {said}") from late

    def stop(self) -> None:
        """In an order in which nobody misses what is gone before; nothing is left."""
        for group in (("web", "beat", "worker", "simulator"), ("redis", "postgres")):
            stop_together([post.child for name, post in self._posts.items() if name.startswith(group)])
        self._listening.close()
        self.postgres.tidy()

    def _begin(self, command: Command) -> None:
        self._posts[command.name] = _Post(Child(command))


def robbed(command: Command, sabotage: str) -> Command:
    """The same worker from an app module that takes one guarantee away first (sabotage/)."""
    if not sabotage:
        return command
    app = f"tests.chaos.sabotage.{sabotage}"
    return replace(command, argv=tuple(app if word == "celery_app" else word for word in command.argv))


@contextmanager
def standing_stage(log: Log) -> Iterator[Stage]:
    """Not started yet; stopped and gone at the end, however that comes."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-chaos-"))
    stage = Stage(folder, log)
    try:
        yield stage
    finally:
        stage.stop()
        shutil.rmtree(folder, ignore_errors=True)
