"""The JSON API at /api/v1. Translates and decides nothing."""
