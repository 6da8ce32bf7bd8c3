"""Customer-service tracking for e-commerce brands."""
