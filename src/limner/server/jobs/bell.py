"""The bell that a service rings when there is something for the conductor to do.

Without a conductor in this process ringing is harmless: the conductor looks by itself every second.
"""

from collections.abc import Callable

from django.db import transaction

_answer: Callable[[], None] | None = None


def answer_with(callback: Callable[[], None] | None) -> None:
    """Call *callback* at every ring, from the thread that rings; None unhooks it."""
    global _answer  # noqa: PLW0603 - one conductor in a process
    _answer = callback


def ring() -> None:
    """Ring once the transaction under way is committed."""
    transaction.on_commit(lambda: _answer() if _answer else None)
