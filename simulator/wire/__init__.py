"""HTTP on a bare transport, so that faults can act where networks fail."""
