"""Fuzzes, guided by coverage, what reads what strangers wrote.

    pip install atheris
    python tests/faults/fuzz.py TARGET [--minutes 30] [--corpus FOLDER]

Targets: `read` (bytes to chunks, by our own code; grammars run in a process of their own that may
die), `ignore` (rules against paths), `index` (git's list of files), `question` (any text put to a
real index), `model` (the card, the tokenizer and the graph of a stranger's model), `secrets` (any
text looked through for keys and tokens). An exception
that is not expected, an input that takes over ten seconds, or memory over two gigabytes ends the
run and leaves the input behind.
FOLDER keeps what was found worth trying for the next run.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["searchkit", "searchkit_index"]):
    from searchkit.embedders import load_embedder
    from searchkit.index import Index
    from searchkit.printable import printable
    from searchkit_index import words
    from searchkit_index.errors import SearchkitError
    from searchkit_index.languages.language import LANGUAGES
    from searchkit_index.process import contents
    from searchkit_index.reading.text import Unsuitable, decode
    from searchkit_index.walk import ignore, repository, secret

from cover import check_cover
from stage import at_home

from searchkit_index.chunking.chunk import LIMIT

_TARGETS = ("read", "ignore", "index", "question", "model", "secrets")
Target = Callable[[bytes], object]
_SUFFIXES = sorted({suffix for each in LANGUAGES.values() for suffix in each.suffixes})


def read(data: bytes) -> None:
    """A file of some language: passed over, or covered by its chunks."""
    suffix = _SUFFIXES[data[0] % len(_SUFFIXES)] if data else "txt"
    try:
        found = contents.read(f"file.{suffix}", data[1:], secrets=False, grammar=False)
    except Unsuitable:
        return
    if not (found.language and LANGUAGES[found.language].reader):
        check_cover(decode(data[1:]), found.chunks, LIMIT)
    for chunk in found.chunks:
        words.terms(chunk.text)
        assert "\x1b" not in printable(chunk.text)


def rules(data: bytes) -> None:
    """An ignore file and a path, in one: one rule at a time says what all at once say."""
    content, _, path = data.partition(b"\xff")
    layer = ignore.Layer(ignore.Kind.OPTION, "", 0, ignore.parse(content))
    name = path.rpartition(b"/")[2]
    decided = ignore.RuleSet([layer]).decide(name, path, False)
    alone = layer.decide(name, path, False)
    assert (decided[1] if decided else None) is alone


def secrets(data: bytes) -> None:
    """Any text holds a secret or none, and so does any name; four times it takes four times."""
    text = data.decode(errors="replace")
    found = secret.held(text)
    assert found is None or found.startswith("holds ")
    assert (secret.held(f"# before\n{text}\n") is None) <= (found is None)
    secret.is_named(text)


def index(data: bytes) -> None:
    """Whatever is read of a damaged list is a list."""
    entries, _ = repository.read_index(data, 20)
    assert all(isinstance(path, bytes) for path, _ in entries)


def question(folder: Path) -> Target:
    """Any text is a question, and its answers come from the files."""
    (folder / "tree").mkdir()
    (folder / "tree/a.py").write_text("def open_socket(host):\n    return connect(host)\n")
    (folder / "tree/日記.md").write_text(
        "# 天気\n\n今日は天気がとても良い。 c++ what's *this* -x\n"
    )
    asked = Index.open(folder / "tree")
    asked.build()

    def try_(data: bytes) -> None:
        text = data.decode(errors="surrogateescape")
        try:
            hits = asked.search(text, mode="lexical", refresh=False)
        except SearchkitError:
            assert not text.strip()
            return
        assert {hit.path for hit in hits} <= {"a.py", "日記.md"}

    return try_


def model(folder: Path) -> Target:
    """A model folder, one of its files damaged: it is refused, or gives vectors."""
    whole = Path(str(files("searchkit") / "models/nano"))
    names = ("searchkit.json", "tokenizer.json", "model.onnx")
    (folder / "model").mkdir()
    for name in names:
        shutil.copyfile(whole / name, folder / "model" / name)

    def try_(data: bytes) -> None:
        damaged = folder / "model" / names[data[0] % 3 if data else 0]
        sound = (whole / damaged.name).read_bytes()
        at = int.from_bytes(data[1:4], "big") % len(sound)
        damaged.write_bytes(sound[:at] + data[4:] + sound[at + len(data[4:]) :])
        try:
            vectors = load_embedder(str(folder / "model"), threads=1).encode(["a b"], "query")
            assert vectors.shape[0] == 1
        except SearchkitError:
            pass
        finally:
            damaged.write_bytes(sound)

    return try_


def main() -> None:
    """Fuzz one target until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=_TARGETS)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, at_home(Path(scratch) / "home"):
        folder = Path(scratch)
        targets: dict[str, Callable[[], Target]] = {
            "read": lambda: read,
            "ignore": lambda: rules,
            "index": lambda: index,
            "secrets": lambda: secrets,
            "question": lambda: question(folder),
            "model": lambda: model(folder),
        }
        limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"]
        limits += [f"-max_total_time={arguments.minutes * 60:.0f}", "-print_final_stats=1"]
        corpus = [str(arguments.corpus)] if arguments.corpus else []
        atheris.Setup([sys.argv[0], *limits, *corpus], targets[arguments.target]())
        atheris.Fuzz()


if __name__ == "__main__":
    main()
