"""Single options that several commands take."""

from typing import Annotated

import typer

from searchkit.cli import completion
from searchkit.query import MODES

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelName = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="The embedding model: a name that `searchkit models` lists, or a folder's path.",
        autocompletion=completion.models,
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print no progress and no summary.")]
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
