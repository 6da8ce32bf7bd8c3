"""The HTTP API under /api/v1: one file a resource, each with a `router`, found by being there."""
