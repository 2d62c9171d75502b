"""Asking a child over HTTP whether it is there."""

from __future__ import annotations

import http.client
import socket
from http import HTTPStatus
from urllib.parse import urlsplit


def is_ready(address: str, path: str = "/readyz") -> bool:
    """True when `path` answers 200."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_listening(port: int) -> bool:
    """True when somebody listens on that loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
