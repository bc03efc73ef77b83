"""``python -m limner.cli``."""

from limner.cli.app import main

main()
