"""The retired v1 API: names, sides, states and shapes translated onto the books that v2 uses (EXCHANGES 4)."""
