"""Loads the embedder of a name."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

from searchkit.embedders.lookup import Found, all_models, describe, find, packaged_models
from searchkit.ranking.confidence import Calibration
from searchkit_index import trail
from searchkit_index.embedder import Embedder
from searchkit_index.errors import ConfigError, ModelError

__all__ = [
    "Counting",
    "Describing",
    "all_models",
    "calibration_of",
    "count_tokens",
    "find_embedder",
    "finds_near_words",
    "load_embedder",
    "packaged_models",
    "preload",
    "refuse_other_models",
]

_MOST_THREADS = 1_024


@runtime_checkable
class Describing(Embedder, Protocol):
    """An embedder that runs on several kinds of devices, and can describe those it uses."""

    def described(self) -> str:
        """Describe devices and precision, for people."""
        ...


@runtime_checkable
class Counting(Embedder, Protocol):
    """An embedder that counts tokens with its tokenizer."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of whole texts."""
        ...


def count_tokens(embedder: Embedder, texts: Sequence[str]) -> list[int]:
    """Count the tokens of each text with the tokenizer of a model, or else as three bytes each."""
    if isinstance(embedder, Counting):
        return embedder.count_tokens(texts)
    return [-(-len(text.encode(errors="replace")) // 3) for text in texts]


def load_embedder(
    name: str = "nano",
    *,
    threads: int = 0,
    device: str | None = None,
    run_foreign_code: bool = False,
) -> Embedder:
    """Load the embedder of a name; its weights are read when it first encodes.

    Args:
        name: A model inside the package (`nano`), a name that `searchkit models` lists, or a
            folder's path (`./x`, `~/x`, or absolute) that holds one; with `@256` after it, vectors
            are cut to that Matryoshka prefix.
        threads: The most threads of the default runtime; 0 means one for each core that this
            process may use.
        device: Where to run it, see `searchkit.embedders.device.pick`; None for what starts
            quickest, which for a model with an ONNX graph is the CPU without torch.
        run_foreign_code: Whether to run Python code in the model's folder, which can do all its
            user can.

    Returns:
        The embedder.

    Raises:
        ModelError: There is no such model, its files are not here, or the device is not.
        ConfigError: `threads` is negative, or the configuration cannot be read.
    """
    if not 0 <= threads <= _MOST_THREADS:
        raise ConfigError(f"`threads` cannot be {threads}", f"it takes 0 to {_MOST_THREADS:,}")
    found = find(name)
    folder = _graph_folder(found)
    if folder is None or _wants_torch(device):
        return _load_other(found, device or "auto", run_foreign_code)
    trail.record(__name__, "model `%s` on onnxruntime, from `%s`", found.name, folder)
    from searchkit.embedders.onnx import OnnxEmbedder

    held = _preloaded.get((folder, threads))
    if held and held[0] == _stamp(folder):
        return held[1]
    return OnnxEmbedder(folder, threads=threads)


def _graph_folder(found: Found) -> Path | None:
    """Return the folder of a model that onnxruntime runs; None for another."""
    runs = found.card and found.card.runtime == "onnx" and found.length is None
    return found.folder if runs else None


def preload(name: str, *, threads: int = 0) -> None:
    """Read a model now, so that processes forked from this one need not read it.

    Args:
        name: As for `load_embedder`; models that onnxruntime does not run are not kept.
        threads: As for `load_embedder`.

    Raises:
        ModelError, ConfigError: As for `load_embedder`.
    """
    # A forked process lacks its parent's threads, so the tokenizer must not start any here.
    before = os.environ.get("TOKENIZERS_PARALLELISM")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    try:
        folder, embedder = _graph_folder(find(name)), load_embedder(name, threads=threads)
        if folder is not None:
            embedder.encode(["a"], "query")
            count_tokens(embedder, ["a"])  # loads the whole vocabulary
            _preloaded[folder, threads] = _stamp(folder), embedder
    finally:
        if before is None:
            del os.environ["TOKENIZERS_PARALLELISM"]
        else:
            os.environ["TOKENIZERS_PARALLELISM"] = before


# Preloaded models by folder and threads, each with the state of its files at that time.
_preloaded: dict[tuple[Path, int], tuple[object, Embedder]] = {}


def _stamp(folder: Path) -> object:
    """Return inode, size and time of a model's files, to notice when they are replaced."""
    states = [(folder / name).stat() for name in ("searchkit.json", "tokenizer.json", "model.onnx")]
    return [(state.st_ino, state.st_size, state.st_mtime_ns) for state in states]


def find_embedder(name: str) -> Embedder | None:
    """Return a model as it is on this machine; None where it is missing or broken."""
    try:
        return load_embedder(name)
    except ModelError:
        return None


def calibration_of(embedder: Embedder) -> Calibration | None:
    """Return the constants that were fitted to a model's scores; None for a model without."""
    found = getattr(embedder, "calibration", None)
    return found if isinstance(found, Calibration) else None


def finds_near_words(embedder: Embedder) -> bool:
    """Tell whether words that a folder lacks are replaced by near ones with this model."""
    calibration = calibration_of(embedder)
    return calibration is not None and calibration.finds_near_words


def refuse_other_models(embedder: Embedder, held: Sequence[str]) -> None:
    """Refuse to search an index with a model that it has no vectors of.

    Args:
        embedder: The model to search with.
        held: The names of the models that the index has vectors of.

    Raises:
        ModelError: It holds vectors of other models only.
    """
    # A model of the same name with other weights is a new version: its vectors are made later.
    if held and embedder.name not in held:
        raise ModelError(
            f"this folder was indexed with `{held[-1]}`, not with `{embedder.name}`",
            f"ask with `--model {held[-1]}`, "
            f"or type `searchkit index --model {embedder.name} PATH` to have both side by side",
        )


def _wants_torch(device: str | None) -> bool:
    """Tell whether to run a model with torch that could run without it."""
    if device in (None, "cpu"):
        return False
    if device != "auto":
        return True
    from searchkit.embedders.device import has_gpu, pick

    return has_gpu() and find_spec("transformers") is not None and pick("auto") != ("cpu",)


def _load_other(found: Found, device: str, code: bool) -> Embedder:
    from dataclasses import replace

    model, folder = describe(found)
    if found.length and found.length not in (*model.prefixes, model.dimension):
        raise ModelError(
            f"vectors of `{found.name}` cannot be cut to {found.length}",
            f"they can to {', '.join(map(str, model.prefixes)) or 'no other length'}",
        )
    if model.attention == "none":
        from searchkit.embedders import weights
        from searchkit.embedders.static import StaticEmbedder

        trail.record(__name__, "model `%s`, a table of vectors", found.name)
        return StaticEmbedder(model, folder or weights.needed(model))
    missing = [each for each in ("torch", "transformers") if find_spec(each) is None]
    if missing:
        raise ModelError(
            f"the model `{found.name}` needs {' and '.join(f'`{each}`' for each in missing)}",
            "type `pip install 'searchkit[torch]'`",
        )
    from searchkit.embedders.torch import TorchEmbedder

    trail.record(__name__, "model `%s` on torch, device %s", found.name, device)
    model = replace(model, run_foreign_code=code or model.run_foreign_code)
    return TorchEmbedder(model, folder, device=device, dimension=found.length)
