"""MySignals: a self-hosted copy-trading platform."""
