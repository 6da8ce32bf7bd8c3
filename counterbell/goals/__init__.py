"""What a shop wants to reach, how far it is, and what it is told of in time."""
