"""Who is asking."""

from limner.server.accounts.models import User

PERSONAL = "owner"


def personal_owner() -> User:
    """Return the implicit owner of personal mode, made at the first call."""
    owner, _ = User.objects.get_or_create(username=PERSONAL)
    return owner
