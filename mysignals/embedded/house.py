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
from mysignals.embedded.local_chain import LocalChain
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
        self._errands: list[Child] = []

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
            stop_together(self._errands)
            self._supervisor.stop(("web", "beat", "worker*", "simulator", "test-chain"), ("redis",), ("postgres",))
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
            chain = LocalChain.choose(self._env, self._options)
            engines = self._engines = Engines(self._env, self._instance, around.redis_password)
            if chain is not None:
                self._supervisor.start(processes.test_chain(around.bare(), self._logs, chain))
            self._start_foundation(around, engines, paper)
            if chain is not None:
                self._wait_for("test-chain", chain.is_ready)
                around.learn(**chain.settings())
            around.learn(BASE_URL=self._env.get("BASE_URL") or home, SIMULATOR_URL=paper.url)
            around.learn(**engines.urls())
            Settings.from_environment(around.worker())
            self._finish(self._errand(processes.migrations(around.web(), self._logs)))
            filling = self._fill(around, engines, paper)
            self._start_application(around, socket.fileno())
            self._wait_for("web", lambda: is_ready(home))
            # These are not needed to be ready, and two cores are busy enough until then.
            self._supervisor.start(processes.beat(around.web(), self._logs, self._instance))
            for_trades = processes.worker(around.worker(), self._logs, "worker-trade", processes.TRADE_QUEUE)
            self._supervisor.start(for_trades)
            if filling is not None:
                self._finish(filling)
            shown = chain.shown() if chain is not None else None
            demo_file.refresh(self._instance, home, paper.url, around.control_token, shown)
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
        many = self._options.workers
        self._supervisor.start(processes.web(around.web(), self._logs, listening))
        for number in range(1, many + 1):
            name = "worker" if many == 1 else f"worker-{number}"
            self._supervisor.start(processes.worker(around.worker(), self._logs, name, processes.FAN_OUT_QUEUES))

    def _fill(self, around: Surroundings, engines: Engines, paper: Paper) -> Child | None:
        """Begin to fill a database of our own, if that is wanted and was not done before."""
        wanted = self._options.demo and engines.own_database and paper.port is not None
        if not wanted or demo_file.path_of(self._instance).exists():
            return None
        env = around.web() | {"SIMULATOR_CONTROL_TOKEN": around.control_token}
        return self._errand(processes.demo_data(env, self._logs, self._instance))

    def _announce(self, home: str) -> None:
        demo = demo_file.path_of(self._instance)
        print(f"MySignals ready at {home}" + (f" (demo: {demo})" if demo.exists() else ""), flush=True)

    def _wait_for(self, name: str, holds: Callable[[], bool]) -> None:
        if not self._watch_until(holds):
            log = self._logs / f"{name}.log"
            raise StartError(f"{name} was not ready within {_LONGEST_START} s; see {log}: {tail(log)}")

    def _errand(self, command: Command) -> Child:
        """Start something that ends by itself."""
        child = Child(command)
        self._errands.append(child)
        return child

    def _finish(self, errand: Child) -> None:
        self._watch_until(lambda: errand.exit_code() is not None)
        command = errand.command
        if errand.exit_code() != 0:
            raise StartError(f"{command.name} failed; see {command.log}: {tail(command.log)}")

    def _watch_until(self, holds: Callable[[], bool]) -> bool:
        def still() -> bool:
            self._supervisor.look()
            return holds()

        return self._patience.until(still, _LONGEST_START)
