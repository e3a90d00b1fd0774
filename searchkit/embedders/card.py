"""Reads `searchkit.json`: what a model folder of our own says of its model."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from searchkit import table
from searchkit.ranking.confidence import Calibration
from searchkit.table import Bounds
from searchkit_index.errors import ModelError

NAME = "searchkit.json"


@dataclass(frozen=True, slots=True)
class Card:
    """What `searchkit.json` says. It may be a stranger's: every value has a type and a range.

    Attributes:
        name: What people type.
        fingerprint: Names weights, tokenizer and prompt templates together.
        dimension: Length of the whole vector.
        max_tokens: Longer texts are cut, role tokens included.
        query: The tokens before and after a question.
        document: The tokens before and after what is searched.
        pooling: Whose state is the vector.
        repeat_up_to: Texts of so many tokens or fewer are read twice, see `times_read`.
        matryoshka: Lengths that vectors can be cut to, the whole among them.
        runtime: What runs it: the graph on onnxruntime, or torch.
        millions: Parameters.
        languages: In words.
        licence: Its usual short name.
        calibration: Constants fitted to this model's scores; None where nobody fitted any.
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
    """Tell whether the folder is a model of our own kind."""
    return (folder / NAME).is_file()


def read_card(folder: Path) -> Card:
    """Read the card of a model folder; names that this version does not know are passed over.

    Args:
        folder: The model folder.

    Returns:
        The card.

    Raises:
        ModelError: It is missing, or no card.
    """
    path = folder / NAME
    return table.build(Card, read_json(path), str(path), ModelError, strict=False)


def read_json(path: Path) -> Any:
    """Read a JSON file of a model folder.

    Args:
        path: The file.

    Returns:
        What it holds.

    Raises:
        ModelError: It is missing, cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"the model folder `{path.parent}` has no `{path.name}`",
            "type `searchkit models` to see which models there are",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"`{path}` cannot be read: {error}") from error
