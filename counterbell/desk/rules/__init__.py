"""Tickets given to people by rules: what waits for somebody, which rule takes it, and whose turn it is."""
