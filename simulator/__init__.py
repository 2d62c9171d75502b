"""The simulated exchanges: one process that plays every venue over HTTP. It imports nothing of the platform."""
