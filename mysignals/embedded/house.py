"""All processes of one instance on one machine: started, kept running, stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mysignals.embedded import demo_file, processes
from mysignals.embedded.child import Child, Command, stop_together, tail
from mysignals.embedded.engines import Engines
from mysignals.embedded.environment import Surroundings, is_production
from mysignals.embedded.errors import StartError, StopRequested
from mysignals.embedded.leftovers import end_leftovers
from mysignals.embedded.listening import address, listen
from mysignals.embedded.lock import InstanceLock
from mysignals.embedded.options import Options
from mysignals.embedded.paper import Paper
from mysignals.embedded.patience import Patience
from mysignals.embedded.ready import is_ready
from mysignals.embedded.supervisor import Supervisor, say
from mysignals.settings import Settings

_LONGEST_START = 60


class House:
    """`run` it once."""

    def __init__(self, options: Options, env: Mapping[str, str]) -> None:
        self._options = options
        self._env = env
        self._instance = options.instance
        self._logs = options.instance / "logs"
        self._patience = Patience()
        self._supervisor = Supervisor(self._patience)
        self._engines: Engines | None = None

    def run(self) -> None:
        """Start everything, say where it is, keep it running until told to stop, stop everything."""
        if is_production(self._env):
            Settings.from_environment(self._env)
        lock = InstanceLock(self._instance)
        self._patience.listen()
        try:
            self._clear(lock.take())
            self._live()
        except StopRequested:
            say("stopping")
        finally:
            self._supervisor.stop(("web", "beat", "worker*", "simulator"), ("redis",), ("postgres",))
            if self._engines is not None:
                self._engines.tidy()
            lock.release()

    def _clear(self, died: int | None) -> None:
        """See to what an earlier start that was killed has left."""
        if died is not None:
            say(f"taking over the lock of pid {died}, which is gone")
        if pids := end_leftovers(self._instance, self._patience):
            say(f"waited for processes of an earlier start to end: {', '.join(map(str, pids))}")
        self._logs.mkdir(exist_ok=True)

    def _live(self) -> None:
        around = Surroundings.gather(self._env, self._instance)
        # The socket stays open here: while the web restarts, callers wait in its queue.
        with listen(self._options.host, self._options.port) as socket:
            home = address(socket)
            paper = Paper.choose(self._env, self._options)
            engines = self._engines = Engines(self._env, self._instance, around.redis_password)
            self._start_foundation(around, engines, paper)
            around.learn(BASE_URL=self._env.get("BASE_URL") or home, SIMULATOR_URL=paper.url)
            around.learn(**engines.urls())
            Settings.from_environment(around.worker())
            self._finish(processes.migrations(around.web(), self._logs))
            self._start_application(around, socket.fileno())
            self._wait_for("web", lambda: is_ready(home))
            self._demo(around, engines, paper, home)
            self._announce(home)
            self._supervisor.watch()

    def _start_foundation(self, around: Surroundings, engines: Engines, paper: Paper) -> None:
        if paper.port is not None:
            env = around.bare() | {"SIMULATOR_CONTROL_TOKEN": around.control_token}
            self._supervisor.start(processes.simulator(env, self._logs, paper.port, self._instance / "paper.db"))
        engines.start(self._supervisor, around.bare())
        engines.wait(self._wait_for)
        if paper.port is not None:
            self._wait_for("simulator", paper.is_open)

    def _start_application(self, around: Surroundings, listening: int) -> None:
        start, many = self._supervisor.start, self._options.workers
        start(processes.web(around.web(), self._logs, listening))
        for number in range(1, many + 1):
            name = "worker" if many == 1 else f"worker-{number}"
            start(processes.worker(around.worker(), self._logs, name))
        start(processes.beat(around.web(), self._logs, self._instance))

    def _demo(self, around: Surroundings, engines: Engines, paper: Paper, home: str) -> None:
        """Fill an empty database of our own; bring the addresses in an older `demo.json` up to date."""
        wanted = self._options.demo and engines.own_database and paper.port is not None
        if wanted and not demo_file.path_of(self._instance).exists():
            env = around.web() | {"SIMULATOR_CONTROL_TOKEN": around.control_token}
            self._finish(processes.demo_data(env, self._logs, self._instance))
        demo_file.refresh(self._instance, home, paper.url, around.control_token)

    def _announce(self, home: str) -> None:
        demo = demo_file.path_of(self._instance)
        print(f"MySignals ready at {home}" + (f" (demo: {demo})" if demo.exists() else ""), flush=True)

    def _wait_for(self, name: str, holds: Callable[[], bool]) -> None:
        if not self._watch_until(holds):
            log = self._logs / f"{name}.log"
            raise StartError(f"{name} was not ready within {_LONGEST_START} s; see {log}: {tail(log)}")

    def _finish(self, command: Command) -> None:
        """Run something that ends by itself."""
        child = Child(command)
        try:
            self._watch_until(lambda: child.exit_code() is not None)
        finally:
            stop_together([child])
        if child.exit_code() != 0:
            raise StartError(f"{command.name} failed; see {command.log}: {tail(command.log)}")

    def _watch_until(self, holds: Callable[[], bool]) -> bool:
        def still() -> bool:
            self._supervisor.look()
            return holds()

        return self._patience.until(still, _LONGEST_START)
