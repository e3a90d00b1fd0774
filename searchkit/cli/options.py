"""The options that several commands take: which folders are asked, and what may answer."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from searchkit.cli import completion
from searchkit.cli.models import ModelName
from searchkit.cli.program import OptionGroup
from searchkit.cli.terminal import confirmed
from searchkit.git.difference import Difference
from searchkit.pattern import Pattern
from searchkit.query import KINDS, MODES, Filter, Kind

if TYPE_CHECKING:
    from searchkit.workspace import Workspace

Sides = Annotated[
    str,
    typer.Option(
        metavar="MODE",
        help="Ask by words (lexical), by meaning (semantic), or both (hybrid).",
        autocompletion=lambda: list(MODES),
    ),
]
Limit = Annotated[
    int | None, typer.Option("-n", "--limit", metavar="N", help="At most so many hits.")
]


@dataclass(frozen=True, slots=True)
class Narrowing(OptionGroup):
    """What may answer."""

    lang: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LANG",
            help="Only this language: `python`, `markdown`, `ja`; may be repeated.",
            autocompletion=completion.languages,
        ),
    ] = None
    glob: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Only paths that match, as `src/**`; may be repeated."),
    ] = None
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Only chunks of this kind: {', '.join(KINDS)}; may be repeated.",
            metavar="KIND",
            autocompletion=lambda: list(KINDS),
        ),
    ] = None
    min_confidence: Annotated[
        float,
        typer.Option(
            metavar="SHARE", help="Only hits at least so likely about what is asked, from 0 to 1."
        ),
    ] = 0

    changed: Annotated[
        bool, typer.Option("--changed", help="Only lines that are not committed to git yet.")
    ] = False
    since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Only lines that differ from this commit or branch."),
    ] = None
    base: Annotated[
        str | None,
        typer.Option(
            metavar="REF", help="Only lines that differ from where this branch left that one."
        ),
    ] = None
    regexes: Annotated[
        list[str] | None,
        typer.Option(
            "-e",
            "--regex",
            metavar="REGEX",
            help="Only chunks with a line that matches; may be repeated: then each must match.",
        ),
    ] = None
    texts: Annotated[
        list[str] | None,
        typer.Option(
            "-F",
            "--fixed",
            metavar="TEXT",
            help="Only chunks with a line that holds this very text; may be repeated likewise.",
        ),
    ] = None
    ignore_case: Annotated[
        bool, typer.Option("-i", "--ignore-case", help="Match `-e` and `-F` in any case.")
    ] = False
    whole_word: Annotated[
        bool, typer.Option("-w", "--word", help="Match `-e` and `-F` as whole words.")
    ] = False

    def filter(self) -> Filter:
        """Make the filter, which refuses what cannot be."""
        return Filter(
            self.lang or (),
            self.glob or (),
            kinds=cast("Sequence[Kind]", self.kind or ()),
            min_confidence=self.min_confidence,
            patterns=tuple(self._patterns()),
            difference=self._difference(),
        )

    def _difference(self) -> Difference | None:
        if self.changed + (self.since is not None) + (self.base is not None) > 1:
            raise typer.BadParameter("`--changed`, `--since` and `--base` exclude each other")
        if self.changed:
            return Difference()
        ref = self.since if self.base is None else self.base
        if ref is None:
            return None
        if not ref:
            raise typer.BadParameter("the name of the commit is empty")
        return Difference(ref, fork=self.base is not None)

    def _patterns(self) -> Iterator[Pattern]:
        if (self.ignore_case or self.whole_word) and not (self.regexes or self.texts):
            raise typer.BadParameter("`-i` and `-w` say how `-e` and `-F` match: give one of them")
        for texts, fixed in ((self.regexes, False), (self.texts, True)):
            for text in texts or ():
                yield Pattern(text, fixed, self.ignore_case, self.whole_word)


@dataclass(frozen=True, slots=True)
class Folders(OptionGroup):
    """Which folders are asked, and with what."""

    inside: Annotated[
        list[Path] | None,
        typer.Option(
            "--in",
            metavar="PATH",
            help="Ask this folder, or a part of it; may be repeated.",
            autocompletion=completion.roots,
        ),
    ] = None
    everywhere: Annotated[bool, typer.Option("--all", help="Ask every index.")] = False
    index: Annotated[
        bool, typer.Option("--index-missing", help="Index a folder first that never was.")
    ] = False
    refresh: Annotated[
        bool,
        typer.Option("--refresh/--no-refresh", help="Take in what changed before answering."),
    ] = True
    model: ModelName = None

    def within(self, *paths: Path | None, default: Path | None) -> list[Path] | None:
        """Tell which folders are to be asked.

        Args:
            *paths: Those that were typed as arguments; None where one was left out.
            default: The one to ask when none was typed.

        Returns:
            The folders; None for all that are indexed, and where there is no default.

        Raises:
            BadParameter: All and some were asked for.
        """
        named = [path for path in (*paths, *(self.inside or ())) if path is not None]
        if self.everywhere and named:
            raise typer.BadParameter("`--all` asks every index: leave out PATH and `--in`")
        if self.everywhere or named or default is None:
            return named or None
        return [default]

    def refuse(self, path: Path | None) -> None:
        """Refuse folders, where a shared index is asked in their place.

        Args:
            path: What was typed as an argument.

        Raises:
            BadParameter: A folder was named.
        """
        if path is not None or self.inside or self.everywhere or self.index:
            raise typer.BadParameter("`--index URL` asks no folder: leave out PATH and `--in`")

    def index_missing(self, workspace: "Workspace", paths: Sequence[Path]) -> None:
        """Index the folders that never were, with `--index-missing` or where a person agrees to it.

        Args:
            workspace: Indexes them.
            paths: What is about to be asked.

        Raises:
            RootError: There is no such file or folder.
        """
        from searchkit.cli.index import build

        for path in paths:
            location = workspace.locate(path)
            if not location.indexed and (self.index or _agreed(location.root)):
                build(workspace.index(location.root))


def _agreed(root: Path) -> bool:
    if "--json" in sys.argv or "--jsonl" in sys.argv:
        return False
    return confirmed(f"`{root}` was never indexed; index it now?")
