"""Builds the world, listens, says that it is ready, and stops when told to."""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path

from simulator.binance.spot.venue import Spot
from simulator.binance.usdm.venue import Usdm
from simulator.bitget.venue import Bitget
from simulator.clock import Clock
from simulator.control.door import Door
from simulator.journal import Journal, NoJournal
from simulator.ledger import Ledger
from simulator.magnr.venue import Magnr
from simulator.phemex.venue import Phemex
from simulator.reception import Reception
from simulator.venue import Venue
from simulator.wire.connection import Connection
from simulator.wire.delivery import Delivery
from simulator.world import Shared, World

WALK_EVERY_S = 1.0
GOING_AWAY = 1001  # the WebSocket close code of a server that ends


@dataclass(slots=True, frozen=True)
class Settings:
    host: str
    port: int
    state: Path | None  # None: in memory
    seed: int
    walk: bool
    token: str


def build_world(state: Path | None = None, seed: int = 1, walk: bool = False) -> World:
    journal: Journal | NoJournal = NoJournal()
    if state is not None:
        state.parent.mkdir(parents=True, exist_ok=True)
        journal = Journal(str(state))
    shared = Shared(Clock(), Ledger(), journal, seed)
    venues: list[Venue] = [Spot(shared), Usdm(shared), Bitget(shared), Magnr(shared), Phemex(shared)]
    return World(shared, venues, walk)


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. Raises OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    world = build_world(settings.state, settings.seed, settings.walk)
    world.control = Door(world, settings.token).answer
    world.reception = Reception(world).answer
    world.streams.at_turn_end = loop.call_soon
    delivery = Delivery(world, loop, durable=settings.state is not None)
    everyone: set[Connection] = set()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: Connection(delivery, everyone), settings.host, settings.port, backlog=4096
    )
    passing = loop.create_task(_let_time_pass(world))
    host, port = server.sockets[0].getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"simulator ready at http://{shown}:{port}", flush=True)
    await stop.wait()
    passing.cancel()
    server.close()
    world.sockets.close_all(GOING_AWAY)
    for connection in list(everyone):
        connection.close()
    world.journal.close()


async def _let_time_pass(world: World) -> None:
    """Real seconds move walking prices only while the clock is real; a set clock moves them itself."""
    while True:
        await asyncio.sleep(WALK_EVERY_S)
        world.sockets.tick()
        if world.clock.is_real:
            world.walk_prices()
            world.journal.commit()
