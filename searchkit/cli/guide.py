"""`searchkit guide`."""

from typing import Annotated

import typer

from searchkit.cli import app, terminal
from searchkit.cli.options import Json
from searchkit.cli.pager import paged
from searchkit.cli.program import MANAGE

_WIDEST = 100  # columns of a page on a terminal: longer lines are hard to read


def _pages_starting_with(incomplete: str) -> list[tuple[str, str]]:
    """Complete the name of a page, each with what it is for."""
    from searchkit.guide import read_pages

    return [(page.name, page.summary) for page in read_pages() if page.name.startswith(incomplete)]


@app.command(
    group=MANAGE,
    examples=[
        ("searchkit guide", "list the pages"),
        ("searchkit guide getting-started", "read one"),
        ("searchkit guide editors | grep -A 9 fzf", "look something up"),
    ],
)
def guide(
    page: Annotated[
        str | None,
        typer.Argument(
            metavar="PAGE",
            help="The page to print; without it, list the pages.",
            autocompletion=_pages_starting_with,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a page of the guide, or list the pages.

    On a terminal a page is rendered, and shown in your pager where it is long; in a pipe it is
    Markdown.
    """
    from searchkit.guide import read_page, read_pages

    if page is not None:
        text = read_page(page).text
        if as_json:
            terminal.say_record({"page": page, "text": text})
        elif terminal.on_terminal() or terminal.colours():
            with paged():
                terminal.say_rendered(_rendered(text))
        else:
            terminal.say(text.rstrip("\n"))
        return
    pages = read_pages()
    if as_json:
        listed = [{"page": each.name, "summary": each.summary} for each in pages]
        terminal.say_record({"pages": listed})
        return
    width = max(len(each.name) for each in pages)
    for each in pages:
        terminal.say(terminal.styled(f"{each.name:<{width}}", "bold"), f"  {each.summary}")


def _rendered(text: str) -> str:
    """Lay Markdown out for the terminal."""
    import shutil
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    coloured = terminal.colours()
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=coloured,
        no_color=not coloured,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    return captured.get()
