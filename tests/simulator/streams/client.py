"""A WebSocket client of the tests, by another library than the simulator's server."""

import json
from types import TracebackType
from typing import Any, Self

import websocket
from websocket import ABNF, WebSocketConnectionClosedException

from tests.support.simulator_process import SimulatorProcess

PATIENCE_S = 5.0


class Ear:
    """One socket. `hear` waits for the next message; pings of the server are answered on the way."""

    def __init__(self, simulator: SimulatorProcess, path: str) -> None:
        self.simulator = simulator
        self.socket = websocket.WebSocket()
        self.socket.connect(simulator.url.replace("http://", "ws://") + path, timeout=PATIENCE_S, suppress_origin=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.shutdown()

    def say(self, message: Any) -> None:
        self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def hear(self) -> Any:
        """Decoded, where it is JSON."""
        text = self.socket.recv()
        assert isinstance(text, str) and text, "the connection was closed"
        return json.loads(text) if text[:1] in "{[" else text

    def ask(self, message: Any) -> Any:
        self.say(message)
        return self.hear()

    def hear_many(self, count: int) -> list[Any]:
        return [self.hear() for _ in range(count)]

    def next_frame(self) -> tuple[int, bytes]:
        """Opcode and payload, control frames included; a ping is answered."""
        opcode, frame = self.socket.recv_data_frame(control_frame=True)
        return opcode, frame.data

    def close_code(self) -> int:
        """Waits for the server's close frame; 1006 where the connection just ended."""
        try:
            while True:
                opcode, data = self.next_frame()
                if opcode == ABNF.OPCODE_CLOSE:
                    return int.from_bytes(data[:2], "big")
        except (WebSocketConnectionClosedException, ConnectionError):
            return 1006
