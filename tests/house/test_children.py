"""Children: one that dies comes back, one that will not live or will not die is dealt with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from mysignals.embedded.child import Child, Command, stop_together
from mysignals.embedded.errors import StartError, StopRequested
from mysignals.embedded.leftovers import MARK, end_leftovers, leftovers
from mysignals.embedded.patience import Patience
from mysignals.embedded.supervisor import Supervisor


def test_a_child_that_dies_is_started_again(tmp_path: Path):
    supervisor = Supervisor(Patience(), first_pause=0)
    supervisor.start(_python(tmp_path, "import time; time.sleep(60)"))
    first = supervisor.pids()["child"]
    psutil.Process(first).kill()
    assert Patience().until(lambda: supervisor.look() or supervisor.pids()["child"] != first, seconds=5)
    supervisor.stop(("child",))


def test_a_child_that_dies_too_often_ends_everything_in_one_line_with_its_last_words(tmp_path: Path):
    supervisor = Supervisor(Patience(), first_pause=0.001)
    supervisor.start(_python(tmp_path, "raise SystemExit('no bread')"))
    with pytest.raises(StartError, match=r"^child ended with code 1 6 times in a row; see .*child\.log: no bread$"):
        supervisor.watch()


def test_what_a_child_writes_is_for_its_own_user_only(tmp_path: Path):
    child = Child(_python(tmp_path, "open('mail', 'w').close()"))
    assert Patience().until(lambda: child.exit_code() == 0, seconds=5)
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o600


def test_a_child_that_does_not_listen_is_killed_with_all_that_it_started(tmp_path: Path):
    deaf = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); print(1); time.sleep(60)"
    child = Child(_python(tmp_path, deaf))
    assert Patience().until(lambda: (tmp_path / "child.log").read_text().count("1") == 2, seconds=5)
    family = [psutil.Process(child.pid), *psutil.Process(child.pid).children()]
    stop_together([child], seconds=0.1)
    _, left = psutil.wait_procs(family, timeout=5)
    assert not left


def test_leftovers_are_found_by_their_mark_and_killed_when_stubborn(tmp_path: Path):
    child = Child(_python(tmp_path, "import time; time.sleep(60)"))
    assert leftovers(tmp_path) == [child.pid]
    child.ask_to_stop()
    assert end_leftovers(tmp_path, Patience()) in ([child.pid], [])
    assert leftovers(tmp_path) == []
    stop_together([child])


def test_waiting_ends_as_soon_as_somebody_wants_the_end():
    patience = Patience()
    patience._stop.set()
    with pytest.raises(StopRequested):
        patience.pause(60)


def _python(folder: Path, program: str) -> Command:
    return Command(
        name="child",
        argv=(sys.executable, "-u", "-c", program),
        env={"PATH": os.environ["PATH"], MARK: str(folder)},
        log=folder / "child.log",
        directory=folder,
    )
