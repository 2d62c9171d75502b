"""The same requests to every venue again and again, for tests that compare what is answered.

`trade` leaves orders, positions and balances of every kind behind, and meets refusals; `look` reads all of it.
"""

from collections.abc import Callable

from tests.simulator.scripts.binance import FuturesScript, SpotScript
from tests.simulator.scripts.bitget import BitgetScript
from tests.simulator.scripts.magnr import MagnrScript
from tests.simulator.scripts.phemex import PhemexScript
from tests.simulator.scripts.script import Script
from tests.support.simulator_process import SimulatorProcess

SCRIPTS: dict[str, list[Callable[[SimulatorProcess], Script]]] = {
    "binance": [SpotScript],
    "binance-futures": [FuturesScript],
    "bitget": [BitgetScript],
    "phemex": [PhemexScript],
    "magnr": [MagnrScript],
}
