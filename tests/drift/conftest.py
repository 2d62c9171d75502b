"""Copies on every exchange, and an owner who trades by hand beside them."""

from tests.fan_out.conftest import exchange, scene
from tests.fan_out.test_every_exchange import there

__all__ = ["exchange", "scene", "there"]
