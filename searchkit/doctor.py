"""Checks the installation and every index: what is wrong, and what to type against it.

Nothing is changed, nothing is downloaded.
"""

import contextlib
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Literal

from searchkit import config
from searchkit.indexes.home import folders, in_the_way, obstacles
from searchkit.printable import error_line, shell_word
from searchkit.wording import holds, megabytes, system_fault, to_index
from searchkit_index.catalog.records import Model
from searchkit_index.catalog.store import Store
from searchkit_index.errors import CatalogDamagedError, SearchkitError

State = Literal["ok", "warning", "error"]

# What a run needs free on the disk of the indexes, to be sure of an end.
_LITTLE_DISK = 500_000_000
_LITTLE_MEMORY = 1_300_000_000
_FEW_FILES = 256

_NEEDED = ("numpy", "faiss-cpu", "onnxruntime", "tokenizers", "tree-sitter", "textual", "typer")
_EXTRAS = {
    "torch": ("torch", "other models, GPUs"),
    "transformers": ("torch", "other models"),
    "pypdfium2": ("documents", "text of PDF files"),
    "textual-serve": ("web", "the interface in a browser"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: What it is about: `installation`, `settings`, `model`, `limits`, `storage`, or the
            folder that an index is of.
        state: `ok`; `warning`, where something is missing or may go wrong; `error`, where
            something does not work.
        message: What was found, in one line.
        hint: What to type or do; empty when nothing is to be done.
    """

    subject: str
    state: State
    message: str
    hint: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, and yield each finding as soon as it is there."""
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "installation": _installation,
        "settings": _settings,
        "model": _model,
        "reader": _reader,
        "limits": _limits,
        "storage": _storage,
    }
    for subject, look in parts.items():
        yield from _guarded(subject, look)
    yield from _guarded("storage", _indexes)


def _indexes() -> Iterator[Finding]:
    for folder in folders():
        yield from _guarded(str(folder), partial(_index, folder))
    for path in obstacles():
        fault = in_the_way(path)
        yield Finding("storage", "error", fault.message, fault.hint)


def _guarded(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a look finds, and what kept it from finding more."""
    try:
        yield from look()
    except SearchkitError as error:
        yield Finding(subject, "error", error.message, error.hint)
    except PermissionError as error:
        yield Finding(subject, "error", *system_fault(error))
    except Exception as error:  # whatever is broken here is what people want to know
        yield Finding(subject, "error", f"{type(error).__name__}: {error_line(error)}")


def _installation() -> Iterator[Finding]:
    from searchkit import __version__
    from searchkit_index.languages.language import LANGUAGES, without_parser

    place = Path(__file__).parent
    system = f"Python {platform.python_version()}, {platform.platform()}"
    yield Finding("installation", "ok", f"searchkit {__version__} in `{place}`, {system}")
    found = {name: _version(name) for name in _NEEDED}
    again = f"type `{sys.executable} -m pip install --force-reinstall searchkit`"
    for name in [name for name, version in found.items() if version is None]:
        yield Finding("installation", "error", f"`{name}` is missing", again)
    versions = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    yield Finding("installation", "ok", versions)
    yield _sqlite()
    missing = without_parser(LANGUAGES)
    if missing:
        wheels = " ".join(sorted(map(_wheel, missing)))
        message = f"no grammar for {', '.join(missing)}: these are chunked by blank lines"
        yield Finding("installation", "warning", message, f"type `pip install {wheels}`")
    for name, (extra, gives) in _EXTRAS.items():
        version = _version(name)
        message = f"{name} {version}" if version else f"`{name}` is not installed: {gives}"
        hint = "" if version else f"if you want that, type `pip install 'searchkit[{extra}]'`"
        yield Finding("installation", "ok", message, hint)


def _wheel(language: str) -> str:
    """Name the package that brings the grammar of a language."""
    from searchkit_index.languages.language import LANGUAGES

    grammar = LANGUAGES[language].grammar
    module = grammar.module if grammar else language
    return module.replace("_", "-")


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        except sqlite3.Error:
            message = f"SQLite {version} has no full-text search (FTS5)"
            return Finding("installation", "error", message, "use a Python whose SQLite has it")
    return Finding("installation", "ok", f"SQLite {version} with FTS5")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _settings() -> Iterator[Finding]:
    from searchkit.embedders import all_models

    found = config.origins()
    all_models()
    path = config.config_path()
    read = f"`{path}`" if path.is_file() else f"no `{path}`"
    changed = [
        f"{name} = {value} ({origin})"
        for name, (value, origin) in found.items()
        if origin != "default"
    ]
    yield Finding("settings", "ok", f"{read}; {'; '.join(changed) or 'all as they come'}")


def _model() -> Iterator[Finding]:
    import time

    import numpy as np

    from searchkit.embedders import load_embedder

    settings = config.load()
    start = time.perf_counter()
    embedder = load_embedder(settings.model, threads=settings.threads)
    (vector,) = embedder.encode(["open a socket"], "query")
    seconds = time.perf_counter() - start
    good = vector.shape == (embedder.dimension,) and abs(np.linalg.norm(vector) - 1) < 1e-2
    if not good or not np.isfinite(vector).all():
        message = f"`{embedder.name}` gives no vectors of length 1: its files are damaged"
        yield Finding("model", "error", message, "install it anew, or name another `model`")
        return
    message = f"`{embedder.name}` ({embedder.fingerprint}), {embedder.dimension} numbers"
    yield Finding("model", "ok", f"{message}, first vector after {seconds:.1f} s")


def _reader() -> Iterator[Finding]:
    from searchkit_index.process.contents import Contents
    from searchkit_index.process.reader import Reader, Source

    with Reader() as reader:
        (found,) = reader.read([Source("a.py", b"def f():\n    return 1\n")])
    if isinstance(found, Contents):
        yield Finding("reader", "ok", "files are read in a process of their own")
    else:
        yield Finding("reader", "error", f"no file can be read: {found.reason}")


def _limits() -> Iterator[Finding]:
    encoding = sys.getfilesystemencoding()
    if encoding.replace("-", "").lower() != "utf8":
        message = f"names of files are read as {encoding}, so many are read wrongly"
        yield Finding("limits", "warning", message, "type `export PYTHONUTF8=1`")
    if os.name == "posix":
        yield from _process_limits()
    from searchkit.embedders.device import cores

    yield Finding("limits", "ok", f"{cores()} cores for this process")


def _process_limits() -> Iterator[Finding]:
    import resource

    for name, least, what in (
        ("RLIMIT_AS", _LITTLE_MEMORY, "bytes of memory"),
        ("RLIMIT_NOFILE", _FEW_FILES, "open files"),
        ("RLIMIT_FSIZE", _LITTLE_DISK, "bytes in one file"),
    ):
        allowed, _ = resource.getrlimit(getattr(resource, name))
        if allowed != resource.RLIM_INFINITY and allowed < least:
            message = f"this shell allows no more than {allowed:,} {what}"
            yield Finding("limits", "warning", message, "raise it with `ulimit`")


def _storage() -> Iterator[Finding]:
    home = config.home()
    if not home.exists():
        yield Finding("storage", "ok", f"`{home}` is made with the first index")
        home = next(parent for parent in home.parents if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        message = f"`{home}` cannot be written to: {error_line(error)}"
        yield Finding("storage", "error", message, "set `SEARCHKIT_HOME` to a folder of yours")
    free = shutil.disk_usage(home).free
    message = f"{free / 1e9:,.1f} GB free for indexes in `{home}`"
    few = free < _LITTLE_DISK
    hint = "make room, or set `SEARCHKIT_HOME` to a folder on another disk" if few else ""
    yield Finding("storage", "warning" if few else "ok", message, hint)


def _permissions(path: Path, subject: str) -> Iterator[Finding]:
    """Find whether others may read what is indexed."""
    with contextlib.suppress(OSError):
        status = path.stat()
        if os.name == "posix" and status.st_mode & 0o077:
            message = f"others on this computer may read `{path}`"
            yield Finding(subject, "warning", message, f"type `chmod -R go= {shell_word(path)}`")
        if hasattr(os, "geteuid") and os.geteuid() not in (0, status.st_uid):
            message = f"`{path}` belongs to another user"
            yield Finding(
                subject,
                "error",
                message,
                f"type `sudo chown -R {os.geteuid()} {shell_word(path)}`",
            )


def _index(folder: Path) -> Iterator[Finding]:
    catalog = folder / "catalog.sqlite"
    if not catalog.is_file():
        message = "holds no catalog: a first run was broken off"
        yield Finding(str(folder), "warning", message, f"type `rm -r {shell_word(folder)}`")
        return
    try:
        store = Store(catalog)
    except SearchkitError as error:
        damaged = isinstance(error, CatalogDamagedError)
        again = f"type `rm -r {shell_word(folder)}`, and index again"
        yield Finding(str(folder), "error", error.message, again if damaged else error.hint)
        return
    with contextlib.closing(store):
        root = store.get("root")
        subject = root if isinstance(root, str) else str(folder)
        yield from _guarded(subject, partial(_catalog, store, folder, subject))


def _catalog(store: Store, folder: Path, root: str) -> Iterator[Finding]:
    yield from _permissions(folder, root)
    if not Path(root).is_dir():
        hint = f"if it is gone for good, type `searchkit forget {shell_word(root)}`"
        yield Finding(root, "warning", "the folder is not there", hint)
    elif not os.access(root, os.R_OK | os.X_OK):
        yield Finding(
            root, "error", "the folder cannot be read", f"type `ls -ld {shell_word(root)}`"
        )
    files, skipped = store.statistics.coverage()
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    yield Finding(root, "ok", f"{holds(files, skipped)}, {megabytes(size)}")
    if size > shutil.disk_usage(folder).free:
        message = "the disk has less room than the index takes: it cannot be made anew"
        yield Finding(root, "warning", message, "make room on the disk")
    if store.get("last_run") is None:
        yield Finding(root, "warning", "no run has come to its end yet", to_index(Path(root)))
    yield from _vectors(store, folder, root)


def _vectors(store: Store, folder: Path, root: str) -> Iterator[Finding]:
    """Examine the models of an index, their vectors, and the files that were made of these."""
    models = store.embeddings.models()
    if not models:
        yield Finding(root, "warning", "nothing is embedded yet", to_index(Path(root)))
    for model in models:
        for message, hint in _model_faults(store, folder, root, model):
            yield Finding(root, "warning", message, hint)


def _model_faults(store: Store, folder: Path, root: str, model: Model) -> Iterator[tuple[str, str]]:
    """Find what is wrong with a model of an index, each with what to type."""
    from searchkit.embedders import find_embedder, finds_near_words
    from searchkit_index.catalog.vectors import intact, present

    name = model.name
    again = f"type `searchkit index --model {name} {shell_word(root)}`"
    missing = store.statistics.count("passage") - store.statistics.embedded(model.id)
    if missing:
        yield f"`{name}`: {missing:,} passages are not embedded yet", again
    embedder = find_embedder(name)
    if embedder is None:
        hint = f"type `searchkit models {name} --fetch`, or index with another `--model`"
        yield f"the model `{name}` is not on this machine", hint
    elif embedder.fingerprint != model.fingerprint:
        now, was = embedder.fingerprint, model.fingerprint
        yield f"`{name}` has other weights ({now}) than at the last run ({was})", again
    elif not missing and store.get("lexicon") is None and finds_near_words(embedder):
        yield f"`{name}`: words are not embedded yet, so none is found by another one", again
    published = store.embeddings.publication(model.id)
    if published and not (present(folder, published) and intact(folder, published)):
        yield f"the vector file of `{name}` is missing or damaged; queries are slower", again
