"""Limner, a self-hosted image studio."""

__version__ = "0.1.0"
