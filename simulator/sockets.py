"""All open WebSockets: they speak when the turn is over, and faults strike them here.

`drop_ws` closes every open socket it is aimed at, at once and without a farewell; `silent_ws` leaves them open
and lets them say nothing more, no pong either. Each socket struck uses up one of the fault's count; what is
left strikes sockets that are opened later, at their next push. Silence ends when faults are cleared.
"""

from collections.abc import Mapping

from simulator.clock import Clock
from simulator.conversation import Opener
from simulator.faults import Fault, Faults
from simulator.journal import Journal, NoJournal
from simulator.streams import Streams
from simulator.traffic import Traffic
from simulator.wire.socket import Socket


class Sockets:
    def __init__(
        self, clock: Clock, journal: Journal | NoJournal, streams: Streams, faults: Faults, traffic: Traffic
    ) -> None:
        self.clock, self.traffic = clock, traffic
        self._journal, self._streams, self._faults = journal, streams, faults
        self._open: dict[Socket, None] = {}
        self._speakers: dict[Socket, None] = {}
        self._doors: dict[str, tuple[str, Opener]] = {}

    def serve(self, venue: str, doors: Mapping[str, Opener]) -> None:
        self._doors.update((path, (venue, opener)) for path, opener in doors.items())

    def door(self, path: str) -> tuple[str, str, Opener] | None:
        """Venue, path as counted, factory."""
        parent = path[: path.rfind("/") + 1]
        for known in (path, path.rstrip("/"), parent):
            if known in self._doors:
                return known.rstrip("/"), *self._doors[known]
        return None

    def admit(self, socket: Socket) -> None:
        self._open[socket] = None

    def leave(self, socket: Socket) -> None:
        self._open.pop(socket, None)
        self._speakers.pop(socket, None)

    def many(self, venue: str | None) -> int:
        return sum(socket.is_open and venue in (None, socket.venue) for socket in self._open)

    def tick(self) -> None:
        now_ms = self.clock.now_ms()
        for socket in list(self._open):
            if socket.is_open and socket.conversation is not None:
                socket.conversation.tick(now_ms)

    def has_to_say(self, socket: Socket) -> None:
        if not self._speakers and self._streams.at_turn_end is not None:
            self._streams.at_turn_end(self._speak)
        self._speakers[socket] = None

    def _speak(self) -> None:
        self._journal.commit()
        speakers, self._speakers = self._speakers, {}
        for socket in speakers:
            if not socket.is_silent and self._faults.rules:
                self._suffer(socket)
            socket.flush()

    # Faults

    def strike(self, fault: Fault) -> None:
        """A new fault meets the sockets that are open."""
        for socket in list(self._open):
            if not socket.is_silent and fault in self._faults.rules:
                self._befall(socket, self._faults.strike_socket(socket.venue, socket.api_keys, only=fault))

    def _suffer(self, socket: Socket) -> None:
        self._befall(socket, self._faults.strike_socket(socket.venue, socket.api_keys))

    def _befall(self, socket: Socket, fault: Fault | None) -> None:
        if fault is None:
            return
        self.traffic.count(socket.venue, socket.path, 0, fault.kind)
        if fault.kind == "silent_ws":
            socket.is_silent = True
        else:
            socket.drop()

    def speak_again(self) -> None:
        for socket in self._open:
            socket.is_silent = False

    def drop_all(self) -> None:
        for socket in list(self._open):
            socket.drop()

    def close_all(self, code: int) -> None:
        for socket in list(self._open):
            if socket.last_words is not None:
                socket.say(socket.last_words())
            socket.close(code)
            socket.flush()
