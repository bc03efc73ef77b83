"""How a job reaches an engine and how its events come back. Never imports Django."""
