"""The options that say how an answer is shown, and what they do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli.models import Json
from searchkit.cli.program import OptionGroup, not_negative
from searchkit.cli.terminal import note

if TYPE_CHECKING:
    from searchkit.answer import Answer


@dataclass(frozen=True, slots=True)
class Shape(OptionGroup):
    """How an answer is shown."""

    as_json: Json = False
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one JSON object for each hit, a line each.")
    ] = False
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what each side and rule gave or took.")
    ] = False
    context: Annotated[
        int,
        typer.Option(
            "-C",
            "--context",
            metavar="N",
            help="Show the whole hit and so many lines around it.",
            callback=not_negative,
        ),
    ] = 0

    def show(self, asked: str, answer: "Answer") -> int:
        """Print an answer, and what must be said beside it.

        Args:
            asked: The question.
            answer: The answer.

        Returns:
            The exit code.
        """
        from searchkit import wording
        from searchkit.cli import output

        if self.as_json:
            output.print_json(asked, answer)
        elif self.as_jsonl:
            output.print_jsonl(answer.hits)
        else:
            output.print_hits(answer.hits, context=self.context, explain=self.explain)
        if not answer.hits:
            note(f"searchkit: {wording.NOTHING_FOUND}")
        elif answer.weak:
            note(f"searchkit: {wording.WEAK_MATCH}")
        output.print_freshness(answer)
        return 0 if answer.hits else 1
