"""What each request may hold: one class a request, one type a kind of value."""
