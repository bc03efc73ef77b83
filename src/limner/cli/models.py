"""``limner models``: the models on this machine, and fetching more."""

import typer

app = typer.Typer(help="List the models on this machine, or fetch one.", invoke_without_command=True)
