"""The option that limits the output to a number of tokens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from searchkit.cli import terminal
from searchkit.cli.program import OptionGroup
from searchkit.cli.shape import Shape, tell

if TYPE_CHECKING:
    from searchkit.hits.budget import Fitted
    from searchkit.search.answer import Answer
    from searchkit.searchable import Searchable


def _enough(tokens: int | None) -> int | None:
    """Refuse a budget that no answer fits in."""
    from searchkit.hits.budget import LEAST

    if tokens is not None and tokens < LEAST:
        raise typer.BadParameter(f"`{tokens}` is too few: give at least {LEAST}")
    return tokens


MaxTokens = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Print at most so many tokens, as the model counts them.",
        callback=_enough,
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Budget(OptionGroup):
    """How much of an answer is printed."""

    section = "How an answer is shown"

    max_tokens: MaxTokens = None

    def show(self, asked: str, answer: "Answer", shape: Shape, workspace: "Searchable") -> int:
        """Print an answer, as passages where no other form is asked for; return the exit code."""
        if self.max_tokens is None:
            return shape.show(asked, answer)
        from searchkit.embedders import count_tokens
        from searchkit.hits import budget

        show = _passages if shape == Shape() else partial(_shaped, shape, asked, answer)
        count = partial(count_tokens, workspace.embedder)
        fitted = budget.fit(answer.hits, self.max_tokens, count, partial(_rendered, show))
        show(fitted)
        code = tell(answer)
        _tell_cut(fitted)
        return code


Show = Callable[["Fitted"], None]


def _rendered(show: Show, fitted: "Fitted") -> str:
    with terminal.captured() as parts:
        show(fitted)
    return "".join(parts)


def _shaped(shape: Shape, asked: str, answer: "Answer", fitted: "Fitted") -> None:
    cut = {"lines": sum(fitted.cut), "hits": fitted.left_out}
    shown = replace(answer, hits=fitted.hits)
    shape.print(asked, shown, cut if any(cut.values()) else None)


def _passages(fitted: "Fitted") -> None:
    from searchkit.cli.output import shown_path
    from searchkit.hits.export import passages

    text = passages(fitted.hits, fitted.cut, lambda hit: shown_path(hit.file))
    if text:
        terminal.say(text.rstrip("\n"))


def _tell_cut(fitted: "Fitted") -> None:
    from searchkit.wording import amount

    counts = [(sum(fitted.cut), "line"), (fitted.left_out, "hit")]
    missing = " and ".join(amount(number, noun) for number, noun in counts if number)
    if missing:
        terminal.note(f"searchkit: {missing} left out to keep within `--max-tokens`")
