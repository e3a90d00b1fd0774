"""The options for how an answer is printed, and the printing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli.options import Json
from searchkit.cli.program import OptionGroup, not_negative
from searchkit.cli.terminal import complain, note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchkit.query import Filter
    from searchkit.search.answer import Answer

# Hits that `-l` and `-c` list or count at most with a pattern, unless `-n` is given.
_MANY = 10_000


def _lines(short: str, long: str, help: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        short, long, metavar="N", help=help, callback=not_negative, show_default=False
    )
    return option


@dataclass(frozen=True, slots=True)
class Shape(OptionGroup):
    """How an answer is shown."""

    section = "How an answer is shown"

    as_json: Json = False
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one JSON object for each hit, a line each.")
    ] = False
    files: Annotated[
        bool, typer.Option("-l", "--files", help="Print only the files of the hits, each once.")
    ] = False
    count: Annotated[
        bool, typer.Option("-c", "--count", help="Print how many hits each file has.")
    ] = False
    vimgrep: Annotated[
        bool, typer.Option("--vimgrep", help="Print `PATH:LINE:COLUMN:TEXT` for each hit.")
    ] = False
    null: Annotated[
        bool,
        typer.Option("-0", "--null", help="Print a NUL after each path, and paths as they are."),
    ] = False
    context: Annotated[
        int, _lines("-C", "--context", "Show the whole hit and so many lines around it.")
    ] = 0
    before: Annotated[
        int, _lines("-B", "--before", "Show the whole hit and so many lines before it.")
    ] = 0
    after: Annotated[
        int, _lines("-A", "--after", "Show the whole hit and so many lines after it.")
    ] = 0
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show what each side and rule gave or took, and near words."
        ),
    ] = False

    def __post_init__(self) -> None:
        if len(self._chosen) > 1:
            first, second, *_ = self._chosen
            raise typer.BadParameter(f"`{first}` and `{second}` exclude each other")
        if self.null and self.chosen not in ("-l", "-c", "--vimgrep"):
            raise typer.BadParameter("`-0` goes with `-l`, `-c` or `--vimgrep`")

    @property
    def chosen(self) -> str | None:
        """The option that asks for another form than the usual one; None for none."""
        return next(iter(self._chosen), None)

    @property
    def _chosen(self) -> list[str]:
        forms = {
            "--json": self.as_json,
            "--jsonl": self.as_jsonl,
            "-l": self.files,
            "-c": self.count,
            "--vimgrep": self.vimgrep,
        }
        return [name for name, wanted in forms.items() if wanted]

    def limit(self, limit: int | None, filter: "Filter") -> int | None:
        """Tell how many hits to ask for: all, where files are listed that match a pattern.

        Args:
            limit: What was typed.
            filter: The filter; with patterns every match is a hit.

        Returns:
            The limit; None for the configured one.
        """
        return _MANY if limit is None and filter.patterns and (self.files or self.count) else limit

    def show(self, asked: str, answer: "Answer") -> int:
        """Print an answer, and what must be said beside it; return the exit code."""
        self.print(asked, answer)
        return tell(answer)

    def print(self, asked: str, answer: "Answer", cut: "Mapping[str, int] | None" = None) -> None:
        """Print an answer, or the part of it that fits.

        Args:
            asked: The question.
            answer: The answer.
            cut: How many `lines` and `hits` were left out, for JSON; None if nothing was.
        """
        from searchkit.cli import output

        if self.as_json:
            output.print_json(asked, answer, cut)
        elif self.as_jsonl:
            output.print_jsonl(answer)
        elif self.files or self.count:
            output.print_files(answer.hits, counted=self.count, null=self.null)
        elif self.vimgrep:
            output.print_vimgrep(answer.hits, null=self.null)
        else:
            around = max(self.before, self.context), max(self.after, self.context)
            output.print_hits(answer.hits, around=around, explain=self.explain)


def tell(answer: "Answer") -> int:
    """Say on stderr what an answer is worth; returns the exit code."""
    from searchkit import wording
    from searchkit.cli import output

    if not answer.hits:
        complain(*wording.no_hits(answer.unmet))
    elif answer.weak:
        note(f"searchkit: {wording.WEAK_MATCH}")
    output.print_freshness(answer)
    for line in answer.remarks():
        note(line)
    return 0 if answer.hits else 1
