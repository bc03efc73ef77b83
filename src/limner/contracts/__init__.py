"""What crosses a process boundary: requests, events, faults and capabilities.

Everything here is a frozen pydantic model, and the one schema behind the API, the forms, the command line,
the metadata inside pictures and the cache key. This package imports pydantic and nothing else of Limner.
"""
