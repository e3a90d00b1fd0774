"""Reads `searchkit.json`, the description in a model folder of searchkit's own format."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from searchkit.printable import error_line
from searchkit.ranking.confidence import Calibration
from searchkit.table import Bounds, Table
from searchkit_index.errors import ModelError

NAME = "searchkit.json"


@dataclass(frozen=True, slots=True)
class Card:
    """The contents of `searchkit.json`; types and ranges are checked, as it may be anyone's file.

    Attributes:
        name: The name to type.
        fingerprint: A name for weights, tokenizer and prompt templates together.
        dimension: Length of the whole vector.
        max_tokens: The most tokens of a text, role tokens included; longer ones are cut.
        query: The tokens before and after a query.
        document: The tokens before and after a document.
        pooling: Which token's state is the vector, or the mean of all.
        repeat_up_to: Texts of at most this many tokens are read twice, see `times_read`.
        matryoshka: Lengths that vectors can be cut to, the whole length among them.
        runtime: What runs it: onnxruntime or torch.
        millions: Millions of parameters.
        languages: The languages, in words.
        licence: Its usual short name.
        calibration: Constants fitted to this model's scores; None if there are none.
    """

    name: str
    fingerprint: str
    dimension: Annotated[int, Bounds(1, 16_384)]
    max_tokens: Annotated[int, Bounds(3, 131_072)]
    query: tuple[str, str]
    document: tuple[str, str]
    pooling: Literal["last", "first", "mean"] = "last"
    repeat_up_to: Annotated[int, Bounds(0, 131_072)] = 0
    matryoshka: tuple[int, ...] = ()
    runtime: Literal["onnx", "torch"] = "onnx"
    millions: int = 0
    languages: str = ""
    licence: str = ""
    calibration: Calibration | None = None


def has_card(folder: Path) -> bool:
    """Tell whether a folder has a `searchkit.json`."""
    return (folder / NAME).is_file()


def read_card(folder: Path) -> Card:
    """Read the card of a model folder, without unknown keys; raise ModelError for no card."""
    path = folder / NAME
    return Table(str(path), ModelError).build(Card, read_json(path), strict=False)


def read_json(path: Path) -> Any:
    """Read a JSON file of a model folder; raise ModelError where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"the model folder `{path.parent}` has no `{path.name}`",
            "type `searchkit models` to see which models there are",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"`{path}` cannot be read: {error_line(error)}") from error
