"""`searchkit query` and `searchkit similar`."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from searchkit.cli import app, completion, opened
from searchkit.cli.budget import Budget
from searchkit.cli.folders import Folders
from searchkit.cli.narrowing import Narrowing
from searchkit.cli.options import Limit, Sides
from searchkit.cli.place import split
from searchkit.cli.program import SEARCH, OptionGroup
from searchkit.cli.shape import Shape
from searchkit.cli.shared import Shared
from searchkit.cli.synonyms import for_loose_words
from searchkit.indexes.home import unopened
from searchkit.printable import shell_word
from searchkit.query import Mode, Query
from searchkit_index.errors import QueryError, RootError

if TYPE_CHECKING:
    from searchkit.search.answer import Answer
    from searchkit.searchable import Searchable
    from searchkit.workspace import Workspace

# What is read of a text to ask with, in characters or bytes: the model reads less, and a pipe or a
# device may never end.
_MOST = 1_000_000
# The errors of a path at which nothing is: also of links that lead to each other.
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)

Text = Annotated[
    str | None,
    typer.Argument(
        metavar="TEXT",
        help="Any text; `-` reads it from stdin, up to a megabyte. Left out with `--like`.",
        show_default=False,
    ),
]
Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="PATH",
        help="An indexed folder, or one inside it; the current one by default.",
        autocompletion=completion.roots,
        show_default=False,
    ),
]
Like = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Ask for places like the text of this file; `-` reads stdin."
    ),
]
History = Annotated[
    bool,
    typer.Option("--commits", help="Ask the history of git: messages, and what commits touch."),
]
Place = Annotated[
    str,
    typer.Argument(
        metavar="PATH:LINE", help="A line of an indexed file; `-` reads any text from stdin."
    ),
]


@dataclass(frozen=True, slots=True)
class Asking(OptionGroup):
    """What is typed beside a question: what to ask, what may answer, how to show it."""

    narrowing: Narrowing
    folders: Folders
    shared: Shared
    shape: Shape
    budget: Budget

    def within(self, *paths: Path | None, default: Path | None = Path()) -> list[Path] | None:
        """Tell which folders are to be asked; refuse any where a shared index is asked."""
        if self.shared.url is None:
            return self.folders.within(*paths, default=default)
        self.folders.refuse(next(filter(None, paths), None))
        return None

    def show(
        self, title: str, ask: "Callable[[Searchable], Answer]", *, missing: Sequence[Path]
    ) -> int:
        """Ask, once what is missing was indexed, and show the answer under a title."""
        if self.shared.url is not None:
            team = self.shared.team(self.folders.model)
            return self.budget.show(title, ask(team), self.shape, team)
        with opened.workspace(self.folders.model) as workspace:
            self.folders.index_missing(workspace, missing)
            answer = _with_freshness(workspace, ask(workspace), self.folders)
            return self.budget.show(title, answer, self.shape, workspace)

    def like(self, text: str, file: Path, within: list[Path] | None, limit: int | None) -> int:
        """Ask for places like the text of a file, or of stdin for `-`, and show them."""
        filter = self.narrowing.filter()
        return self.show(
            str(file),
            lambda there: there.similar_to(
                text,
                without=file if str(file) != "-" and file.is_file() else None,
                within=within,
                filter=filter,
                limit=self.shape.limit(limit, filter),
                refresh=self.folders.refresh,
            ),
            missing=within or (),
        )


@app.command(
    group=SEARCH,
    examples=[
        ('searchkit query "where are sockets opened" ~/repo --lang python', "ask for code"),
        ('searchkit query "open a socket" --all', "ask every folder that is indexed"),
        ('searchkit query "why are sockets pooled" --commits', "ask the history of git"),
        ('searchkit query "open a socket" --index s3://bucket/team', "ask a shared index"),
        ("git diff | searchkit query - --json", "ask with a text from stdin, for a program"),
    ],
)
def query(
    text: Text = None,
    path: Folder = None,
    limit: Limit = None,
    mode: Sides = "hybrid",
    like: Like = None,
    history: History = False,
    *,
    asking: Asking,
) -> int:
    """Ask indexed folders by words and by meaning, in any language."""
    if asking.shared.url is not None and history:
        raise typer.BadParameter("a shared index holds no history: leave out `--commits`")
    if like is not None:
        if history:
            raise typer.BadParameter("`--commits` takes a question: leave out `--like`")
        # Nothing but a folder is left to be named.
        within = asking.within(Path(text) if text else None, path)
        text = _stdin() if str(like) == "-" else _beginning(like)
        return asking.like(text, like, within, limit)
    if text is None:
        raise QueryError("missing argument `TEXT`", "type `searchkit query --help`")
    within = asking.within(path)
    # The query refuses a mode that there is not.
    words = _stdin() if text == "-" else text
    filter = asking.narrowing.filter()
    asked = Query(words, filter, cast(Mode, mode), asking.shape.limit(limit, filter))
    if history:
        return _commits(asked, within, asking)
    try:
        return asking.show(
            words,
            lambda there: there.search(asked, within=within, refresh=asking.folders.refresh),
            missing=within or (),
        )
    except RootError as error:
        raise _with_loose_words(error, text, path) from None


def _with_loose_words(error: RootError, text: str, path: Path | None) -> RootError:
    """Add to an error that the folder that is not there may be a word of the question."""
    if path is None or len(path.parts) != 1 or os.path.lexists(path):
        return error
    return RootError(error.message, f"{error.hint}; {for_loose_words(text, str(path))}")


def _commits(asked: Query, within: list[Path] | None, asking: Asking) -> int:
    """Ask the history of git, and show the answer."""
    from searchkit.cli import commits

    if asking.budget.max_tokens is not None:
        raise typer.BadParameter("`--commits` goes without `--max-tokens`: give `-n`")
    return commits.ask(asked, within, asking.folders, asking.shape)


def _stdin() -> str:
    """Read the beginning of stdin."""
    return sys.stdin.read(_MOST)


def _beginning(file: Path) -> str:
    """Read the beginning of a file, which may be a pipe as of `<(git diff)`."""
    from searchkit.indexes.location import missing
    from searchkit_index.reading.text import Unsuitable, decode

    try:
        with file.open("rb") as stream:
            return decode(stream.read(_MOST))
    except IsADirectoryError:
        raise QueryError(f"`{file}` is a folder", "name a file in it") from None
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
        raise missing(file) from None
    except Unsuitable as unsuitable:
        raise QueryError(f"`{file}` is {unsuitable.reason}", "give a text") from None


def _with_freshness(workspace: "Workspace", answer: "Answer", folders: Folders) -> "Answer":
    """Add what it does not cover to an answer that was given without a refresh."""
    if folders.refresh:
        return answer
    roots = [root for root in answer.roots if root not in answer.faults]
    return replace(answer, freshness={root: workspace.refresh(root, 0) for root in roots})


@app.command(
    group=SEARCH,
    examples=[
        ("searchkit similar src/server.py:120", "find code like the one at line 120"),
        ("searchkit similar notes/plan.md:8 -n 3 --lang ja", "find notes in Japanese like it"),
        ("git show HEAD:src/server.py | searchkit similar -", "find code like a text from stdin"),
        ("searchkit similar payments/api.py:9 --index s3://bucket/team", "ask a shared index"),
    ],
)
def similar(
    place: Place,
    limit: Limit = None,
    *,
    asking: Asking,
) -> int:
    """Find places like the one at PATH:LINE, in any language.

    PATH:10-40, as answers print it, is the place at its first line. With `--index URL` the path is
    one of a hit there: `payments/src/server.py:120`.
    """
    if place == "-":
        return asking.like(_stdin(), Path("-"), asking.within(), limit)
    found = split(place)
    if found is None and os.path.isfile(place):  # noqa: PTH113 -- a long name is an error in `Path`
        whole = f"`searchkit query --like {shell_word(place)}` asks with all of it"
        raise QueryError(f"`{place}` is named without a line", f"add one, as `:1`; {whole}")
    if found is None:
        raise typer.BadParameter(f"`{place}` is not of the form `PATH:LINE`")
    path, line, _ = found
    within = asking.within(default=None)
    filter, folders = asking.narrowing.filter(), asking.folders

    def ask(there: "Searchable") -> "Answer":
        answer = there.similar(
            *(path, line),
            within=there.roots() if folders.everywhere else within,
            filter=filter,
            limit=asking.shape.limit(limit, filter),
            refresh=folders.refresh,
        )
        return answer.with_faults(unopened()) if folders.everywhere else answer

    return asking.show(place, ask, missing=[path, *(within or ())])
