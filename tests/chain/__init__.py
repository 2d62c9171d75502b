"""Payments on a real EVM."""
