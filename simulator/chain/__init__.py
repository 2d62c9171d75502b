"""A chain on this machine: a real EVM (py-evm) behind JSON-RPC, with our contract on it. For trying and testing."""
