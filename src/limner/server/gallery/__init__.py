"""Pictures and uploads: their rows and their files."""
