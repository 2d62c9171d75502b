"""Journeys: a whole instance, from the public API to the simulated exchange's ledger."""
