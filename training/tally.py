"""A count on disk that one process writes while others read."""

from pathlib import Path


class Tally:
    """How many entries of a file are finished."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> int:
        """Return the count, 0 before the first one."""
        return int(self.path.read_text()) if self.path.exists() else 0

    def write(self, count: int) -> None:
        """Replace the count as a whole: a reader never sees half of it."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(str(count))
        fresh.replace(self.path)
