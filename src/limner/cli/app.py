"""The commands, and what happens when one fails: one sentence, exit code 2 for bad input, 1 otherwise."""

import sys
from typing import Annotated

import typer

from limner import __version__
from limner.cli import doctor, generate, models, serve
from limner.contracts.fault import Fault

_BAD_INPUT = {"invalid_field", "not_found", "too_large"}

app = typer.Typer(
    name="limner",
    help="A self-hosted image studio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve.serve)
app.command()(generate.generate)
app.add_typer(models.app, name="models")
app.command()(doctor.doctor)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"limner {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Draw pictures, or serve the studio that does."""


def main() -> None:
    """Run the command line."""
    try:
        app()
    except Fault as fault:
        typer.echo(fault.message, err=True)
        sys.exit(2 if fault.code in _BAD_INPUT else 1)
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"{error.filename}: {error.strerror}.", err=True)
        sys.exit(1)
