"""Writes and reads the checkpoint that an interrupted training run goes on from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from searchkit_index.errors import TrainingError
from searchkit_index.system.atomic import replacing


def write_array(path: Path, array: "np.ndarray[Any, Any]") -> None:
    """Write an array as a file of NumPy, whole or not at all.

    Args:
        path: Where to; its folder exists.
        array: An array of any shape and type.
    """
    with replacing(path) as partial, partial.open("wb") as file:
        np.save(file, array)


def write_weights(path: Path, state: Mapping[str, Any]) -> None:
    """Write tensors with their names, numbers and texts, whole or not at all.

    Args:
        path: Where to; its folder exists.
        state: Tensors, numbers, texts, lists and tables of them.
    """
    with replacing(path) as partial:
        torch.save(state, partial)


def write_checkpoint(path: Path, recipe: str, state: Mapping[str, Any]) -> None:
    """Write the state of a run, whole or not at all.

    Args:
        path: Where to; its folder exists.
        recipe: A text that no other recipe has.
        state: Tensors, numbers, texts, lists and tables of them.
    """
    write_weights(path, {"recipe": recipe, **state})


def read_checkpoint(path: Path, recipe: str, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint.

    Args:
        path: The file that `write_checkpoint` wrote.
        recipe: The text that was given there.
        device: Takes the tensors.

    Returns:
        The state that was given there.

    Raises:
        TrainingError: It is broken, or of another recipe.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch and pickle raise many kinds
        raise TrainingError(
            f"the checkpoint `{path}` cannot be read", "delete it to begin anew"
        ) from error
    if state.pop("recipe") != recipe:
        raise TrainingError(
            f"the checkpoint `{path}` is of another recipe",
            "give another working folder, or delete the checkpoint",
        )
    return state
