"""The version of this package; the server has its own."""

__version__ = "0.1.0"
