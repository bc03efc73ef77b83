"""The ``limner`` command. Each command imports what it needs when it runs; starting is quick."""

from limner.cli.app import main

__all__ = ["main"]
