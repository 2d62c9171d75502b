"""The web's listening socket, opened before anything is started."""

from __future__ import annotations

import errno
import socket

from mysignals.embedded.errors import StartError


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen; raises StartError when the port is taken or the address is not ours."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(512)
    except (OSError, UnicodeError) as error:
        opened.close()
        raise StartError(_plain(error, host, port)) from error
    return opened


def address(opened: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = opened.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def require_free(port: int, option: str) -> None:
    """Raises StartError when somebody already listens on that loopback port."""
    try:
        listen("127.0.0.1", port).close()
    except StartError as error:
        raise StartError(str(error).replace("--port", option)) from error


def _plain(error: Exception, host: str, port: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop what uses it or choose another --port"
    if number == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose a --port above 1023"
    return f"cannot listen on {host} port {port} ({error}); choose another --host"
