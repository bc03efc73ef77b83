"""In-memory twins of Limner's ports and the pytest plugin, for our tests and for those of whoever builds on it."""
