"""The options that say what may answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, cast

import typer

from searchkit.cli import completion
from searchkit.cli.program import OptionGroup
from searchkit.git.difference import Difference
from searchkit.pattern import Pattern
from searchkit.query import KINDS, Filter, Kind


@dataclass(frozen=True, slots=True)
class Narrowing(OptionGroup):
    """What may answer."""

    section = "What may answer"

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
            metavar="SHARE",
            help="Only hits about the question with at least this probability, from 0 to 1.",
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
