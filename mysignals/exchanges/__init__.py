"""Sans-IO dialects, flows and transports; only `transports` opens a socket."""
