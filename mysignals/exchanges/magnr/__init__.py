"""Magnr: leveraged trades of one pair, each with its stop and target inside."""

from .dialect import FUTURES, MagnrDialect

__all__ = ["FUTURES", "MagnrDialect"]
