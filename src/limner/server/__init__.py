"""The Django project: the faces and the rules. Never imports torch or an engine."""
