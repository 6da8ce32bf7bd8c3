"""What is unusual: jumps of a metric against what is usual for it, as pure functions over series of days."""
