"""Where a model's files are on this machine, how they come here, and what names them.

Nothing is fetched but by `fetch`, which is called for one model that was asked for by name. What is
here is the Hugging Face cache, in its own layout, so that other programs share it.
"""

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from searchkit.embedders.registry import Model
from searchkit_index.errors import ModelError

_PATTERNS = ("*.json", "*.safetensors", "*.model", "merges.txt", "vocab.txt")
_PICKLES = ("pytorch_model*.bin", "pytorch_model.bin.index.json")
_CODE = ("*.py",)

# Bytes of each tensor that go into a fingerprint: a model that was tuned in its biases alone
# differs in every bias, and in nothing else.
_SAMPLE = 4_096


def folder_of(model: Model) -> Path | None:
    """The folder with the model's weights, or None where they are not on this machine."""
    local = Path(model.source).expanduser()
    if _complete(local):
        return local
    cached = cache() / f"models--{model.source.replace('/', '--')}"
    with contextlib.suppress(OSError):
        commit = (cached / "refs" / model.revision).read_text(encoding="utf-8").strip()
        if _complete(cached / "snapshots" / commit):
            return cached / "snapshots" / commit
    exact = cached / "snapshots" / model.revision
    return exact if _complete(exact) else None


def cache() -> Path:
    """The hub's cache folder, by the variables that its own client goes by."""
    if folder := os.environ.get("HF_HUB_CACHE"):
        return Path(folder).expanduser()
    if folder := os.environ.get("HF_HOME"):
        return Path(folder).expanduser() / "hub"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "huggingface" / "hub"


def needed(model: Model) -> Path:
    """The folder with the model's weights.

    Raises:
        ModelError: They are not on this machine.
    """
    folder = folder_of(model)
    if folder is None:
        raise ModelError(
            f"the model `{model.name}` is not on this machine",
            f"type `searchkit models {model.name} --fetch` to download it{_size(model)}",
        )
    return folder


def fetch(model: Model) -> Path:
    """Download the model, going on where an earlier download was broken off.

    Raises:
        ModelError: The hub cannot be reached, or has no such model, or wants an account.
    """
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(
            "downloads need `huggingface_hub`", "type `pip install 'searchkit[torch]'`"
        ) from None
    code = _CODE if model.run_foreign_code else ()
    for patterns in ((*_PATTERNS, *code), (*_PATTERNS, *code, *_PICKLES)):
        try:
            folder = snapshot_download(
                model.source,
                revision=model.revision,
                allow_patterns=list(patterns),
                ignore_patterns=["onnx/*", "openvino/*"],
            )
        except Exception as error:  # the client's and its transport's errors share no base
            raise ModelError(
                f"`{model.source}` cannot be downloaded: {' '.join(str(error).split())[:200]}",
                "with a network the same command goes on; or copy its folder here and name that",
            ) from error
        if _complete(Path(folder)):
            return Path(folder)
    raise ModelError(f"`{model.source}` has no weights that can be read")


def fingerprint(model: Model, folder: Path) -> str:
    """A short name for weights, tokenizer and frame together, without reading all of the weights.

    Raises:
        ModelError: A file is missing or cannot be read.
    """
    if model.fingerprint:
        return model.fingerprint
    digest = hashlib.blake2b(repr(model.way()).encode(), digest_size=4)
    try:
        for name in ("config.json", "tokenizer.json"):
            digest.update((folder / name).read_bytes())
        for path in [
            *_weights(folder),
            *(file for one in model.dense for file in _dense(folder, one)),
        ]:
            for part in _samples(path):
                digest.update(part)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"the model in `{folder}` cannot be read: {error}") from error
    return f"{model.name}-{digest.hexdigest()}"


def _size(model: Model) -> str:
    return f", about {model.millions * 2 / 1000:,.1f} to {model.millions * 4 / 1000:,.1f} GB" * (
        model.millions > 0
    )


def _complete(folder: Path) -> bool:
    return (folder / "config.json").is_file() and bool(_weights(folder))


def _weights(folder: Path) -> list[Path]:
    """The files of the weights, all of them, or none where one is missing."""
    for kind in ("model.safetensors", "pytorch_model.bin"):
        if (folder / kind).is_file():
            return [folder / kind]
        with contextlib.suppress(OSError, ValueError, KeyError):
            listed = json.loads((folder / f"{kind}.index.json").read_text(encoding="utf-8"))
            shards = [folder / name for name in sorted(set(listed["weight_map"].values()))]
            return shards if all(shard.is_file() for shard in shards) else []
    return []


def _dense(folder: Path, name: str) -> list[Path]:
    return sorted((folder / name).glob("*.safetensors"))


def _samples(path: Path) -> Iterator[bytes]:
    if path.suffix != ".safetensors":
        with zipfile.ZipFile(path) as packed:
            yield repr([(each.filename, each.CRC) for each in packed.infolist()]).encode()
        return
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
