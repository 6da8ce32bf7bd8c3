"""What can compute facts and answer questions. Each engine runs the same SQL and must give the same numbers."""
