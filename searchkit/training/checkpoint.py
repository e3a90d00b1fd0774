"""Writes and reads what a training run goes on from where it was broken off."""

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
        array: Of any shape and type.
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
    """Write what a run of a recipe has come to, whole or not at all.

    Args:
        path: Where to; its folder exists.
        recipe: A text that another recipe does not have.
        state: As for `write_weights`.
    """
    write_weights(path, {"recipe": recipe, **state})


def read_checkpoint(path: Path, recipe: str, device: str = "cpu") -> dict[str, Any]:
    """Read a checkpoint.

    Args:
        path: As `write_checkpoint` wrote it.
        recipe: As it was given there.
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
