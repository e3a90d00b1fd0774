"""`searchkit guide`."""

import os
import sys
from typing import Annotated

import typer

from searchkit.cli import app

_WIDEST = 100  # columns of a page on a terminal: longer lines are hard to read


def _begun(incomplete: str) -> list[str]:
    """Complete the name of a page."""
    from searchkit.guide import PAGES

    return [name for name in PAGES if name.startswith(incomplete)]


@app.command()
def guide(
    page: Annotated[
        str | None,
        typer.Argument(
            help="The page to print; without it, list the pages.", autocompletion=_begun
        ),
    ] = None,
) -> None:
    """Print a page of the guide, or list the pages.

    Example: searchkit guide ranking
    """
    from searchkit.cli.output import say
    from searchkit.guide import read_page, read_pages

    if page is not None:
        text = read_page(page).text
        if sys.stdout.isatty():
            _render(text)
        else:
            say(text.rstrip("\n"))
        return
    pages = read_pages()
    width = max(len(each.name) for each in pages)
    for each in pages:
        say(f"{each.name:<{width}}  {each.summary}")


def _render(text: str) -> None:
    """Show Markdown on the terminal, through the pager where it is longer than the screen."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.width = min(console.width, _WIDEST)
    shown = Markdown(text, code_theme="ansi_dark")
    with console.capture() as captured:
        console.print(shown)
    if captured.get().count("\n") < console.height:
        console.print(shown)
        return
    os.environ.setdefault("LESS", "FRX")  # as git sets it: colours pass, a short page stays
    with console.pager(styles=True, links=False):
        console.print(shown)
