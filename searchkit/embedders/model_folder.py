"""Reads which files a model folder holds, and names a model by a fingerprint of them."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from searchkit.embedders.registry import Model
from searchkit.printable import error_line
from searchkit_index.errors import ModelError

# Weights in these formats are refused: unpickling runs any code that their author put in.
_PICKLES = ("pytorch_model*.bin", "model*.bin", "*.pt", "*.pth", "*.ckpt")

# Bytes of each tensor that go into a fingerprint. All tensors are sampled: a model that was
# fine-tuned in its biases alone differs nowhere else.
_SAMPLE = 4_096

# What reading JSON of any shape may raise.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def is_path(name: str) -> bool:
    """Tell whether a model's name is the path of a folder: `./x`, `../x`, `~/x` or an absolute one.

    Other names never are, so a folder in the current one is not taken for a model of the same name.
    """
    starts = ("./", "../", "~", *((".\\", "..\\") if os.name == "nt" else ()))
    return name in (".", "..") or name.startswith(starts) or Path(name).is_absolute()


def expanded(path: str) -> Path:
    """Make the path of a model folder absolute; raise ModelError for the `~name` of nobody."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise ModelError(
            f"the home folder in `{path}` is not known", "type the whole path"
        ) from None


def is_complete(folder: Path) -> bool:
    """Tell whether a folder has a configuration and all weights."""
    return (folder / "config.json").is_file() and bool(_weight_files(folder))


def refuse_pickle(folder: Path) -> None:
    """Raise ModelError where a folder has weights, and none in safetensors: they could run code."""
    if folder.is_dir() and not _weight_files(folder):
        for pattern in _PICKLES:
            for path in sorted(folder.glob(pattern)):
                raise ModelError(
                    f"`{path}` is a pickle, which could run any code; weights must be safetensors",
                    "load it where you trust it, and `save_pretrained` it to a new folder",
                )


def fingerprint(model: Model, folder: Path) -> str:
    """Name weights, tokenizer and templates together, by a sample of the weights.

    Args:
        model: Its description; its templates and pooling are part of the fingerprint.
        folder: The folder with its files.

    Returns:
        The model's name and a short hash, which changes with any of them.

    Raises:
        ModelError: A file is missing or cannot be read.
    """
    if model.fingerprint:
        return model.fingerprint
    digest = hashlib.blake2b(model.reading().encode(), digest_size=4)
    dense = (file for each in model.dense for file in sorted((folder / each).glob("*.safetensors")))
    try:
        config = () if model.attention == "none" else (folder / "config.json",)
        for path in (*config, *_tokenizer_files(folder)):
            digest.update(path.read_bytes())
        for path in (*_weight_files(folder), *dense):
            for part in _samples(path):
                digest.update(part)
    except _DAMAGED as error:
        raise ModelError(f"the model in `{folder}` cannot be read: {error_line(error)}") from error
    # The same files are the same model, in whatever folder they are.
    name = Path(model.name).name if is_path(model.name) else model.name
    return f"{name}-{digest.hexdigest()}"


def _weight_files(folder: Path) -> list[Path]:
    """List the files of the weights; none at all if one is missing."""
    if (folder / "model.safetensors").is_file():
        return [folder / "model.safetensors"]
    with contextlib.suppress(*_DAMAGED):
        index = folder / "model.safetensors.index.json"
        listed = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        shards = [folder / name for name in sorted(set(listed))]
        return shards if all(shard.is_file() for shard in shards) else []
    return []


def _tokenizer_files(folder: Path) -> list[Path]:
    if (folder / "tokenizer.json").is_file():
        return [folder / "tokenizer.json"]
    older = (folder / name for name in ("vocab.txt", "vocab.json", "merges.txt"))
    return [*(path for path in older if path.is_file()), *sorted(folder.glob("*.model"))]


def _samples(path: Path) -> Iterator[bytes]:
    """Yield the header of a safetensors file, and the beginning of each tensor, by name."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length < 100_000_000:
            raise ValueError(f"`{path.name}` is no safetensors file")
        header = file.read(length)
        yield header
        tensors = json.loads(header)
        for name in sorted(tensors.keys() - {"__metadata__"}):
            start, end = tensors[name]["data_offsets"]
            file.seek(8 + length + start)
            yield file.read(min(_SAMPLE, end - start))
